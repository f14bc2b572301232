-- name: put_clock!
-- Only while a demo is being filled: the past is lived through, and the clock ends where it began.
update clock set offset_by = $1::timestamptz - clock_timestamp();

-- name: reset_clock!
update clock set offset_by = '0' where offset_by <> '0' and not sandbox;

-- name: failed_refund
select id from refund where shop_id = $1 and case_id = $2 and status = 'failed' order by created_at desc limit 1;

-- name: lost_points
select e.id from score_event e
where e.shop_id = $1 and e.delta < 0 and e.reverses is null
  and not exists (select from score_event r where r.shop_id = e.shop_id and r.reverses = e.id)
order by e.at desc limit 1;

-- name: proof_of_a_kind
select id from evidence where shop_id = $1 and kind = $2 and order_id is not null order by given_at desc limit 1;

-- name: shop_in_dispute
select shop_id from dispute where shop_id = any ($1::bigint[]) and state = 'under_review' and lane = 'usual' and reviewer is null
order by opened_at limit 1;
