-- name: file_of_case
-- A case with its order, as it is shown to outsiders.
select c.shop_id, s.name as shop, s.market, c.id, c.order_id, o.reference as order_reference, c.parent_id, c.kind, c.reason, c.reason_group,
       c.state, c.ended, c.amount, c.currency, c.buyer, c.opened_by, c.opened_at, c.closed_at, c.lane, c.programme, c.eligibility_release,
       c.eligibility_pinned_at, c.handling_release, c.handling_pinned_at, c.historical, o.sale_format, o.source, o.placed_at, o.won_at,
       o.paid_at, o.shipped_at, o.delivered_at, c.verdict, (select moment()) as made_at
from cases c
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
join shop s on s.id = c.shop_id
where c.shop_id = $1 and c.id = $2;

-- name: file_events
-- The case's events as they are hashed, each with the hash of the link before it in the shop's chain.
select e.seq, e.type, e.at, (extract(epoch from e.at) * 1000000)::bigint as at_us, e.actor_kind, e.actor, e.from_state, e.to_state, e.body,
       e.wishes, e.fired_kind, e.fired_started_seq, e.chain_seq, e.hash,
       (select b.hash from event b where b.shop_id = e.shop_id and b.chain_seq = e.chain_seq - 1) as before
from event e where e.shop_id = $1 and e.case_id = $2 order by e.seq;

-- name: file_evidence
select e.id, e.of, e.at, e.kind, e.channel, e.state, e.legible, e.matches_claim, e.media_type, e.size, e.text, e.given_at, e.sealed_at,
       e.sha256, e.served_sha256
from evidence e where e.shop_id = $1 and e.case_id = $2 order by e.given_at, e.id;

-- name: file_messages
select m.id, m.seq, m.side, m.sort, m.text, m.salt, m.sha256, m.at, m.erased_at
from message m where m.shop_id = $1 and m.case_id = $2 order by m.seq;

-- name: file_attempts
-- Refused attempts are part of the story, with the verdicts that refused them.
select a.id, a.command, a.actor_kind, a.at, a.code, a.reasons, a.release, a.verdict
from attempt a where a.shop_id = $1 and a.case_id = $2 order by a.at, a.id;

-- name: file_deadlines
select d.kind, d.started_seq, d.started_at, d.due_at, d.state, d.rule, d.on_expiry, d.provisional, d.ended, d.ended_at, d.calendar
from deadline d where d.shop_id = $1 and d.case_id = $2 order by d.started_at, d.kind;

-- name: file_money
select r.id, r.amount, r.currency, r.status, r.failure, r.provider_reference, r.replaces, r.decided_seq, r.created_at, r.updated_at,
       p.method, p.provider_reference as payment_reference, p.captured
from refund r join payment p on p.shop_id = r.shop_id and p.id = r.payment_id
where r.shop_id = $1 and r.case_id = $2 order by r.created_at, r.id;

-- name: file_postings
select t.id, t.why, t.currency, t.at, p.leg, p.account, p.amount
from money_transaction t join posting p on p.shop_id = t.shop_id and p.transaction_id = t.id
where t.shop_id = $1 and t.case_id = $2 order by t.at, t.id, p.leg;

-- name: file_rulings
select r.seq, r.round, r.state, r.ruling, r.liability, r.amount, r.currency, r.rationale, r.ruled_at, r.decided_at,
       (select count(*) from approval a where a.shop_id = r.shop_id and a.dispute_id = r.dispute_id and a.seq = r.seq) as people
from ruling r where r.shop_id = $1 and r.case_id = $2 order by r.seq;

-- name: file_chargebacks
select b.source, b.reference, b.amount, b.held, b.reason, b.state, b.opened_at, b.respond_by, b.closed_at
from chargeback b where b.shop_id = $1 and b.order_id = $2 order by b.opened_at;

-- name: hashes_of_case
-- What the database holds of a case's links, to compare a file with.
select seq, chain_seq, hash from event where shop_id = $1 and case_id = $2 order by seq;
