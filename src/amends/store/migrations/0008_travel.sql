-- Goods that travel: interceptions of parcels on their way out, with the complaints about them.

set local search_path = amends;

create table interception (
    shop_id bigint not null,
    id uuid not null,
    order_id uuid not null,
    case_id uuid not null,
    parcel_id uuid not null,
    state text not null check (state in ('ordered', 'accepted', 'declined', 'succeeded', 'failed')),
    ordered_by text not null,
    ordered_at timestamptz not null,
    reason text,
    cost bigint check (cost >= 0),
    currency text,
    reference text,
    answered_at timestamptz,
    ended_at timestamptz,
    complaint text check (complaint in ('lodged', 'accepted', 'declined', 'goods_back')),
    complained_at timestamptz,
    complaint_ended_at timestamptz,
    complaint_reference text,
    paid bigint check (paid >= 0),
    primary key (shop_id, id),
    foreign key (shop_id, order_id) references orders (shop_id, id),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    foreign key (shop_id, parcel_id) references parcel (shop_id, id),
    check ((complaint is null) = (complained_at is null))
);
create index interception_by_case on interception (shop_id, case_id);
create unique index interception_one_under_way on interception (shop_id, parcel_id) where state in ('ordered', 'accepted');

-- The shop's address book for returns; an address that was named stays readable for the cases that named it.
create table return_address (
    shop_id bigint not null,
    id uuid not null,
    name text not null,
    line text not null,
    city text not null,
    region text not null default '',
    postcode text not null default '',
    country text not null,
    phone text not null default '',
    preferred boolean not null default false,
    created_at timestamptz not null,
    retired_at timestamptz,
    primary key (shop_id, id),
    foreign key (shop_id) references shop (id)
);
create unique index return_address_preferred on return_address (shop_id) where preferred and retired_at is null;

-- How the goods of a case come back.
create table return_plan (
    shop_id bigint not null,
    case_id uuid not null,
    address_id uuid,
    label text check (label in ('wished', 'made', 'refused')),
    carrier text,
    tracking_number text,
    service text,
    cost bigint check (cost >= 0),
    currency text,
    problem text,
    made_at timestamptz,
    parcel_id uuid,
    primary key (shop_id, case_id),
    foreign key (shop_id, case_id) references cases (shop_id, id),
    foreign key (shop_id, address_id) references return_address (shop_id, id),
    foreign key (shop_id, parcel_id) references parcel (shop_id, id)
);

-- What a carrier measured at an event.
create table parcel_reading (
    shop_id bigint not null,
    parcel_id uuid not null,
    source text not null,
    event_id text not null,
    postcode text,
    weight bigint check (weight > 0),
    primary key (shop_id, source, event_id),
    foreign key (shop_id, parcel_id) references parcel (shop_id, id)
);
create index parcel_reading_by_parcel on parcel_reading (shop_id, parcel_id);

-- Partners' points where a return may be handed over; of a market, not of a shop. Coordinates in millionths of a degree.
create table drop_off_point (
    market text not null,
    reference text not null,
    name text not null,
    carrier text not null,
    line text not null,
    city text not null,
    latitude bigint not null check (latitude between -90000000 and 90000000),
    longitude bigint not null check (longitude between -180000000 and 180000000),
    pickup_at text not null check (pickup_at ~ '^[0-2][0-9]:[0-5][0-9]$'),
    retired_at timestamptz,
    primary key (market, reference)
);

grant select on interception, return_address, return_plan, parcel_reading, drop_off_point to amends_desk, amends_worker, amends_reviewer;
grant insert, update on drop_off_point to amends_desk;

do $$
declare
    t text;
begin
    foreach t in array array['interception', 'return_address', 'return_plan', 'parcel_reading'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format(
            'create policy named_shops on %I to amends_desk, amends_worker '
            'using (shop_id = any ((select string_to_array(nullif(current_setting(''amends.shops'', true), ''''), '','')::bigint[])::bigint[])) '
            'with check (shop_id = any ((select string_to_array(nullif(current_setting(''amends.shops'', true), ''''), '','')::bigint[])::bigint[]))', t);
        execute format('create policy reviewers_read on %I for select to amends_reviewer using (true)', t);
        execute format('grant insert, update on %I to amends_desk, amends_worker', t);
    end loop;
end $$;

revoke update, delete, truncate on parcel_reading from amends_desk, amends_worker, amends_reviewer;
create trigger append_only before update or delete on parcel_reading for each row execute function refuse_change();
create trigger append_only_whole before truncate on parcel_reading for each statement execute function refuse_change();
