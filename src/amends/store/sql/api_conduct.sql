-- name: entries_of_shop
-- Entries of a shop's scores, the newest first, with what took each back and what became of its appeal.
select e.id, e.score, e.delta, e.at, e.expires_at, e.why, e.rule, e.release, e.case_id, e.seq, e.deadline_kind, e.due_at, e.reverses,
       e.reference, e.told_by,
       (select r.id from score_event r where r.shop_id = e.shop_id and r.reverses = e.id) as reversed_by,
       a.at as appealed_at, a.note as appeal, a.decision, a.decided_at, a.answer
from score_event e
left join score_appeal a on a.shop_id = e.shop_id and a.entry_id = e.id
where e.shop_id = $1 and ($2::text is null or e.score = $2)
  and ($3::timestamptz is null or (e.at, e.id) < ($3, $4::uuid))
order by e.at desc, e.id desc
limit $5;

-- name: entry_shown
select e.id, e.score, e.delta, e.at, e.expires_at, e.why, e.rule, e.release, e.case_id, e.seq, e.deadline_kind, e.due_at, e.reverses,
       e.reference, e.told_by,
       (select r.id from score_event r where r.shop_id = e.shop_id and r.reverses = e.id) as reversed_by,
       a.at as appealed_at, a.note as appeal, a.decision, a.decided_at, a.answer
from score_event e
left join score_appeal a on a.shop_id = e.shop_id and a.entry_id = e.id
where e.shop_id = $1 and e.id = $2;

-- name: standing_of_shop
select score, value from standing where shop_id = $1;

-- name: score_entry
select e.id, e.score, e.delta, e.at, e.expires_at, e.why, e.rule, e.release, e.case_id, e.seq, e.deadline_kind, e.due_at, e.reverses,
       e.reference, e.told_by
from score_event e where e.shop_id = $1 and e.id = $2;

-- name: told_entry
select e.id, e.score, e.delta, e.at, e.expires_at, e.why, e.rule, e.release, e.case_id, e.seq, e.deadline_kind, e.due_at, e.reverses,
       e.reference, e.told_by
from score_event e where e.shop_id = $1 and e.reference = $2 and e.reverses is null;

-- name: live_entries
-- Every entry that counts now, for the fold to be made again in front of whoever asks.
select e.id, e.score, e.delta, e.at, e.expires_at, e.why, e.rule, e.release, e.case_id, e.seq, e.deadline_kind, e.due_at, e.reverses,
       e.reference, e.told_by
from score_event e where e.shop_id = $1 and (e.expires_at is null or e.expires_at > (select moment()));

-- name: is_taken_back
select exists (select from score_event where shop_id = $1 and reverses = $2);

-- name: appeal_entry
insert into score_appeal (shop_id, entry_id, note, by_whom, at) values ($1, $2, $3, $4, (select moment()))
on conflict (shop_id, entry_id) do nothing
returning at;

-- name: decide_appeal
update score_appeal set decision = $3, decided_by = $4, decided_at = (select moment()), answer = $5
where shop_id = $1 and entry_id = $2 and decision is null
returning decided_at;

-- name: appeals_of_shops
select a.shop_id, s.name as shop, a.entry_id, a.note, a.by_whom, a.at, a.decision, a.decided_by, a.decided_at, a.answer,
    e.score, e.delta, e.why, e.case_id
from score_appeal a join score_event e on e.shop_id = a.shop_id and e.id = a.entry_id
join shop s on s.id = a.shop_id
where a.shop_id = any ($1::bigint[]) and (not $2 or a.decision is null)
  and ($3::timestamptz is null or (a.at, a.entry_id) > ($3, $4::uuid))
order by a.at, a.entry_id
limit $5;

-- name: fault_rate
-- Disputes of the last 30 days that were ruled to be the shop's fault, and all that were ruled; a later ruling stands for the earlier.
with ruled as (
    select distinct on (e.case_id) e.body ->> 'liability' as liability
    from event e
    where e.shop_id = $1 and e.type in ('ruled_for_buyer', 'ruled_return', 'ruled_for_seller') and e.at > (select moment()) - interval '30 days'
    order by e.case_id, e.seq desc
)
select count(*) filter (where liability in ('seller', 'both')) as fault, count(*) as ruled,
       (select count(*) from cases c where c.shop_id = $1 and c.opened_at > (select moment()) - interval '30 days' and not c.historical) as cases
from ruled;

-- name: market_of_shop
select market, (select moment()) as now from shop where id = $1;

-- name: list_outages
select id, from_at, to_at, why, declared_by, declared_at, excused_at,
    (select p.name from person p where p.id = declared_by) as declared_by_name from outage order by id desc limit $1;

-- name: declaring_outages!
-- One at a time: two that overlap would give the same hours back twice.
select pg_advisory_xact_lock(hashtextextended('amends outages are declared', 0));

-- name: overlapping_outage
select id, from_at, to_at, why, declared_by, declared_at, excused_at,
    (select p.name from person p where p.id = declared_by) as declared_by_name
from outage
where from_at < coalesce($2::timestamptz, 'infinity'::timestamptz) and coalesce(to_at, 'infinity'::timestamptz) > $1 order by id limit 1;

-- name: declare_outage
insert into outage (from_at, to_at, why, declared_by, declared_at) values ($1, $2, $3, $4, (select moment()))
returning id, from_at, to_at, why, declared_by, declared_at, excused_at,
    (select p.name from person p where p.id = declared_by) as declared_by_name;

-- name: end_outage
update outage set to_at = $2 where id = $1 and to_at is null and from_at < $2
returning id, from_at, to_at, why, declared_by, declared_at, excused_at,
    (select p.name from person p where p.id = declared_by) as declared_by_name;

-- name: outage_by_id
select id, from_at, to_at, why, declared_by, declared_at, excused_at,
    (select p.name from person p where p.id = declared_by) as declared_by_name from outage where id = $1;

-- name: near_of_shops
-- Running deadlines that end soon, the soonest first, with the alarms that were told.
select d.shop_id, d.case_id, d.kind, d.due_at, d.on_expiry, d.rule, c.state, c.kind as case_kind, c.reason, c.amount, c.currency,
       o.reference as order_reference,
       array(select a.alarm from deadline_alarm a
             where a.shop_id = d.shop_id and a.case_id = d.case_id and a.kind = d.kind and a.started_seq = d.started_seq
             group by a.alarm order by max(a.at)) as told
from deadline d
join cases c on c.shop_id = d.shop_id and c.id = d.case_id
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
where d.shop_id = any ($1::bigint[]) and d.state = 'running' and d.due_at < (select moment()) + $2::interval and d.kind = any ($3::text[])
  and ($4::timestamptz is null or (d.due_at, d.case_id) > ($4, $5::uuid))
order by d.due_at, d.case_id
limit $6;

-- name: rejections_of_shops
-- What became of each rejection: the first thing after it that settles it, read from the case's events.
select *
from (
    select e.shop_id, e.case_id, e.seq, e.at, e.type as event, e.actor, e.body ->> 'ground' as ground, c.kind, c.reason, c.amount, c.currency,
           o.reference as order_reference,
           case
               when f.type in ('ruled_for_buyer', 'ruled_return') and coalesce((f.body ->> 'overturned')::boolean, false) then 'overturned'
               when f.type in ('ruled_for_buyer', 'ruled_return', 'ruled_for_seller') then 'upheld'
               when f.type in ('approved', 'returnless_refund', 'return_accepted', 'converted_to_refund') then 'seller_changed_mind'
               when f.type = 'proposal_accepted' then 'agreed'
               when f.type in ('withdrawn', 'dispute_cancelled') then 'withdrawn'
               when f.type = 'escalate_expired' then 'accepted_by_silence'
               when f.type = 'escalated' then 'escalated'
               else 'waiting'
           end as outcome,
           f.at as outcome_at
    from event e
    join cases c on c.shop_id = e.shop_id and c.id = e.case_id
    join orders o on o.shop_id = c.shop_id and o.id = c.order_id
    left join lateral (
        select x.type, x.at, x.body
        from event x
        where x.shop_id = e.shop_id and x.case_id = e.case_id and x.seq > e.seq
          and x.seq < coalesce((select min(n.seq) from event n where n.shop_id = e.shop_id and n.case_id = e.case_id and n.seq > e.seq
                                and n.type in ('rejected', 'return_rejected')), 2147483647)
          and x.type in ('ruled_for_buyer', 'ruled_return', 'ruled_for_seller', 'approved', 'returnless_refund', 'return_accepted',
                         'converted_to_refund', 'proposal_accepted', 'withdrawn', 'dispute_cancelled', 'escalate_expired', 'escalated')
        order by x.type = 'escalated', x.seq desc
        limit 1
    ) f on true
    where e.shop_id = any ($1::bigint[]) and (e.type in ('rejected', 'return_rejected', 'rejected_by_shipping') or (e.type = 'child_opened'))
) r
where ($2::text is null or r.outcome = $2) and ($3::text is null or r.ground = $3) and ($4::timestamptz is null or r.at >= $4)
  and ($5::timestamptz is null or (r.at, r.case_id) < ($5, $6::uuid))
order by r.at desc, r.case_id desc
limit $7;

-- name: costs_of_case
-- Every posting of a case, with its transaction, in the order of their making.
select t.id, t.why, t.currency, t.at, t.reverses, p.account, p.amount
from money_transaction t join posting p on p.shop_id = t.shop_id and p.transaction_id = t.id
where t.shop_id = $1 and t.case_id = $2
order by t.at, t.id, p.leg;

-- name: compensations_of_case
select id, amount, currency, by_party, to_party, why, rule, status, failure, created_at, updated_at
from compensation where shop_id = $1 and case_id = $2 order by created_at, id;

-- name: clocks_of_case
-- Intervals of metric clocks; one that runs is counted until now.
select metric, started_at, ended_at,
       extract(epoch from coalesce(ended_at, (select moment())) - started_at)::bigint as seconds
from metric_interval where shop_id = $1 and case_id = $2 order by metric, started_seq;

-- name: buyer_known_to
select exists (select from orders where shop_id = any ($1::bigint[]) and buyer = $2);

-- name: standing_of_buyer
select good, reasons, told_by, judged_at, until from buyer_standing
where buyer = $1 and (until is null or until > (select moment()));

-- name: signals_counted
select kind, count(*)::int as n, max(at) as last_at from buyer_signal
where buyer = $1 and at > (select moment()) - interval '90 days' group by kind order by kind;

-- name: tell_standing
insert into buyer_standing (buyer, good, reasons, told_by, judged_at, until)
values ($1, $2, $3, $4, (select moment()), $5)
on conflict (buyer) do update set good = excluded.good, reasons = excluded.reasons, told_by = excluded.told_by,
    judged_at = excluded.judged_at, until = excluded.until
returning good, reasons, told_by, judged_at, until;

-- name: notice_setting
select shop_id, address, language, alarms, digest_hour, zone, changed_at from notice_setting where shop_id = $1;

-- name: put_notice_setting
insert into notice_setting (shop_id, address, language, alarms, digest_hour, zone) values ($1, $2, $3, $4, $5, $6)
on conflict (shop_id) do update set address = excluded.address, language = excluded.language, alarms = excluded.alarms,
    digest_hour = excluded.digest_hour, zone = excluded.zone, changed_at = clock_timestamp()
returning shop_id, address, language, alarms, digest_hour, zone, changed_at;

-- name: orders_of_buyer
-- What a buyer bought in these shops, by currency.
select o.currency, count(*)::int as orders, coalesce(sum(l.paid), 0)::bigint as paid,
       min(o.placed_at) as first_at, max(o.placed_at) as last_at
from orders o
left join lateral (select sum(p.captured) as paid from payment p where p.shop_id = o.shop_id and p.order_id = o.id) l on true
where o.shop_id = any ($1::bigint[]) and o.buyer = $2
group by o.currency order by o.currency;

-- name: cases_of_buyer_counted
-- How a buyer's requests in these shops ended; `refunded` is what was paid back.
select c.kind, c.reason_group, c.ended, c.currency, count(*)::int as n,
       coalesce(sum(r.amount), 0)::bigint as refunded
from cases c
left join lateral (select sum(x.amount) as amount from refund x
                   where x.shop_id = c.shop_id and x.case_id = c.id and x.status = 'succeeded') r on true
where c.shop_id = any ($1::bigint[]) and c.buyer = $2
group by c.kind, c.reason_group, c.ended, c.currency order by n desc, c.kind, c.reason_group, c.ended;

-- name: newest_cases_of_buyer
select c.shop_id, c.id, c.kind, c.reason, c.state, c.ended, c.amount, c.currency, c.opened_at
from cases c where c.shop_id = any ($1::bigint[]) and c.buyer = $2
order by c.opened_at desc, c.id desc limit $3;
