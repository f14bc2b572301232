-- Logging in: one account a person, sessions that end, and the tries that failed. None of it belongs to a shop; what a person may do is
-- read from their memberships, as it is for tokens.

set local search_path = amends;

-- `login` is what is typed, in lower case. `secret` of the second factor is sealed; `last_step` keeps a code from being used twice.
-- `demo` marks the people of a demo, who alone can be logged in with one click, and only while a demo runs.
create table account (
    person text primary key references person (id),
    login text not null,
    password text not null,
    password_at timestamptz not null,
    secret text,
    second_factor_at timestamptz,
    last_step bigint not null default 0,
    demo boolean not null default false,
    created_at timestamptz not null,
    check (second_factor_at is null or secret is not null)
);
create unique index account_by_login on account (login);

create table recovery_code (
    person text not null references account (person),
    hash bytea not null,
    used_at timestamptz,
    primary key (person, hash)
);

-- `hash` is the SHA-256 of 256 random bits that the browser alone holds. `confirmed_at` is when the password was last proven.
create table session (
    id uuid primary key,
    hash bytea not null,
    person text not null references account (person),
    begun_at timestamptz not null,
    seen_at timestamptz not null,
    ends_at timestamptz not null,
    idle interval not null,
    confirmed_at timestamptz not null,
    agent text not null,
    ended_at timestamptz,
    ended_why text check (ended_why in ('logged_out', 'logged_out_everywhere', 'renewed', 'password_changed', 'second_factor_changed', 'removed')),
    check ((ended_at is null) = (ended_why is null))
);
create unique index session_by_hash on session (hash);
create index session_by_person on session (person, begun_at) where ended_at is null;
create index session_over on session (ends_at);

-- Failed tries by a hash of what was typed, known or not, so that both are treated alike.
create table login_try (
    login_hash bytea primary key,
    failed integer not null,
    last_at timestamptz not null,
    closed_until timestamptz
);
create index login_try_by_age on login_try (last_at);

grant select, insert, update on account, session, login_try, recovery_code to amends_desk;
grant delete on session, login_try, recovery_code to amends_desk;
