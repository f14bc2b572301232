-- name: put_live_room
insert into live_room (shop_id, room, started_at, ended_at, recording, recording_sha256, updated_at)
values ($1, $2, $3, $4, $5, $6, moment())
on conflict (shop_id, room) do update set started_at = excluded.started_at, ended_at = coalesce(excluded.ended_at, live_room.ended_at),
    recording = coalesce(excluded.recording, live_room.recording),
    recording_sha256 = coalesce(excluded.recording_sha256, live_room.recording_sha256), updated_at = excluded.updated_at
returning shop_id, room, started_at, ended_at, recording, recording_sha256, updated_at;

-- name: live_room
select shop_id, room, started_at, ended_at, recording, recording_sha256, updated_at from live_room where shop_id = $1 and room = $2;

-- name: put_captions!
-- A caption that is posted again is the same caption, as it reads now.
insert into caption (shop_id, room, from_ms, to_ms, said, hits, flagged, posted_at)
select $1, $2, w.from_ms, w.to_ms, w.said, w.hits, w.hits <> '[]'::jsonb, moment()
from unnest($3::bigint[], $4::bigint[], $5::text[], $6::jsonb[]) as w (from_ms, to_ms, said, hits)
on conflict (shop_id, room, from_ms, to_ms) do update set said = excluded.said, hits = excluded.hits, flagged = excluded.flagged,
    posted_at = excluded.posted_at;

-- name: captions
select from_ms, to_ms, said, hits, posted_at from caption
where shop_id = $1 and room = $2 and to_ms >= $3 and ($4::bigint is null or from_ms < $4) and (not $5 or flagged)
  and (from_ms, to_ms) > ($6, $7)
order by from_ms, to_ms limit $8;

-- name: insert_reference
-- A moment of a stream as proof: the words that were said then, and where the recording has them.
insert into evidence (shop_id, id, order_id, of, at, kind, channel, state, sha256, media_type, size, text, given_by, given_at)
values ($1, $2, $3, $4, 'opening', 'live_recording', null, 'clean', $5, 'text/plain', $6, $7, $8, moment())
returning id;

-- name: keep_reference!
insert into stream_reference (shop_id, evidence_id, room, from_ms, to_ms) values ($1, $2, $3, $4, $5);

-- name: reference_of_evidence
select r.room, r.from_ms, r.to_ms, l.started_at, l.recording, l.recording_sha256
from stream_reference r join live_room l on l.shop_id = r.shop_id and l.room = r.room
where r.shop_id = $1 and r.evidence_id = $2;

-- name: apply_for_use
insert into evidence_grant (shop_id, evidence_id, order_id, state, why, applied_by, applied_at)
select e.shop_id, e.id, e.order_id, 'applied', $3, $4, moment() from evidence e
where e.shop_id = $1 and e.id = $2 and e.order_id is not null
on conflict (shop_id, evidence_id) do nothing
returning evidence_id;

-- name: decide_use
update evidence_grant set state = $3, decided_by = $4, decided_at = moment(), decided_why = $5
where shop_id = $1 and evidence_id = $2 and state = 'applied'
returning evidence_id;

-- name: use_of_evidence
select evidence_id, order_id, state, why, applied_by, applied_at, decided_by, decided_at, decided_why,
    (select p.name from person p where p.id = applied_by) as applied_by_name
from evidence_grant
where shop_id = $1 and evidence_id = $2;

-- name: uses_waiting
select evidence_id, order_id, state, why, applied_by, applied_at, decided_by, decided_at, decided_why, shop_id,
    (select p.name from person p where p.id = applied_by) as applied_by_name
from evidence_grant
where shop_id = any ($1::bigint[]) and ($2::text is null or state = $2) and ($3::timestamptz is null or (applied_at, evidence_id) > ($3, $4::uuid))
order by applied_at, evidence_id limit $5;
