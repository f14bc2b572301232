-- name: orders_of_compensations
select want.n, r.order_id, r.case_id
from unnest($1::int[], $2::bigint[], $3::uuid[]) as want (n, shop_id, id)
join compensation r on r.shop_id = want.shop_id and r.id = want.id;

-- name: upsert_compensations!
insert into compensation select * from unnest($1::compensation[])
on conflict (shop_id, id) do update set status = excluded.status, provider_reference = excluded.provider_reference,
    failure = excluded.failure, attempts = excluded.attempts, updated_at = excluded.updated_at;

-- name: insert_alarms!
insert into deadline_alarm select * from unnest($1::deadline_alarm[]);

-- name: insert_excuses!
insert into deadline_excuse select * from unnest($1::deadline_excuse[]);

-- name: insert_scores!
insert into score_event select * from unnest($1::score_event[]);

-- name: insert_signals!
insert into buyer_signal select * from unnest($1::buyer_signal[]) on conflict do nothing;

-- name: start_metrics!
-- A clock that runs already goes on running.
insert into metric_interval (shop_id, case_id, metric, started_seq, started_at)
select w.shop_id, w.case_id, w.metric, w.seq, w.at
from unnest($1::bigint[], $2::uuid[], $3::text[], $4::int[], $5::timestamptz[]) as w (shop_id, case_id, metric, seq, at)
on conflict do nothing;

-- name: stop_metrics!
-- The first stop of a case writes its whole interval, from the request on; one that stands still has nothing to stop.
with w as materialized (
    select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::int[], $5::timestamptz[], $6::timestamptz[])
        as w (shop_id, case_id, metric, seq, at, whole_from)
), stopped as (
    update metric_interval m set ended_seq = w.seq, ended_at = greatest(w.at, m.started_at)
    from w where m.shop_id = w.shop_id and m.case_id = w.case_id and m.metric = w.metric and m.ended_at is null
)
insert into metric_interval (shop_id, case_id, metric, started_seq, started_at, ended_seq, ended_at)
select w.shop_id, w.case_id, w.metric, 1, w.whole_from, w.seq, greatest(w.at, w.whole_from)
from w where not exists (select from metric_interval m where m.shop_id = w.shop_id and m.case_id = w.case_id and m.metric = w.metric);

-- name: refresh_standing!
-- The fold of what has not expired, as of now; never under nothing.
with at as materialized (select moment() as now)
insert into standing (shop_id, score, starts, value, as_of)
select s.shop_id, n.score, n.starts, greatest(0, n.starts + coalesce((
        select sum(e.delta) from score_event e
        where e.shop_id = s.shop_id and e.score = n.score and (e.expires_at is null or e.expires_at > at.now)), 0))::int, at.now
from at cross join unnest($1::bigint[]) as s (shop_id) cross join unnest($2::text[], $3::int[]) as n (score, starts)
on conflict (shop_id, score) do update set starts = excluded.starts, value = excluded.value, as_of = excluded.as_of;
