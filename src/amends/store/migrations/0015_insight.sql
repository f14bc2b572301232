-- What figures need and no decision does: where an order was sold and by whom, whether it only replaces another, and what a host says
-- of requests that were never made here. Keyed and closed as in 0001 and 0002.

set local search_path = amends;

create table order_origin (
    shop_id bigint not null,
    order_id uuid not null,
    room text,
    host text,
    replacement boolean not null default false,
    told_at timestamptz not null default moment(),
    primary key (shop_id, order_id),
    foreign key (shop_id, order_id) references orders (shop_id, id)
);
create index order_origin_by_change on order_origin (shop_id, told_at);

-- A request as the host's own file tells it. It is no case: nobody asked us, and our rules did not judge it. `sku` is '' where the
-- file names none. `status` is a word of told_statuses; an unknown one stays `unknown`, with the host's own words beside it.
create table told_return (
    shop_id bigint not null,
    reference text not null,
    sku text not null,
    order_id uuid not null,
    kind text not null,
    reason text not null,
    status text not null,
    said text not null,
    quantity integer check (quantity > 0),
    refund bigint check (refund >= 0),
    currency text not null,
    asked_at timestamptz not null,
    told_at timestamptz not null default moment(),
    primary key (shop_id, reference, sku),
    foreign key (shop_id, order_id) references orders (shop_id, id)
);
create index told_return_by_order on told_return (shop_id, order_id);
create index told_return_by_change on told_return (shop_id, told_at);

do $$
declare
    t text;
begin
    foreach t in array array['order_origin', 'told_return'] loop
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

-- A copy for figures must know when it stands beside another database, or beside one that was restored.
grant select on public.schema_migration to amends_reviewer;
