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
