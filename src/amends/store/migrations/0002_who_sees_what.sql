-- Row security, forced on every shop's table. A transaction names its shops (or, for reading, its buyer) and sees nothing else.
-- amends_desk acts; amends_worker acts and may look for what is due; amends_reviewer reads everything and writes nothing.

set local search_path = amends;


grant usage on schema amends to amends_desk, amends_worker, amends_reviewer;
grant select on all tables in schema amends to amends_desk, amends_worker, amends_reviewer;

do $$
declare
    t text;
begin
    for t in
        select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'shop_id'
        where c.relnamespace = 'amends'::regnamespace and c.relkind in ('r', 'p')
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        -- One InitPlan, not one call a row: hence the scalar subquery, cast again.
        execute format(
            'create policy named_shops on %I to amends_desk, amends_worker '
            'using (shop_id = any ((select string_to_array(nullif(current_setting(''amends.shops'', true), ''''), '','')::bigint[])::bigint[])) '
            'with check (shop_id = any ((select string_to_array(nullif(current_setting(''amends.shops'', true), ''''), '','')::bigint[])::bigint[]))', t);
        execute format('create policy reviewers_read on %I for select to amends_reviewer using (true)', t);
        execute format('grant insert, update on %I to amends_desk, amends_worker', t);
    end loop;
end $$;

create policy worker_finds_due on deadline for select to amends_worker using (true);
create policy worker_finds_owed on outbox for select to amends_worker using (true);
create policy buyer_reads_own on orders for select to amends_desk using (buyer = (select nullif(current_setting('amends.buyer', true), '')));
create policy buyer_reads_own on cases for select to amends_desk using (buyer = (select nullif(current_setting('amends.buyer', true), '')));

grant delete on outbox to amends_worker;
grant delete on case_line to amends_desk, amends_worker;
grant insert, update on shop, token, policy_release, calendar_version, outage, clock to amends_desk, amends_worker;
grant update (last_used_at) on token to amends_desk;

-- Append-only: the application holds no right to change these, and a trigger stops whoever does.
do $$
declare
    t text;
begin
    foreach t in array array['event', 'posting', 'money_transaction', 'attempt', 'scan', 'policy_release', 'checkpoint', 'delivery'] loop
        if to_regclass('amends.' || t) is not null then
            execute format('revoke update, delete, truncate on %I from amends_desk, amends_worker, amends_reviewer', t);
        end if;
    end loop;
    for t in select relname from pg_class where relnamespace = 'amends'::regnamespace and relispartition and relkind = 'r' loop
        execute format('revoke all on %I from amends_desk, amends_worker, amends_reviewer', t);
    end loop;
end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'append_only: % on % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;

do $$
declare
    t text;
begin
    foreach t in array array['event', 'posting', 'money_transaction', 'attempt', 'scan', 'policy_release', 'checkpoint', 'delivery'] loop
        execute format('create trigger append_only before update or delete on %I for each row execute function refuse_change()', t);
        execute format('create trigger append_only_whole before truncate on %I for each statement execute function refuse_change()', t);
    end loop;
end $$;
