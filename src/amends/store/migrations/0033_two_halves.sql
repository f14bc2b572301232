-- Two partitions where there were eight. Each one that a batch touches is opened anew by its statement, which for sixteen shops
-- was about 7 % of writing their batch; a half that has grown too large is split by doubling its own modulus, without touching the other.
-- Copies every event once, while both tables are locked.

set local search_path = amends;

do $$
declare
    whole text;
    leaf text;
    options text;
begin
    foreach whole in array array['event', 'outbox'] loop
        for i in 0..7 loop
            execute format('alter table %I detach partition %I', whole, whole || '_' || i);
            execute format('alter table %I no force row level security', whole || '_' || i);
        end loop;
        options := case whole when 'outbox' then 'with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)' else '' end;
        for half in 0..1 loop
            leaf := whole || '_2_' || half;
            execute format('create table %I partition of %I for values with (modulus 2, remainder %s) %s', leaf, whole, half, options);
            for i in 0..3 loop  -- what left a rest of 2i + half by eight leaves a rest of half by two
                execute format('insert into %I select * from %I', leaf, whole || '_' || (2 * i + half));
                execute format('drop table %I', whole || '_' || (2 * i + half));
            end loop;
            execute format('alter table %I enable row level security', leaf);
            execute format('alter table %I force row level security', leaf);
            execute format('revoke all on %I from amends_desk, amends_worker, amends_reviewer', leaf);
        end loop;
    end loop;
end $$;
