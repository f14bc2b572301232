-- name: feeds
-- What other systems keep a copy of: stable keys, no buyer's data, and what is gone as a row that says so. `erased` tells that the
-- buyer of an order was forgotten, so that whoever holds their name forgets it too.
create or replace temp view feed_orders as
select o.order_id::text as key, o.changed_at, false as deleted, o.shop_id, o.order_id, o.reference, o.purchase, o.market, o.currency, o.status,
    o.sale_format, o.source, o.channel, o.room, o.host, o.replacement, o.erased, o.placed_at, o.paid_at, o.shipped_at, o.delivered_at, o.cancelled_at
from orders o;

create or replace temp view feed_order_lines as
select l.line_id::text as key, l.changed_at, false as deleted, l.shop_id, l.line_id, l.order_id, l.reference, l.sku, l.title, l.category, l.quantity,
    l.price, l.shipping, l.tax, l.paid, l.commission, o.currency
from order_line l join orders o on o.shop_id = l.shop_id and o.order_id = l.order_id;

create or replace temp view feed_cases as
select c.case_id::text as key, c.changed_at, false as deleted, c.shop_id, c.case_id, c.order_id, c.parent_id, c.kind, c.reason, c.reason_group, c.state,
    c.ended, c.opened_at, c.closed_at, c.amount, c.currency, c.market, c.historical
from cases c;

create or replace temp view feed_case_lines as
select x.case_id::text || ':' || x.line_id::text as key, x.changed_at, false as deleted, x.shop_id, x.case_id, x.line_id, x.order_id, x.quantity, x.amount
from case_line x
union all by name
select g.key, g.changed_at, true as deleted, g.shop_id from gone g
where g.feed = 'case_lines' and not exists (from case_line x where x.shop_id = g.shop_id and x.case_id::text || ':' || x.line_id::text = g.key);

create or replace temp view feed_refunds as
select r.refund_id::text as key, r.changed_at, false as deleted, r.shop_id, r.refund_id, r.case_id, r.order_id, r.amount, r.currency, r.status,
    r.created_at, r.updated_at
from refund r;

create or replace temp view feed_returns as
select 'case:' || c.case_id::text as key, c.changed_at, false as deleted, c.shop_id, c.case_id, c.order_id, 'amends' as source, null as reference,
    c.kind, c.reason, c.state as status, c.opened_at as asked_at, c.amount, c.currency
from cases c where c.kind in ('return_refund', 'exchange')
union all by name
select 'told:' || t.reference || ':' || t.sku as key, t.changed_at, false as deleted, t.shop_id, t.order_id, 'host' as source, t.reference, t.kind,
    t.reason, t.status, t.asked_at, t.refund as amount, t.currency
from told_return t
union all by name
select g.key, g.changed_at, true as deleted, g.shop_id from gone g
where g.feed = 'returns'
  and not exists (from cases c where c.shop_id = g.shop_id and 'case:' || c.case_id::text = g.key and c.kind in ('return_refund', 'exchange'));

create or replace temp view feed_costs as
select m.transaction_id::text || ':' || m.leg::text as key, m.changed_at, false as deleted, m.shop_id, m.case_id, m.transaction_id, m.leg, m.why, m.party,
    m.amount, m.currency, m.moment as posted_at
from money m;

-- name: page_of_feed
-- In the order of change, then of key, so that a reader goes on where it stopped.
select * from query_table($view)
where changed_at >= $since and ($after_at is null or (changed_at, key) > ($after_at, $after_key))
order by changed_at, key limit $limit;

-- name: whole_feed
select * from query_table($view) where changed_at >= $since order by changed_at, key
