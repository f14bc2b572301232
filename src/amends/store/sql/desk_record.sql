-- name: insert_cases!
insert into cases select * from unnest($1::cases[]);

-- name: update_cases!
-- Guarded by the event count that the decision was made on: a lost race would change nothing and be seen by its count.
update cases c set reason = w.reason, reason_group = w.reason_group, kind = w.kind, state = w.state, seq = w.seq,
    version = w.version, amount = w.amount, programme = w.programme, note = w.note, destination = w.destination,
    amendments = w.amendments, proof_requests = w.proof_requests, return_to = w.return_to, lane = w.lane, ended = w.ended,
    closed_at = w.closed_at, verdict = coalesce(w.verdict, c.verdict), updated_at = w.updated_at
from unnest($1::cases[], $2::int[])
    as w (shop_id, id, order_id, parent_id, kind, reason, reason_group, state, seq, version, buyer, opened_by, opened_at, amount,
          currency, market, eligibility_release, eligibility_pinned_at, handling_release, handling_pinned_at, programme, note,
          destination, amendments, proof_requests, return_to, lane, historical, ended, closed_at, verdict, updated_at, was_seq)
where c.shop_id = w.shop_id and c.id = w.id and c.seq = w.was_seq;

-- name: insert_tags!
insert into case_tag select * from unnest($1::case_tag[]);

-- name: insert_case_lines!
insert into case_line select * from unnest($1::case_line[]);

-- name: upsert_case_lines!
insert into case_line select * from unnest($1::case_line[])
on conflict (shop_id, case_id, line_id) do update set quantity = excluded.quantity, amount = excluded.amount,
    accepted = excluded.accepted, refused = excluded.refused, deducted = excluded.deducted, disposition = excluded.disposition;

-- name: drop_case_lines!
-- Amending may drop lines; what they were stands in the event.
delete from case_line l using unnest($1::bigint[], $2::uuid[], $3::uuid[]) as w (shop_id, case_id, line_id)
where l.shop_id = w.shop_id and l.case_id = w.case_id and l.line_id = w.line_id;

-- name: insert_events!
insert into event select * from unnest($1::event[]);

-- name: insert_deadlines!
insert into deadline select * from unnest($1::deadline[]);

-- name: update_deadlines!
-- Whole rows, of which only what can change is set: arrays of rows are far cheaper to send than columns of values.
update deadline d set due_at = w.due_at, state = w.state, provisional = w.provisional, remaining = w.remaining,
    resumes_on = w.resumes_on, ended = w.ended, ended_at = w.ended_at, calendar = w.calendar
from unnest($1::deadline[]) as w
where d.shop_id = w.shop_id and d.case_id = w.case_id and d.kind = w.kind and d.started_seq = w.started_seq;

-- name: insert_evidence!
insert into evidence select * from unnest($1::evidence[]);

-- name: update_evidence!
update evidence e set case_id = w.case_id, at = w.at, kind = w.kind, channel = w.channel, state = w.state, legible = w.legible,
    matches_claim = w.matches_claim, sealed_at = w.sealed_at
from unnest($1::evidence[]) as w
where e.shop_id = w.shop_id and e.id = w.id;

-- name: upsert_refunds!
insert into refund select * from unnest($1::refund[])
on conflict (shop_id, id) do update set status = excluded.status, provider_reference = excluded.provider_reference,
    failure = excluded.failure, attempts = excluded.attempts, destination = excluded.destination, updated_at = excluded.updated_at;

-- name: insert_refund_lines!
insert into refund_line select * from unnest($1::refund_line[]);

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

-- name: hold_payments!
-- What a chargeback takes of a payment, or gives free again; the same guard as for refunds.
update payment p set charged_back = p.charged_back + w.amount
from unnest($1::bigint[], $2::uuid[], $3::bigint[]) as w (shop_id, id, amount)
where p.shop_id = w.shop_id and p.id = w.id and p.reserved + p.charged_back + w.amount <= p.captured
  and p.charged_back + w.amount >= 0;

-- name: upsert_disputes!
insert into dispute select * from unnest($1::dispute[])
on conflict (shop_id, id) do update set state = excluded.state, round = excluded.round, lane = excluded.lane,
    reviewer = excluded.reviewer, claimed_at = excluded.claimed_at, appealed_by = excluded.appealed_by, final = excluded.final,
    theme = excluded.theme,    updated_at = excluded.updated_at;

-- name: upsert_rulings!
insert into ruling select * from unnest($1::ruling[])
on conflict (shop_id, dispute_id, seq) do update set state = excluded.state, decided_at = excluded.decided_at;

-- name: insert_approvals!
insert into approval select * from unnest($1::approval[]);

-- name: upsert_chargebacks!
insert into chargeback select * from unnest($1::chargeback[])
on conflict (shop_id, id) do update set amount = excluded.amount, held = excluded.held, reason = excluded.reason,
    state = excluded.state, respond_by = excluded.respond_by, closed_at = excluded.closed_at, override_by = excluded.override_by,
    override_at = excluded.override_at, override_why = excluded.override_why, updated_at = excluded.updated_at;

-- name: insert_transactions!
insert into money_transaction select * from unnest($1::money_transaction[]);

-- name: insert_postings!
insert into posting select * from unnest($1::posting[]);

-- name: upsert_interceptions!
insert into interception select * from unnest($1::interception[])
on conflict (shop_id, id) do update set state = excluded.state, reason = excluded.reason, cost = excluded.cost,
    currency = excluded.currency, reference = excluded.reference, answered_at = excluded.answered_at, ended_at = excluded.ended_at,
    complaint = excluded.complaint, complained_at = excluded.complained_at, complaint_ended_at = excluded.complaint_ended_at,
    complaint_reference = excluded.complaint_reference, paid = excluded.paid;

-- name: upsert_return_plans!
insert into return_plan select * from unnest($1::return_plan[])
on conflict (shop_id, case_id) do update set address_id = excluded.address_id, label = excluded.label, carrier = excluded.carrier,
    tracking_number = excluded.tracking_number, service = excluded.service, cost = excluded.cost, currency = excluded.currency,
    problem = excluded.problem, made_at = excluded.made_at, parcel_id = excluded.parcel_id, borne_by = excluded.borne_by;

-- name: insert_readings!
insert into parcel_reading select * from unnest($1::parcel_reading[]);

-- name: upsert_parcels!
insert into parcel select * from unnest($1::parcel[])
on conflict (shop_id, id) do update set status = excluded.status, carrier = excluded.carrier,
    tracking_number = excluded.tracking_number, address_matches = excluded.address_matches, shipped_at = excluded.shipped_at,
    delivered_at = excluded.delivered_at, signed_at = excluded.signed_at;

-- name: scans_of_others
-- Events that a carrier gives to two parcels which do not travel together: other numbers, or other buyers.
with told as (
    select t.shop_id, t.source, t.event_id, t.parcel_id, p.tracking_number, o.buyer
    from unnest($1::scan[]) as t
    join parcel p on p.shop_id = t.shop_id and p.id = t.parcel_id
    join orders o on o.shop_id = p.shop_id and o.id = p.order_id
), known as (
    select shop_id, source, event_id, tracking_number, buyer from told
    union all
    select s.shop_id, s.source, s.event_id, p.tracking_number, o.buyer
    from told t
    join scan s on s.shop_id = t.shop_id and s.source = t.source and s.event_id = t.event_id
    join parcel p on p.shop_id = s.shop_id and p.id = s.parcel_id
    join orders o on o.shop_id = p.shop_id and o.id = p.order_id
)
select t.event_id from told t join known k on k.shop_id = t.shop_id and k.source = t.source and k.event_id = t.event_id
where (k.tracking_number, k.buyer) is distinct from (t.tracking_number, t.buyer)
limit 1;

-- name: insert_scans!
insert into scan select * from unnest($1::scan[]);

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
insert into outbox select * from unnest($1::outbox[]);

-- name: insert_offline_actions!
insert into offline_action select * from unnest($1::offline_action[]);

-- name: insert_notices!
-- A shop hears in the language that it chose.
insert into notice
select n.shop_id, n.id, n.case_id, n.seq, n.side, n.person,
    coalesce(case when n.side = 'seller' then (select s.language from notice_setting s where s.shop_id = n.shop_id) end, n.language), n.word,
    n.at, n.read_at
from unnest($1::notice[]) n
on conflict (shop_id, case_id, seq, side) do nothing;

-- name: insert_messages!
insert into message select * from unnest($1::message[]);

-- name: insert_answers!
insert into idempotency select * from unnest($1::idempotency[]);

-- name: insert_attempts!
insert into attempt select * from unnest($1::attempt[]);

-- name: lock_chain_heads
select shop_id, seq, hash from chain_head where shop_id = any ($1::bigint[]) order by shop_id for no key update;

-- name: move_chain_heads!
update chain_head h set seq = w.seq, hash = w.hash from unnest($1::chain_head[]) as w where h.shop_id = w.shop_id;

-- name: upsert_proposals!
-- A proposal that is superseded ends in the statement that opens the next one: ended rows come first, so that one alone is ever open.
insert into proposal select * from unnest($1::proposal[])
on conflict (shop_id, id) do update set state = excluded.state, expires_at = excluded.expires_at, decided_seq = excluded.decided_seq,
    decided_at = excluded.decided_at;

-- name: insert_replacement_payments!
insert into replacement_payment select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[]);

-- name: upsert_replacements!
insert into replacement select * from unnest($1::replacement[])
on conflict (shop_id, case_id) do update set state = excluded.state, order_id = excluded.order_id, parcel_id = excluded.parcel_id,
    shipped_at = excluded.shipped_at, delivered_at = excluded.delivered_at, ended_at = excluded.ended_at;

-- name: insert_rule_uses!
-- Numbered for each buyer: two cases at once cannot both be the last that a cap allows.
insert into shop_rule_use select * from unnest($1::shop_rule_use[]);
