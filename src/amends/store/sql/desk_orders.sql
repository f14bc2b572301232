-- name: shops_by_reference
select id, reference, name, market, seller, cross_border, duty_free_hainan, local from shop where reference = any ($1::text[]);

-- name: upsert_shop
insert into shop (reference, name, market, seller, cross_border, duty_free_hainan, local) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (reference) do update set name = excluded.name, cross_border = excluded.cross_border,
    duty_free_hainan = excluded.duty_free_hainan, local = excluded.local
returning id;

-- name: meet_shop
-- A shop that a file names: what is known of it stays.
insert into shop (reference, name, market, seller) values ($1, $2, $3, $4)
on conflict (reference) do nothing
returning id;

-- name: start_chain!
insert into chain_head (shop_id, seq, hash) values ($1, 0, $2) on conflict (shop_id) do nothing;

-- name: lock_told_orders
-- Orders that are told again, locked in the one order that everybody keeps.
select o.shop_id, o.reference, o.id, o.status, o.delivered_at, o.told_hash
from unnest($1::bigint[], $2::text[]) as want (shop_id, reference)
join orders o on o.shop_id = want.shop_id and o.reference = want.reference
order by o.shop_id, o.id
for no key update of o;

-- name: insert_orders
insert into orders (shop_id, id, reference, purchase, market, buyer, currency, status, sale_format, source, channel, high_value,
    placed_at, won_at, paid_at, promised_at, shipped_at, delivered_at, cancelled_at, review_lane, told_hash)
select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::boolean[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::timestamptz[],
    $17::timestamptz[], $18::timestamptz[], $19::timestamptz[], $20::text[], $21::bytea[])
on conflict (shop_id, reference) do nothing
returning shop_id, id;

-- name: update_told_orders!
update orders o set status = w.status, paid_at = w.paid_at, promised_at = w.promised_at, shipped_at = w.shipped_at,
    delivered_at = w.delivered_at, cancelled_at = w.cancelled_at, review_lane = coalesce(w.review_lane, o.review_lane), told_hash = w.told_hash,
    version = o.version + 1
from unnest($1::bigint[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
    $8::timestamptz[], $9::text[], $10::bytea[])
    as w (shop_id, id, status, paid_at, promised_at, shipped_at, delivered_at, cancelled_at, review_lane, told_hash)
where o.shop_id = w.shop_id and o.id = w.id;

-- name: insert_order_lines!
insert into order_line (shop_id, id, order_id, reference, sku, title, category, quantity, price, shipping, tax, paid, commission,
    parcel_id)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::bigint[],
    $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::uuid[]);

-- name: insert_payments!
insert into payment (shop_id, id, order_id, sequence, method, amount, captured, currency, provider_reference)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[]);

-- name: capture_payments!
-- Cash on delivery is collected later: what was captured only grows.
update payment p set captured = w.captured
from unnest($1::bigint[], $2::uuid[], $3::int[], $4::bigint[]) as w (shop_id, order_id, sequence, captured)
where p.shop_id = w.shop_id and p.order_id = w.order_id and p.sequence = w.sequence and w.captured > p.captured
  and w.captured <= p.amount;

-- name: insert_allocations!
insert into payment_allocation (shop_id, payment_id, line_id, order_id, amount)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[]);

-- name: insert_told_parcels!
insert into parcel (shop_id, id, order_id, direction, reference, status, carrier, tracking_number, address_matches, shipped_at,
    delivered_at, signed_at)
select shop_id, id, order_id, 'forward', reference, status, carrier, tracking_number, address_matches, shipped_at, delivered_at, signed_at
from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[], $9::timestamptz[],
    $10::timestamptz[], $11::timestamptz[])
    as w (shop_id, id, order_id, reference, status, carrier, tracking_number, address_matches, shipped_at, delivered_at, signed_at);

-- name: update_told_parcels!
-- The host speaks of its parcels by reference; carriers' own scans, where there are any, are not overruled.
update parcel p set status = w.status, carrier = coalesce(w.carrier, p.carrier),
    tracking_number = coalesce(w.tracking_number, p.tracking_number), address_matches = coalesce(w.address_matches, p.address_matches),
    shipped_at = coalesce(w.shipped_at, p.shipped_at), delivered_at = coalesce(w.delivered_at, p.delivered_at),
    signed_at = coalesce(w.signed_at, p.signed_at)
from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::timestamptz[],
    $9::timestamptz[], $10::timestamptz[])
    as w (shop_id, order_id, reference, status, carrier, tracking_number, address_matches, shipped_at, delivered_at, signed_at)
where p.shop_id = w.shop_id and p.order_id = w.order_id and p.direction = 'forward' and p.reference = w.reference
  and not exists (select 1 from scan s where s.shop_id = p.shop_id and s.parcel_id = p.id);

-- name: parcels_known
select p.shop_id, p.order_id, p.reference from unnest($1::bigint[], $2::uuid[]) as w (shop_id, order_id)
join parcel p on p.shop_id = w.shop_id and p.order_id = w.order_id and p.direction = 'forward';
