-- A replacement that was exchanged again led to the payment of the replacement before it; it leads to the one that the money came
-- in by, and what its refunds hold is held there too. Where that has no room left the money has gone twice, and the doctor tells.

set local search_path = amends;

alter table replacement_payment no force row level security;
alter table payment no force row level security;
alter table refund no force row level security;

with recursive up as (
    select m.shop_id, m.payment_id, m.root_id, 1 as step from replacement_payment m
    union all
    select u.shop_id, u.payment_id, m.root_id, u.step + 1
    from up u join replacement_payment m on m.shop_id = u.shop_id and m.payment_id = u.root_id
)
update replacement_payment r set root_id = u.root_id
from (select distinct on (shop_id, payment_id) shop_id, payment_id, root_id, step from up order by shop_id, payment_id, step desc) u
where r.shop_id = u.shop_id and r.payment_id = u.payment_id and u.step > 1;

update payment p set reserved = least(w.held, p.captured - p.charged_back)
from (
    select q.shop_id, q.id, coalesce(sum(r.amount) filter (
        where r.status <> 'given_up'
          and not (r.status = 'failed' and exists (select from refund n where n.shop_id = r.shop_id and n.replaces = r.id))), 0) as held
    from payment q
    left join refund r on r.shop_id = q.shop_id
        and r.payment_id in (select q.id union all select m.payment_id from replacement_payment m
                             where m.shop_id = q.shop_id and m.root_id = q.id)
    where exists (select from replacement_payment m where m.shop_id = q.shop_id and q.id in (m.root_id, m.payment_id))
    group by q.shop_id, q.id
) w
where p.shop_id = w.shop_id and p.id = w.id and p.reserved <> least(w.held, p.captured - p.charged_back);

alter table replacement_payment force row level security;
alter table payment force row level security;
alter table refund force row level security;
