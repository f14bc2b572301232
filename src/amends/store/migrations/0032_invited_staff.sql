-- Staff of the platform are invited as members of a shop are: a code that works once, for one person, until it lapses or is taken back.

set local search_path = amends;

create table platform_invitation (
    id uuid primary key,
    code_hash bytea not null unique,
    person text not null check (person like 'platform:%'),
    name text not null default '',
    role text not null,
    permissions text[] not null,
    markets text[] not null default '{}',
    invited_by text not null,
    invited_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    withdrawn_at timestamptz,
    check (accepted_at is null or withdrawn_at is null)
);

-- An invitation is worth no more than whoever gave it may still give: who left the platform leaves no door open behind them.
create function may_still_grant(person text, permissions text[], markets text[]) returns boolean language sql stable as $$
    select exists (
        select from amends.platform_membership m
        where m.person = $1 and m.to_at is null
          and ('*' = any (m.permissions) or (m.permissions @> $2 and 'members.manage' = any (m.permissions)))
          and (m.markets = '{}' or ($3 <> '{}' and m.markets @> $3)))
$$;

-- What was offered, to whom and by whom stays as it was; only how it ended is written later.
grant select, insert on platform_invitation to amends_desk;
grant update (accepted_at, withdrawn_at) on platform_invitation to amends_desk;
grant select on platform_invitation to amends_reviewer;
