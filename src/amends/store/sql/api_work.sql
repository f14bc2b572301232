-- name: asking_under_key
-- Who asks a second time while the first is under way waits for its answer.
select pg_advisory_xact_lock(hashtextextended($1::bigint || '/' || $2::text || '/' || $3::text, 0));

-- name: answer_under_key
select fingerprint, answer from idempotency where shop_id = $1 and principal = $2 and key = $3;

-- name: keep_answer!
insert into idempotency (shop_id, principal, key, fingerprint, answer, created_at) values ($1, $2, $3, $4, $5, (select moment()));

-- name: claim_case
-- One of a side gets it: whoever comes second finds the row taken.
insert into case_work as w (shop_id, case_id, side, assignee, changed_by, changed_at) values ($1, $2, $3, $4, $4, moment())
on conflict (shop_id, case_id, side) do update set assignee = excluded.assignee, changed_by = excluded.changed_by, changed_at = excluded.changed_at
where w.assignee is null
returning assignee;

-- name: assign_case
insert into case_work (shop_id, case_id, side, assignee, changed_by, changed_at) values ($1, $2, $3, $4, $5, moment())
on conflict (shop_id, case_id, side) do update set assignee = excluded.assignee, changed_by = excluded.changed_by, changed_at = excluded.changed_at
returning assignee;

-- name: assignee_of
select assignee from case_work where shop_id = $1 and case_id = $2 and side = $3;

-- name: queue_of
-- The most urgent open cases that nobody of the side has in hand.
select c.shop_id, c.id
from cases c
join lateral (select min(d.due_at) as at from deadline d where d.shop_id = c.shop_id and d.case_id = c.id and d.state = 'running') due on true
left join case_work w on w.shop_id = c.shop_id and w.case_id = c.id and w.side = $2
where c.shop_id = any ($1::bigint[]) and c.closed_at is null and not c.historical and w.assignee is null
  and ($3::text is null or c.state = $3) and ($4::text is null or c.kind = $4)
order by due.at nulls last, c.id
limit $5;

-- name: insert_note
insert into case_note (shop_id, id, case_id, side, author, sort, text, at) values ($1, $2, $3, $4, $5, $6, $7, moment())
returning id, case_id, author, sort, text, at;

-- name: case_notes
select id, case_id, author, sort, text, at from case_note
where shop_id = $1 and case_id = $2 and side = $3 and ($4::timestamptz is null or (at, id) > ($4, $5::uuid))
order by at, id limit $6;

-- name: case_tags
select tag from case_tag where shop_id = $1 and case_id = $2 and side in ($3, 'both') order by tag;

-- name: drop_case_tags
-- One side's hand takes a tag of both from itself alone.
with gone as (
    delete from case_tag where shop_id = $1 and case_id = $2 and side in ($3, 'both') and tag <> all ($4::text[]) returning side, tag
),
left_to_the_other as (
    insert into case_tag select $1, $2, case $3::text when 'seller' then 'platform' else 'seller' end, tag from gone where side = 'both'
)
select tag from gone;

-- name: insert_case_tags
insert into case_tag (shop_id, case_id, side, tag) select $1, $2, $3, tag from unnest($4::text[]) as tag
where not exists (select from case_tag t where t.shop_id = $1 and t.case_id = $2 and t.side = 'both' and t.tag = tag.tag)
on conflict do nothing returning tag;

-- name: look_at_case!
insert into presence (shop_id, case_id, side, person, until_at)
values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))
on conflict (shop_id, case_id, side, person) do update set until_at = excluded.until_at;

-- name: leave_case!
delete from presence where shop_id = $1 and case_id = $2 and side = $3 and person = $4;

-- name: forget_lookers!
delete from presence where shop_id = $1 and case_id = $2 and until_at < clock_timestamp() - interval '1 hour';

-- name: who_looks
select person, until_at from presence
where shop_id = $1 and case_id = $2 and side = $3 and person <> $4 and until_at > clock_timestamp() order by person;
