-- name: paid_refunds
-- What we hold as paid; what came back later was executed by the provider all the same.
select id, amount, status <> 'succeeded' as came_back from refund where status = 'succeeded' or failure = 'came_back';
