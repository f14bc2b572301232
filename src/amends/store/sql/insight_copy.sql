-- name: copy_identity
-- Which database this is: another one, or the same after a restore, is copied anew.
select (select min(applied_at) from public.schema_migration)::text || ' ' || coalesce((select since from hold)::text, '');

-- name: copy_heads
-- Where each shop's chain stands, and the hash of the link that a copy has last seen: another hash means another past.
select h.shop_id, h.seq, h.hash, e.hash as seen
from chain_head h
left join unnest($1::bigint[], $2::bigint[]) as w (shop_id, seq) on w.shop_id = h.shop_id
left join event e on e.shop_id = w.shop_id and e.chain_seq = w.seq
order by h.shop_id;

-- name: copy_shop
select id as shop_id, reference, name, market from shop;

-- name: copy_orders
-- No name, no address and no words of a buyer leave the database.
select o.shop_id, o.id as order_id, o.reference, o.purchase, o.market, o.currency, o.status, o.sale_format, o.source, o.channel,
    o.buyer like 'erased-%' as erased, o.placed_at at time zone 'UTC' as placed_at, o.paid_at at time zone 'UTC' as paid_at,
    o.shipped_at at time zone 'UTC' as shipped_at, o.delivered_at at time zone 'UTC' as delivered_at,
    o.cancelled_at at time zone 'UTC' as cancelled_at
from orders o where o.updated_at >= $1;

-- name: copy_order_lines
select l.shop_id, l.id as line_id, l.order_id, l.reference, l.sku, l.title, l.category, l.quantity, l.price, l.shipping, l.tax, l.paid, l.commission,
    o.placed_at at time zone 'UTC' as placed_at
from order_line l join orders o on o.shop_id = l.shop_id and o.id = l.order_id where o.updated_at >= $1;

-- name: copy_origins
select shop_id, order_id, room, host, replacement from order_origin where told_at >= $1;

-- name: copy_replacements
select shop_id, order_id, case_id from replacement where order_id is not null;

-- name: copy_told_returns
select shop_id, reference, sku, order_id, kind, reason, status, quantity, refund, currency, asked_at at time zone 'UTC' as asked_at,
    told_at at time zone 'UTC' as told_at
from told_return where told_at >= $1;

-- name: copy_events
-- Links are made under the chain head's lock, so that a number seen means that all before it are there.
select e.shop_id, e.case_id, e.seq, e.type, e.at at time zone 'UTC' as moment, e.actor_kind, e.from_state, e.to_state, e.body ->> 'ground' as ground,
    e.body ->> 'liability' as liability, coalesce((e.body ->> 'overturned')::boolean, false) as overturned
from event e join unnest($1::bigint[], $2::bigint[]) as w (shop_id, seq) on e.shop_id = w.shop_id and e.chain_seq > w.seq;

-- name: copy_cases
select c.shop_id, c.id as case_id, c.order_id, c.parent_id, c.kind, c.reason, c.reason_group, c.state, c.opened_at at time zone 'UTC' as opened_at,
    c.amount, c.currency, c.market, c.historical, c.ended, c.closed_at at time zone 'UTC' as closed_at, c.note
from cases c where $1::uuid[] is null or c.id = any ($1);

-- name: copy_case_lines
select shop_id, case_id, line_id, order_id, quantity, amount from case_line where $1::uuid[] is null or case_id = any ($1);

-- name: copy_refunds
select shop_id, id as refund_id, case_id, order_id, amount, currency, status, created_at at time zone 'UTC' as created_at,
    updated_at at time zone 'UTC' as updated_at
from refund where $1::uuid[] is null or case_id = any ($1);

-- name: copy_proposals
select shop_id, id as proposal_id, case_id, by as proposer, channel, state, opened_at at time zone 'UTC' as opened_at
from proposal where $1::uuid[] is null or case_id = any ($1);

-- name: copy_money
-- Accounts are `party:whose`; whose is left behind.
select t.shop_id, t.id as transaction_id, p.leg, t.case_id, t.why, t.currency, t.at at time zone 'UTC' as moment, split_part(p.account, ':', 1) as party,
    p.amount
from money_transaction t join posting p on p.shop_id = t.shop_id and p.transaction_id = t.id
where $1::uuid[] is null or t.case_id = any ($1);

-- name: copy_cases_of_orders
-- A buyer who was forgotten changes the order; the words of their cases are read again.
select c.id from cases c join orders o on o.shop_id = c.shop_id and o.id = c.order_id where o.updated_at >= $1;

-- name: copy_scores
select shop_id, id as entry_id, score, delta, at at time zone 'UTC' as moment, expires_at at time zone 'UTC' as expires_at, why, rule, case_id, reverses
from score_event where at >= $1;
