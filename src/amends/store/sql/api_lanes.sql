-- name: put_live_lane
insert into live_lane (shop_id, room, review_lane, set_by, set_at) values ($1, $2, $3, $4, (select moment()))
on conflict (shop_id, room) do update set review_lane = excluded.review_lane, set_by = excluded.set_by, set_at = excluded.set_at
returning shop_id, room, review_lane, set_by, set_at;

-- name: send_to_lane
-- Locked in the order that everybody keeps; a case that is open keeps the lane that it was opened in.
with mine as materialized (
    select o.shop_id, o.id from orders o
    where o.shop_id = $1 and o.reference = any ($2::text[])
    order by o.shop_id, o.id
    for no key update of o
)
update orders o set review_lane = $3 from mine where o.shop_id = mine.shop_id and o.id = mine.id
returning o.id, o.reference;
