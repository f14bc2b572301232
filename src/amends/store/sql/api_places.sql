-- name: place_of_order
-- Which shop an order belongs to and whose it is, among the shops given.
select o.shop_id, o.buyer from unnest($2::bigint[]) as s (id) join orders o on o.shop_id = s.id and o.id = $1;

-- name: place_of_own_order
select o.shop_id, o.buyer from orders o where o.buyer = $2 and o.id = $1;

-- name: places_of_any_order
-- Many at once: callers that ask at the same moment share one look.
select x.id, x.shop_id, x.buyer from unnest($1::uuid[]) as want (id) join orders x on x.id = want.id;

-- name: place_of_case
select c.shop_id, c.buyer from unnest($2::bigint[]) as s (id) join cases c on c.shop_id = s.id and c.id = $1;

-- name: place_of_own_case
select c.shop_id, c.buyer from cases c where c.buyer = $2 and c.id = $1;

-- name: places_of_any_case
-- Many at once: callers that ask at the same moment share one look.
select x.id, x.shop_id, x.buyer from unnest($1::uuid[]) as want (id) join cases x on x.id = want.id;

-- name: place_of_evidence
select e.shop_id, o.buyer
from unnest($2::bigint[]) as s (id)
join evidence e on e.shop_id = s.id and e.id = $1
join orders o on o.shop_id = e.shop_id and o.id = e.order_id;

-- name: places_of_any_evidence
select e.id, e.shop_id, o.buyer
from unnest($1::uuid[]) as want (id)
join evidence e on e.id = want.id
join orders o on o.shop_id = e.shop_id and o.id = e.order_id;

-- name: places_of_parcels
-- The shops that know these tracking numbers, for scans that do not name a shop.
select t.n, s.id as shop_id
from unnest($1::int[], $2::text[]) as t (n, tracking_number)
cross join shop s
where ($3::bigint[] is null or s.id = any ($3::bigint[]))
  and exists (select from parcel p where p.shop_id = s.id and p.tracking_number = t.tracking_number);

-- name: shops_of
select id, reference, name, market, seller, cross_border, duty_free_hainan, local
from shop
where ($1::bigint[] is null or id = any ($1::bigint[])) and id > $2
order by id limit $3;

-- name: shops_of_buyer
select distinct shop_id from orders where buyer = $1;
