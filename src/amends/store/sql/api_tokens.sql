-- name: token_by_id
select id, hash, kind, label, subject, shops, permissions, created_at, expires_at, last_used_at, revoked_at, seat, order_id
from token where id = $1;

-- name: insert_token!
insert into token (id, hash, kind, label, subject, shops, permissions, expires_at, seat, order_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: name_shops
select set_config('amends.shops', $1, true);

-- name: touch_token!
update token set last_used_at = clock_timestamp()
where id = $1 and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute');

-- name: revoke_token
-- Every process hears of it at once and forgets what it knew of the token.
with revoked as (
    update token set revoked_at = clock_timestamp() where id = $1 and revoked_at is null returning id
)
select pg_notify('amends_tokens', id) from revoked;

-- name: tokens_of_shops
-- A seller sees the tokens of their own shops and of no other; the platform sees all.
select id, kind, label, subject, shops, permissions, created_at, expires_at, last_used_at, revoked_at, seat
from token
where ($1::bigint[] is null or (kind = 'seller' and shops <@ $1::bigint[] and shops <> '{}')) and ($2::text is null or id < $2)
order by id desc limit $3;
