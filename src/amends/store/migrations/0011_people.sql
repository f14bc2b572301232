-- People and how they work together: members with grants that begin and end, conversations, decisions taken offline, queues and notes.

set local search_path = amends;

-- Staff of sellers and of the platform, named as events name them: kind:subject. Buyers and carriers are no members of anything.
create table person (
    id text primary key,
    kind text not null check (kind in ('seller', 'platform')),
    name text not null default '',
    language text not null default 'en' check (language in ('zh', 'en')),
    joined_at timestamptz not null,
    disabled_at timestamptz
);

-- What a person held in a shop, from when until when. A change of role ends one row and begins the next; none is ever rewritten.
create table membership (
    shop_id bigint not null references shop (id),
    person text not null references person (id),
    from_at timestamptz not null,
    to_at timestamptz,
    role text not null,
    permissions text[] not null,
    provider text,
    granted_by text not null,
    ended_by text,
    ended_why text,
    primary key (shop_id, person, from_at),
    check (to_at is null or to_at >= from_at),
    check ((to_at is null) = (ended_by is null))
);
create unique index membership_standing on membership (shop_id, person) where to_at is null;
create index membership_by_person on membership (person);
create index membership_by_provider on membership (shop_id, provider) where provider is not null;

create table platform_membership (
    person text not null references person (id),
    from_at timestamptz not null,
    to_at timestamptz,
    role text not null,
    permissions text[] not null,
    markets text[] not null default '{}',
    granted_by text not null,
    ended_by text,
    ended_why text,
    primary key (person, from_at),
    check (to_at is null or to_at >= from_at),
    check ((to_at is null) = (ended_by is null))
);
create unique index platform_membership_standing on platform_membership (person) where to_at is null;

-- A service provider works in a shop under a grant that the shop can end at once; its people hold at most what it holds.
create table provider_grant (
    shop_id bigint not null references shop (id),
    provider text not null,
    from_at timestamptz not null,
    to_at timestamptz,
    name text not null,
    permissions text[] not null,
    granted_by text not null,
    ended_by text,
    ended_why text,
    primary key (shop_id, provider, from_at),
    check (to_at is null or to_at >= from_at),
    check ((to_at is null) = (ended_by is null))
);
create unique index provider_grant_standing on provider_grant (shop_id, provider) where to_at is null;

create table invitation (
    shop_id bigint not null references shop (id),
    id uuid not null,
    code_hash bytea not null,
    person text not null,
    role text not null,
    permissions text[] not null,
    provider text,
    invited_by text not null,
    invited_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    withdrawn_at timestamptz,
    primary key (shop_id, id)
);
create unique index invitation_by_code on invitation (shop_id, code_hash);

-- What the platform has found about a shop before it may work; a word that is not here was not looked at.
create table onboarding (
    shop_id bigint not null references shop (id),
    word text not null,
    met boolean not null,
    told_by text not null,
    told_at timestamptz not null,
    primary key (shop_id, word)
);

-- A token is issued to a person; `permissions` and `shops` are at most what it may use of theirs. A seat is bound to no shops.
alter table token add column seat boolean not null default false;

-- What people said. The event holds the hash alone, so that the words can be erased and the chain still holds.
create table message (
    shop_id bigint not null,
    id uuid not null,
    case_id uuid not null,
    seq integer not null,
    side text not null check (side in ('buyer', 'seller', 'platform', 'system')),
    author text not null,
    sort text not null,
    personal boolean not null,
    text text,
    salt bytea,
    sha256 bytea not null,
    at timestamptz not null,
    erased_at timestamptz,
    primary key (shop_id, id),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    check ((text is null) = (erased_at is not null) and (text is null) = (salt is null))
);
create unique index message_by_event on message (shop_id, case_id, seq);

create table quick_reply (
    shop_id bigint not null references shop (id),
    slot integer not null check (slot > 0),
    zh text not null,
    en text not null,
    changed_by text not null,
    changed_at timestamptz not null,
    primary key (shop_id, slot)
);

create table macro (
    shop_id bigint not null references shop (id),
    id uuid not null,
    name text not null,
    zh text not null,
    en text not null,
    move text not null,
    body jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null,
    removed_at timestamptz,
    primary key (shop_id, id)
);

-- A word to one side about an event, in that side's language. Who carries it outside is the worker's business.
create table notice (
    shop_id bigint not null,
    id uuid not null,
    case_id uuid not null,
    seq integer not null,
    side text not null check (side in ('buyer', 'seller', 'platform')),
    person text,
    language text not null check (language in ('zh', 'en')),
    word text not null,
    at timestamptz not null,
    read_at timestamptz,
    primary key (shop_id, id),
    foreign key (shop_id, case_id) references cases (shop_id, id)
);
create unique index notice_once on notice (shop_id, case_id, seq, side);

-- What became of a decision that was taken without a network.
create table offline_action (
    shop_id bigint not null,
    actor text not null,
    id text not null,
    case_id uuid not null,
    move text not null,
    device_at timestamptz not null,
    received_at timestamptz not null,
    based_on integer not null,
    at_version integer not null,
    due_at timestamptz,
    grace interval not null,
    result text not null check (result in ('applied', 'rejected_late', 'rejected_conflict', 'refused')),
    code text,
    applied_seq integer,
    primary key (shop_id, actor, id),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    check ((result = 'applied') = (applied_seq is not null))
);
create unique index offline_action_applied_once on offline_action (shop_id, case_id, applied_seq) where applied_seq is not null;

-- Who of a side has a case in hand. The row is the lock that only one of them gets.
create table case_work (
    shop_id bigint not null,
    case_id uuid not null,
    side text not null check (side in ('seller', 'platform')),
    assignee text,
    changed_by text not null,
    changed_at timestamptz not null,
    primary key (shop_id, case_id, side),
    foreign key (shop_id, case_id) references cases (shop_id, id)
);
create index case_work_by_assignee on case_work (shop_id, side, assignee) where assignee is not null;

create table case_note (
    shop_id bigint not null,
    id uuid not null,
    case_id uuid not null,
    side text not null check (side in ('seller', 'platform')),
    author text not null,
    sort text not null check (sort in ('note', 'claimed', 'assigned', 'released', 'tagged', 'untagged')),
    text text not null,
    at timestamptz not null,
    primary key (shop_id, id),
    foreign key (shop_id, case_id) references cases (shop_id, id)
);
create index case_note_by_case on case_note (shop_id, case_id, side, at);

create table case_tag (
    shop_id bigint not null,
    case_id uuid not null,
    side text not null check (side in ('seller', 'platform')),
    tag text not null,
    primary key (shop_id, case_id, side, tag),
    foreign key (shop_id, case_id) references cases (shop_id, id)
);
create index case_tag_by_tag on case_tag (shop_id, side, tag);

-- Who looks at a case just now; a short lease, worth nothing after a crash.
create unlogged table presence (
    shop_id bigint not null,
    case_id uuid not null,
    side text not null,
    person text not null,
    until_at timestamptz not null,
    primary key (shop_id, case_id, side, person)
);

do $$
declare
    t text;
begin
    foreach t in array array['membership', 'provider_grant', 'invitation', 'onboarding', 'message', 'quick_reply', 'macro', 'notice',
                             'offline_action', 'case_work', 'case_note', 'case_tag', 'presence'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format(
            'create policy named_shops on %I to amends_desk, amends_worker '
            'using (shop_id = any ((select string_to_array(nullif(current_setting(''amends.shops'', true), ''''), '','')::bigint[])::bigint[])) '
            'with check (shop_id = any ((select string_to_array(nullif(current_setting(''amends.shops'', true), ''''), '','')::bigint[])::bigint[]))', t);
        execute format('create policy reviewers_read on %I for select to amends_reviewer using (true)', t);
        execute format('grant select, insert, update on %I to amends_desk, amends_worker', t);
        execute format('grant select on %I to amends_reviewer', t);
    end loop;
end $$;

grant select, insert, update on person, platform_membership to amends_desk, amends_worker;
grant select on person, platform_membership to amends_reviewer;
grant delete on quick_reply, case_tag, presence to amends_desk, amends_worker;

-- What was said, noted or tried offline stays as it was; of a message, the words alone can be erased.
revoke update on message, case_note, offline_action from amends_desk, amends_worker;
grant update (text, salt, erased_at) on message to amends_desk, amends_worker;
create trigger append_only before update or delete on case_note for each row execute function refuse_change();
create trigger append_only before update or delete on offline_action for each row execute function refuse_change();
create function keep_message() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.text is null
       and (new.shop_id, new.id, new.case_id, new.seq, new.side, new.author, new.sort, new.personal, new.sha256, new.at)
           is not distinct from (old.shop_id, old.id, old.case_id, old.seq, old.side, old.author, old.sort, old.personal, old.sha256, old.at) then
        return new;
    end if;
    raise exception 'append_only: % on % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on message for each row execute function keep_message();

-- A token names no shop until it is known where its person is a member: this function alone looks across shops, and gives away
-- what one person holds now, and nothing else.
create function held_by(asked text) returns table (shop_id bigint, role text, permissions text[], markets text[], provider text)
    language sql volatile security definer set search_path = amends
    as $$
        select m.shop_id, m.role, m.permissions, null::text[], m.provider
        from membership m join person p on p.id = m.person
        where m.person = asked and p.disabled_at is null and m.from_at <= (select moment()) and (m.to_at is null or (select moment()) < m.to_at)
        union all
        select null, m.role, m.permissions, m.markets, null
        from platform_membership m join person p on p.id = m.person
        where m.person = asked and p.disabled_at is null and m.from_at <= (select moment()) and (m.to_at is null or (select moment()) < m.to_at)
    $$;
revoke all on function held_by(text) from public;
grant create on schema amends to amends_reviewer;
alter function held_by(text) owner to amends_reviewer;
revoke create on schema amends from amends_reviewer;
grant execute on function held_by(text) to amends_desk, amends_worker;

-- Whoever holds a token today is a member from the day it was made on, with what the token says.
insert into person (id, kind, joined_at)
select kind || ':' || subject, kind, min(created_at)
from token where kind in ('seller', 'platform') group by kind, subject;

insert into membership (shop_id, person, from_at, role, permissions, granted_by)
select s.id, 'seller:' || t.subject, min(t.created_at), 'custom', array_agg(distinct p order by p), 'migration'
from token t cross join unnest(t.shops) as named (shop_id) join shop s on s.id = named.shop_id cross join unnest(t.permissions) as p
where t.kind = 'seller' and t.revoked_at is null
group by s.id, t.subject;

insert into platform_membership (person, from_at, role, permissions, granted_by)
select 'platform:' || t.subject, min(t.created_at), 'custom', array_agg(distinct p order by p), 'migration'
from token t cross join unnest(t.permissions) as p
where t.kind = 'platform' and t.revoked_at is null
group by t.subject;
