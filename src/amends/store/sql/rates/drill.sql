-- name: drill_requests
-- The requests that a rate counted, the newest first; a unit that counts has at least one of them.
select distinct r.shop_id, r.request_id as key, r.case_id, r.order_id, o.reference as order_reference, r.source, r.kind, r.reason, r.status, r.asked_at as moment
from asked_request r join placed o on o.shop_id = r.shop_id and o.order_id = r.order_id
where (case $figure when 'cancellation_rate' then r.effective and r.kind = 'cancel' else not r.cancelled end)
  and (case $figure when 'initiated_rate' then true when 'effective_rate' then r.effective when 'refunded_rate' then r.refunded
        when 'return_rate' then r.effective and r.kind <> 'cancel' when 'proactive_refund_rate' then r.proactive
        when 'platform_intervention_rate' then r.platform when 'unknown_statuses' then r.unknown when 'cancellation_rate' then true end)
  and ($after_at is null or (r.asked_at, r.request_id) < ($after_at, $after_key))
order by moment desc, key desc limit $limit;

-- name: drill_units
-- The orders that a rate is over.
select a.shop_id, a.order_id::text as key, null as case_id, a.order_id, any_value(o.reference) as order_reference, 'order' as source, null as kind,
    null as reason, null as status, any_value(a.placed_at) as moment
from asked_line a join placed o on o.shop_id = a.shop_id and o.order_id = a.order_id where ($figure = 'cancellation_rate' or not a.cancelled)
group by a.shop_id, a.order_id
having $after_at is null or (any_value(a.placed_at), a.order_id::text) < ($after_at, $after_key)
order by moment desc, key desc limit $limit;

-- name: drill_cases
-- The cases that a figure of handling counted.
select c.shop_id, c.case_id::text as key, c.case_id, c.order_id, o.reference as order_reference, 'case' as source, c.kind, c.reason, k.state as status,
    c.opened_at as moment
from asked_case c join placed o on o.shop_id = c.shop_id and o.order_id = c.order_id join cases k on k.shop_id = c.shop_id and k.case_id = c.case_id
where (case $figure
    when 'first_response' then c.response_s is not null when 'handling_time' then c.handling_s is not null
    when 'closed_in_72h' then c.opened_at + to_hours(72) <= $cut_off and ($part = 'denominator' or coalesce(c.handling_s <= 259200, false))
    when 'silent_approvals' then $part = 'denominator' or c.silent else true end)
  and ($after_at is null or (c.opened_at, c.case_id::text) < ($after_at, $after_key))
order by moment desc, key desc limit $limit;

-- name: drill_rejections
select r.shop_id, r.case_id::text || ':' || r.seq::text as key, r.case_id, r.order_id, o.reference as order_reference, 'case' as source, r.kind, r.reason,
    r.outcome as status, r.moment
from asked_rejection r join placed o on o.shop_id = r.shop_id and o.order_id = r.order_id
where (case when $figure <> 'rejection_survival' then $part = 'denominator' or 'rejections_' || outcome = $figure
        when $part = 'denominator' then outcome not in ('waiting', 'escalated') else outcome in ('upheld', 'accepted_by_silence', 'withdrawn') end)
  and ($after_at is null or (moment, case_id::text || ':' || seq::text) < ($after_at, $after_key))
order by moment desc, key desc limit $limit;

-- name: drill_disputes
select d.shop_id, d.case_id::text as key, d.case_id, d.order_id, o.reference as order_reference, 'case' as source, d.kind, d.reason, d.outcome as status,
    d.moment
from asked_dispute d join placed o on o.shop_id = d.shop_id and o.order_id = d.order_id
where ($part = 'denominator' or 'disputes_' || outcome = $figure) and ($after_at is null or (moment, case_id::text) < ($after_at, $after_key))
order by moment desc, key desc limit $limit;

-- name: tracked
-- The tracking table: each rejection of the period and what became of it.
select r.shop_id, r.case_id, r.seq, r.moment, r.event, r.ground, r.order_id, o.reference as order_reference, r.kind, r.reason, r.amount, r.currency, r.market,
    r.outcome, r.outcome_at, r.case_id::text || ':' || r.seq::text as key
from asked_rejection r join placed o on o.shop_id = r.shop_id and o.order_id = r.order_id
where ($outcome is null or outcome = $outcome) and ($ground is null or ground = $ground)
  and ($after_at is null or (moment, case_id::text || ':' || seq::text) < ($after_at, $after_key))
order by moment desc, key desc limit $limit;

-- name: tracked_grounds
-- How often each ground was used and how often it stood: the frequent problem types.
select coalesce(ground, '') as ground, count(*) as rejections, count(*) filter (where outcome not in ('waiting', 'escalated')) as settled,
    count(*) filter (where outcome in ('upheld', 'accepted_by_silence', 'withdrawn')) as stood,
    count(*) filter (where outcome = 'overturned') as overturned
from asked_rejection group by ground order by rejections desc, ground;

-- name: choices
-- What there is to choose from in filters: of the orders of the shops, the most frequent first.
select 'category' as dimension, category as word, count(*) as n from order_line group by category
union all select 'market', market, count(*) from orders group by market
union all select 'shop', o.shop_id::text, count(*) from orders o group by o.shop_id
union all (select 'room', room, count(*) as n from orders where room is not null group by room order by n desc limit 200)
union all (select 'host', host, count(*) as n from orders where host is not null group by host order by n desc limit 200)
union all (select 'product', sku, count(*) as n from order_line where sku <> '' group by sku order by n desc limit 200)
union all select 'reason', reason, count(*) from cases group by reason
order by dimension, n desc, word;

-- name: labels
-- What the words of a dimension are called by people: shops by their names, articles by their titles.
select 'shop' as dimension, shop_id::text as word, any_value(name) as label from shop group by shop_id
union all select 'product', sku, any_value(title) from order_line where sku in (from unnest($words::text[])) group by sku
