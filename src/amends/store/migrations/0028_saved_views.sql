-- Named filters of the list of cases: somebody's own, or shared with everybody of the shop.

set local search_path = amends;

create table saved_view (
    shop_id bigint not null references shop (id),
    id uuid not null,
    person text not null,
    name text not null,
    shared boolean not null,
    filter jsonb not null,
    changed_at timestamptz not null default clock_timestamp(),
    primary key (shop_id, id)
);
create index saved_view_by_person on saved_view (shop_id, person);

alter table saved_view enable row level security;
alter table saved_view force row level security;
create policy named_shops on saved_view to amends_desk, amends_worker
    using (shop_id = any ((select string_to_array(nullif(current_setting('amends.shops', true), ''), ',')::bigint[])::bigint[]))
    with check (shop_id = any ((select string_to_array(nullif(current_setting('amends.shops', true), ''), ',')::bigint[])::bigint[]));
create policy reviewers_read on saved_view for select to amends_reviewer using (true);
grant select, insert, update, delete on saved_view to amends_desk, amends_worker;
grant select on saved_view to amends_reviewer;
