-- name: compensation_to_pay
-- A compensation as it stands, and the payment of its order that says who the buyer is.
select k.id, k.amount, k.currency, k.status, k.attempts, coalesce(p.provider_reference, p.id::text, k.order_id::text) as payment_ref,
       coalesce(c.destination, 'original') as destination
from compensation k
join cases c on c.shop_id = k.shop_id and c.id = k.case_id
left join lateral (
    select coalesce(m.root_id, p.id) as id, coalesce(p.provider_reference, root.provider_reference) as provider_reference
    from payment p
    left join replacement_payment m on m.shop_id = p.shop_id and m.payment_id = p.id
    left join payment root on root.shop_id = m.shop_id and root.id = m.root_id
    where p.shop_id = k.shop_id and p.order_id = k.order_id and p.captured > 0 order by p.sequence limit 1
) p on true
where k.shop_id = $1 and k.id = $2;

-- name: park_compensation!
insert into parked (shop_id, id, source, event_id, why, body, received_at)
values ($1, $2, 'compensation', $3, $4, $5, (select moment()))
on conflict (shop_id, source, event_id) do update set why = excluded.why, body = excluded.body, settled_at = null;
