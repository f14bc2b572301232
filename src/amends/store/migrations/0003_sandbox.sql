-- The sandbox's clock: what is still to be done before a moved clock may answer. The functions run as the worker's role, which
-- alone may look for what is due in every shop; they give two numbers and a moment away, and nothing else.

set local search_path = amends;

create function work_left() returns bigint language sql volatile security definer
    set search_path = amends
    as $$
        select (select count(*) from deadline where state = 'running' and due_at <= moment())
             + (select count(*) from outbox where state = 'pending' and due_at <= moment())
    $$;

create function next_due() returns timestamptz language sql volatile security definer
    set search_path = amends
    as $$
        select least((select min(due_at) from deadline where state = 'running' and due_at > moment()),
                     (select min(due_at) from outbox where state = 'pending' and due_at > moment()))
    $$;

revoke all on function work_left(), next_due() from public;
grant create on schema amends to amends_worker;
alter function work_left() owner to amends_worker;
alter function next_due() owner to amends_worker;
revoke create on schema amends from amends_worker;
grant execute on function work_left(), next_due() to amends_desk;
