-- Disputes with their rulings, chargebacks, and who is linked to whom; what the machine hands to people can be settled by them.

set local search_path = amends;

-- A dispute of a case; an appeal is a further round of it.
create table dispute (
    shop_id bigint not null,
    id uuid not null,
    case_id uuid not null,
    state text not null check (state in ('under_review', 'ruled', 'under_appeal', 'settled', 'cancelled')),
    round integer not null check (round between 1 and 3),
    lane text not null,
    opened_seq integer not null,
    opened_at timestamptz not null,
    ground text,
    stage text,
    reviewer text,
    claimed_at timestamptz,
    appealed_by text check (appealed_by in ('buyer', 'seller')),
    final boolean not null default false,
    theme text,
    updated_at timestamptz not null,
    primary key (shop_id, id),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    check (final = (state in ('settled', 'cancelled'))),
    check (reviewer is null or state in ('under_review', 'under_appeal'))
) with (fillfactor = 85);
create index dispute_by_case on dispute (shop_id, case_id);
create index dispute_by_lane on dispute (lane, opened_at) where state in ('under_review', 'under_appeal');

-- What was ruled in a round, known by the event that said it. The rationale is for people; the chain holds its hash.
create table ruling (
    shop_id bigint not null,
    dispute_id uuid not null,
    case_id uuid not null,
    seq integer not null,
    round integer not null,
    state text not null check (state in ('proposed', 'stands', 'declined')),
    ruling text not null,
    liability text not null,
    amount bigint not null check (amount >= 0),
    currency text not null,
    four_eyes_limit bigint,
    rationale text not null,
    ruled_by text not null,
    ruled_at timestamptz not null,
    decided_at timestamptz,
    primary key (shop_id, dispute_id, seq),
    foreign key (shop_id, dispute_id) references dispute (shop_id, id),
    check ((state = 'proposed') = (decided_at is null))
);
create unique index ruling_proposed_once on ruling (shop_id, dispute_id) where state = 'proposed';
create unique index ruling_stands_once on ruling (shop_id, dispute_id, round) where state = 'stands';

-- Who stands behind a ruling, with the permissions that they held when they said so.
create table approval (
    shop_id bigint not null,
    dispute_id uuid not null,
    case_id uuid not null,
    seq integer not null,
    person text not null,
    held text[] not null,
    at timestamptz not null,
    primary key (shop_id, dispute_id, seq, person),
    foreign key (shop_id, dispute_id, seq) references ruling (shop_id, dispute_id, seq)
);

-- Links of people of the platform to a shop or a buyer: whoever has one rules on nothing of theirs.
create table interest (
    person text not null,
    kind text not null check (kind in ('shop', 'buyer')),
    of text not null,
    why text not null,
    declared_at timestamptz not null,
    ended_at timestamptz,
    primary key (person, kind, of)
);

-- A bank's chargeback; `held` is what it takes of the payment beyond what refunds have taken already.
create table chargeback (
    shop_id bigint not null,
    id uuid not null,
    order_id uuid not null,
    payment_id uuid not null,
    source text not null,
    reference text not null,
    amount bigint not null check (amount > 0),
    held bigint not null check (held >= 0 and held <= amount),
    reason text,
    state text not null check (state in ('open', 'answered', 'won', 'lost', 'withdrawn')),
    opened_at timestamptz not null,
    respond_by timestamptz,
    closed_at timestamptz,
    override_by text,
    override_at timestamptz,
    override_why text,
    updated_at timestamptz not null,
    primary key (shop_id, id),
    unique (shop_id, source, reference),
    foreign key (shop_id, payment_id) references payment (shop_id, id),
    foreign key (shop_id, order_id) references orders (shop_id, id),
    check ((state in ('open', 'answered')) = (closed_at is null)),
    check ((state in ('won', 'withdrawn')) <= (held = 0)),
    check ((override_at is null) = (override_by is null))
);
create index chargeback_by_order on chargeback (shop_id, order_id);
create index chargeback_by_payment on chargeback (shop_id, payment_id);
create index payment_by_provider on payment (shop_id, provider_reference) where provider_reference is not null;
create index payment_by_provider_alone on payment (provider_reference) where provider_reference is not null;

-- What a person did with what was handed to them.
alter table parked add column settled_by text, add column settled_how text, add column note text;

do $$
declare
    t text;
begin
    foreach t in array array['dispute', 'ruling', 'approval', 'chargeback'] loop
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
grant select, insert, update on interest to amends_desk, amends_worker;
grant select on interest to amends_reviewer;

revoke update, delete, truncate on approval from amends_desk, amends_worker, amends_reviewer;
create trigger append_only before update or delete on approval for each row execute function refuse_change();
create trigger append_only_whole before truncate on approval for each statement execute function refuse_change();

-- What people did with what the machine handed to them; nothing of it is ever changed.
create table by_hand (
    shop_id bigint not null,
    id uuid not null,
    kind text not null,
    subject text not null,
    person text not null,
    what text not null,
    at timestamptz not null,
    primary key (shop_id, id)
);
create index by_hand_of on by_hand (shop_id, subject);
alter table by_hand enable row level security;
alter table by_hand force row level security;
create policy named_shops on by_hand to amends_desk, amends_worker
    using (shop_id = any ((select string_to_array(nullif(current_setting('amends.shops', true), ''), ',')::bigint[])::bigint[]))
    with check (shop_id = any ((select string_to_array(nullif(current_setting('amends.shops', true), ''), ',')::bigint[])::bigint[]));
create policy reviewers_read on by_hand for select to amends_reviewer using (true);
grant select, insert on by_hand to amends_desk, amends_worker;
grant select on by_hand to amends_reviewer;
create trigger append_only before update or delete on by_hand for each row execute function refuse_change();
create trigger append_only_whole before truncate on by_hand for each statement execute function refuse_change();

-- What waits for people is found without reading what does not.
create index parked_waiting on parked (received_at) where settled_at is null;
create index parked_by_id on parked (id);
create index refund_in_trouble on refund (updated_at) where status in ('failed', 'unknown');
create index outbox_dead on outbox (done_at) where state = 'dead';
create index outbox_by_id on outbox (id) where state = 'dead';
create index deadline_provisional on deadline (started_at) where state = 'running' and provisional;
create index deadline_recheck on deadline (started_at) where state = 'running' and kind = 'recheck';
