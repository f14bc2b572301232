-- name: rates
-- One row a part: how many units there are, and how many of them each rate counts. A unit is an order, or an order and one of its
-- articles; it counts once in a part, however many requests it has. `paid_units` has the cancelled ones too. `day` and `week` are those
-- of the clock that the question names.
with asked_part as (
    select a.shop_id, a.order_id, a.article, a.line_id, a.cancelled, case $dimension
        when 'shop' then a.shop_id::text when 'category' then a.category when 'product' then a.sku when 'room' then a.room when 'host' then a.host
        when 'market' then a.market when 'day' then strftime(a.placed_at + to_minutes($offset::integer), '%Y-%m-%d')
        when 'week' then strftime(date_trunc('week', a.placed_at + to_minutes($offset::integer)), '%Y-%m-%d') else '' end as part
    from asked_line a
),
unit as (
    select p.part, p.shop_id, p.order_id, p.article, any_value(p.cancelled) as cancelled,
        bool_or(r.request_id is not null) as initiated,
        coalesce(bool_or(r.effective), false) as effective,
        coalesce(bool_or(r.refunded), false) as refunded,
        coalesce(bool_or(r.effective and r.kind <> 'cancel'), false) as returned,
        coalesce(bool_or(r.effective and r.kind = 'cancel'), false) as called_off,
        coalesce(bool_or(r.platform), false) as platform,
        coalesce(bool_or(r.proactive), false) as proactive,
        coalesce(bool_or(r.unknown), false) as unknown
    from asked_part p left join asked_request r on r.shop_id = p.shop_id and r.order_id = p.order_id and r.line_id = p.line_id
    group by p.part, p.shop_id, p.order_id, p.article
)
select part,
    count(*) filter (where not cancelled) as units,
    count(*) as paid_units,
    count(*) filter (where not cancelled and initiated) as initiated,
    count(*) filter (where not cancelled and effective) as effective,
    count(*) filter (where not cancelled and refunded) as refunded,
    count(*) filter (where not cancelled and returned) as returned,
    count(*) filter (where called_off) as called_off,
    count(*) filter (where not cancelled and proactive and effective) as proactive,
    count(*) filter (where not cancelled and platform) as platform,
    count(*) filter (where not cancelled and unknown) as unknown
from unit group by part order by part;

-- name: reasons
-- The same by what was asked for as the reason; a unit with two reasons counts in both, over all units of the question.
with counted as (
    select r.reason as part, r.shop_id, r.order_id, r.article, coalesce(bool_or(r.effective), false) as effective, coalesce(bool_or(r.refunded), false) as refunded,
        coalesce(bool_or(r.effective and r.kind <> 'cancel'), false) as returned
    from asked_request r where not r.cancelled group by r.reason, r.shop_id, r.order_id, r.article
)
select part, (select count(distinct (shop_id, order_id, article)) from asked_line where not cancelled) as units, count(*) as initiated,
    count(*) filter (where effective) as effective, count(*) filter (where refunded) as refunded, count(*) filter (where returned) as returned
from counted group by part order by initiated desc, part;

-- name: words
-- Phrases that buyers' notes hold, by the requests that hold them; counted once a request.
select w.word, count(distinct (r.shop_id, r.request_id)) as requests
from asked_request r join cases c on c.shop_id = r.shop_id and c.case_id = r.case_id, unnest(c.words) as w (word)
where not r.cancelled
group by w.word order by requests desc, w.word;

-- name: asked_requests
select count(distinct (shop_id, request_id)) from asked_request where not cancelled;

-- name: ages
-- How old the orders of a figure are at the cut-off: the youngest and the oldest, in whole days; both null where there is none.
select date_sub('second', max(placed_at), $cut_off) // 86400, date_sub('second', min(placed_at), $cut_off) // 86400
from asked_line where not cancelled;

-- name: contributions
-- What each part adds to the return rate: returned units by reason and article, for two periods to be compared.
select r.reason, l.category, l.sku, any_value(l.title) as title, count(distinct (r.shop_id, r.order_id, r.article)) as returned
from asked_request r join asked_line l on l.shop_id = r.shop_id and l.order_id = r.order_id and l.line_id = r.line_id
where not r.cancelled and r.effective and r.kind <> 'cancel'
group by r.reason, l.category, l.sku;

-- name: told_without_history
-- Requests of a host's file whose horizon lies before the moment at which the host said how they stand.
select count(distinct (r.shop_id, r.request_id))
from asked_request r join told_return t on r.source = 'told' and t.shop_id = r.shop_id and t.reference || ':' || t.sku = r.request_id
join asked_line a on a.shop_id = r.shop_id and a.order_id = r.order_id and a.line_id = r.line_id
where a.horizon < t.told_at and $maturity is not null
