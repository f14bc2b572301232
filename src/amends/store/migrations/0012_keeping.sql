-- Proof that is looked at by the machine, what was said on a stream, what may be used on application; and what is kept, erased and
-- restored. Every table of a shop is keyed and closed as in 0001 and 0002.

set local search_path = amends;

-- What was measured of an uploaded photo or film, and where it was seen before. `buyer` lets a buyer's own photos be compared over
-- shops; erasing a buyer empties it.
create table evidence_check (
    shop_id bigint not null,
    evidence_id uuid not null,
    order_id uuid not null,
    of text not null check (of in ('buyer', 'seller')),
    buyer text not null,
    sha256 bytea not null,
    finding text not null,
    sharpness integer not null,
    brightness integer not null,
    contrast integer not null,
    print bigint,
    seen_before uuid,
    seen_before_shop bigint,
    seen_how text check (seen_how in ('exact', 'alike')),
    measured_at timestamptz not null,
    primary key (shop_id, evidence_id),
    foreign key (shop_id, evidence_id) references evidence (shop_id, id)
);
create index evidence_check_by_content on evidence_check (shop_id, sha256);
create index evidence_check_by_buyer on evidence_check (buyer);
-- Prints that differ in at most three of 64 bits have at least one of four quarters alike.
create index evidence_check_print_1 on evidence_check (shop_id, ((print >> 48) & 65535)) where print is not null;
create index evidence_check_print_2 on evidence_check (shop_id, ((print >> 32) & 65535)) where print is not null;
create index evidence_check_print_3 on evidence_check (shop_id, ((print >> 16) & 65535)) where print is not null;
create index evidence_check_print_4 on evidence_check (shop_id, (print & 65535)) where print is not null;

-- What was said in a live room, by the stream's own clock (milliseconds from its start) and by the world's. `hits` are the words of
-- the list that were found: [word, from, to] in characters.
create table live_room (
    shop_id bigint not null references shop (id),
    room text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    recording text,
    recording_sha256 bytea,
    updated_at timestamptz not null,
    primary key (shop_id, room)
);

create table caption (
    shop_id bigint not null,
    room text not null,
    from_ms bigint not null check (from_ms >= 0),
    to_ms bigint not null check (to_ms >= from_ms),
    said text not null,
    hits jsonb not null default '[]',
    flagged boolean not null default false,
    posted_at timestamptz not null,
    primary key (shop_id, room, from_ms, to_ms),
    foreign key (shop_id, room) references live_room (shop_id, room)
);
create index caption_flagged on caption (shop_id, room, from_ms) where flagged;

-- A piece of proof that points at a moment of a stream, the standard that the goods are compared with (V-16).
create table stream_reference (
    shop_id bigint not null,
    evidence_id uuid not null,
    room text not null,
    from_ms bigint not null,
    to_ms bigint not null,
    primary key (shop_id, evidence_id),
    foreign key (shop_id, evidence_id) references evidence (shop_id, id),
    foreign key (shop_id, room) references live_room (shop_id, room)
);

-- Kinds of proof that may be used on application only (V-10): applied for by a side, granted or refused by a person of the platform.
create table evidence_grant (
    shop_id bigint not null,
    evidence_id uuid not null,
    order_id uuid not null,
    state text not null check (state in ('applied', 'granted', 'refused')),
    why text not null,
    applied_by text not null,
    applied_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    decided_why text,
    primary key (shop_id, evidence_id),
    foreign key (shop_id, evidence_id) references evidence (shop_id, id),
    check ((state = 'applied') = (decided_at is null))
);
create index evidence_grant_by_order on evidence_grant (shop_id, order_id);
create index evidence_grant_waiting on evidence_grant (shop_id, applied_at) where state = 'applied';

do $$
declare
    t text;
begin
    foreach t in array array['evidence_check', 'live_room', 'caption', 'stream_reference', 'evidence_grant'] loop
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
create policy buyer_reads_own on evidence_check for select to amends_desk using (buyer = (select nullif(current_setting('amends.buyer', true), '')));

-- After a restore nothing that moves money or goods leaves before everything in flight was asked about (failure mode 24).
create table hold (
    only_row boolean primary key default true check (only_row),
    held boolean not null default false,
    why text,
    backup_taken_at timestamptz,
    since timestamptz,
    released_at timestamptz
);
insert into hold default values;
grant select on hold to amends_desk, amends_worker, amends_reviewer;
grant update on hold to amends_worker;

-- What the payment side executed and we know nothing of, found after a restore: that payment pays nothing more until a person settled it.
create table paid_outside (
    shop_id bigint not null,
    key text not null,
    payment_id uuid not null,
    amount bigint not null check (amount > 0),
    currency text not null,
    executed_at timestamptz not null,
    found_at timestamptz not null,
    settled_at timestamptz,
    primary key (shop_id, key),
    foreign key (shop_id, payment_id) references payment (shop_id, id)
);
create index paid_outside_open on paid_outside (shop_id, payment_id) where settled_at is null;

-- A message that an endpoint's owner sends to try it; what was answered stands beside it.
create table test_message (
    shop_id bigint not null,
    id uuid not null,
    endpoint_id uuid not null,
    asked_at timestamptz not null,
    sent_at timestamptz,
    status integer,
    problem text,
    primary key (shop_id, id),
    foreign key (shop_id, endpoint_id) references webhook_endpoint (shop_id, id)
);
create index test_message_waiting on test_message (shop_id, asked_at) where sent_at is null;

do $$
declare
    t text;
begin
    foreach t in array array['paid_outside', 'test_message'] loop
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
create policy worker_finds_tests on test_message for select to amends_worker using (true);

-- A buyer who is to be forgotten, as soon as nothing holds their data. Afterwards `buyer` is the pseudonym that stands everywhere.
create table erasure (
    id uuid primary key,
    buyer text not null,
    state text not null check (state in ('waiting', 'done')),
    why text not null,
    asked_by text not null,
    asked_at timestamptz not null,
    held_by text[] not null default '{}',
    looked_at timestamptz,
    erased_at timestamptz,
    check ((state = 'done') = (erased_at is not null))
);
create unique index erasure_waiting on erasure (buyer) where state = 'waiting';

-- What must be kept although its buyer asked to be forgotten: a claim, a court, an authority. It has a reason and an end.
create table legal_hold (
    id uuid primary key,
    buyer text not null,
    why text not null,
    placed_by text not null,
    placed_at timestamptz not null,
    until timestamptz,
    lifted_at timestamptz
);
create index legal_hold_open on legal_hold (buyer) where lifted_at is null;

-- Files that no proof names any longer: gone from the database first, from the disk next.
create table doomed_file (
    sha256 bytea primary key,
    doomed_at timestamptz not null
);
grant select, insert, update on erasure, legal_hold to amends_desk, amends_worker;
grant select, insert, update, delete on doomed_file to amends_worker;
grant select on erasure, legal_hold, doomed_file to amends_reviewer;
grant delete on caption, test_message, buyer_signal, buyer_standing to amends_worker;

-- Append-only rows stay as they are, but for the name of a buyer who was forgotten and the words of their notes: these may only be emptied.
create function forget_only() returns trigger language plpgsql as $$
declare
    was jsonb := to_jsonb(old) - 'account' - 'author' - 'text' - 'salt' - 'buyer' - 'erased_at' - 'rationale' - 'actor';
begin
    if tg_op = 'UPDATE' then
        if new is distinct from old and to_jsonb(new) - 'account' - 'author' - 'text' - 'salt' - 'buyer' - 'erased_at' - 'rationale' - 'actor' = was
           and (to_jsonb(new) ->> 'account' is not distinct from to_jsonb(old) ->> 'account' or to_jsonb(new) ->> 'account' like 'buyer:erased-%')
           and (to_jsonb(new) ->> 'author' is not distinct from to_jsonb(old) ->> 'author' or to_jsonb(new) ->> 'author' like 'buyer:erased-%')
           and (to_jsonb(new) ->> 'buyer' is not distinct from to_jsonb(old) ->> 'buyer' or to_jsonb(new) ->> 'buyer' like 'erased-%')
           and (to_jsonb(new) ->> 'salt' is not distinct from to_jsonb(old) ->> 'salt' or to_jsonb(new) ->> 'salt' is null)
           and to_jsonb(new) ->> 'actor' is not distinct from to_jsonb(old) ->> 'actor'
           and (to_jsonb(new) ->> 'text' is not distinct from to_jsonb(old) ->> 'text' or coalesce(to_jsonb(new) ->> 'text', '') = '') then
            return new;
        end if;
    end if;
    raise exception 'append_only: % on % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
drop trigger append_only on posting;
drop trigger append_only on shop_rule_use;
create trigger append_only before update or delete on shop_rule_use for each row execute function forget_only();
drop trigger append_only on case_note;
drop trigger append_only on message;
create trigger append_only before update or delete on posting for each row execute function forget_only();
create trigger append_only before update or delete on case_note for each row execute function forget_only();
create trigger append_only before update or delete on message for each row execute function forget_only();
drop function keep_message();
grant update (account) on posting to amends_worker;
grant update (buyer) on shop_rule_use to amends_worker;
grant update (text) on case_note to amends_worker;
grant update (author) on message to amends_worker;

-- Who reads what changed since a moment goes on from `settled_until()`: nothing that is still being written can stand before it. A number
-- or a clock alone skips what is committed late with an early mark.
alter table orders add column updated_at timestamptz not null default moment();
create index orders_by_change on orders (shop_id, updated_at);
create function touched() returns trigger language plpgsql set search_path = amends as $$
begin
    new.updated_at := moment();
    return new;
end $$;
create trigger touched before update on orders for each row execute function touched();

create function settled_until() returns timestamptz language sql volatile security definer
    set search_path = amends, pg_catalog
    as $$
        select least(clock_timestamp(),
                     (select min(a.xact_start) from pg_stat_activity a
                      where a.datname = current_database() and a.backend_xid is not null and a.pid <> pg_backend_pid())) + offset_by
        from clock
    $$;
revoke all on function settled_until() from public;
grant execute on function settled_until() to amends_desk, amends_worker, amends_reviewer;

create index refund_in_flight on refund (shop_id, updated_at) where status in ('pending', 'sent', 'unknown');
