-- name: night_waits
-- Whether this night is still to be derived; a run of which nothing was heard for six hours is given up.
select not exists (
    select from derivation where night = $1 and (ended_at is not null or begun_at > clock_timestamp() - interval '6 hours'));

-- name: begin_night
-- Whoever inserts the night has it.
insert into derivation (night) values ($1)
on conflict (night) do update set begun_at = clock_timestamp()
    where derivation.ended_at is null and derivation.begun_at <= clock_timestamp() - interval '6 hours'
returning begun_at;

-- name: end_night!
update derivation set ended_at = clock_timestamp(), equal = $2, different = $3, not_derivable = $4, contradicted = $5 where night = $1;

-- name: last_night
-- The newest night that was derived to its end.
select night, ended_at, equal, different, not_derivable, contradicted from derivation where ended_at is not null
order by night desc limit 1;

-- name: park_decision!
-- A decision that does not follow, kept for a person; once settled it stays so, unless something else about it differs.
insert into parked (shop_id, id, source, event_id, why, body, received_at)
values ($1, $2, 'rederive', $3, 'decision_does_not_follow', $4, (select moment()))
on conflict (shop_id, source, event_id) do update set body = excluded.body, settled_at = null, settled_by = null, settled_how = null
    where parked.body <> excluded.body or parked.settled_by = 'system';

-- name: parked_decisions
-- Decisions that wait for a person since some night.
select shop_id, event_id from parked where source = 'rederive' and settled_at is null;

-- name: settle_decision!
-- It follows again: nobody needs to look.
update parked set settled_at = (select moment()), settled_by = 'system', settled_how = 'not_needed'
where shop_id = $1 and source = 'rederive' and event_id = $2 and settled_at is null;
