-- What every decision rested on, beside its event: so that it can be derived again, and replayed under rules that are still a draft.

set local search_path = amends;

alter table event add column facts bytea;
comment on column event.facts is 'The facts that were judged, as domain/facts/recorded.py writes them; null where nothing was judged, and before 0016.';

-- The same rules may come into force again: rolling back is publishing what was published before.
alter table policy_release drop constraint policy_release_pkey;
alter table policy_release add primary key (market, hash, takes_effect_at);

-- A change of policy that is not in force yet. Policy belongs to no shop. `edits` are whole texts of policy files by their path in the
-- repository; `body` and `hash` are the book that was checked when it was handed in, and exactly that is published. Whoever has put a
-- hand to a draft cannot approve it.
create table policy_draft (
    id uuid primary key,
    market text not null,
    title text not null,
    why text not null default '',
    base text not null,
    edits jsonb not null default '{}',
    rolls_back_to text,
    state text not null check (state in ('open', 'handed_in', 'approved', 'published', 'dropped')),
    version integer not null default 1,
    takes_effect_at timestamptz,
    hash text,
    body bytea,
    made_by text not null,
    made_at timestamptz not null,
    editors text[] not null,
    approved_by text,
    approved_at timestamptz,
    published_by text,
    published_at timestamptz,
    updated_at timestamptz not null,
    check (approved_by is null or not approved_by = any (editors)),
    check ((state in ('approved', 'published')) = (approved_by is not null)),
    check (state not in ('handed_in', 'approved', 'published') or (hash is not null and body is not null)),
    check ((state = 'published') = (published_at is not null))
);
create index policy_draft_by_market on policy_draft (market, updated_at);

-- Who did what to a draft, and when; never changed.
create table policy_draft_act (
    draft_id uuid not null references policy_draft (id),
    seq integer not null,
    act text not null,
    actor text not null,
    at timestamptz not null,
    detail jsonb not null default '{}',
    primary key (draft_id, seq)
);

grant select on policy_draft, policy_draft_act to amends_desk, amends_worker, amends_reviewer;
grant insert, update on policy_draft to amends_desk;
grant insert on policy_draft_act to amends_desk;
create trigger append_only before update or delete on policy_draft_act for each row execute function refuse_change();
create trigger append_only_whole before truncate on policy_draft_act for each statement execute function refuse_change();
