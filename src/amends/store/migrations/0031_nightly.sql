-- Every decision is derived again each night: one row a night, whoever carries it out, with what came of it. It belongs to no shop.

set local search_path = amends;

create table derivation (
    night date primary key,
    begun_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    equal bigint not null default 0,
    different bigint not null default 0,
    not_derivable bigint not null default 0,
    contradicted bigint not null default 0
);
comment on table derivation is 'What came of deriving every decision again, night by night; `contradicted` are cases and requests in which more than wording differs.';

grant select on derivation to amends_desk, amends_worker, amends_reviewer;
grant insert, update on derivation to amends_worker;
