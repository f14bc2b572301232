-- name: export_cases
-- What a table of cases shows of these, in the order asked for.
select c.id as case_id, s.name as shop, o.reference as order_reference, o.purchase, c.market, c.buyer, c.kind, c.reason, c.reason_group,
       c.state, c.amount, c.currency, c.opened_at, c.updated_at, c.closed_at, c.ended, d.kind as deadline_kind, d.due_at as deadline_at,
       (select coalesce(sum(r.amount), 0)::bigint from refund r
         where r.shop_id = c.shop_id and r.case_id = c.id and r.status = 'succeeded') as refunded,
       l.skus, l.quantity, p.carrier as return_carrier, p.tracking_number as return_tracking, w.assignee,
       (select array_agg(t.tag order by t.tag) from case_tag t where t.shop_id = c.shop_id and t.case_id = c.id and t.side in ($3, 'both')) as tags
from unnest($1::bigint[], $2::uuid[]) with ordinality as want (shop_id, id, n)
join cases c on c.shop_id = want.shop_id and c.id = want.id
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
join shop s on s.id = c.shop_id
left join case_work w on w.shop_id = c.shop_id and w.case_id = c.id and w.side = $3
left join lateral (
    select d.kind, d.due_at from deadline d
    where d.shop_id = c.shop_id and d.case_id = c.id and d.state = 'running' order by d.due_at limit 1) d on true
left join lateral (
    select array_agg(x.sku order by x.reference) as skus, sum(a.quantity)::int as quantity
    from case_line a join order_line x on x.shop_id = a.shop_id and x.id = a.line_id
    where a.shop_id = c.shop_id and a.case_id = c.id) l on true
left join lateral (
    select p.carrier, p.tracking_number from parcel p
    where p.shop_id = c.shop_id and p.order_id = c.order_id and p.case_id = c.id and p.direction = 'return' order by p.id desc limit 1) p on true
order by want.n;

-- name: export_refunds
select r.id as refund_id, s.name as shop, o.reference as order_reference, r.case_id, r.amount, r.currency, r.status, r.destination,
       r.provider_reference, r.failure, r.created_at, r.updated_at
from refund r
join orders o on o.shop_id = r.shop_id and o.id = r.order_id
join shop s on s.id = r.shop_id
where r.shop_id = any ($1::bigint[])
  and ($2::text is null or r.status = $2)
  and ($3::timestamptz is null or r.updated_at >= $3)
  and ($4::uuid is null or r.id < $4)
order by r.id desc
limit $5;

-- name: names_of_shops
select id, name from shop where id = any ($1::bigint[]);
