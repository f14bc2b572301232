-- name: list_chargebacks
-- Chargebacks, those first whose answer is due first.
select b.shop_id, b.id, b.order_id, b.payment_id, b.source, b.reference, b.amount, o.currency, b.held, b.reason, b.state, b.opened_at,
       b.respond_by, b.closed_at, b.override_at, b.override_why, b.updated_at,
       coalesce((select sum(r.amount) from refund r where r.shop_id = b.shop_id and r.payment_id = b.payment_id
                   and r.status = 'succeeded'), 0)::bigint as refunded,
       coalesce((select array_agg(c.id order by c.opened_at) from cases c where c.shop_id = b.shop_id and c.order_id = b.order_id), '{}') as cases
from chargeback b
join orders o on o.shop_id = b.shop_id and o.id = b.order_id
where b.shop_id = any ($1::bigint[])
  and ($2::text is null or b.state = $2)
  and ($3::timestamptz is null or b.updated_at >= $3)
  and ($4::uuid is null or b.id = $4)
  and ($5::timestamptz is null or (coalesce(b.respond_by, 'infinity'), b.id) > ($5, $6::uuid))
order by coalesce(b.respond_by, 'infinity'), b.id
limit $7;

-- name: places_of_payments
-- The payments that the provider's reference names, or our id: one charge may have paid several orders of a checkout.
select p.shop_id, p.id, p.captured, o.reference as order_reference
from payment p join orders o on o.shop_id = p.shop_id and o.id = p.order_id
where p.provider_reference = $1 or ($2::uuid is not null and p.id = $2)
order by p.shop_id, p.id
limit 101;

-- name: place_of_refund
select shop_id from refund where id = $1;

-- name: place_of_chargeback
select shop_id from chargeback where id = $1;
