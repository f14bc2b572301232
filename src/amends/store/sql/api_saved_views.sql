-- name: saved_views
-- One's own and those that are shared, by name.
select v.id, v.shop_id, v.name, v.shared, v.filter, v.person = $2 as own
from saved_view v
where v.shop_id = any ($1::bigint[]) and (v.shared or v.person = $2)
order by v.name, v.id;

-- name: count_saved_views$
select count(*) from saved_view where shop_id = any ($1::bigint[]) and person = $2;

-- name: insert_saved_view^
insert into saved_view (shop_id, id, person, name, shared, filter) values ($1, $2, $3, $4, $5, $6)
returning id, shop_id, name, shared, filter, true as own;

-- name: change_saved_view^
update saved_view set name = $4, shared = $5, filter = $6, changed_at = clock_timestamp()
where shop_id = any ($1::bigint[]) and id = $2 and person = $3
returning id, shop_id, name, shared, filter, true as own;

-- name: remove_saved_view
delete from saved_view where shop_id = any ($1::bigint[]) and id = $2 and person = $3 returning id;
