-- name: domain_now
select moment();

-- name: move_clock
-- Only a sandbox's clock can be moved, and only forward.
update clock set offset_by = $1::timestamptz - clock_timestamp()
where sandbox and $1::timestamptz >= moment()
returning moment();

-- name: tell_clock
select pg_notify('amends_clock', '');

-- name: work_left
select work_left();

-- name: next_due
select next_due();

-- name: clock_is_sandbox
select sandbox from clock;

-- name: declare_sandbox!
-- A marketplace becomes a sandbox before its first order and never afterwards.
update clock set sandbox = true where not sandbox;

-- name: holds_orders
select exists (select from orders);
