-- Proposals: something else than what was asked, one open at a time (N-05, C-05). A proposal never changes but once: when it ends.

set local search_path = amends;

create table proposal (
    shop_id bigint not null,
    id uuid not null,
    case_id uuid not null,
    by text not null check (by in ('seller', 'platform')),
    channel text not null check (channel in ('seller', 'platform_after_rejection', 'platform_proactive')),
    kind text not null check (kind in ('withdraw', 'prove', 'change')),
    state text not null check (state in ('open', 'accepted', 'declined', 'lapsed', 'overtaken', 'withdrawn')),
    offer_kind text,
    offer_amount bigint check (offer_amount > 0),
    freight text,
    proof text[] not null default '{}',
    note text,
    rule text,
    why bytea,
    made_by text not null,
    opened_seq integer not null,
    opened_at timestamptz not null,
    expires_at timestamptz not null,
    decided_seq integer,
    decided_at timestamptz,
    primary key (shop_id, id),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    check ((state = 'open') = (decided_seq is null)),
    check ((state = 'open') = (decided_at is null)),
    check ((kind = 'change') = (offer_kind is not null and offer_amount is not null))
);
create index proposal_by_case on proposal (shop_id, case_id);
create unique index proposal_one_open on proposal (shop_id, case_id) where state = 'open';

-- What is sent for goods that came back: an order of its own, whose payments stand on those that paid for the first goods, so that
-- the two together never give back more than came in.
create table replacement (
    shop_id bigint not null,
    case_id uuid not null,
    state text not null check (state in ('owed', 'shipped', 'delivered', 'accepted', 'converted', 'withdrawn')),
    owed_at timestamptz not null,
    order_id uuid,
    parcel_id uuid,
    shipped_at timestamptz,
    delivered_at timestamptz,
    ended_at timestamptz,
    primary key (shop_id, case_id),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    foreign key (shop_id, order_id) references orders (shop_id, id),
    foreign key (shop_id, parcel_id) references parcel (shop_id, id),
    check ((state in ('owed', 'converted', 'withdrawn')) = (order_id is null)),
    check ((order_id is null) = (shipped_at is null))
);
create unique index replacement_by_order on replacement (shop_id, order_id) where order_id is not null;

create table replacement_payment (
    shop_id bigint not null,
    payment_id uuid not null,
    root_id uuid not null,
    order_id uuid not null,
    primary key (shop_id, payment_id),
    foreign key (shop_id, payment_id) references payment (shop_id, id),
    foreign key (shop_id, root_id) references payment (shop_id, id),
    foreign key (shop_id, order_id) references orders (shop_id, id)
);
create index replacement_payment_by_order on replacement_payment (shop_id, order_id);
create index replacement_payment_by_root on replacement_payment (shop_id, root_id);

-- Rules that a shop owns, each version kept; what they did for whom is counted.
create table shop_rule (
    shop_id bigint not null references shop (id),
    id uuid not null,
    version integer not null check (version > 0),
    name text not null,
    body jsonb not null check (coalesce(body ->> 'does', '') in ('approve', 'let_keep', 'propose')),
    active boolean not null,
    made_at timestamptz not null,
    changed_by text not null,
    changed_at timestamptz not null,
    primary key (shop_id, id)
);
create index shop_rule_active on shop_rule (shop_id) where active;

create table shop_rule_version (
    shop_id bigint not null,
    rule_id uuid not null,
    version integer not null,
    name text not null,
    body jsonb not null,
    active boolean not null,
    made_by text not null,
    made_at timestamptz not null,
    primary key (shop_id, rule_id, version),
    foreign key (shop_id, rule_id) references shop_rule (shop_id, id)
);

create table shop_rule_use (
    shop_id bigint not null,
    rule_id uuid not null,
    buyer text not null,
    number integer not null check (number > 0),
    version integer not null,
    case_id uuid not null,
    at timestamptz not null,
    primary key (shop_id, rule_id, buyer, number),
    foreign key (shop_id, rule_id, version) references shop_rule_version (shop_id, rule_id, version),
    foreign key (shop_id, case_id) references cases (shop_id, id)
);

-- Row security as in 0002.
do $$
declare
    t text;
begin
    foreach t in array array['proposal', 'replacement', 'replacement_payment', 'shop_rule', 'shop_rule_version', 'shop_rule_use'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format(
            'create policy named_shops on %I to amends_desk, amends_worker '
            'using (shop_id = any ((select string_to_array(nullif(current_setting(''amends.shops'', true), ''''), '','')::bigint[])::bigint[])) '
            'with check (shop_id = any ((select string_to_array(nullif(current_setting(''amends.shops'', true), ''''), '','')::bigint[])::bigint[]))', t);
        execute format('create policy reviewers_read on %I for select to amends_reviewer using (true)', t);
        execute format('grant select on %I to amends_desk, amends_worker, amends_reviewer', t);
        execute format('grant insert, update on %I to amends_desk, amends_worker', t);
    end loop;
end $$;

-- What a rule said and did is never changed.
do $$
declare
    t text;
begin
    foreach t in array array['shop_rule_version', 'shop_rule_use'] loop
        execute format('revoke update, delete, truncate on %I from amends_desk, amends_worker, amends_reviewer', t);
        execute format('create trigger append_only before update or delete on %I for each row execute function refuse_change()', t);
        execute format('create trigger append_only_whole before truncate on %I for each statement execute function refuse_change()', t);
    end loop;
end $$;
