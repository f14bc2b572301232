-- name: recorded_decisions
-- Every event that something was judged at, and every first event, with the deadlines that it started: what can be derived again.
-- $1 one case, or all; $2 only cases that moved since; a connection sees the shops that it may see. $3 to $7 are the rows of the case's
-- table that move a clock which runs, as columns: kind, from, event, actor, clock; a deadline that none of them touched is `steady`.
select e.shop_id, e.case_id, e.seq, e.type, e.at, e.to_state, e.body, e.facts, e.fired_kind, c.market, c.eligibility_release,
       c.eligibility_pinned_at, c.handling_release, c.handling_pinned_at, c.opened_at, c.verdict,
       array(select (d.kind, d.rule, d.on_expiry, d.at_least, d.started_at, d.due_at, d.calendar,
                     d.state <> 'paused' and not exists (
                         select from event t
                         join unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as m (kind, from_state, event, actor, clock)
                             on m.event = t.type and m.actor = t.actor_kind and m.from_state = coalesce(t.from_state, 'start')
                         where t.shop_id = d.shop_id and t.case_id = d.case_id and t.seq > d.started_seq and m.kind = c.kind
                           and m.clock = d.kind and (d.ended_at is null or t.at <= d.ended_at))
                     and not exists (
                         select from deadline_excuse x
                         where x.shop_id = d.shop_id and x.case_id = d.case_id and x.kind = d.kind and x.started_seq = d.started_seq))
             from deadline d
             where d.shop_id = e.shop_id and d.case_id = e.case_id and d.started_seq = e.seq order by d.kind) as promised,
       array(select (o.why, o.rule, o.by_party, o.to_party, o.amount) from compensation o
             where o.shop_id = e.shop_id and o.case_id = e.case_id and o.decided_seq = e.seq) as owed
from event e join cases c on c.shop_id = e.shop_id and c.id = e.case_id
where (e.facts is not null or e.seq = 1 or e.type = 'first_response_expired') and ($1::uuid is null or c.id = $1)
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

-- name: history_of_requests
-- What was asked in a market, judged with recorded facts: of each case the newest judged event, and what the case moved by party.
-- byte 1 of the facts is 0xc3 where a kept verdict rests on them (domain/facts/recorded.py).
select c.id, c.shop_id, s.name as shop, c.opened_at as at, c.amount, c.currency, c.verdict, e.facts,
       (select array_agg((p.party, p.amount)) from (
            select split_part(p.account, ':', 1) as party, sum(p.amount)::bigint as amount
            from money_transaction t join posting p on p.shop_id = t.shop_id and p.transaction_id = t.id
            where t.shop_id = c.shop_id and t.case_id = c.id group by 1) p) as paid
from cases c
join shop s on s.id = c.shop_id
left join lateral (
    select e.facts from event e
    where e.shop_id = c.shop_id and e.case_id = c.id and e.facts is not null and get_byte(e.facts, 1) = 195
    order by e.seq desc limit 1) e on true
where c.market = $1 and c.parent_id is null and c.verdict is not null and ($2::timestamptz is null or c.opened_at >= $2)
order by c.opened_at, c.id;

-- name: history_of_attempts
-- What was refused in a market before there was a case.
select a.id, a.shop_id, s.name as shop, a.at, o.currency, a.verdict, a.facts
from attempt a
join orders o on o.shop_id = a.shop_id and o.id = a.order_id
join shop s on s.id = a.shop_id
where o.market = $1 and a.command = 'open_case' and a.verdict is not null and a.facts <> '{}'::jsonb
  and ($2::timestamptz is null or a.at >= $2)
order by a.at, a.id;

-- name: history_of_promises
-- The deadlines that were promised in a market, with the facts of the event that started them.
select c.id, c.shop_id, s.name as shop, e.at, c.currency, e.to_state, e.fired_kind, e.facts, d.kind
from deadline d
join event e on e.shop_id = d.shop_id and e.case_id = d.case_id and e.seq = d.started_seq
join cases c on c.shop_id = d.shop_id and c.id = d.case_id
join shop s on s.id = c.shop_id
where c.market = $1 and e.facts is not null and (e.seq = 1 or get_byte(e.facts, 1) = 194)
  and ($2::timestamptz is null or c.opened_at >= $2)
order by e.at, c.id, d.kind;
