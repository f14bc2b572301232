-- name: withdrawal_of_case
-- When a withdrawal was declared, and until when the goods and the money go back as it was promised then.
select e.at as declared_at,
       (select min(d.due_at) from deadline d where d.shop_id = e.shop_id and d.case_id = e.case_id and d.kind = 'ship_back') as send_back_by,
       (select min(d.due_at) from deadline d where d.shop_id = e.shop_id and d.case_id = e.case_id and d.kind = 'statutory_refund') as refund_by
from event e
where e.shop_id = :shop_id and e.case_id = :case_id and e.type = 'withdrawal_declared'
order by e.seq
limit 1;
