-- name: interception_to_order
-- An interception as it stands, and the parcel that it is about.
select i.state, i.complaint, i.reference, p.carrier, p.tracking_number
from interception i join parcel p on p.shop_id = i.shop_id and p.id = i.parcel_id
where i.shop_id = $1 and i.id = $2;

-- name: label_to_make
-- A wished label, and the address that it leads to.
select o.market, o.reference, b.label, a.name, a.line, a.city, a.region, a.postcode, a.country, a.phone, b.carrier, b.cost, b.currency
from return_plan b
join cases c on c.shop_id = b.shop_id and c.id = b.case_id
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
left join return_address a on a.shop_id = b.shop_id and a.id = b.address_id
where b.shop_id = $1 and b.case_id = $2;

-- name: parcel_to_poll
-- A parcel, and what was told of it already.
select p.status, p.carrier, p.tracking_number,
       coalesce((select array_agg(s.event_id) from scan s where s.shop_id = p.shop_id and s.parcel_id = p.id), '{}') as known
from parcel p where p.shop_id = $1 and p.id = $2;
