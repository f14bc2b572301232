-- name: asked_line
-- The orders of the question, line by line: created in the period and paid, replacements left out; each seen at its own horizon, which is
-- the cut-off or, where a maturity is asked, that many days after its creation. `cancelled` ones stand here for the rate of cancellations alone.
-- A line whose article nobody named is an article of its own.
create or replace temp table asked_line as
with seen as (
    select o.*, least($cut_off, coalesce(o.placed_at + to_days($maturity::integer), $cut_off)) as horizon
    from orders o
    where o.placed_at >= $from and o.placed_at < $to and o.placed_at <= $cut_off and not o.replacement
      and ($market is null or o.market = $market) and ($room is null or o.room = $room) and ($host is null or o.host = $host)
)
select s.shop_id, s.order_id, s.market, s.room, s.host, s.placed_at, s.horizon, l.line_id, l.sku, l.title, l.category,
    (s.status = 'cancelled' and s.cancelled_at is null) or coalesce(s.cancelled_at <= s.horizon, false) as cancelled,
    case when $by = 'line' then coalesce(nullif(l.sku, ''), l.line_id::text) else '' end as article
from seen s join order_line l on l.shop_id = s.shop_id and l.order_id = s.order_id and l.placed_at >= $from and l.placed_at < $to
where s.paid_at <= s.horizon and ($category is null or l.category = $category) and ($sku is null or l.sku = $sku);

-- name: asked_request
-- What became of each request until the horizon of its order. `platform`: the platform proposed, or a dispute was opened. `proactive`: the
-- seller or a rule of theirs paid before any deadline of theirs passed, any dispute and any ruling.
create or replace temp table asked_request as
with asked_order as materialized (select distinct shop_id, order_id from asked_line),
made as materialized (from request semi join asked_order using (shop_id, order_id)),
spoken as materialized (from request_line semi join asked_order using (shop_id, order_id)),
line as (
    select a.shop_id, a.order_id, a.article, a.line_id, a.horizon, a.cancelled, r.source, r.request_id, r.case_id, r.kind, r.reason, r.asked_at
    from made r
    join spoken x on x.shop_id = r.shop_id and x.order_id = r.order_id and x.source = r.source and x.request_id = r.request_id
    join asked_line a on a.shop_id = x.shop_id and a.order_id = x.order_id and a.line_id = x.line_id
    where r.asked_at <= a.horizon and ($reason is null or r.reason = $reason) and ($kind is null or r.kind = $kind)
),
stood as (
    select l.*, coalesce(s.state, t.status) as status, s.entered_by
    from line l
    left join stay s on s.shop_id = l.shop_id and s.case_id = l.case_id and s.from_at <= l.horizon and (s.until_at is null or s.until_at > l.horizon)
    left join told_return t on l.source = 'told' and t.shop_id = l.shop_id and t.reference || ':' || t.sku = l.request_id
),
marks as (
    select e.shop_id, e.case_id,
        min(e.moment) filter (where e.type = 'escalated') as disputed_at,
        min(e.moment) filter (where e.type in ('first_response_expired', 'review_expired', 'review_return_expired', 'seller_ship_expired', 'refuse_sign_expired',
                                           'statutory_refund_expired', 'escalated', 'ruled_for_buyer', 'ruled_return', 'ruled_for_seller')) as late_at,
        min(e.moment) filter (where e.actor_kind in ('seller', 'system')
                            and e.type in ('approved', 'returnless_refund', 'return_accepted', 'converted_to_refund')) as granted_at
    from event e semi join line l on l.shop_id = e.shop_id and l.case_id = e.case_id
    group by e.shop_id, e.case_id
),
proposed as (
    select p.shop_id, p.case_id, min(p.opened_at) as proposed_at from proposal p where p.proposer = 'platform' group by p.shop_id, p.case_id
)
select s.shop_id, s.order_id, s.article, s.line_id, s.cancelled, s.source, s.request_id, s.case_id, s.kind, s.reason, s.asked_at, s.status,
    m.effective = 1 as effective, m.refunded = 1 as refunded, m.effective is null as unknown,
    coalesce(p.proposed_at <= s.horizon, false) or coalesce(k.disputed_at <= s.horizon, false) as platform,
    coalesce(m.refunded = 1 and k.granted_at <= s.horizon and (k.late_at is null or k.granted_at < k.late_at), false) as proactive
from stood s
left join status_map m on m.source = s.source and m.status = s.status
    and (m.entered_by = s.entered_by or (m.entered_by is null and not exists (
        from status_map o where o.source = s.source and o.status = s.status and o.entered_by = s.entered_by)))
left join marks k on k.shop_id = s.shop_id and k.case_id = s.case_id
left join proposed p on p.shop_id = s.shop_id and p.case_id = s.case_id
