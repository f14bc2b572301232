-- name: case_messages
select id, seq, side, author, sort, personal, text, salt, sha256, at, erased_at
from message where shop_id = $1 and case_id = $2 and seq > $3 order by seq limit $4;

-- name: message_with_neighbours
-- The message, and so many before and after it.
with pinned as (select seq from message where shop_id = $1 and case_id = $2 and id = $3)
(select m.id, m.seq, m.side, m.text, m.salt, m.sha256, m.at
 from message m where m.shop_id = $1 and m.case_id = $2 and m.seq <= (select seq from pinned) order by m.seq desc limit $4 + 1)
union
(select m.id, m.seq, m.side, m.text, m.salt, m.sha256, m.at
 from message m where m.shop_id = $1 and m.case_id = $2 and m.seq > (select seq from pinned) order by m.seq limit $4)
order by seq;

-- name: quick_replies
select slot, zh, en, changed_by, changed_at from quick_reply where shop_id = $1 order by slot;

-- name: quick_reply
select zh, en from quick_reply where shop_id = $1 and slot = $2;

-- name: drop_quick_replies!
delete from quick_reply where shop_id = $1;

-- name: insert_quick_replies!
insert into quick_reply (shop_id, slot, zh, en, changed_by, changed_at)
select $1, slot, zh, en, $4, moment() from unnest($2::text[], $3::text[]) with ordinality as told (zh, en, slot);

-- name: macros
select id, name, zh, en, move, body, changed_by, changed_at from macro where shop_id = $1 and removed_at is null order by name, id;

-- name: macro_by_id
select id, name, zh, en, move, body from macro where shop_id = $1 and id = $2 and removed_at is null;

-- name: insert_macro!
insert into macro (shop_id, id, name, zh, en, move, body, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, moment());

-- name: change_macro
update macro set name = $3, zh = $4, en = $5, move = $6, body = $7, changed_by = $8, changed_at = moment()
where shop_id = $1 and id = $2 and removed_at is null returning id;

-- name: remove_macro
update macro set removed_at = moment(), changed_by = $3 where shop_id = $1 and id = $2 and removed_at is null returning id;

-- name: lock_shop_texts
-- Counting and adding is one thing: whoever changes the texts of a shop waits for the one before.
select pg_advisory_xact_lock(7311, ($1::bigint % 2147483647)::int);

-- name: looks_at_case
-- Whether a person has the case before them: their lease on it runs.
select exists (select from presence where shop_id = $1 and case_id = $2 and person = $3 and until_at > clock_timestamp());

-- name: case_log
-- Everything that happened to a case and everything that was tried, with its code: what changed it, what was said, what was refused, what was
-- told to whom and what came of it.
select * from (
    select e.at, 'event' as sort, e.type as code, e.actor_kind as by, e.actor, e.seq, e.body as detail, e.chain_seq::text as reference
    from event e where e.shop_id = $1 and e.case_id = $2
    union all
    select m.at, 'message', m.sort, m.side, m.author, m.seq,
           jsonb_build_object('text', m.text, 'personal', m.personal, 'erased_at', m.erased_at), m.id::text
    from message m where m.shop_id = $1 and m.case_id = $2
    union all
    select a.at, 'attempt', a.code, a.actor_kind, a.actor, null, jsonb_build_object('command', a.command, 'reasons', a.reasons), a.id::text
    from attempt a where a.shop_id = $1 and a.case_id = $2
    union all
    select d.at, 'delivery', coalesce(d.problem, d.status::text), 'system', null, o.seq,
           jsonb_build_object('attempt', d.attempt, 'status', d.status, 'endpoint', d.endpoint_id), o.id::text
    from outbox o join delivery d on d.shop_id = o.shop_id and d.outbox_id = o.id
    where o.shop_id = $1 and o.case_id = $2
    union all
    select f.received_at, 'offline', coalesce(f.code, f.result), split_part(f.actor, ':', 1), f.actor, f.applied_seq,
           jsonb_build_object('move', f.move, 'result', f.result, 'device_at', f.device_at), f.id
    from offline_action f where f.shop_id = $1 and f.case_id = $2
    union all
    select n.at, 'note', n.sort, n.side, n.author, null, jsonb_build_object('text', n.text), n.id::text
    from case_note n where n.shop_id = $1 and n.case_id = $2 and n.side = $3
    union all
    select t.at, 'notice', t.word, 'system', null, t.seq, jsonb_build_object('to', t.side, 'language', t.language, 'read_at', t.read_at), t.id::text
    from notice t where t.shop_id = $1 and t.case_id = $2
) happened
where $4::timestamptz is null or (at, reference) > ($4, $5::text)
order by at, reference limit $6;

-- name: notices_of
-- The newest first; a buyer sees those to them.
select n.shop_id, n.id, n.case_id, n.seq, n.language, n.word, n.at, n.read_at
from notice n
where n.shop_id = any ($1::bigint[]) and n.side = $2 and ($3::text is null or n.person = $3) and (not $4::boolean or n.read_at is null)
  and ($5::timestamptz is null or n.at >= $5) and ($6::uuid is null or n.id < $6)
order by n.id desc limit $7;

-- name: read_notices
update notice n set read_at = moment()
where n.shop_id = any ($1::bigint[]) and n.id = any ($2::uuid[]) and n.side = $3 and ($4::text is null or n.person = $4) and n.read_at is null
returning n.id;
