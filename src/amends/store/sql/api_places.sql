-- name: place_of_own_order
select o.shop_id, o.buyer from orders o where o.buyer = $2 and o.id = $1;

-- name: places_of_order
-- Many at once: callers that ask at the same moment share one look.
select x.id, x.shop_id, x.buyer from unnest($1::uuid[]) as want (id) join orders x on x.id = want.id;

-- name: place_of_own_case
select c.shop_id, c.buyer from cases c where c.buyer = $2 and c.id = $1;

-- name: places_of_case
-- Many at once: callers that ask at the same moment share one look.
select x.id, x.shop_id, x.buyer from unnest($1::uuid[]) as want (id) join cases x on x.id = want.id;

-- name: places_of_evidence
select e.id, e.shop_id, o.buyer
from unnest($1::uuid[]) as want (id)
join evidence e on e.id = want.id
join orders o on o.shop_id = e.shop_id and o.id = e.order_id;

-- name: is_of_order$
-- Whether a case or a piece of evidence belongs to an order.
select exists (select from cases where shop_id = $1 and id = $2 and order_id = $3)
    or exists (select from evidence where shop_id = $1 and id = $2 and order_id = $3);

-- name: orders_of_scans
-- Whom a scan is about: in each shop that knows its number the order of the newest parcel, since numbers are used again after a while; and
-- where that went out to a buyer, their other orders in the same parcel.
with newest as (
    select distinct on (t.n, p.shop_id) t.n, p.shop_id, p.order_id, p.tracking_number, p.direction, o.buyer
    from unnest($1::int[], $2::bigint[], $3::text[]) as t (n, shop_id, tracking_number)
    join parcel p on p.tracking_number = t.tracking_number and (t.shop_id is null or p.shop_id = t.shop_id)
    join orders o on o.shop_id = p.shop_id and o.id = p.order_id
    where $4::bigint[] is null or p.shop_id = any ($4::bigint[])
    order by t.n, p.shop_id, p.id desc
)
select n, shop_id, order_id from newest
union
select m.n, m.shop_id, p.order_id
from newest m
join parcel p on p.shop_id = m.shop_id and p.tracking_number = m.tracking_number and p.direction = 'forward'
join orders o on o.shop_id = p.shop_id and o.id = p.order_id and o.buyer = m.buyer
where m.direction = 'forward'
order by n, shop_id, order_id;

-- name: shops_of
select id, reference, name, market, seller, cross_border, duty_free_hainan, local
from shop
where ($1::bigint[] is null or id = any ($1::bigint[])) and id > $2
    and ($4::text is null or strpos(lower(name), lower($4)) > 0 or strpos(lower(reference), lower($4)) > 0)
    and ($5::text[] is null or market = any ($5))
order by id limit $3;

-- name: shops_of_buyer
select distinct shop_id from orders where buyer = $1;
