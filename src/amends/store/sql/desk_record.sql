-- name: insert_cases!
insert into cases (shop_id, id, order_id, parent_id, kind, reason, reason_group, state, seq, version, buyer, opened_by, opened_at,
    amount, currency, market, eligibility_release, eligibility_pinned_at, handling_release, handling_pinned_at, programme, note,
    destination, amendments, proof_requests, return_to, lane, historical, ended, closed_at, verdict, updated_at)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[],
    $10::int[], $11::text[], $12::text[], $13::timestamptz[], $14::bigint[], $15::text[], $16::text[], $17::text[],
    $18::timestamptz[], $19::text[], $20::timestamptz[], $21::text[], $22::text[], $23::text[], $24::int[], $25::int[],
    $26::text[], $27::text[], $28::boolean[], $29::text[], $30::timestamptz[], $31::bytea[], $32::timestamptz[]);

-- name: update_cases!
-- Guarded by the event count that the decision was made on: a lost race would change nothing and be seen by its count.
update cases c set reason = w.reason, reason_group = w.reason_group, kind = w.kind, state = w.state, seq = w.seq,
    version = w.version, amount = w.amount, programme = w.programme, note = w.note, destination = w.destination,
    amendments = w.amendments, proof_requests = w.proof_requests, return_to = w.return_to, lane = w.lane, ended = w.ended,
    closed_at = w.closed_at, verdict = w.verdict, updated_at = w.updated_at
from unnest($1::bigint[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::int[],
    $10::bigint[], $11::text[], $12::text[], $13::text[], $14::int[], $15::int[], $16::text[], $17::text[], $18::text[],
    $19::timestamptz[], $20::bytea[], $21::timestamptz[])
    as w (shop_id, id, was_seq, reason, reason_group, kind, state, seq, version, amount, programme, note, destination, amendments,
          proof_requests, return_to, lane, ended, closed_at, verdict, updated_at)
where c.shop_id = w.shop_id and c.id = w.id and c.seq = w.was_seq;

-- name: upsert_case_lines!
insert into case_line (shop_id, case_id, line_id, order_id, quantity, amount, accepted, refused, deducted, disposition)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::bigint[], $7::int[], $8::int[], $9::bigint[],
    $10::text[])
on conflict (shop_id, case_id, line_id) do update set quantity = excluded.quantity, amount = excluded.amount,
    accepted = excluded.accepted, refused = excluded.refused, deducted = excluded.deducted, disposition = excluded.disposition;

-- name: drop_case_lines!
-- Amending may drop lines; what they were stands in the event.
delete from case_line l using unnest($1::bigint[], $2::uuid[], $3::uuid[]) as w (shop_id, case_id, line_id)
where l.shop_id = w.shop_id and l.case_id = w.case_id and l.line_id = w.line_id;

-- name: insert_events!
insert into event (shop_id, case_id, seq, type, at, actor_kind, actor, from_state, to_state, body, wishes, fired_kind,
    fired_started_seq, chain_seq, hash)
select shop_id, case_id, seq, type, at, actor_kind, actor, from_state, to_state, body::jsonb,
       coalesce(string_to_array(wishes, chr(31)), '{}'), fired_kind, fired_started_seq, chain_seq, hash
from unnest($1::bigint[], $2::uuid[], $3::int[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::text[], $13::int[], $14::bigint[], $15::bytea[])
    as w (shop_id, case_id, seq, type, at, actor_kind, actor, from_state, to_state, body, wishes, fired_kind, fired_started_seq,
          chain_seq, hash);

-- name: upsert_deadlines!
insert into deadline (shop_id, case_id, kind, started_seq, started_at, due_at, state, rule, on_expiry, provisional, remaining,
    resumes_on, at_least, ended, ended_at, calendar)
select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::int[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[],
    $9::text[], $10::boolean[], $11::bigint[], $12::text[], $13::bigint[], $14::text[], $15::timestamptz[], $16::text[])
on conflict (shop_id, case_id, kind, started_seq) do update set due_at = excluded.due_at, state = excluded.state,
    provisional = excluded.provisional, remaining = excluded.remaining, resumes_on = excluded.resumes_on, ended = excluded.ended,
    ended_at = excluded.ended_at;

-- name: upsert_evidence!
insert into evidence (shop_id, id, order_id, case_id, of, at, kind, channel, state, legible, matches_claim, sha256, media_type,
    size, text, given_by, given_at, sealed_at)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::boolean[], $11::boolean[], $12::bytea[], $13::text[], $14::bigint[], $15::text[], $16::text[], $17::timestamptz[],
    $18::timestamptz[])
on conflict (shop_id, id) do update set case_id = excluded.case_id, at = excluded.at, kind = excluded.kind,
    channel = excluded.channel, state = excluded.state, legible = excluded.legible, matches_claim = excluded.matches_claim,
    sealed_at = excluded.sealed_at;

-- name: upsert_refunds!
insert into refund (shop_id, id, order_id, case_id, payment_id, amount, currency, status, destination, provider_reference, failure,
    attempts, replaces, decided_seq, created_at, updated_at)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::int[], $13::uuid[], $14::int[], $15::timestamptz[], $16::timestamptz[])
on conflict (shop_id, id) do update set status = excluded.status, provider_reference = excluded.provider_reference,
    failure = excluded.failure, attempts = excluded.attempts, destination = excluded.destination, updated_at = excluded.updated_at;

-- name: insert_refund_lines!
insert into refund_line (shop_id, refund_id, line_id, quantity, amount)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::int[], $5::bigint[]);

-- name: reserve_payments!
-- The guarded money row: one conditional update; a negative amount gives a reservation up.
update payment p set reserved = p.reserved + w.amount
from unnest($1::bigint[], $2::uuid[], $3::bigint[]) as w (shop_id, id, amount)
where p.shop_id = w.shop_id and p.id = w.id and p.reserved + w.amount + p.charged_back <= p.captured and p.reserved + w.amount >= 0;

-- name: reserve_allocations!
update payment_allocation a set refunded = a.refunded + w.amount
from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[]) as w (shop_id, payment_id, line_id, amount)
where a.shop_id = w.shop_id and a.payment_id = w.payment_id and a.line_id = w.line_id
  and a.refunded + w.amount between 0 and a.amount;

-- name: insert_transactions!
insert into money_transaction (shop_id, id, case_id, refund_id, reverses, why, currency, at)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[]);

-- name: insert_postings!
insert into posting (shop_id, transaction_id, leg, account, amount)
select * from unnest($1::bigint[], $2::uuid[], $3::int[], $4::text[], $5::bigint[]);

-- name: upsert_parcels!
insert into parcel (shop_id, id, order_id, case_id, direction, status, carrier, tracking_number, address_matches, shipped_at,
    delivered_at, signed_at)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::boolean[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[])
on conflict (shop_id, id) do update set status = excluded.status, carrier = excluded.carrier,
    tracking_number = excluded.tracking_number, address_matches = excluded.address_matches, shipped_at = excluded.shipped_at,
    delivered_at = excluded.delivered_at, signed_at = excluded.signed_at;

-- name: insert_scans!
insert into scan (shop_id, source, event_id, order_id, parcel_id, status, occurred_at, received_at)
select * from unnest($1::bigint[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[], $8::timestamptz[]);

-- name: update_orders!
update orders o set status = w.status, shipped_at = w.shipped_at, delivered_at = w.delivered_at, cancelled_at = w.cancelled_at,
    version = o.version + 1
from unnest($1::bigint[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
    as w (shop_id, id, status, shipped_at, delivered_at, cancelled_at)
where o.shop_id = w.shop_id and o.id = w.id;

-- name: place_line_parcels!
-- Lines that had no parcel travel in the one that was just shipped.
update order_line l set parcel_id = w.parcel_id
from unnest($1::bigint[], $2::uuid[], $3::uuid[]) as w (shop_id, order_id, parcel_id)
where l.shop_id = w.shop_id and l.order_id = w.order_id and l.parcel_id is null;

-- name: insert_outbox!
insert into outbox (shop_id, id, case_id, seq, effect, target, due_at, created_at)
select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[]);

-- name: insert_answers!
insert into idempotency (shop_id, principal, key, fingerprint, code, answer, created_at)
select * from unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::bytea[], $7::timestamptz[]);

-- name: insert_attempts!
insert into attempt (shop_id, id, order_id, case_id, command, actor_kind, actor, at, code, reasons, facts, release, verdict, historical)
select shop_id, id, order_id, case_id, command, actor_kind, actor, at, code, string_to_array(reasons, ' '), facts::jsonb, release,
       verdict, historical
from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[],
    $10::text[], $11::text[], $12::text[], $13::bytea[], $14::boolean[])
    as w (shop_id, id, order_id, case_id, command, actor_kind, actor, at, code, reasons, facts, release, verdict, historical);

-- name: lock_chain_heads
select shop_id, seq, hash from chain_head where shop_id = any ($1::bigint[]) order by shop_id for no key update;

-- name: move_chain_heads!
update chain_head h set seq = w.seq, hash = w.hash
from unnest($1::bigint[], $2::bigint[], $3::bytea[]) as w (shop_id, seq, hash)
where h.shop_id = w.shop_id;
