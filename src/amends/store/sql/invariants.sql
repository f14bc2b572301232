-- What must hold at every moment. Each query names what breaks its statement, one text a row; a healthy database answers none.
-- A refund is live until it is given up, or has failed and another replaces it.

-- name: m01
-- Live refunds and what chargebacks hold never exceed what was captured, those of a replacement counted where its money came in, and a payment remembers exactly what they hold.
select p.shop_id || '/' || p.id as found
from payment p
where p.captured < p.charged_back + (
    select coalesce(sum(r.amount), 0) from refund r
    where r.shop_id = p.shop_id
      and r.payment_id in (select p.id union all select m.payment_id from replacement_payment m
                           where m.shop_id = p.shop_id and m.root_id = p.id) and r.status <> 'given_up'
      and not (r.status = 'failed' and exists (select from refund n where n.shop_id = r.shop_id and n.replaces = r.id)))
   or p.charged_back <> (
    select coalesce(sum(b.held), 0) from chargeback b
    where b.shop_id = p.shop_id and b.payment_id = p.id and b.state in ('open', 'answered', 'lost'));

-- name: m02
-- A refund has the currency, the order and the case of its payment.
select r.shop_id || '/' || r.id as found
from refund r
join payment p on p.shop_id = r.shop_id and p.id = r.payment_id
join cases c on c.shop_id = r.shop_id and c.id = r.case_id
where r.currency <> p.currency or r.order_id <> p.order_id or c.order_id <> r.order_id or c.currency <> r.currency;

-- name: m03
-- For each order line, what live refunds give back is at most what was paid for it, and at most the units bought.
select l.shop_id || '/' || l.id as found
from order_line l
join refund_line rl on rl.shop_id = l.shop_id and rl.line_id = l.id
join refund r on r.shop_id = rl.shop_id and r.id = rl.refund_id
where r.status <> 'given_up'
  and not (r.status = 'failed' and exists (select from refund n where n.shop_id = r.shop_id and n.replaces = r.id))
group by l.shop_id, l.id, l.quantity, l.paid
having sum(rl.amount) > l.paid or sum(rl.quantity) > l.quantity;

-- name: m04
-- A refund is the sum of its lines, to the minor unit.
select r.shop_id || '/' || r.id as found
from refund r left join refund_line l on l.shop_id = r.shop_id and l.refund_id = r.id
group by r.shop_id, r.id, r.amount
having r.amount <> coalesce(sum(l.amount), 0);

-- name: m05
-- The postings of every transaction sum to zero.
select t.shop_id || '/' || t.id as found
from money_transaction t left join posting p on p.shop_id = t.shop_id and p.transaction_id = t.id
group by t.shop_id, t.id
having coalesce(sum(p.amount), 0) <> 0 or count(p.leg) < 2;

-- name: m06
-- A refund that was paid has exactly one transaction that stands; any other has none that stands.
select r.shop_id || '/' || r.id as found
from refund r
left join money_transaction t on t.shop_id = r.shop_id and t.refund_id = r.id and t.reverses is null
    and not exists (select from money_transaction b where b.shop_id = t.shop_id and b.reverses = t.id)
group by r.shop_id, r.id, r.status
having count(t.id) <> case when r.status = 'succeeded' then 1 else 0 end;

-- name: m07
-- A reference of the payment provider belongs to one refund only.
select provider_reference as found from refund where provider_reference is not null group by 1 having count(*) > 1;

-- name: m08
-- Every live refund stands on an event that grants money, and those of a case stay within what was granted.
select r.shop_id || '/' || r.id as found
from refund r
left join event e on e.shop_id = r.shop_id and e.case_id = r.case_id and e.seq = r.decided_seq
where r.status <> 'given_up' and (e.seq is null or e.to_state not in ('refund_approved', 'refund_failed', 'completed'))
union all
select c.shop_id || '/' || c.id
from cases c join refund r on r.shop_id = c.shop_id and r.case_id = c.id
where r.status <> 'given_up'
  and not (r.status = 'failed' and exists (select from refund n where n.shop_id = r.shop_id and n.replaces = r.id))
group by c.shop_id, c.id, c.amount
having sum(r.amount) > c.amount;

-- name: m09
-- What a payment and its shares remember as reserved is what their live refunds come to.
select p.shop_id || '/' || p.id as found
from payment p
where p.reserved <> (
    select coalesce(sum(r.amount), 0) from refund r
    where r.shop_id = p.shop_id
      and r.payment_id in (select p.id union all select m.payment_id from replacement_payment m
                           where m.shop_id = p.shop_id and m.root_id = p.id) and r.status <> 'given_up'
      and not (r.status = 'failed' and exists (select from refund n where n.shop_id = r.shop_id and n.replaces = r.id)))
union all
select a.shop_id || '/' || a.payment_id || '/' || a.line_id
from payment_allocation a
where a.refunded <> (
    select coalesce(sum(rl.amount), 0)
    from refund r join refund_line rl on rl.shop_id = r.shop_id and rl.refund_id = r.id
    where r.shop_id = a.shop_id and r.payment_id = a.payment_id and rl.line_id = a.line_id and r.status <> 'given_up'
      and not (r.status = 'failed' and exists (select from refund n where n.shop_id = r.shop_id and n.replaces = r.id)));

-- name: m10
-- The shares of a payment add up to the payment, and those of a line to what was paid for it.
select p.shop_id || '/' || p.id as found
from payment p left join payment_allocation a on a.shop_id = p.shop_id and a.payment_id = p.id
group by p.shop_id, p.id, p.amount
having p.amount <> coalesce(sum(a.amount), 0)
union all
select l.shop_id || '/' || l.id
from order_line l left join payment_allocation a on a.shop_id = l.shop_id and a.line_id = l.id
group by l.shop_id, l.id, l.paid
having l.paid <> coalesce(sum(a.amount), 0);

-- name: m11
-- No refund is made while a chargeback of its payment is open or after it was lost, unless somebody let it through by name.
select r.shop_id || '/' || r.id as found
from refund r
join chargeback b on b.shop_id = r.shop_id and b.payment_id = r.payment_id
where r.status <> 'given_up' and r.created_at >= b.opened_at
  and (b.state = 'lost' or b.closed_at is null or r.created_at < b.closed_at)
  and (b.override_at is null or r.created_at < b.override_at);

-- name: m12
-- A transaction is reversed at most once, by one that mirrors each of its postings.
select shop_id || '/' || reverses as found
from money_transaction where reverses is not null group by shop_id, reverses having count(*) > 1
union all
select t.shop_id || '/' || t.id
from money_transaction t
where t.reverses is not null and (
    select coalesce(array_agg((p.account, -p.amount) order by p.account, p.amount desc), '{}')
    from posting p where p.shop_id = t.shop_id and p.transaction_id = t.id
) is distinct from (
    select coalesce(array_agg((p.account, p.amount) order by p.account, p.amount), '{}')
    from posting p where p.shop_id = t.shop_id and p.transaction_id = t.reverses);

-- name: m13
-- Units refunded and units exchanged are together at most the units bought.
select l.shop_id || '/' || l.id as found
from order_line l
left join lateral (
    select sum(rl.quantity) as units
    from refund_line rl join refund r on r.shop_id = rl.shop_id and r.id = rl.refund_id
    where rl.shop_id = l.shop_id and rl.line_id = l.id and r.status <> 'given_up'
      and not (r.status = 'failed' and exists (select from refund n where n.shop_id = r.shop_id and n.replaces = r.id))
) refunded on true
left join lateral (
    select sum(cl.quantity - coalesce(cl.refused, 0)) as units
    from case_line cl join cases c on c.shop_id = cl.shop_id and c.id = cl.case_id
    where cl.shop_id = l.shop_id and cl.line_id = l.id and (c.ended = 'exchanged' or c.state = 'replacement_in_transit')
) exchanged on true
where coalesce(refunded.units, 0) + coalesce(exchanged.units, 0) > l.quantity;

-- name: m14
-- Amounts are whole minor units, and what is paid or paid back is more than nothing.
select 'refund ' || id as found from refund where amount <= 0
union all
select 'payment ' || id from payment where amount <= 0
union all
select c.table_name || '.' || c.column_name
from information_schema.columns c
where c.table_schema = 'amends' and c.data_type in ('real', 'double precision', 'numeric', 'money');

-- name: m15
-- No refund is sent or of unknown outcome for more than 15 minutes without a clock or an effect that asks again.
select r.shop_id || '/' || r.id as found
from refund r
where r.status in ('sent', 'unknown') and r.updated_at < (select moment()) - interval '16 minutes'
  and not exists (select from deadline d where d.shop_id = r.shop_id and d.case_id = r.case_id
                    and d.kind = 'refund_reconcile' and d.state = 'running')
  and not exists (select from outbox o where o.shop_id = r.shop_id and o.case_id = r.case_id and o.target = r.id::text
                    and o.state = 'pending');

-- name: m16
-- What a case's buyer was paid by its postings is the sum of its paid refunds, and all postings of a currency sum to zero.
select c.shop_id || '/' || c.id as found
from cases c
where (select coalesce(sum(p.amount), 0)
         from money_transaction t join posting p on p.shop_id = t.shop_id and p.transaction_id = t.id
         where t.shop_id = c.shop_id and t.case_id = c.id and t.refund_id is not null and p.account = 'buyer:' || c.buyer)
   <> (select coalesce(sum(r.amount), 0) from refund r
         where r.shop_id = c.shop_id and r.case_id = c.id and r.status = 'succeeded')
union all
select t.currency
from money_transaction t join posting p on p.shop_id = t.shop_id and p.transaction_id = t.id
group by t.currency having sum(p.amount) <> 0;

-- name: m21
-- What is sent instead is an order of its own with the net price of the goods that came back, paid by nothing but the payments that the money for them came in by.
select r.shop_id || '/' || r.case_id as found
from replacement r join cases c on c.shop_id = r.shop_id and c.id = r.case_id
where (r.order_id is not null) <> (c.state = 'replacement_in_transit' or c.ended = 'exchanged')
union all
select r.shop_id || '/' || r.order_id
from replacement r join cases c on c.shop_id = r.shop_id and c.id = r.case_id
where r.order_id is not null
  and (select coalesce(sum(l.quantity), 0) from order_line l where l.shop_id = r.shop_id and l.order_id = r.order_id)
   <> (select coalesce(sum(coalesce(cl.accepted, cl.quantity)), 0) from case_line cl
         where cl.shop_id = r.shop_id and cl.case_id = r.case_id)
union all
select p.shop_id || '/' || p.id
from replacement r join payment p on p.shop_id = r.shop_id and p.order_id = r.order_id
left join replacement_payment m on m.shop_id = p.shop_id and m.payment_id = p.id
left join payment root on root.shop_id = m.shop_id and root.id = m.root_id
join cases c on c.shop_id = r.shop_id and c.id = r.case_id
where root.id is null or p.captured > root.captured
   or exists (select from replacement_payment b where b.shop_id = root.shop_id and b.payment_id = root.id)
   or (root.order_id <> c.order_id and not exists (
        select from replacement_payment b where b.shop_id = c.shop_id and b.order_id = c.order_id and b.root_id = root.id));

-- name: s01
-- Every event is a row of the case's table: its state, kind, actor and target. A kind that changed later is said by the event that changed it.
select e.shop_id || '/' || e.case_id || '#' || e.seq as found
from event e join cases c on c.shop_id = e.shop_id and c.id = e.case_id
left join lateral (
    select k.body ->> 'from_kind' as kind from event k
    where k.shop_id = e.shop_id and k.case_id = e.case_id and k.seq > e.seq and k.body ? 'from_kind' order by k.seq limit 1) then_ on true
where not exists (
    select from unnest(:kinds::text[], :from_states::text[], :events::text[], :actors::text[], :to_states::text[])
        as a (kind, from_state, event, actor, to_state)
    where a.kind = coalesce(then_.kind, c.kind) and a.from_state = coalesce(e.from_state, 'start') and a.event = e.type and a.actor = e.actor_kind
      and a.to_state = e.to_state);

-- name: s02
-- The events of a case are numbered 1 to n without a gap, and n is what the case says.
select c.shop_id || '/' || c.id as found
from cases c left join event e on e.shop_id = c.shop_id and e.case_id = c.id
group by c.shop_id, c.id, c.seq
having count(e.seq) <> c.seq or coalesce(max(e.seq), 0) <> c.seq or coalesce(min(e.seq), 1) <> 1;

-- name: s03
-- Each event starts in the state where the one before it ended, and the case shows the last one's state.
select z.shop_id || '/' || z.case_id || '#' || z.seq as found
from (select shop_id, case_id, seq, from_state, lag(to_state) over (partition by shop_id, case_id order by seq) as before from event) z
where z.before is distinct from z.from_state
union all
select c.shop_id || '/' || c.id
from cases c join event e on e.shop_id = c.shop_id and e.case_id = c.id and e.seq = c.seq
where e.to_state <> c.state;

-- name: s04
-- A case is granted money at most once, and ends once more at most than it was opened again (a refund that came back, an appeal).
select e.shop_id || '/' || e.case_id as found
from event e
where e.to_state = 'refund_approved' and coalesce(e.from_state, '') not in ('refund_approved', 'refund_failed')
group by e.shop_id, e.case_id having count(*) > 1
union all
select e.shop_id || '/' || e.case_id
from event e
group by e.shop_id, e.case_id
having count(*) filter (where e.to_state in ('completed', 'closed') and coalesce(e.from_state, '') not in ('completed', 'closed'))
     > 1 + count(*) filter (where e.from_state in ('completed', 'closed') and e.to_state not in ('completed', 'closed'));

-- name: s05
-- A decision was made on the version directly before it.
select e.shop_id || '/' || e.case_id || '#' || e.seq as found
from event e join cases c on c.shop_id = e.shop_id and c.id = e.case_id
where e.body ? 'based_on' and jsonb_typeof(e.body -> 'based_on') = 'number'
  and (e.body ->> 'based_on')::int <> (
    select count(*) from event b
    where b.shop_id = e.shop_id and b.case_id = e.case_id and b.seq < e.seq
      and not exists (
        select from unnest(:kinds::text[], :from_states::text[], :events::text[], :actors::text[])
            as a (kind, from_state, event, actor)
        where a.kind = c.kind and a.from_state = coalesce(b.from_state, 'start') and a.event = b.type and a.actor = b.actor_kind));

-- name: s06
-- A final case has no deadline that still runs or waits, but those of an appeal.
select c.shop_id || '/' || c.id || ' ' || d.kind as found
from cases c join deadline d on d.shop_id = c.shop_id and d.case_id = c.id
where c.state in ('completed', 'closed') and d.state <> 'done'
  and not (d.kind in ('appeal', 'dispute') and exists (
    select from dispute x where x.shop_id = c.shop_id and x.case_id = c.id and not x.final));

-- name: s07
-- A live case always waits for something: a deadline of it runs, beside those that pause until an event.
select c.shop_id || '/' || c.id as found
from cases c
where c.state not in ('completed', 'closed') and not c.historical
  and not exists (select from deadline d where d.shop_id = c.shop_id and d.case_id = c.id and d.state = 'running');

-- name: s08
-- A case and its order agree on buyer, currency and market.
select c.shop_id || '/' || c.id as found
from cases c join orders o on o.shop_id = c.shop_id and o.id = c.order_id
where (c.buyer, c.currency, c.market) is distinct from (o.buyer, o.currency, o.market);

-- name: s09
-- Cases that are open, refunded or exchanged never hold more units of a line than were bought; one about freight alone holds none, nor one that owed nothing for cash that was collected only later.
select l.shop_id || '/' || l.id as found
from order_line l
join case_line cl on cl.shop_id = l.shop_id and cl.line_id = l.id
join cases c on c.shop_id = cl.shop_id and c.id = cl.case_id
where (c.state not in ('completed', 'closed') or c.ended in ('refunded', 'exchanged', 'charged_back'))
  and not (c.reason = 'shipping_fee_only' and c.kind = 'refund_only')
  and not (c.ended = 'refunded' and c.amount > 0 and not c.historical
           and not exists (select from refund r where r.shop_id = c.shop_id and r.case_id = c.id)
           and exists (select from payment p where p.shop_id = c.shop_id and p.order_id = c.order_id and p.captured > 0))
group by l.shop_id, l.id, l.quantity
having sum(cl.quantity - coalesce(cl.refused, 0)) > l.quantity;

-- name: d01
-- No deadline fires before it is due.
select d.shop_id || '/' || d.case_id || ' ' || d.kind as found
from deadline d
where (d.ended = 'fired' and d.ended_at < d.due_at) or (d.state = 'done') <> (d.ended_at is not null);

-- name: d02
-- A deadline that fired left exactly one event, any other left none.
select d.shop_id || '/' || d.case_id || ' ' || d.kind as found
from deadline d
left join event e on e.shop_id = d.shop_id and e.case_id = d.case_id and e.fired_kind = d.kind
    and e.fired_started_seq = d.started_seq
group by d.shop_id, d.case_id, d.kind, d.started_seq, d.ended
having count(e.seq) <> case when d.ended = 'fired' then 1 else 0 end
union all
select e.shop_id || '/' || e.case_id || '#' || e.seq
from event e
where e.fired_kind is not null and not exists (
    select from deadline d where d.shop_id = e.shop_id and d.case_id = e.case_id and d.kind = e.fired_kind
      and d.started_seq = e.fired_started_seq);

-- name: d03
-- Where somebody decided before the due moment, time did not decide too.
select e.shop_id || '/' || e.case_id || '#' || e.seq as found
from event e
join deadline d on d.shop_id = e.shop_id and d.case_id = e.case_id and d.kind = e.fired_kind and d.started_seq = e.fired_started_seq
join event h on h.shop_id = e.shop_id and h.case_id = e.case_id and h.seq > d.started_seq and h.seq < e.seq
where e.fired_kind in ('review', 'review_return') and h.at < d.due_at and h.actor_kind in ('buyer', 'seller', 'platform')
  and h.type in ('approved', 'rejected', 'rejected_by_shipping', 'returnless_refund', 'return_accepted', 'return_rejected', 'withdrawn');

-- name: d07
-- No running deadline is more than a minute overdue, unless an outage that was written down excuses it.
select d.shop_id || '/' || d.case_id || ' ' || d.kind as found
from deadline d
where d.state = 'running' and d.due_at < (select moment()) - interval '60 seconds'
  and not exists (select from outage o where o.from_at <= d.due_at + interval '60 seconds'
                    and coalesce(o.excused_at, 'infinity') > (select moment()) - interval '60 seconds');

-- name: d04
-- A proposal is accepted or declined before it expires and lapses at or after that; none stays open for longer than a minute past it.
select p.shop_id || '/' || p.id as found
from proposal p
where (p.state in ('accepted', 'declined') and p.decided_at >= p.expires_at)
   or (p.state = 'lapsed' and p.decided_at < p.expires_at)
   or (p.state = 'open' and p.expires_at < (select moment()) - interval '60 seconds'
       and not exists (select from outage o where o.from_at <= p.expires_at + interval '60 seconds'
                         and coalesce(o.to_at, 'infinity') > (select moment()) - interval '60 seconds'));

-- name: d05
-- A case in negotiation has exactly one open proposal, with the clock that it promises, and no other case has one.
select c.shop_id || '/' || c.id as found
from cases c left join proposal p on p.shop_id = c.shop_id and p.case_id = c.id and p.state = 'open'
where c.state = 'negotiating' and not c.historical
group by c.shop_id, c.id having count(p.id) <> 1
union all
select p.shop_id || '/' || p.id
from proposal p join cases c on c.shop_id = p.shop_id and c.id = p.case_id
where p.state = 'open' and (c.state <> 'negotiating' or not exists (
    select from deadline d where d.shop_id = p.shop_id and d.case_id = p.case_id and d.kind = 'proposal' and d.state = 'running'
      and d.started_seq = p.opened_seq and d.due_at = p.expires_at));

-- name: d06
-- While a platform's proposal is open the seller neither rejects nor proposes nor changes anything.
select e.shop_id || '/' || e.case_id || '#' || e.seq as found
from event e
join proposal p on p.shop_id = e.shop_id and p.case_id = e.case_id and p.by = 'platform'
    and e.seq > p.opened_seq and e.seq <= coalesce(p.decided_seq, e.seq)
where e.actor_kind = 'seller'
  and e.type in ('rejected', 'return_rejected', 'proposal_made', 'more_proof_asked', 'converted_to_refund', 'refuse_sign_agreed');

-- name: p01
-- A case and every refused attempt cite releases that were published for their market, and an attempt on a case one of its pins.
select c.shop_id || '/' || c.id as found
from cases c
where not exists (select from policy_release r where r.market = c.market and r.hash = c.eligibility_release)
   or not exists (select from policy_release r where r.market = c.market and r.hash = c.handling_release)
union all
select a.shop_id || '/' || a.id
from attempt a
join orders o on o.shop_id = a.shop_id and o.id = a.order_id
left join cases c on c.shop_id = a.shop_id and c.id = a.case_id
where a.release is not null and (
    not exists (select from policy_release r where r.market = o.market and r.hash = a.release)
    or (c.id is not null and a.release not in (c.eligibility_release, c.handling_release)));

-- name: p02
-- The pins of a case are the newest releases in force: when the order was placed (an auction: won), and when it was opened.
select c.shop_id || '/' || c.id as found
from cases c
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
where c.eligibility_pinned_at <> case when o.sale_format = 'live_auction' then coalesce(o.won_at, o.placed_at) else o.placed_at end
   or c.eligibility_release is distinct from (
        select r.hash from policy_release r
        where r.market = c.market and (case when r.founding then r.adopted_from else r.takes_effect_at end) <= c.eligibility_pinned_at
        order by (case when r.founding then r.adopted_from else r.takes_effect_at end) desc, r.published_at desc limit 1)
   or c.handling_release is distinct from (
        select r.hash from policy_release r
        where r.market = c.market and (case when r.founding then r.adopted_from else r.takes_effect_at end) <= c.handling_pinned_at
        order by (case when r.founding then r.adopted_from else r.takes_effect_at end) desc, r.published_at desc limit 1);

-- name: p03
-- A release never takes effect before it is published; only a market's first may be adopted for the past.
select r.market || ' ' || r.hash as found
from policy_release r
where (not r.founding and r.takes_effect_at < r.published_at)
   or (r.founding and exists (select from policy_release b where b.market = r.market and b.published_at < r.published_at));

-- name: e01
-- Proof that a decision rests on is clean, belongs to a case, has its hash or text, and was sealed by an event of that case.
select e.shop_id || '/' || e.id as found
from evidence e
where e.sealed_at is not null and (
    e.state <> 'clean' or e.case_id is null or e.sealed_at < e.given_at or (e.sha256 is null and e.text is null)
    or not exists (select from event v where v.shop_id = e.shop_id and v.case_id = e.case_id and v.at = e.sealed_at));

-- name: e02
-- Proof given to a case belongs to that case's order.
select e.shop_id || '/' || e.id as found
from evidence e join cases c on c.shop_id = e.shop_id and c.id = e.case_id
where e.order_id is distinct from c.order_id;

-- name: w01
-- Each effect that an event wished has exactly one outbox row, and none is there that no event wished (done rows are kept for 90 days).
select e.shop_id || '/' || e.case_id || '#' || e.seq || ' ' || wish as found
from event e cross join unnest(e.wishes) as wish
where e.at > (select moment()) - interval '90 days' and 1 <> (
    select count(*) from outbox o
    where o.shop_id = e.shop_id and o.case_id = e.case_id and o.seq = e.seq and o.effect || ':' || o.target = wish)
union all
select o.shop_id || '/' || o.id
from outbox o
left join event e on e.shop_id = o.shop_id and e.case_id = o.case_id and e.seq = o.seq
where e.seq is null or o.effect || ':' || o.target <> all (e.wishes);

-- name: w02
-- Nothing is owed to the world for longer than the last retry and four hours.
select o.shop_id || '/' || o.id as found
from outbox o join cases c on c.shop_id = o.shop_id and c.id = o.case_id
where o.state = 'pending' and not c.historical and greatest(o.created_at, o.due_at) < (select moment()) - interval '80 hours';

-- name: w03
-- A carrier's event is taken once for each parcel, for the order of that parcel.
select s.shop_id || '/' || s.source || '/' || s.event_id as found
from scan s join parcel p on p.shop_id = s.shop_id and p.id = s.parcel_id
where p.order_id <> s.order_id
union all
select shop_id || '/' || source || '/' || event_id from scan group by shop_id, source, event_id, parcel_id having count(*) > 1;

-- name: w04
-- An event is delivered only to the endpoint that it was meant for, of its own shop.
select d.shop_id || '/' || d.outbox_id || '#' || d.attempt as found
from delivery d
left join webhook_endpoint w on w.shop_id = d.shop_id and w.id = d.endpoint_id
left join outbox o on o.shop_id = d.shop_id and o.id = d.outbox_id
where w.id is null or (o.id is not null and (o.effect <> 'webhook' or o.target <> d.endpoint_id::text))
   or (o.id is null and exists (select from outbox x where x.id = d.outbox_id));

-- name: w05
-- An idempotency key holds one answer, and says what was asked.
select i.shop_id || '/' || i.principal || '/' || i.key as found
from idempotency i where octet_length(i.answer) = 0 or octet_length(i.fingerprint) <> 32
union all
select shop_id || '/' || principal || '/' || key from idempotency group by shop_id, principal, key having count(*) > 1;

-- name: o01
-- A decision taken offline was applied only in time, on the version that its maker saw.
select f.shop_id || '/' || f.actor || '/' || f.id as found
from offline_action f
where f.result = 'applied' and ((f.due_at is not null and f.received_at >= f.due_at + f.grace) or f.based_on <> f.at_version);

-- name: o02
-- A decision taken offline is applied at most once, by an event that is there.
select f.shop_id || '/' || f.actor || '/' || f.id as found
from offline_action f
left join event e on e.shop_id = f.shop_id and e.case_id = f.case_id and e.seq = f.applied_seq
where f.result = 'applied' and (e.seq is null or e.actor <> f.actor)
union all
select shop_id || '/' || actor || '/' || id from offline_action where result = 'applied' group by shop_id, actor, id having count(*) > 1;

-- name: t01
-- Whoever of a shop or of the platform decided held the permission at that moment, from the day on which they first held any.
select e.shop_id || '/' || e.case_id || '#' || e.seq as found
from event e
join unnest($1::text[], $2::text[], $3::text[]) as needed (side, event, permissions) on needed.side = e.actor_kind and needed.event = e.type
where (e.actor_kind = 'seller'
       and e.at >= (select min(m.from_at) from membership m where m.shop_id = e.shop_id and m.person = e.actor)
       and not exists (
           select from membership m
           where m.shop_id = e.shop_id and m.person = e.actor and e.at >= m.from_at and (m.to_at is null or e.at < m.to_at)
             and string_to_array(needed.permissions || ' *', ' ') && m.permissions))
   or (e.actor_kind = 'platform'
       and e.at >= (select min(m.from_at) from platform_membership m where m.person = e.actor)
       and not exists (
           select from platform_membership m join shop s on s.id = e.shop_id
           where m.person = e.actor and e.at >= m.from_at and (m.to_at is null or e.at < m.to_at)
             and (m.markets = '{}' or s.market = any (m.markets))
             and string_to_array(needed.permissions || ' *', ' ') && m.permissions));

-- name: t09
-- A service provider's people hold nothing in a shop that the provider does not hold there at that time.
select m.shop_id || '/' || m.person as found
from membership m
where m.provider is not null and m.to_at is null and not exists (
    select from provider_grant g
    where g.shop_id = m.shop_id and g.provider = m.provider and g.to_at is null
      and (m.permissions <@ g.permissions or '*' = any (g.permissions)));

-- name: s10
-- An open dispute is owed a ruling by a clock that runs, one that was ruled on has the ruling of its round, and a final one no clock.
select d.shop_id || '/' || d.id as found
from dispute d
where (d.state in ('under_review', 'under_appeal') and not exists (
         select from deadline l where l.shop_id = d.shop_id and l.case_id = d.case_id and l.kind = 'dispute' and l.state = 'running'))
   or (d.state in ('ruled', 'settled') and not exists (
         select from ruling r where r.shop_id = d.shop_id and r.dispute_id = d.id and r.round = d.round and r.state = 'stands'))
   or (d.state = 'ruled' and not exists (
         select from deadline l where l.shop_id = d.shop_id and l.case_id = d.case_id and l.kind = 'appeal' and l.state <> 'done'))
   or (d.final and exists (
         select from ruling r where r.shop_id = d.shop_id and r.dispute_id = d.id and r.state = 'proposed'));

-- name: t02
-- A ruling at or above the four-eyes limit stands on two different people, every one on somebody, and each of them held the permission.
select r.shop_id || '/' || r.dispute_id || '#' || r.seq as found
from ruling r
where r.state = 'stands' and (
    select count(distinct a.person) from approval a
    where a.shop_id = r.shop_id and a.dispute_id = r.dispute_id and a.seq = r.seq and a.held && array['*', 'disputes.rule']
) < case when r.amount >= r.four_eyes_limit then 2 else 1 end;

-- name: t03
-- Nobody of the platform decides a case that they are a party to or linked to, and nobody rules on their own ruling's appeal.
select e.shop_id || '/' || e.case_id || '#' || e.seq as found
from event e
join cases c on c.shop_id = e.shop_id and c.id = e.case_id
join shop s on s.id = e.shop_id
where e.actor_kind = 'platform' and e.seq > 1 and e.actor in (c.buyer, s.seller)
union all
select a.shop_id || '/' || a.case_id || '#' || a.seq
from approval a
join cases c on c.shop_id = a.shop_id and c.id = a.case_id
join interest i on i.person = a.person and i.declared_at <= a.at and (i.ended_at is null or i.ended_at > a.at)
 and ((i.kind = 'shop' and i.of = a.shop_id::text) or (i.kind = 'buyer' and i.of = c.buyer))
union all
select r.shop_id || '/' || r.dispute_id || '#' || r.seq
from ruling r
join ruling b on b.shop_id = r.shop_id and b.dispute_id = r.dispute_id and b.round < r.round
where r.state = 'stands' and b.ruled_by = r.ruled_by;

-- name: t04
-- What hangs on a case or a refund hangs on its order too.
select 'case_line ' || l.case_id as found
from case_line l join cases c on c.shop_id = l.shop_id and c.id = l.case_id
join order_line o on o.shop_id = l.shop_id and o.id = l.line_id
where l.order_id <> c.order_id or o.order_id <> c.order_id
union all
select 'payment_allocation ' || a.payment_id
from payment_allocation a join payment p on p.shop_id = a.shop_id and p.id = a.payment_id
join order_line l on l.shop_id = a.shop_id and l.id = a.line_id
where a.order_id <> p.order_id or l.order_id <> p.order_id
union all
select 'money_transaction ' || t.id
from money_transaction t join refund r on r.shop_id = t.shop_id and r.id = t.refund_id
where t.case_id <> r.case_id or t.currency <> r.currency
union all
select 'parcel ' || p.id
from parcel p left join cases c on c.shop_id = p.shop_id and c.id = p.case_id
where p.case_id is not null and (c.id is null or c.order_id <> p.order_id)
union all
select 'outbox ' || o.id
from outbox o left join cases c on c.shop_id = o.shop_id and c.id = o.case_id
where c.id is null;

-- name: t05
-- Every table of a shop has row security, forced, and its partitions can be reached through it alone.
select c.relname as found
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'shop_id' and not a.attisdropped
where c.relnamespace = 'amends'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  and not (c.relrowsecurity and c.relforcerowsecurity)
union all
select c.relname
from pg_class c cross join unnest(array['amends_desk', 'amends_worker', 'amends_reviewer']) as role
where c.relnamespace = 'amends'::regnamespace and c.relispartition and c.relkind in ('r', 'p')
  and has_table_privilege(role, c.oid, 'select, insert, update, delete, truncate');

-- name: t06
-- Every view asks with the rights of whoever looks.
select c.relname as found
from pg_class c
where c.relnamespace = 'amends'::regnamespace and c.relkind in ('v', 'm')
  and not coalesce('security_invoker=true' = any (c.reloptions), false);

-- name: t07
-- The application's roles own no table and are nobody special.
select r.rolname as found
from pg_roles r
where r.rolname in ('amends_desk', 'amends_worker', 'amends_reviewer')
  and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolcanlogin)
union all
select c.relname
from pg_class c join pg_roles r on r.oid = c.relowner
where r.rolname in ('amends_desk', 'amends_worker', 'amends_reviewer');

-- name: t08
-- Every foreign key between two tables of shops includes the shop.
select k.conname || ' on ' || k.conrelid::regclass as found
from pg_constraint k
join pg_attribute f on f.attrelid = k.conrelid and f.attname = 'shop_id'
join pg_attribute t on t.attrelid = k.confrelid and t.attname = 'shop_id'
where k.contype = 'f' and k.connamespace = 'amends'::regnamespace and k.conparentid = 0
  and not exists (select from unnest(k.conkey, k.confkey) as pair (mine, theirs) where pair.mine = f.attnum and pair.theirs = t.attnum);

-- name: a01
-- The links of a shop's chain are numbered 1 to n without a gap, and its head is the last.
select e.shop_id::text as found
from event e group by e.shop_id having max(e.chain_seq) <> count(*) or min(e.chain_seq) <> 1
union all
select h.shop_id::text
from chain_head h
left join lateral (select e.chain_seq, e.hash from event e where e.shop_id = h.shop_id order by e.chain_seq desc limit 1) e on true
where h.seq <> coalesce(e.chain_seq, 0) or (e.hash is not null and e.hash <> h.hash)
union all
select e.shop_id::text from event e where not exists (select from chain_head h where h.shop_id = e.shop_id) group by e.shop_id;

-- name: a02
-- Every checkpoint is still in its chain, and checkpoints only grow.
select k.shop_id || '#' || k.seq as found
from checkpoint k left join event e on e.shop_id = k.shop_id and e.chain_seq = k.seq
where k.seq > 0 and (e.hash is null or e.hash <> k.hash)
union all
select z.shop_id || '#' || z.seq
from (select shop_id, seq, taken_at, lag(seq) over (partition by shop_id order by taken_at, seq) as before from checkpoint) z
where z.before > z.seq;

-- name: a03
-- What is append-only cannot be changed by the application, and a trigger stops whoever could; a posting's account, a use of a shop's rule and a carrier's reading may forget a buyer.
select t.name || ' ' || role as found
from unnest(array['event', 'posting', 'money_transaction', 'attempt', 'scan', 'policy_release', 'checkpoint', 'delivery', 'shop_rule_version', 'shop_rule_use', 'score_event',
                  'deadline_alarm', 'deadline_excuse', 'approval', 'by_hand', 'parcel_reading', 'policy_draft_act']) as t (name)
cross join unnest(array['amends_desk', 'amends_worker', 'amends_reviewer']) as role
where has_table_privilege(role, 'amends.' || t.name, 'update, delete, truncate')
   or exists (select from pg_attribute a
              where a.attrelid = ('amends.' || t.name)::regclass and a.attnum > 0 and not a.attisdropped
                and (t.name, role, a.attname) not in (('posting', 'amends_worker', 'account'), ('shop_rule_use', 'amends_worker', 'buyer'),
                                                    ('parcel_reading', 'amends_worker', 'postcode'))
                and has_column_privilege(role, a.attrelid, a.attnum, 'update'))
union all
select t.name
from unnest(array['event', 'posting', 'money_transaction', 'attempt', 'scan', 'policy_release', 'checkpoint', 'delivery', 'shop_rule_version', 'shop_rule_use', 'score_event',
                  'deadline_alarm', 'deadline_excuse', 'approval', 'by_hand', 'parcel_reading', 'policy_draft_act']) as t (name)
where 2 > (select count(*) from pg_trigger g
           where g.tgrelid = ('amends.' || t.name)::regclass and g.tgname in ('append_only', 'append_only_whole')
             and g.tgenabled in ('O', 'A'));

-- name: m18
-- A paid compensation has exactly one posting transaction, of its own id and amount; one that is not paid has none.
select k.shop_id || '/' || k.id as found
from compensation k
left join money_transaction t on t.shop_id = k.shop_id and t.id = k.id and t.why = 'compensation'
left join posting p on p.shop_id = t.shop_id and p.transaction_id = t.id and p.amount > 0
where (k.status = 'succeeded') <> (t.id is not null) or (t.id is not null and (p.amount is distinct from k.amount or t.currency <> k.currency));

-- name: c01
-- Every loss of score stands on an event of its case that costs one, or takes back another entry.
select s.shop_id || '/' || s.id as found
from score_event s
left join event e on e.shop_id = s.shop_id and e.case_id = s.case_id and e.seq = s.seq
left join score_event r on r.shop_id = s.shop_id and r.id = s.reverses
where s.delta < 0 and case
    when s.reverses is not null then r.delta is distinct from -s.delta or r.score <> s.score
    when s.deadline_kind is not null then e.fired_kind is distinct from s.deadline_kind
    else e.type is null or e.type not in ('ruled_for_buyer', 'ruled_return', 'ruled_for_seller') end;

-- name: c02
-- What was due while an outage lasted that is excused leaves no loss of score.
select s.shop_id || '/' || s.id as found
from score_event s
join outage o on o.excused_at is not null and s.due_at >= o.from_at and s.due_at < o.to_at
where s.delta < 0 and s.reverses is null
  and not exists (select from score_event r where r.shop_id = s.shop_id and r.reverses = s.id and r.delta = -s.delta);

-- name: c03
-- Where a score stands is the fold of its entries, and no shop with entries is without one.
select t.shop_id || ' ' || t.score as found
from standing t
where t.value <> greatest(0, t.starts + coalesce((
    select sum(e.delta) from score_event e
    where e.shop_id = t.shop_id and e.score = t.score and e.at <= t.as_of and (e.expires_at is null or e.expires_at > t.as_of)), 0))
union all
select distinct e.shop_id || ' ' || e.score
from score_event e
where not exists (select from standing t where t.shop_id = e.shop_id and t.score = e.score and t.as_of >= e.at);

-- name: d09
-- Metric clocks never overlap, never run in a final case, and stand still while the refusal of a parcel is agreed and open.
select m.shop_id || '/' || m.case_id || ' ' || m.metric as found
from metric_interval m join cases c on c.shop_id = m.shop_id and c.id = m.case_id
where m.ended_at is null and c.state in ('completed', 'closed')
union all
select m.shop_id || '/' || m.case_id || ' ' || m.metric
from metric_interval m
join metric_interval n on n.shop_id = m.shop_id and n.case_id = m.case_id and n.metric = m.metric and n.started_seq > m.started_seq
where m.ended_at is null or m.ended_at > n.started_at
union all
select m.shop_id || '/' || m.case_id || ' ' || m.metric
from metric_interval m
join event e on e.shop_id = m.shop_id and e.case_id = m.case_id and e.seq = m.started_seq
where e.to_state = 'refuse_sign_agreed' and e.type <> 'parcel_settled';

-- name: d10
-- Nobody reviews or rejects a statutory withdrawal before the goods are back: it never waits for the seller's answer.
select c.shop_id || '/' || c.id as found
from cases c
where c.reason_group = 'withdrawal' and not c.historical and c.state in ('pending_review', 'negotiating', 'rejected_1', 'refuse_sign_agreed');

-- name: v01
-- Of a buyer who was forgotten nothing personal is left: no note, no destination, no words of proof, messages or notes, no tracking number.
select c.shop_id || '/' || c.id as found
from cases c
where c.buyer like 'erased-%' and (
    c.note is not null or c.destination is not null
    or exists (select from message m where m.shop_id = c.shop_id and m.case_id = c.id and m.text is not null)
    or exists (select from case_note n where n.shop_id = c.shop_id and n.case_id = c.id and n.text <> '')
    or exists (select from refund r where r.shop_id = c.shop_id and r.case_id = c.id and r.destination is not null))
union all
select o.shop_id || '/' || o.id
from orders o
where o.buyer like 'erased-%' and (
    exists (select from evidence e where e.shop_id = o.shop_id and e.order_id = o.id and e.text <> '')
    or exists (select from parcel p where p.shop_id = o.shop_id and p.order_id = o.id and p.tracking_number is not null)
    or exists (select from cases c where c.shop_id = o.shop_id and c.order_id = o.id and c.buyer <> o.buyer))
union all
select 'erasure ' || e.id from erasure e where e.state = 'done' and e.buyer not like 'erased-%';
