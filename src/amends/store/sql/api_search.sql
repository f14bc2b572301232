-- name: plan_for_these_values
-- The filters of a list are left out where they are null: a plan made for all values alike would read past most of them.
select set_config('plan_cache_mode', 'force_custom_plan', true);

-- name: cases_like
-- The cases that a text means: the beginning of an id ($2 to $3), its end as lists show it ($6), an order, a purchase, a parcel's number, or a buyer.
select shop_id, id from cases
where shop_id = any ($1::bigint[]) and $2::uuid is not null and id between $2 and $3
union
select shop_id, id from cases where shop_id = any ($1::bigint[]) and right(id::text, 8) = $6
union
select c.shop_id, c.id from orders o join cases c on c.shop_id = o.shop_id and c.order_id = o.id
where o.shop_id = any ($1::bigint[]) and (o.reference = $4 or o.purchase = $4)
union
select c.shop_id, c.id from parcel p join cases c on c.shop_id = p.shop_id and c.order_id = p.order_id
where p.shop_id = any ($1::bigint[]) and p.tracking_number = $5 and (p.case_id is null or p.case_id = c.id)
union
select shop_id, id from cases where shop_id = any ($1::bigint[]) and buyer = $4
limit 500;

-- name: count_cases_by_state
select state, count(*) as cases from cases
where shop_id = any ($1::bigint[]) and ($2::text is null or buyer = $2)
group by state;

-- name: count_running_deadlines
select d.kind, count(*) as cases, count(*) filter (where d.due_at < (select amends.moment()) + interval '24 hours') as soon
from deadline d
where d.shop_id = any ($1::bigint[]) and d.state = 'running'
  and ($2::text is null or exists (select from cases c where c.shop_id = d.shop_id and c.id = d.case_id and c.buyer = $2))
group by d.kind;

-- name: count_cases_that_wait_for$
-- Cases, not deadlines: two of one case are one thing to do.
select count(distinct (d.shop_id, d.case_id)) from deadline d
where d.shop_id = any ($1::bigint[]) and d.state = 'running' and d.kind = any ($2::text[])
  and ($3::text is null or exists (select from cases c where c.shop_id = d.shop_id and c.id = d.case_id and c.buyer = $3));

-- name: count_cases_granted_by_themselves$
-- Nobody decided them: a deadline ended, or a rule of the shop's own granted them.
select count(*) from (
    select distinct e.shop_id, e.case_id from event e
    where e.shop_id = any ($1::bigint[]) and e.actor_kind = 'system' and e.from_state <> e.to_state
      and e.type in ('approved', 'returnless_refund', 'review_expired', 'review_return_expired',
          'refuse_sign_expired', 'statutory_refund_expired', 'converted_to_refund')
) e
where $2::text is null or exists (select from cases c where c.shop_id = e.shop_id and c.id = e.case_id and c.buyer = $2);
