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
select code, version, body from calendar_version;

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
