-- name: recorded_decisions
-- Every event that something was judged at, and every first event, with the deadlines that it started: what can be derived again.
-- $1 one case, or all; $2 only cases that moved since; a connection sees the shops that it may see.
select e.shop_id, e.case_id, e.seq, e.type, e.at, e.to_state, e.body, e.facts, e.fired_kind, c.market, c.eligibility_release,
       c.eligibility_pinned_at, c.handling_release, c.handling_pinned_at, c.opened_at, c.verdict,
       array(select (d.kind, d.rule, d.on_expiry) from deadline d
             where d.shop_id = e.shop_id and d.case_id = e.case_id and d.started_seq = e.seq order by d.kind) as promised
from event e join cases c on c.shop_id = e.shop_id and c.id = e.case_id
where (e.facts is not null or e.seq = 1) and ($1::uuid is null or c.id = $1)
  and ($2::timestamptz is null or c.updated_at >= $2)
order by e.shop_id, e.case_id, e.seq;

-- name: recorded_attempts
-- Every request that was refused with a verdict, and the pins that it was judged by.
select a.shop_id, a.id, a.at, a.command, a.facts, a.verdict, a.release, o.market, c.eligibility_release, c.eligibility_pinned_at,
       c.opened_at, case when o.sale_format = 'live_auction' then coalesce(o.won_at, o.placed_at) else o.placed_at end as pinned_at
from attempt a join orders o on o.shop_id = a.shop_id and o.id = a.order_id
left join cases c on c.shop_id = a.shop_id and c.id = a.case_id
where a.command in ('open_case', 'amend') and a.verdict is not null and a.facts <> '{}'::jsonb
  and ($1::timestamptz is null or a.at >= $1)
order by a.shop_id, a.id;
