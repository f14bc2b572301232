-- name: begin_hold!
update hold set held = true, why = $1, backup_taken_at = $2, since = moment(), released_at = null;

-- name: the_hold
select held, why, backup_taken_at, since, released_at from hold;

-- name: release_hold!
update hold set held = false, released_at = moment() where held;

-- name: refunds_in_flight
-- What may have been paid without our hearing of it.
select shop_id, id, status from refund where shop_id = any ($1::bigint[]) and status in ('pending', 'sent', 'unknown') order by created_at, id;

-- name: refunds_known
select id from refund where shop_id = any ($1::bigint[]) and id = any ($2::uuid[])
union all
select id from compensation where shop_id = any ($1::bigint[]) and id = any ($2::uuid[]);

-- name: payments_named
select shop_id, id, coalesce(provider_reference, id::text) as reference, currency from payment
where shop_id = any ($1::bigint[]) and (provider_reference = any ($2::text[]) or id::text = any ($2::text[]));

-- name: keep_paid_outside
insert into paid_outside (shop_id, key, payment_id, amount, currency, executed_at, found_at) values ($1, $2, $3, $4, $5, $6, moment())
on conflict (shop_id, key) do nothing
returning key;

-- name: settle_paid_outside
update paid_outside set settled_at = moment() where shop_id = any ($1::bigint[]) and key = $2 and settled_at is null returning key;

-- name: acting_functions
-- Functions that act as somebody: a dump that is restored by another user must not make them act as that user.
select p.oid::regprocedure::text as function, pg_get_userbyid(p.proowner) as owner from pg_proc p
where p.pronamespace = 'amends'::regnamespace and p.prosecdef and pg_get_userbyid(p.proowner) like 'amends\_%';
