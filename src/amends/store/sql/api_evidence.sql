-- name: lock_order_for_proof
-- The order's lock makes counting and adding one thing.
select id from orders where shop_id = $1 and id = $2 for no key update;

-- name: count_proof
select count(*) from evidence where shop_id = $1 and order_id = $2 and of = $3 and sha256 is not null;

-- name: proof_by_content
select id, state from evidence where shop_id = $1 and order_id = $2 and of = $3 and sha256 = $4;

-- name: insert_proof
insert into evidence (shop_id, id, order_id, of, at, kind, channel, state, sha256, served_sha256, media_type, size, given_by, given_at)
values ($1, $2, $3, $4, 'opening', $5, $6, $7, $8, $9, $10, $11, $12, moment())
on conflict (shop_id, order_id, of, sha256) where sha256 is not null and text is null
do update set state = excluded.state, served_sha256 = excluded.served_sha256 where evidence.state = 'quarantined'
returning id, state, given_at;

-- name: proof_by_id
select e.id, e.order_id, e.case_id, e.of, e.at, e.kind, e.channel, e.state, e.media_type, e.size, e.text, e.given_at, e.sealed_at,
    e.sha256, e.served_sha256
from evidence e where e.shop_id = $1 and e.id = $2;
