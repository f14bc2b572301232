-- name: insert_import!
insert into import_run (shop_id, id, kind, name, sha256, size, state, by_kind, by_person, permissions)
values ($1, $2, $3, $4, $5, $6, 'reading', $7, $8, $9);

-- name: list_imports
select shop_id, id, kind, name, size, state, by_person, made_at, changed_at, stage, done, total, report
from import_run where shop_id = any ($1::bigint[]) and ($2::timestamptz is null or (made_at, id) < ($2, $3::uuid))
order by made_at desc, id desc limit $4;

-- name: get_import
select shop_id, id, kind, name, size, state, by_kind, by_person, permissions, made_at, changed_at, stage, done, total, report
from import_run where shop_id = any ($1::bigint[]) and id = $2;

-- name: want_import
update import_run set state = 'wanted', done = 0, total = null, stage = null, beat_at = null, changed_at = clock_timestamp()
where shop_id = $1 and id = $2 and state in ('previewed', 'failed') returning id;

-- name: drop_import
delete from import_run where shop_id = $1 and id = $2 and state in ('previewed', 'failed', 'done', 'lapsed') returning id;

-- name: retain_imports
-- What was checked and nobody applied for so long; the worker removes the files of lapsed runs.
update import_run set state = 'lapsed', changed_at = clock_timestamp()
where shop_id = any ($1::bigint[]) and state in ('previewed', 'failed') and changed_at < clock_timestamp() - $2::interval returning id;

-- name: imports_that_need_their_files
select id from import_run where id = any ($1::uuid[]) and state not in ('done', 'lapsed');

-- name: waiting_imports
-- What nobody carries out: never begun, or its carrier has not been heard of for a minute.
select shop_id, id from import_run
where state in ('reading', 'wanted', 'running') and (beat_at is null or beat_at < clock_timestamp() - interval '1 minute')
order by made_at limit 1;

-- name: take_import
update import_run set state = case state when 'wanted' then 'running' else state end, beat_at = clock_timestamp(),
    changed_at = clock_timestamp()
where shop_id = $1 and id = $2 and state in ('reading', 'wanted', 'running')
  and (beat_at is null or beat_at < clock_timestamp() - interval '1 minute')
returning kind, name, state, by_kind, by_person, permissions;

-- name: beat_import!
update import_run set stage = $3, done = $4, total = $5, beat_at = clock_timestamp() where shop_id = $1 and id = $2;

-- name: end_import!
update import_run set state = $3, report = $4, beat_at = null, changed_at = clock_timestamp() where shop_id = $1 and id = $2;

-- name: cases_by_number
-- The open cases that a row of a file may mean: by the case's own id, or by the order's number.
select c.id, c.state, c.opened_at from cases c join orders o on o.shop_id = c.shop_id and o.id = c.order_id
where c.shop_id = $1 and (c.id::text = $2 or o.reference = $2)
order by c.closed_at is not null, c.opened_at desc;

-- name: order_by_number
select id from orders where shop_id = $1 and reference = $2;

-- name: shop_importing
select reference, market from shop where id = $1;

-- name: tell_worker
select pg_notify('amends_work', 'imports');
