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

grant select on interception to amends_desk, amends_worker, amends_reviewer;

do $$
declare
    t text;
begin
    foreach t in array array['interception'] loop
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
