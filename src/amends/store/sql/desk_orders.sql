-- name: shops_by_reference
select id, reference, name, market, seller, cross_border, duty_free_hainan, local from shop where reference = any ($1::text[]);

-- name: upsert_shop
-- What is left out stays as it was told before; the market of a shop never changes.
insert into shop (reference, name, market, seller, cross_border, duty_free_hainan, local) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (reference) do update set name = excluded.name, seller = excluded.seller,
    cross_border = coalesce(excluded.cross_border, shop.cross_border),
    duty_free_hainan = coalesce(excluded.duty_free_hainan, shop.duty_free_hainan), local = coalesce(excluded.local, shop.local)
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
select o.shop_id, o.reference, o.id, o.told_hash
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
-- What this word leaves out stays as it was told before.
update orders o set status = w.status, paid_at = coalesce(w.paid_at, o.paid_at), promised_at = coalesce(w.promised_at, o.promised_at),
    shipped_at = coalesce(w.shipped_at, o.shipped_at), delivered_at = coalesce(w.delivered_at, o.delivered_at),
    cancelled_at = coalesce(w.cancelled_at, o.cancelled_at), review_lane = coalesce(w.review_lane, o.review_lane),
    told_hash = coalesce(w.told_hash, o.told_hash), version = o.version + 1
from unnest($1::bigint[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
    $8::timestamptz[], $9::text[], $10::bytea[])
    as w (shop_id, id, status, paid_at, promised_at, shipped_at, delivered_at, cancelled_at, review_lane, told_hash)
where o.shop_id = w.shop_id and o.id = w.id;

-- name: orders_known
-- Orders that are told again, behind their lock.
select o.shop_id, o.id, o.status, o.buyer, o.currency, o.sale_format,
    exists (select from cases c where c.shop_id = o.shop_id and c.order_id = o.id) as asked_about,
    exists (select from cases c where c.shop_id = o.shop_id and c.order_id = o.id and c.kind = 'refund_in_transit'
            and c.state not in ('completed', 'closed') and not c.historical) as awaited
from unnest($1::bigint[], $2::uuid[]) as w (shop_id, order_id) join orders o on o.shop_id = w.shop_id and o.id = w.order_id;

-- name: lines_known
select l.shop_id, l.order_id, l.id, l.reference, l.sku, l.title, l.category, l.quantity, l.price, l.shipping, l.tax, l.commission
from unnest($1::bigint[], $2::uuid[]) as w (shop_id, order_id)
join order_line l on l.shop_id = w.shop_id and l.order_id = w.order_id order by l.shop_id, l.id;

-- name: payments_known
select p.shop_id, p.order_id, p.sequence, p.method, p.amount from unnest($1::bigint[], $2::uuid[]) as w (shop_id, order_id)
join payment p on p.shop_id = w.shop_id and p.order_id = w.order_id;

-- name: write_told_lines!
-- Of an order that nobody paid for or asked about: its lines may still be told otherwise.
insert into order_line (shop_id, id, order_id, reference, sku, title, category, quantity, price, shipping, tax, commission, paid)
select w.*, 0 from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::bigint[],
    $10::bigint[], $11::bigint[], $12::bigint[]) as w
on conflict (shop_id, order_id, reference) do update set sku = excluded.sku, title = excluded.title, category = excluded.category,
    quantity = excluded.quantity, price = excluded.price, shipping = excluded.shipping, tax = excluded.tax,
    commission = excluded.commission;

-- name: share_told_payments!
-- The shares of payments that came later; what was paid for a line is their sum.
with share as (
    select w.shop_id, w.payment_id, l.id as line_id, w.order_id, w.amount
    from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[]) as w (shop_id, payment_id, order_id, line, amount)
    join order_line l on l.shop_id = w.shop_id and l.order_id = w.order_id and l.reference = w.line
), kept as (
    insert into payment_allocation (shop_id, payment_id, line_id, order_id, amount)
    select shop_id, payment_id, line_id, order_id, amount from share
)
update order_line l set paid = l.paid + s.amount
from (select shop_id, line_id, sum(amount) as amount from share group by shop_id, line_id) s
where l.shop_id = s.shop_id and l.id = s.line_id;

-- name: place_told_lines!
-- A line travels in the parcel that it names; where there is but one, in that, unless it has another.
update order_line l set parcel_id = p.id
from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::boolean[]) as w (shop_id, order_id, line, parcel, named)
join parcel p on p.shop_id = w.shop_id and p.order_id = w.order_id and p.direction = 'forward' and p.reference = w.parcel
where l.shop_id = w.shop_id and l.order_id = w.order_id and l.reference = w.line
  and (l.parcel_id is null or (w.named and l.parcel_id <> p.id));

-- name: waiting_for_parcels
-- Of these orders, those with a cancellation under review (it is rejected by shipping), and those with a request for what is on its way.
select distinct c.shop_id, c.order_id, c.kind from unnest($1::bigint[], $2::uuid[]) as w (shop_id, order_id)
join cases c on c.shop_id = w.shop_id and c.order_id = w.order_id
where not c.historical and ((c.kind = 'cancel' and c.state in ('pending_review', 'negotiating'))
    or (c.kind = 'refund_in_transit' and c.state not in ('completed', 'closed')));

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
select p.shop_id, p.order_id, p.reference, p.status from unnest($1::bigint[], $2::uuid[]) as w (shop_id, order_id)
join parcel p on p.shop_id = w.shop_id and p.order_id = w.order_id and p.direction = 'forward';
