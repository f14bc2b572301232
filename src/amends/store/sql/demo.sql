-- name: put_clock!
-- Only while a demo is being filled: the past is lived through, and the clock ends where it began.
update clock set offset_by = $1::timestamptz - clock_timestamp();

-- name: reset_clock!
update clock set offset_by = '0' where offset_by <> '0' and not sandbox;

-- name: failed_refund
select id from refund where shop_id = $1 and case_id = $2 and status = 'failed' order by created_at desc limit 1;
