-- A filled marketplace: 100 shops, {orders} won auctions of two lines each, delivered three days ago, paid by card.
-- Ids are made of numbers, so that a load can name them.
insert into amends.shop (id, reference, name, market, seller)
select n, 'bench-' || n, 'Bench shop ' || n, 'us', 'seller-' || n from generate_series(1, 100) n;
insert into amends.chain_head select n, 0, decode(repeat('00', 32), 'hex') from generate_series(1, 100) n;
insert into amends.webhook_endpoint (shop_id, id, url, secrets)
select n, gen_random_uuid(), 'https://hooks.example.com/' || n, array['whsec_' || encode(sha256(n::text::bytea), 'base64')] from generate_series(1, 100) n;
insert into amends.orders (shop_id, id, reference, purchase, market, buyer, currency, status, sale_format, source, channel, high_value,
    placed_at, won_at, paid_at, promised_at, shipped_at, delivered_at)
select n % 100 + 1, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'O-' || n, 'P-' || n, 'us', 'buyer-' || n % 5000, 'USD',
    'delivered', 'live_auction', 'marketplace', 'live', false, clock_timestamp() - interval '9 days', clock_timestamp() - interval '9 days',
    clock_timestamp() - interval '9 days', clock_timestamp() - interval '2 days', clock_timestamp() - interval '8 days',
    clock_timestamp() - interval '3 days'
from generate_series(1, {orders}) n;
insert into amends.parcel (shop_id, id, order_id, direction, status, carrier, tracking_number, address_matches, shipped_at, delivered_at, signed_at)
select n % 100 + 1, ('00000000-0000-7000-8001-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    'forward', 'delivered', 'usps', '9400' || lpad(n::text, 18, '0'), true, clock_timestamp() - interval '8 days',
    clock_timestamp() - interval '3 days', clock_timestamp() - interval '3 days'
from generate_series(1, {orders}) n;
insert into amends.order_line (shop_id, id, order_id, reference, sku, title, category, quantity, price, shipping, tax, paid, commission, parcel_id)
select n % 100 + 1, ('00000000-0000-7000-' || (8002 + l) || '-' || lpad(to_hex(n), 12, '0'))::uuid,
    ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, l::text, 'SKU-' || n % 977, 'Graded card, lot ' || n, 'collectibles', 1,
    4000, 500, 350, 4850, 400, ('00000000-0000-7000-8001-' || lpad(to_hex(n), 12, '0'))::uuid
from generate_series(1, {orders}) n, generate_series(1, 2) l;
insert into amends.payment (shop_id, id, order_id, sequence, method, amount, captured, currency, provider_reference)
select n % 100 + 1, ('00000000-0000-7000-8005-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    1, 'card', 9700, 9700, 'USD', 'ch_' || n
from generate_series(1, {orders}) n;
insert into amends.payment_allocation (shop_id, payment_id, line_id, order_id, amount)
select n % 100 + 1, ('00000000-0000-7000-8005-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-7000-' || (8002 + l) || '-' || lpad(to_hex(n), 12, '0'))::uuid,
    ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 4850
from generate_series(1, {orders}) n, generate_series(1, 2) l;
vacuum analyze;
-- Leaves log segments to be used again, as a server has that runs for an hour; a new one costs 30 ms of zeros every 16 MB.
checkpoint;
