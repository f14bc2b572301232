-- name: settled_until
select settled_until();

-- name: list_refunds
select r.shop_id, r.id, r.order_id, r.case_id, r.amount, r.currency, r.status, r.attempts, r.failure, r.replaces, r.created_at, r.updated_at
from refund r join cases c on c.shop_id = r.shop_id and c.id = r.case_id
where r.shop_id = any ($1::bigint[])
  and ($2::text is null or c.buyer = $2)
  and ($3::text is null or r.status = $3)
  and ($4::timestamptz is null or r.updated_at >= $4)
  and ($5::uuid is null or r.id < $5)
order by r.id desc
limit $6;

-- name: list_evidence
-- A piece of proof changes when it is given and when a decision rests on it.
select e.shop_id, e.id, e.order_id, e.case_id, e.of, e.at, e.kind, e.channel, e.state, e.media_type, e.size, e.legible, e.matches_claim,
    e.given_at, e.sealed_at, greatest(e.given_at, e.sealed_at) as updated_at
from evidence e join orders o on o.shop_id = e.shop_id and o.id = e.order_id
where e.shop_id = any ($1::bigint[])
  and ($2::text is null or o.buyer = $2)
  and ($3::uuid is null or e.order_id = $3)
  and ($4::timestamptz is null or greatest(e.given_at, e.sealed_at) >= $4)
  and ($5::uuid is null or e.id < $5)
order by e.id desc
limit $6;

-- name: due_now
-- Deadlines that are due and not fired yet, and how long the oldest has been so.
select count(*) as due, coalesce(extract(epoch from moment() - min(due_at)), 0)::double precision as late
from deadline where state = 'running' and due_at <= (select moment());

-- name: calendars_left
-- For how many days more the holidays of each calendar are announced.
select code, (convert_from(body, 'UTF8')::jsonb ->> 'confirmed_until')::date - (select moment())::date as days
from (select distinct on (code) code, body from calendar_version order by code, loaded_at desc) newest order by code;

-- name: owed_now
select effect, count(*) as depth, coalesce(extract(epoch from moment() - min(due_at)), 0)::double precision as late
from outbox where state = 'pending' group by effect;

-- name: dead_letters
select count(*) from outbox where state = 'dead';

-- name: refunds_flying
select count(*) as flying, coalesce(extract(epoch from moment() - min(updated_at)), 0)::double precision as oldest
from refund where status in ('pending', 'sent', 'unknown');

-- name: money_explained
-- Of the money that was paid back in a day, the share that has exactly one transaction that stands.
select coalesce(sum(r.amount), 0)::bigint as paid,
       coalesce(sum(r.amount) filter (where 1 = (
           select count(*) from money_transaction t
           where t.shop_id = r.shop_id and t.refund_id = r.id and t.reverses is null
             and not exists (select from money_transaction b where b.shop_id = t.shop_id and b.reverses = t.id))), 0)::bigint as explained
from refund r where r.status = 'succeeded' and r.updated_at > (select moment()) - interval '24 hours';
