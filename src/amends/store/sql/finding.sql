-- name: find_purchase
-- Every order of a purchase, or the one of that number, with what decides the kind of a request.
select o.shop_id, o.id as order_id, o.market, o.status, o.buyer, o.placed_at, o.shipped_at, o.delivered_at,
       (select array_agg((l.id, l.reference, l.sku) order by l.reference)
          from order_line l where l.shop_id = o.shop_id and l.order_id = o.id) as lines
from orders o
where o.shop_id = any ($1::bigint[]) and o.purchase = $2
order by o.shop_id, o.id;

-- name: shop_ids
select id from shop order by id;

-- name: any_order
select exists (select 1 from orders limit 1);
