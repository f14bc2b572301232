-- name: status_map
-- What a status makes of a request (domain, part 9): initiated always, effective, refunded. `entered_by` is the event that led to the
-- state where the state alone does not say. A status that stands nowhere here is unknown: it counts as initiated, and is an alarm.
create or replace temp table status_map as
select * from (values
    ('case', 'awaiting_proof', null, 1, 0),
    ('case', 'in_recheck', null, 1, 0),
    ('case', 'pending_review', null, 1, 0),
    ('case', 'negotiating', null, 1, 0),
    ('case', 'refuse_sign_agreed', null, 1, 0),
    ('case', 'awaiting_buyer_ship', null, 1, 0),
    ('case', 'return_in_transit', null, 1, 0),
    ('case', 'return_delivered', null, 1, 0),
    ('case', 'in_dispute', null, 1, 0),
    ('case', 'refund_approved', null, 1, 0),
    ('case', 'refund_failed', null, 1, 0),
    ('case', 'awaiting_seller_ship', null, 1, 0),
    ('case', 'replacement_in_transit', null, 1, 0),
    ('case', 'rejected_1', null, 0, 0),
    ('case', 'rejected_2', null, 0, 0),
    ('case', 'completed', 'refund_succeeded', 1, 1),
    ('case', 'completed', 'replacement_accepted', 1, 0),
    ('case', 'completed', 'replacement_acceptance_expired', 1, 0),
    ('case', 'completed', 'nothing_to_pay', 1, 0),
    ('case', 'closed', 'refund_given_up', 1, 1),
    ('case', 'closed', null, 0, 0),
    ('told', 'pending', null, 1, 0),
    ('told', 'awaiting_buyer_response', null, 1, 0),
    ('told', 'awaiting_buyer_ship', null, 1, 0),
    ('told', 'shipped', null, 1, 0),
    ('told', 'approved', null, 1, 0),
    ('told', 'complete', null, 1, 1),
    ('told', 'request_rejected', null, 0, 0),
    ('told', 'package_rejected', null, 0, 0),
    ('told', 'cancelled', null, 0, 0),
    ('told', 'replacement_pending', null, 1, 0),
    ('told', 'replacement_complete', null, 1, 0),
    ('told', 'ended_as_refund', null, 1, 1)
) as m (source, status, entered_by, effective, refunded);

-- name: request
-- Every request that was made, here or there, and each line that it speaks of. A refused attempt is none. A host's request without
-- an article speaks of the whole order.
create temp view request as
select 'case' as source, c.shop_id, c.case_id::text as request_id, c.case_id, c.order_id, c.kind, c.reason, c.opened_at as asked_at
from cases c
union all
select distinct 'told', shop_id, reference || ':' || sku, null, order_id, kind, reason, asked_at from told_return;

create temp view request_line as
select 'case' as source, shop_id, case_id::text as request_id, order_id, line_id from case_line
union all
select 'told', t.shop_id, t.reference || ':' || t.sku, t.order_id, l.line_id
from told_return t join order_line l on l.shop_id = t.shop_id and l.order_id = t.order_id and (t.sku = '' or l.sku = t.sku)
