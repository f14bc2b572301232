-- name: due_shops
-- The earliest running deadline of every shop that has one: one step into the index for each shop, whatever waits there.
with recursive first as (
    (select d.shop_id, d.due_at from deadline d where d.state = 'running' order by d.shop_id, d.due_at limit 1)
    union all
    select n.shop_id, n.due_at
    from first cross join lateral (
        select d.shop_id, d.due_at from deadline d
        where d.state = 'running' and d.shop_id > first.shop_id order by d.shop_id, d.due_at limit 1
    ) n
)
select shop_id, due_at, (select moment()) as at from first order by due_at;

-- name: due_deadlines
-- What is due in one shop, in due order; what rests after a failure is left out. While an outage stands, of some kinds alone.
select d.case_id, d.kind, d.started_seq, d.due_at
from deadline d
where d.shop_id = $1 and d.state = 'running' and d.due_at <= (select moment())
  and d.case_id || '/' || d.kind || '/' || d.started_seq <> all ($2::text[]) and ($4::text[] is null or d.kind = any ($4))
order by d.due_at, d.case_id, d.kind
limit $3;

-- name: share_shop
-- Advisory, so that processes share the shops between them; it decides nothing.
select pg_try_advisory_lock(hashtextextended('amends deadlines', $1));

-- name: give_shop_back
select pg_advisory_unlock(hashtextextended('amends deadlines', $1));

-- name: parked_deadlines
select event_id, (body ->> 'again_at')::timestamptz > (select moment()) as resting
from parked where shop_id = $1 and source = 'deadline' and settled_at is null;

-- name: provisional_cases
-- Cases with a running clock that rests on days whose holidays were not announced, by a calendar that is not the newest; a page at a time.
select d.shop_id, d.case_id
from deadline d
where d.state = 'running' and d.provisional and d.calendar <> all ($1::text[]) and (d.shop_id, d.case_id) > ($2::bigint, $3::uuid)
group by d.shop_id, d.case_id
order by d.shop_id, d.case_id
limit $4;

-- name: park_deadlines!
-- Kept for a person, and tried again later and later: after 30 s, 1 min, 2 min … an hour.
insert into parked (shop_id, id, source, event_id, why, body, received_at)
select $1, w.id, 'deadline', w.case_id || '/' || w.kind || '/' || w.started_seq, w.why,
       jsonb_build_object('case_id', w.case_id, 'kind', w.kind, 'started_seq', w.started_seq, 'tries', 1,
                          'again_at', (select moment()) + interval '30 seconds'),
       (select moment())
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[]) as w (id, case_id, kind, started_seq, why)
on conflict (shop_id, source, event_id) do update set why = excluded.why, settled_at = null,
    body = excluded.body || jsonb_build_object(
        'tries', (parked.body ->> 'tries')::int + 1,
        'again_at', (select moment()) + least(interval '1 hour', interval '30 seconds' * (1 << least((parked.body ->> 'tries')::int, 10))));

-- name: settle_parked_deadlines!
-- A parked deadline that has ended meanwhile needs nobody any more.
update parked p set settled_at = (select moment())
where p.shop_id = $1 and p.source = 'deadline' and p.settled_at is null and not exists (
    select from deadline d
    where d.shop_id = p.shop_id and d.case_id = (p.body ->> 'case_id')::uuid and d.kind = p.body ->> 'kind'
      and d.started_seq = (p.body ->> 'started_seq')::int and d.state <> 'done');
