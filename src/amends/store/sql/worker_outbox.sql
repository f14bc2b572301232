-- name: owed_shops
-- The earliest pending effect of every shop that has one.
with recursive first as (
    (select o.shop_id, o.due_at from outbox o where o.state = 'pending' order by o.shop_id, o.due_at limit 1)
    union all
    select n.shop_id, n.due_at
    from first cross join lateral (
        select o.shop_id, o.due_at from outbox o
        where o.state = 'pending' and o.shop_id > first.shop_id order by o.shop_id, o.due_at limit 1
    ) n
)
select shop_id, due_at, (select moment()) as at from first order by due_at;

-- name: claim_effects
-- By their state, never by an id above the last one seen: what commits later with a smaller id must not be skipped. Nothing is
-- claimed while an earlier effect of the same case on the same target is still owed. A lease is technical and runs in real time.
-- While a restored database is held, only words leave: what moves money or goods waits until everything in flight was asked about.
-- Of one target at most $6 at once, so that whoever hangs with much owed to it does not fill the lane; one where $7 names others.
with ready as materialized (
    select o.shop_id, o.id, o.due_at, o.target
    from outbox o
    where o.shop_id = any ($1::bigint[]) and o.state = 'pending' and o.due_at <= (select moment())
      and (o.claimed_until is null or o.claimed_until <= clock_timestamp())
      and o.effect = any ($2::text[]) and o.target <> all ($3::text[])
      and (o.effect in ('webhook', 'notify') or not (select held from hold))
      and not exists (
        select from outbox e
        where e.shop_id = o.shop_id and e.case_id = o.case_id and e.seq < o.seq and e.target = o.target and e.state = 'pending')
    order by o.due_at
    limit 8 * $4::integer
), shared as (
    select r.shop_id, r.id, r.due_at from (select *, row_number() over (partition by target order by due_at) as place from ready) r
    where r.place <= case when $7::text[] is null or r.target = any ($7) then $6::integer else 1 end order by r.due_at limit $4::integer
), due as materialized (
    select o.shop_id, o.id from shared r join outbox o on o.shop_id = r.shop_id and o.id = r.id
    where o.state = 'pending' and (o.claimed_until is null or o.claimed_until <= clock_timestamp())
    for update of o skip locked
)
update outbox o set claimed_until = clock_timestamp() + $5::interval
from due where o.shop_id = due.shop_id and o.id = due.id
returning o.shop_id, o.id, o.case_id, o.seq, o.effect, o.target, o.attempts;

-- name: claim_slow_effects
-- One effect each of targets that were slow to answer, the longest due first; otherwise as claim_effects.
with due as materialized (
    select n.shop_id, n.id
    from unnest($3::text[]) as slow (target)
    cross join lateral (
        select o.shop_id, o.id, o.due_at
        from outbox o
        where o.shop_id = any ($1::bigint[]) and o.state = 'pending' and o.due_at <= (select moment())
          and (o.claimed_until is null or o.claimed_until <= clock_timestamp())
          and o.effect = any ($2::text[]) and o.target = slow.target
          and (o.effect in ('webhook', 'notify') or not (select held from hold))
          and not exists (
            select from outbox e
            where e.shop_id = o.shop_id and e.case_id = o.case_id and e.seq < o.seq and e.target = o.target and e.state = 'pending')
        order by o.due_at limit 1
        for update of o skip locked
    ) n
    order by n.due_at limit $4
)
update outbox o set claimed_until = clock_timestamp() + $5::interval
from due where o.shop_id = due.shop_id and o.id = due.id
returning o.shop_id, o.id, o.case_id, o.seq, o.effect, o.target, o.attempts;

-- name: hung_targets
select distinct shop_id, target from outbox where state = 'pending' and effect = any ($1::text[]) and last_answer = 'timeout';

-- name: settle_effects!
-- What became of claimed effects. `delay` counts from now, on the domain's clock.
update outbox o set state = w.state, attempts = o.attempts + 1, claimed_until = null, last_answer = w.answer,
    due_at = case when w.state = 'pending' then (select moment()) + w.delay else o.due_at end,
    done_at = case when w.state = 'pending' then null else (select moment()) end
from unnest($1::bigint[], $2::uuid[], $3::text[], $4::interval[], $5::text[]) as w (shop_id, id, state, delay, answer)
where o.shop_id = w.shop_id and o.id = w.id and o.state = 'pending';

-- name: hold_back_effects!
-- What waits for an effect of its case on the same target is not due before that is tried again.
update outbox b set due_at = o.due_at
from unnest($1::bigint[], $2::uuid[]) as w (shop_id, id)
join outbox o on o.shop_id = w.shop_id and o.id = w.id
where b.shop_id = o.shop_id and b.case_id = o.case_id and b.target = o.target and b.seq > o.seq and b.state = 'pending'
  and b.due_at < o.due_at;

-- name: replay_effects
-- Messages that are done or dead are sent anew, by a person's wish.
update outbox o set state = 'pending', attempts = 0, due_at = (select moment()), done_at = null, claimed_until = null
from unnest($1::bigint[], $2::uuid[]) as w (shop_id, id)
where o.shop_id = w.shop_id and o.id = w.id and o.effect = 'webhook' and o.state <> 'pending'
returning o.shop_id, o.id;

-- name: refund_to_pay
-- A refund as it stands, and whether its payment is disputed; for a replacement's order the payment is the one that the money came from.
select r.id, r.order_id, r.amount, r.currency, r.status, coalesce(r.destination, 'original') as destination, r.attempts,
       r.created_at < (select moment()) - interval '24 hours' as old, coalesce(p.provider_reference, root.provider_reference, root.id::text, p.id::text) as payment_ref,
       exists (select from chargeback b where b.shop_id = r.shop_id and b.payment_id in (p.id, root.id)
                 and b.state in ('open', 'answered', 'lost') and b.override_at is null) as disputed,
       exists (select from paid_outside x where x.shop_id = r.shop_id and x.payment_id = r.payment_id and x.settled_at is null) as paid_outside
from refund r join payment p on p.shop_id = r.shop_id and p.id = r.payment_id
left join replacement_payment m on m.shop_id = p.shop_id and m.payment_id = p.id
left join payment root on root.shop_id = m.shop_id and root.id = m.root_id
where r.shop_id = $1 and r.id = $2;

-- name: park_refund!
insert into parked (shop_id, id, source, event_id, why, body, received_at)
values ($1, $2, 'refund', $3, $4, $5, (select moment()))
on conflict (shop_id, source, event_id) do update set why = excluded.why, body = excluded.body, settled_at = null;

-- name: park_freight!
-- What a leg cost in a currency that its order is not in: once, until a person has posted it.
insert into parked (shop_id, id, source, event_id, why, body, received_at)
values ($1, $2, 'freight', $3, $4, $5, (select moment()))
on conflict (shop_id, source, event_id) do nothing;

-- name: message_to_send
-- An event and the public fields of its case, for the endpoint that is to hear of it.
select e.type, e.at, e.actor_kind, e.from_state, e.to_state, e.body, e.seq, c.order_id, o.reference as order_reference, c.kind,
       c.reason, c.currency, c.market, w.url, signing_secrets(w.secrets, w.rotated_at) as secrets, w.disabled_at
from event e
join cases c on c.shop_id = e.shop_id and c.id = e.case_id
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
left join webhook_endpoint w on w.shop_id = e.shop_id and w.id = $4::uuid
where e.shop_id = $1 and e.case_id = $2 and e.seq = $3;

-- name: log_delivery!
insert into delivery (shop_id, outbox_id, attempt, endpoint_id, at, status, problem)
select $1, $2, coalesce((select max(d.attempt) from delivery d where d.shop_id = $1 and d.outbox_id = $2), 0) + 1, $3,
       (select moment()), $4, $5;

-- name: disable_gone_endpoint!
update webhook_endpoint set disabled_at = (select moment()), disabled_why = $3
where shop_id = $1 and id = $2 and disabled_at is null;

-- name: silent_endpoint
-- Whether an endpoint has taken nothing for the whole of a message's retries.
select not exists (
    select from delivery d where d.shop_id = $1 and d.endpoint_id = $2 and d.status between 200 and 299
      and d.at > (select moment()) - interval '76 hours');

-- name: all_shops
select id from shop order by id;

-- name: sweep_effects
-- Finished effects older than 90 days; ids carry their moment, so that only old rows are looked at.
with old as materialized (
    select o.shop_id, o.id from outbox o
    where o.shop_id = $1 and o.id < $2 and o.state = 'done' and o.done_at < (select moment()) - interval '90 days'
    order by o.id limit $3
)
delete from outbox o using old where o.shop_id = old.shop_id and o.id = old.id returning 1;

-- name: clock_offset
select extract(epoch from offset_by)::double precision as seconds, sandbox, (select moment()) as at from clock;

-- name: shops_with_tests
select distinct shop_id from test_message where sent_at is null and (claimed_until is null or claimed_until < clock_timestamp());

-- name: tests_to_send
-- Claimed for a minute, one of each endpoint: whoever is slow to answer holds up nobody else's.
with next as (
    select t.shop_id, t.id from test_message t
    where t.shop_id = any ($1::bigint[]) and t.sent_at is null and (t.claimed_until is null or t.claimed_until < clock_timestamp())
      and not exists (select from test_message e where e.shop_id = t.shop_id and e.endpoint_id = t.endpoint_id and e.sent_at is null
                      and (e.asked_at, e.id) < (t.asked_at, t.id))
    order by t.asked_at limit 20
    for update skip locked
)
update test_message t set claimed_until = clock_timestamp() + interval '1 minute'
from next join webhook_endpoint w on w.shop_id = next.shop_id
where t.shop_id = next.shop_id and t.id = next.id and w.id = t.endpoint_id
returning t.shop_id, t.id, t.asked_at, w.id as endpoint_id, w.url, signing_secrets(w.secrets, w.rotated_at) as secrets, w.disabled_at;

-- name: test_sent!
update test_message set sent_at = moment(), status = $3, problem = $4 where shop_id = $1 and id = $2;

-- name: sealed_endpoints
select shop_id, id, secrets from webhook_endpoint where shop_id = any ($1::bigint[]) order by shop_id, id for update;

-- name: seal_endpoint!
update webhook_endpoint set secrets = $3 where shop_id = $1 and id = $2;
