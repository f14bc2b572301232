-- name: held_by
-- What a person holds at this moment, in every shop and of the platform.
select shop_id, role, permissions, markets, provider from held_by($1);

-- name: markets_of_shops
select id, market from shop where id = any ($1::bigint[]);

-- name: ensure_person!
insert into person (id, kind, name, language, joined_at) values ($1, $2, $3, $4, (select moment())) on conflict (id) do nothing;

-- name: ensure_memberships!
-- Whoever gets a token without being a member becomes one, with what the token says; a membership that stands is left alone.
insert into membership (shop_id, person, from_at, role, permissions, granted_by)
select shop_id, $2, moment(), $3, $4::text[], $5 from unnest($1::bigint[]) as want (shop_id)
on conflict (shop_id, person) where to_at is null do nothing;

-- name: ensure_platform_membership!
insert into platform_membership (person, from_at, role, permissions, granted_by) values ($1, moment(), $2, $3::text[], $4)
on conflict (person) where to_at is null do nothing;

-- name: lock_memberships
-- Waits for every commit that decides by one of these rows; only then may they end.
select person from membership where shop_id = $1 and person = any ($2::text[]) and to_at is null order by shop_id, person for update;

-- name: end_memberships
update membership set to_at = greatest(coalesce($3::timestamptz, moment()), from_at), ended_by = $4, ended_why = $5
where shop_id = $1 and person = any ($2::text[]) and to_at is null
returning person, to_at;

-- name: insert_membership
insert into membership (shop_id, person, from_at, role, permissions, provider, granted_by)
values ($1, $2, greatest($3::timestamptz, moment()), $4, $5::text[], $6, $7)
returning from_at;

-- name: members_of_provider
select person from membership where shop_id = $1 and provider = $2 and to_at is null order by person;

-- name: membership_now
select role, permissions, provider, from_at from membership where shop_id = $1 and person = $2 and to_at is null;

-- name: list_members
select m.person, p.name, p.language, m.role, m.permissions, m.provider, m.from_at, m.to_at, m.granted_by, m.ended_by, m.ended_why, p.disabled_at
from membership m join person p on p.id = m.person
where m.shop_id = $1 and ($2 or m.to_at is null or m.to_at > (select moment()))
  and ($3::timestamptz is null or greatest(m.from_at, coalesce(least(m.to_at, (select moment())), m.from_at)) >= $3)
  and ($4::text is null or (m.person, m.from_at) > ($4, $5::timestamptz))
order by m.person, m.from_at limit $6;

-- name: lock_platform_membership
select person from platform_membership where person = $1 and to_at is null for update;

-- name: end_platform_membership
update platform_membership set to_at = greatest(moment(), from_at), ended_by = $2, ended_why = $3 where person = $1 and to_at is null
returning person, to_at;

-- name: insert_platform_membership
insert into platform_membership (person, from_at, role, permissions, markets, granted_by)
values ($1, moment(), $2, $3::text[], $4::text[], $5) returning from_at;

-- name: list_platform_members
select m.person, p.name, p.language, m.role, m.permissions, m.markets, m.from_at, m.to_at, m.granted_by, m.ended_by, m.ended_why
from platform_membership m join person p on p.id = m.person
where ($1 or m.to_at is null or m.to_at > (select moment())) and ($2::text is null or m.person > $2)
order by m.person, m.from_at limit $3;

-- name: platform_member_now
select m.person, p.name, p.language, m.role, m.permissions, m.markets, m.from_at, m.to_at, m.granted_by, m.ended_by, m.ended_why
from platform_membership m join person p on p.id = m.person
where m.person = $1 and m.to_at is null;

-- name: told_of_person
-- Every process forgets what it knew of the person's tokens.
select pg_notify('amends_tokens', $1);

-- name: person_by_id
select id, kind, name, language, disabled_at from person where id = $1;

-- name: name_person!
update person set name = coalesce($2, name), language = coalesce($3, language) where id = $1;

-- name: lock_provider
select provider from provider_grant where shop_id = $1 and provider = $2 and to_at is null for update;

-- name: provider_now
select name, permissions from provider_grant where shop_id = $1 and provider = $2 and to_at is null;

-- name: end_provider
update provider_grant set to_at = greatest(moment(), from_at), ended_by = $3, ended_why = $4
where shop_id = $1 and provider = $2 and to_at is null
returning to_at;

-- name: insert_provider!
insert into provider_grant (shop_id, provider, from_at, name, permissions, granted_by) values ($1, $2, moment(), $3, $4::text[], $5);

-- name: list_providers
select provider, name, permissions, from_at, to_at, granted_by, ended_by, ended_why,
    (select count(*) from membership m where m.shop_id = g.shop_id and m.provider = g.provider and m.to_at is null) as members
from provider_grant g where shop_id = $1 and ($2 or to_at is null) order by provider, from_at;

-- name: insert_invitation!
insert into invitation (shop_id, id, code_hash, person, role, permissions, provider, invited_by, invited_at, expires_at)
values ($1, $2, $3, $4, $5, $6::text[], $7, $8, (select moment()), (select moment()) + make_interval(hours => $9));

-- name: list_invitations
select id, person, role, permissions, provider, invited_by, invited_at, expires_at, accepted_at, withdrawn_at
from invitation where shop_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3;

-- name: withdraw_invitation
update invitation set withdrawn_at = moment() where shop_id = $1 and id = $2 and accepted_at is null and withdrawn_at is null returning id;

-- name: take_invitation
-- Taken once: the row is locked, and only one that still stands is given.
update invitation set accepted_at = moment()
where shop_id = $1 and code_hash = $2 and person = $3 and accepted_at is null and withdrawn_at is null and expires_at > moment()
returning id, person, role, permissions, provider, invited_by;

-- name: insert_platform_invitation!
insert into platform_invitation (id, code_hash, person, name, role, permissions, markets, invited_by, invited_at, expires_at)
values ($1, $2, $3, $4, $5, $6::text[], $7::text[], $8, (select moment()), (select moment()) + make_interval(hours => $9));

-- name: list_platform_invitations
select id, person, name, role, permissions, markets, invited_by, invited_at, expires_at, accepted_at, withdrawn_at,
    (select p.name from person p where p.id = invited_by) as invited_by_name
from platform_invitation where $1::uuid is null or id < $1 order by id desc limit $2;

-- name: platform_invitation_open
select permissions, markets from platform_invitation where id = $1 and accepted_at is null and withdrawn_at is null;

-- name: withdraw_platform_invitation
update platform_invitation set withdrawn_at = moment() where id = $1 and accepted_at is null and withdrawn_at is null returning id;

-- name: platform_invitation_standing
-- Before anybody is logged in: what a code is good for.
select i.person, i.name, i.role, i.permissions, i.markets, i.expires_at, exists (select from account a where a.person = i.person) as has_account
from platform_invitation i
where i.code_hash = $1 and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > moment()
  and may_still_grant(i.invited_by, i.permissions, i.markets);

-- name: take_platform_invitation
-- Taken once: the row is locked, and only one that still stands is given.
update platform_invitation i set accepted_at = moment()
where i.code_hash = $1 and i.person = $2 and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > moment()
  and may_still_grant(i.invited_by, i.permissions, i.markets)
returning i.role, i.permissions, i.markets, i.invited_by;

-- name: shop_exists
select market, name, reference from shop where id = $1;

-- name: onboarding_of
select word, met from onboarding where shop_id = $1;

-- name: onboarding_computed
select (select count(*) from quick_reply q where q.shop_id = $1) as replies,
    (select count(*) from membership m where m.shop_id = $1 and m.to_at is null and '*' = any (m.permissions)) as main_accounts;

-- name: put_onboarding!
insert into onboarding (shop_id, word, met, told_by, told_at)
select $1, word, met, $4, moment() from unnest($2::text[], $3::boolean[]) as told (word, met)
on conflict (shop_id, word) do update set met = excluded.met, told_by = excluded.told_by, told_at = excluded.told_at;

-- name: names_of_people
select id, name from person where id = any ($1::text[]) and name <> '';
