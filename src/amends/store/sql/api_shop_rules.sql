-- name: shop_rules
select id, version, name, body, active, made_at, changed_by, changed_at
from shop_rule
where shop_id = $1 and ($2::timestamptz is null or changed_at >= $2) and ($3::uuid is null or id > $3)
order by id limit $4;

-- name: shop_rule_by_id
select id, version, name, body, active, made_at, changed_by, changed_at from shop_rule where shop_id = $1 and id = $2;

-- name: insert_shop_rule!
insert into shop_rule (shop_id, id, version, name, body, active, made_at, changed_by, changed_at)
values ($1, $2, 1, $3, $4, $5, moment(), $6, moment());

-- name: change_shop_rule
update shop_rule set version = version + 1, name = coalesce($3, name), body = coalesce($4, body), active = $5, changed_by = $6,
    changed_at = moment()
where shop_id = $1 and id = $2 and version = $7 returning version;

-- name: keep_shop_rule_version!
insert into shop_rule_version (shop_id, rule_id, version, name, body, active, made_by, made_at)
select shop_id, id, version, name, body, active, changed_by, changed_at from shop_rule where shop_id = $1 and id = $2;

-- name: shop_rule_versions
select rule_id, version, name, body, active, made_by, made_at from shop_rule_version where shop_id = $1 and rule_id = $2 order by version;
