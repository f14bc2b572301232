-- A year of trade: 20 shops, {orders} orders of one or two articles, a tenth of them asked about. Only what figures look at.
insert into amends.shop (id, reference, name, market, seller)
select n, 'year-' || n, 'Shop ' || n, 'us', 'seller-' || n from generate_series(1, 20) n;
insert into amends.orders (shop_id, id, reference, purchase, market, buyer, currency, status, sale_format, source, placed_at, paid_at, shipped_at, delivered_at, cancelled_at)
select n % 20 + 1, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'O-' || n, 'P-' || n, 'us', 'buyer-' || n % 50000, 'USD',
    case when n % 41 = 0 then 'cancelled' else 'delivered' end, 'shelf', 'marketplace', p.at, p.at + interval '5 minutes', p.at + interval '1 day',
    p.at + interval '4 days', case when n % 41 = 0 then p.at + interval '6 hours' end
from generate_series(1, {orders}) n, lateral (select clock_timestamp() - interval '360 days' * (n::double precision / {orders}) as at) p;
insert into amends.order_line (shop_id, id, order_id, reference, sku, title, category, quantity, price, shipping, tax, paid, commission)
select n % 20 + 1, ('00000000-0000-7000-' || (8002 + l) || '-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    l::text, 'SKU-' || (n * 7 + l) % 977, 'Article ' || (n * 7 + l) % 977, (array['apparel', 'electronic_accessories', 'home', 'beauty', 'toys'])[(n + l) % 5 + 1], 1,
    4000, 500, 350, 4850, 400
from generate_series(1, {orders}) n, generate_series(1, 2) l where l = 1 or n % 5 = 0;
insert into amends.cases (shop_id, id, order_id, kind, reason, reason_group, state, seq, version, buyer, opened_by, opened_at, amount, currency, market,
    eligibility_release, eligibility_pinned_at, handling_release, handling_pinned_at, note, ended, closed_at, updated_at)
select n % 20 + 1, ('00000000-0000-7000-8006-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    (array['refund_only', 'return_refund', 'refund_in_transit', 'cancel'])[n / 10 % 4 + 1],
    (array['damaged', 'does_not_fit', 'style_colour', 'not_received', 'not_as_described', 'missing_item'])[n / 10 % 6 + 1], 'quality',
    case n / 10 % 5 when 0 then 'pending_review' when 1 then 'rejected_1' when 2 then 'closed' else 'completed' end, 4, 3, 'buyer-' || n % 50000, 'buyer:x',
    o.placed_at + interval '3 days', 4850, 'USD', 'us', 'r', o.placed_at, 'r', o.placed_at,
    (array['色差', 'the colour is different colour', 'too small', 'arrived broken', 'no instructions', null])[n / 10 % 6 + 1],
    case n / 10 % 5 when 0 then null when 1 then null when 2 then 'seller_upheld' else 'refunded' end,
    case when n / 10 % 5 < 2 then null else o.placed_at + interval '5 days' end, o.placed_at + interval '5 days'
from generate_series(10, {orders}, 10) n join amends.orders o on o.shop_id = n % 20 + 1 and o.id = ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
insert into amends.case_line (shop_id, case_id, line_id, order_id, quantity, amount)
select n % 20 + 1, ('00000000-0000-7000-8006-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-7000-8003-' || lpad(to_hex(n), 12, '0'))::uuid,
    ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 4850
from generate_series(10, {orders}, 10) n;
insert into amends.event (shop_id, case_id, seq, type, at, actor_kind, actor, from_state, to_state, body, chain_seq, hash)
select c.shop_id, c.id, e.seq, e.type, c.opened_at + e.later, e.by, e.by || ':x', e.was, e.becomes, jsonb_build_object('ground', 'other'),
    row_number() over (partition by c.shop_id order by c.opened_at, c.id, e.seq), decode(repeat('00', 32), 'hex')
from amends.cases c, lateral (values
    (1, 'case_opened', interval '0', 'buyer', null, 'pending_review'),
    (2, 'replied', interval '1 hour' + interval '1 minute' * (hashtext(c.id::text) % 600 + 600), 'seller', 'pending_review', 'pending_review'),
    (3, case c.state when 'rejected_1' then 'rejected' when 'closed' then 'rejected' else 'approved' end, interval '20 hours', 'seller', 'pending_review',
        case c.state when 'rejected_1' then 'rejected_1' when 'closed' then 'rejected_1' else 'refund_approved' end),
    (4, case c.state when 'closed' then 'escalate_expired' else 'refund_succeeded' end, interval '2 days', 'system',
        case c.state when 'closed' then 'rejected_1' else 'refund_approved' end, c.state)) as e (seq, type, later, by, was, becomes)
where case c.state when 'pending_review' then e.seq <= 2 when 'rejected_1' then e.seq <= 3 else true end;
insert into amends.chain_head select shop_id, max(chain_seq), decode(repeat('00', 32), 'hex') from amends.event group by shop_id;
insert into amends.money_transaction (shop_id, id, case_id, why, currency, at)
select shop_id, ('00000000-0000-7000-8007-' || right(id::text, 12))::uuid, id, 'refund', 'USD', opened_at + interval '2 days' from amends.cases where state = 'completed';
insert into amends.posting (shop_id, transaction_id, leg, account, amount)
select shop_id, id, leg, case leg when 1 then 'seller:1' else 'buyer:x' end, case leg when 1 then -4850 else 4850 end
from amends.money_transaction, generate_series(1, 2) leg;
vacuum analyze;
