-- name: prefer_no_address!
update return_address set preferred = false where shop_id = $1 and preferred;

-- name: insert_return_address!
insert into return_address (shop_id, id, name, line, city, region, postcode, country, phone, preferred, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, (select moment()));

-- name: return_addresses_of_shops
select id, shop_id, name, line, city, region, postcode, country, phone, preferred from return_address
where shop_id = any ($1::bigint[]) and retired_at is null order by shop_id, preferred desc, created_at, id;

-- name: retire_return_address
update return_address set retired_at = (select moment()), preferred = false
where shop_id = any ($1::bigint[]) and id = $2 and retired_at is null returning id;

-- name: upsert_drop_off_points!
insert into drop_off_point (market, reference, name, carrier, line, city, latitude, longitude, pickup_at)
select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::text[])
on conflict (market, reference) do update set name = excluded.name, carrier = excluded.carrier, line = excluded.line,
    city = excluded.city, latitude = excluded.latitude, longitude = excluded.longitude, pickup_at = excluded.pickup_at, retired_at = null;

-- name: drop_off_points_of_market
select reference, name, carrier, line, city, latitude, longitude, pickup_at from drop_off_point
where market = $1 and retired_at is null;
