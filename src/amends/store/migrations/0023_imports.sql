-- Files that people hand in: read and reported first, applied when they say so. A run is a row, so that it survives whoever carries it
-- out; applying it again changes nothing that was applied before. The file itself lies in the home folder and goes with the run.

set local search_path = amends;

create table import_run (
    shop_id bigint not null references shop (id),
    id uuid not null,
    kind text not null,
    name text not null,
    sha256 bytea not null,
    size bigint not null check (size > 0),
    state text not null check (state in ('reading', 'previewed', 'wanted', 'running', 'done', 'failed')),
    by_kind text not null,
    by_person text not null,
    permissions text[] not null,
    made_at timestamptz not null default clock_timestamp(),
    changed_at timestamptz not null default clock_timestamp(),
    stage text,
    done bigint not null default 0,
    total bigint,
    report jsonb,
    beat_at timestamptz,
    primary key (shop_id, id)
);
create index import_run_newest on import_run (shop_id, made_at desc);
create index import_run_waiting on import_run (made_at) where state in ('reading', 'wanted', 'running');

alter table import_run enable row level security;
alter table import_run force row level security;
create policy named_shops on import_run to amends_desk, amends_worker
    using (shop_id = any ((select string_to_array(nullif(current_setting('amends.shops', true), ''), ',')::bigint[])::bigint[]))
    with check (shop_id = any ((select string_to_array(nullif(current_setting('amends.shops', true), ''), ',')::bigint[])::bigint[]));
create policy worker_looks on import_run for select to amends_worker using (true);
create policy reviewers_read on import_run for select to amends_reviewer using (true);
grant select, insert, update, delete on import_run to amends_desk, amends_worker;
grant select on import_run to amends_reviewer;
