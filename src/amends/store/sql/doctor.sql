-- name: paid_refunds
-- What we hold as paid; what came back later was executed by the provider all the same.
select id, amount, status <> 'succeeded' as came_back from refund where status = 'succeeded' or failure = 'came_back'
union all
select id, amount, false from compensation where status = 'succeeded';

-- name: paid_outside_known
select key, amount from paid_outside;

-- name: scanned_parcels
select p.shop_id, p.id, p.case_id, p.direction, p.status, p.carrier, p.tracking_number, p.address_matches, p.shipped_at, p.delivered_at,
       p.signed_at, s.source, s.event_id, s.status, s.occurred_at, s.received_at
from parcel p join scan s on s.shop_id = p.shop_id and s.parcel_id = p.id
order by p.shop_id, p.id, s.received_at, s.occurred_at;

-- name: refused_requests
select a.shop_id, a.id, a.at, a.facts, a.verdict, a.release, o.market,
       case when o.sale_format = 'live_auction' then coalesce(o.won_at, o.placed_at) else o.placed_at end as pinned_at
from attempt a join orders o on o.shop_id = a.shop_id and o.id = a.order_id
where a.command = 'open_case' and a.verdict is not null and a.facts <> '{}'::jsonb;

-- name: all_calendars
select code, version, body from calendar_version order by loaded_at;

-- name: steady_deadlines
-- Every promise that names its calendar and neither stood still nor was given time back; with the moments at which it was shortened.
with touch as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
        as t (kind, from_state, event, actor, clock, how)
), touched as (
    select d.shop_id, d.case_id, d.kind, d.started_seq, bool_or(t.how = 'pauses') as stood_still, array_agg(e.at) as at
    from event e
    join cases c on c.shop_id = e.shop_id and c.id = e.case_id
    join touch t on t.kind = c.kind and t.from_state = coalesce(e.from_state, 'start') and t.event = e.type and t.actor = e.actor_kind
    join deadline d on d.shop_id = e.shop_id and d.case_id = e.case_id and d.kind = t.clock
    where e.type = any ($3::text[]) and e.seq > d.started_seq and (d.ended_at is null or e.at <= d.ended_at)
    group by d.shop_id, d.case_id, d.kind, d.started_seq
)
select d.shop_id, d.case_id, d.kind, d.started_seq, d.started_at, d.due_at, d.rule, d.on_expiry, d.calendar,
       c.market, c.handling_release, c.handling_pinned_at, m.at as shortened_at
from deadline d
join cases c on c.shop_id = d.shop_id and c.id = d.case_id
left join touched m on m.shop_id = d.shop_id and m.case_id = d.case_id and m.kind = d.kind and m.started_seq = d.started_seq
where d.calendar is not null and d.state <> 'paused' and m.stood_still is not true
  and not exists (
    select from deadline_excuse x
    where x.shop_id = d.shop_id and x.case_id = d.case_id and x.kind = d.kind and x.started_seq = d.started_seq);

-- name: openings
-- Every case whose opening can be judged again from what is kept: nothing of its order was told or moved on since.
select o.shop_id, c.id as case_id, e.at, e.body, c.market, c.eligibility_release, c.eligibility_pinned_at, c.handling_release,
       c.opened_by, c.verdict, o.id as order_id, o.currency, o.status, o.sale_format, o.source, o.channel, o.high_value,
       o.placed_at, o.won_at, o.paid_at, o.promised_at, o.shipped_at, o.delivered_at, o.cancelled_at, o.review_lane, o.version,
       array(select l.line_id from case_line l where l.shop_id = c.shop_id and l.case_id = c.id order by l.line_id) as asked,
       array(select (l.id, l.reference, l.sku, l.title, l.category, l.quantity, l.price, l.shipping, l.tax, l.paid, l.commission, l.parcel_id)
             from order_line l where l.shop_id = o.shop_id and l.order_id = o.id order by l.reference) as lines,
       array(select (p.id, p.case_id, p.direction, p.status, p.carrier, p.tracking_number, p.address_matches, p.shipped_at, p.delivered_at,
                     p.signed_at)
             from parcel p where p.shop_id = o.shop_id and p.order_id = o.id and p.direction = 'forward' order by p.reference) as parcels
from cases c
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
join event e on e.shop_id = c.shop_id and e.case_id = c.id and e.seq = 1
where not c.historical and c.parent_id is null and c.verdict is not null and c.amendments = 0 and o.version = 1
  and e.body ? 'verdict' and e.type in ('case_opened', 'proof_demanded', 'sent_to_recheck', 'withdrawal_declared')
  and not exists (select from cases x where x.shop_id = o.shop_id and x.order_id = o.id and x.id <> c.id)
  and not exists (select from scan s where s.shop_id = o.shop_id and s.order_id = o.id)
  and not exists (select from event x where x.shop_id = c.shop_id and x.case_id = c.id and x.type in ('amended', 'withdrawal_declared') and x.seq > 1);
