-- name: policy_epoch
select policy_epoch from clock;

-- name: all_releases
select market, hash, published_at, takes_effect_at, founding, adopted_from, adoption_reason from policy_release;

-- name: release_body
select body from policy_release where market = $1 and hash = $2 limit 1;

-- name: insert_release!
insert into policy_release (market, hash, body, published_at, takes_effect_at, founding, adopted_from, adoption_reason)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (market, hash, takes_effect_at) do nothing;

-- name: bump_policy_epoch!
update clock set policy_epoch = policy_epoch + 1;

-- name: insert_calendar!
-- A version that is known already stays where it is among the others, unless it shall count `again`.
insert into calendar_version (code, version, body) values ($1, $2, $3)
on conflict (code, version) do update set loaded_at = clock_timestamp() where $4;

-- name: named_calendars
select version, body from calendar_version where version = any ($1::text[]);

-- name: newest_calendars
select distinct on (code) code, version, body from calendar_version order by code, loaded_at desc;
