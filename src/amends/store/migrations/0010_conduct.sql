-- What conduct costs: compensations, scores and their appeals, a buyer's signals, metric clocks, alarms, outages and digests.

set local search_path = amends;

-- Money from one party to another on top of the refund. Its id is the payment side's key, for ever.
create table compensation (
    shop_id bigint not null,
    id uuid not null,
    order_id uuid not null,
    case_id uuid not null,
    amount bigint not null check (amount > 0),
    currency text not null,
    by_party text not null,
    to_party text not null,
    why text not null,
    rule text not null,
    status text not null check (status in ('pending', 'sent', 'unknown', 'succeeded', 'failed')),
    provider_reference text,
    failure text,
    attempts integer not null default 0,
    decided_seq integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (shop_id, id),
    unique (shop_id, case_id, decided_seq),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    foreign key (shop_id, order_id) references orders (shop_id, id)
) with (fillfactor = 85);

-- A score is the fold of these rows, in thousandths of a point. None is ever changed: one that falls is taken back by another.
create table score_event (
    shop_id bigint not null references shop (id),
    id uuid not null,
    score text not null,
    delta integer not null check (delta <> 0),
    at timestamptz not null,
    expires_at timestamptz,
    why text not null,
    rule text,
    release text,
    case_id uuid,
    seq integer,
    deadline_kind text,
    due_at timestamptz,
    reverses uuid,
    reference text,
    told_by text,
    primary key (shop_id, id),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    foreign key (shop_id, reverses) references score_event (shop_id, id)
);
create unique index score_event_once on score_event (shop_id, case_id, seq, score) where case_id is not null and reverses is null;
create unique index score_event_reversed_once on score_event (shop_id, reverses) where reverses is not null;
create unique index score_event_told_once on score_event (shop_id, reference) where reference is not null and reverses is null;
create index score_event_by_score on score_event (shop_id, score, at desc, id desc);
create index score_event_expiring on score_event (expires_at) where expires_at is not null;

create table score_appeal (
    shop_id bigint not null,
    entry_id uuid not null,
    note text not null,
    by_whom text not null,
    at timestamptz not null,
    decision text check (decision in ('reversed', 'upheld')),
    decided_by text,
    decided_at timestamptz,
    answer text,
    primary key (shop_id, entry_id),
    foreign key (shop_id, entry_id) references score_event (shop_id, id),
    check ((decision is null) = (decided_at is null))
);

-- Where a shop's scores stand: the fold, kept so that the desk reads one row. The doctor folds it again.
create table standing (
    shop_id bigint not null references shop (id),
    score text not null,
    starts integer not null,
    value integer not null,
    as_of timestamptz not null,
    primary key (shop_id, score)
) with (fillfactor = 70);

-- What a buyer's requests have in common with abuse; it belongs to the platform, which knows the buyer in every shop.
create table buyer_signal (
    buyer text not null,
    kind text not null,
    case_id uuid not null,
    market text not null,
    at timestamptz not null,
    judged_at timestamptz,
    primary key (buyer, case_id, kind)
);
create index buyer_signal_new on buyer_signal (buyer) where judged_at is null;
create index buyer_signal_by_time on buyer_signal (buyer, at);

create table buyer_standing (
    buyer text primary key,
    good boolean not null,
    reasons text[] not null,
    told_by text,
    judged_at timestamptz not null,
    until timestamptz
);

-- Metric clocks: intervals that are summed and never fire.
create table metric_interval (
    shop_id bigint not null,
    case_id uuid not null,
    metric text not null,
    started_seq integer not null,
    started_at timestamptz not null,
    ended_seq integer,
    ended_at timestamptz,
    primary key (shop_id, case_id, metric, started_seq),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    check ((ended_seq is null) = (ended_at is null)),
    check (ended_at >= started_at)
);
create unique index metric_interval_one_open on metric_interval (shop_id, case_id, metric) where ended_at is null;

-- That somebody was told of a deadline before its end: once for each alarm.
create table deadline_alarm (
    shop_id bigint not null,
    case_id uuid not null,
    kind text not null,
    started_seq integer not null,
    alarm text not null,
    at timestamptz not null,
    primary key (shop_id, case_id, kind, started_seq, alarm),
    foreign key (shop_id, case_id, kind, started_seq) references deadline (shop_id, case_id, kind, started_seq)
);

alter table outage add column declared_by text not null default 'unknown';
alter table outage add column declared_at timestamptz not null default clock_timestamp();
alter table outage add column excused_at timestamptz;
create index outage_unexcused on outage (from_at) where excused_at is null;

-- A deadline that an outage moved later: by how much, once for each outage.
create table deadline_excuse (
    shop_id bigint not null,
    outage_id bigint not null references outage (id),
    case_id uuid not null,
    kind text not null,
    started_seq integer not null,
    was_due timestamptz not null,
    due_at timestamptz not null,
    primary key (shop_id, outage_id, case_id, kind, started_seq),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    check (due_at > was_due)
);

-- Where a shop wants to be told, and when its day begins.
create table notice_setting (
    shop_id bigint primary key references shop (id),
    address text not null,
    language text not null check (language in ('zh', 'en')),
    alarms boolean not null default true,
    digest_hour smallint check (digest_hour between 0 and 23),
    zone text not null,
    changed_at timestamptz not null default clock_timestamp()
);

create table digest (
    shop_id bigint not null references shop (id),
    day date not null,
    state text not null check (state in ('pending', 'sent', 'dead')),
    body jsonb not null,
    attempts integer not null default 0,
    due_at timestamptz not null,
    last_answer text,
    made_at timestamptz not null,
    sent_at timestamptz,
    primary key (shop_id, day)
);
create index digest_due on digest (due_at) where state = 'pending';

-- The review lane that a person of the platform set for a live session.
create table live_lane (
    shop_id bigint not null references shop (id),
    room text not null,
    review_lane text not null,
    set_by text not null,
    set_at timestamptz not null,
    primary key (shop_id, room)
);

do $$
declare
    t text;
begin
    foreach t in array array['live_lane', 'compensation', 'score_event', 'score_appeal', 'standing', 'metric_interval', 'deadline_alarm',
                             'deadline_excuse', 'notice_setting', 'digest'] loop
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
    foreach t in array array['buyer_signal', 'buyer_standing'] loop
        execute format('grant select on %I to amends_desk, amends_worker, amends_reviewer', t);
        execute format('grant insert, update on %I to amends_desk, amends_worker', t);
    end loop;
    foreach t in array array['score_event', 'deadline_alarm', 'deadline_excuse'] loop
        execute format('revoke update, delete, truncate on %I from amends_desk, amends_worker, amends_reviewer', t);
        execute format('create trigger append_only before update or delete on %I for each row execute function refuse_change()', t);
        execute format('create trigger append_only_whole before truncate on %I for each statement execute function refuse_change()', t);
    end loop;
end $$;

create policy worker_finds_expired on score_event for select to amends_worker using (true);
create policy worker_finds_stale on standing for select to amends_worker using (true);
create policy worker_finds_alarms on deadline_alarm for select to amends_worker using (true);
create policy worker_finds_excused on deadline_excuse for select to amends_worker using (true);
create policy worker_finds_mornings on notice_setting for select to amends_worker using (true);
create policy worker_finds_digests on digest for select to amends_worker using (true);

-- While an outage stands that is not excused yet, clocks that bind people do not fire. A carrier's clock and the look at an
-- unclear refund bind no person.
create function held_by_outage(kind text) returns boolean language sql volatile
    set search_path = amends
    as $$
        select kind not in ('return_scan', 'return_arrival', 'interception', 'refund_reconcile')
           and exists (select from outage where excused_at is null and from_at <= moment())
    $$;

create or replace function work_left() returns bigint language sql volatile security definer
    set search_path = amends
    as $$
        select (select count(*) from deadline where state = 'running' and due_at <= moment() and not held_by_outage(kind))
             + (select count(*) from outbox where state = 'pending' and due_at <= moment())
             + (select count(*) from outage where excused_at is null and to_at <= moment())
    $$;
