-- name: insert_account
-- False where the person has an account already, or somebody else that name.
insert into account (person, login, password, password_at, created_at, demo)
values ($1, $2, $3, clock_timestamp(), clock_timestamp(), $4) on conflict do nothing returning person;

-- name: account_by_login
select a.person, a.login, a.password, a.secret, a.second_factor_at, a.last_step, a.demo, p.name, p.language
from account a join person p on p.id = a.person where a.login = $1 and p.disabled_at is null;

-- name: account_of
select a.person, a.login, a.password, a.secret, a.second_factor_at, a.last_step, a.demo, p.name, p.language
from account a join person p on p.id = a.person where a.person = $1 and p.disabled_at is null;

-- name: list_accounts
select a.person, a.login, p.name, a.second_factor_at is not null as second_factor, a.created_at, p.disabled_at,
    (select max(s.seen_at) from session s where s.person = a.person) as seen_at
from account a join person p on p.id = a.person order by a.login;

-- name: set_password
update account set password = $2, password_at = clock_timestamp() where person = $1 returning person;

-- name: claim_login_try
-- Counted before the password is looked at, so that many at once are counted too; no row while it is closed. After five the wait doubles.
insert into login_try as t (login_hash, failed, last_at) values ($1, 1, clock_timestamp())
on conflict (login_hash) do update set
    failed = case when t.last_at < clock_timestamp() - interval '1 day' then 1 else t.failed + 1 end,
    last_at = clock_timestamp(),
    closed_until = case when t.failed + 1 >= 5
        then clock_timestamp() + least(interval '15 minutes', interval '30 seconds' * power(2, least(t.failed - 4, 10))) end
where t.closed_until is null or t.closed_until <= clock_timestamp()
returning failed;

-- name: login_closed_for
select greatest(1, ceil(extract(epoch from closed_until - clock_timestamp())))::integer from login_try where login_hash = $1;

-- name: forgive_login_tries!
delete from login_try where login_hash = $1;

-- name: give_login_try_back!
-- One try less; never all of them, else asking without a code would buy ever new guesses at it.
update login_try set failed = failed - 1, closed_until = case when failed - 1 >= 5 then closed_until end
where login_hash = $1 and failed > 0;

-- name: forget_old_tries!
delete from login_try where last_at < clock_timestamp() - interval '1 day';

-- name: insert_session
insert into session (id, hash, person, begun_at, seen_at, ends_at, idle, confirmed_at, agent)
values (gen_random_uuid(), $1, $2, clock_timestamp(), clock_timestamp(), coalesce($3::timestamptz, clock_timestamp() + $4::interval), $5,
    clock_timestamp(), $6)
returning id, ends_at, confirmed_at;

-- name: session_by_hash
select s.id, s.person, p.kind, s.begun_at, s.ends_at, s.idle, s.confirmed_at, a.second_factor_at is not null as second_factor
from session s join person p on p.id = s.person join account a on a.person = s.person
where s.hash = $1 and s.ended_at is null and p.disabled_at is null and clock_timestamp() < s.ends_at
  and clock_timestamp() < s.seen_at + s.idle;

-- name: session_by_id
select s.id, s.person, p.kind, s.begun_at, s.ends_at, s.idle, s.confirmed_at, a.second_factor_at is not null as second_factor
from session s join person p on p.id = s.person join account a on a.person = s.person
where s.id = $1 and s.ended_at is null and p.disabled_at is null and clock_timestamp() < s.ends_at
  and clock_timestamp() < s.seen_at + s.idle;

-- name: touch_session!
update session set seen_at = clock_timestamp() where id = $1 and ended_at is null;

-- name: sessions_of
select id, begun_at, seen_at, ends_at, agent from session
where person = $1 and ended_at is null and clock_timestamp() < ends_at and clock_timestamp() < seen_at + idle
order by seen_at desc;

-- name: end_sessions
-- Of a person: the one that is named, or all but the one that is kept. Every process hears of it.
with over as (
    update session set ended_at = clock_timestamp(), ended_why = $4
    where person = $1 and ended_at is null and ($2::uuid is null or id = $2) and ($3::uuid is null or id <> $3)
    returning id
)
select id, pg_notify('amends_tokens', 'session:' || id) from over;

-- name: forget_old_sessions!
delete from session where ends_at < clock_timestamp() - interval '30 days';

-- name: begin_second_factor!
update account set secret = $2, second_factor_at = null, last_step = 0 where person = $1;

-- name: second_factor_on!
update account set second_factor_at = clock_timestamp(), last_step = $2 where person = $1 and second_factor_at is null;

-- name: second_factor_off!
update account set secret = null, second_factor_at = null where person = $1;

-- name: use_step
-- A code counts once: its step must be later than the last one.
update account set last_step = $2 where person = $1 and last_step < $2 returning person;

-- name: drop_recovery_codes!
delete from recovery_code where person = $1;

-- name: insert_recovery_codes!
insert into recovery_code (person, hash) select $1, unnest($2::bytea[]);

-- name: use_recovery_code
update recovery_code set used_at = clock_timestamp() where person = $1 and hash = $2 and used_at is null returning person;

-- name: people_of_demo
-- Who can be logged in with one click while a demo runs, with where they work.
select a.person, a.login, p.kind, p.name from account a join person p on p.id = a.person
where a.demo and p.disabled_at is null order by p.kind desc, a.created_at, a.login;

-- name: shops_known
select id, name, reference, market from shop where id = any ($1::bigint[]) order by id;

-- name: invitation_standing
-- Before anybody is logged in: what a code is good for.
select i.person, i.role, i.permissions, i.provider, i.expires_at, s.name as shop, s.market,
    exists (select from account a where a.person = i.person) as has_account
from invitation i join shop s on s.id = i.shop_id
where i.shop_id = $1 and i.code_hash = $2 and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > moment();
