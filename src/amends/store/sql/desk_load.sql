-- name: orders_of_cases
-- Which order each case hangs on; the pair (shop_id, id) is what the command is entitled to.
select want.n, c.order_id
from unnest($1::int[], $2::bigint[], $3::uuid[]) as want (n, shop_id, id)
join cases c on c.shop_id = want.shop_id and c.id = want.id;

-- name: orders_of_refunds
select want.n, r.order_id, r.case_id
from unnest($1::int[], $2::bigint[], $3::uuid[]) as want (n, shop_id, id)
join refund r on r.shop_id = want.shop_id and r.id = want.id;

-- name: orders_of_interceptions
select want.n, i.order_id, i.case_id
from unnest($1::int[], $2::bigint[], $3::uuid[]) as want (n, shop_id, id)
join interception i on i.shop_id = want.shop_id and i.id = want.id;

-- name: orders_of_parcels
-- The newest parcel of that tracking number in the shop, as it is written or without blanks and hyphens.
select distinct on (want.n) want.n, p.order_id, p.case_id
from unnest($1::int[], $2::bigint[], $3::text[]) as want (n, shop_id, tracking_number)
join parcel p on p.shop_id = want.shop_id
    and p.tracking_number in (want.tracking_number, upper(regexp_replace(want.tracking_number, '[\s-]', '', 'g')))
order by want.n, p.id desc;

-- name: load_files
-- One row a command, read after the lock: columns stand in the order of the fields in domain/facts, rows as they come (a sort would
-- begin anew for each order, of one row mostly). What staff hold is kept from being ended until the commit: whoever ends a grant waits
-- for the row; it is told once, with the first row. There moment() stands bare, so that a row that was waited for is looked at again.
with of_shops as (
    select m.shop_id, m.person, m.role, m.permissions, null::text[] as markets, m.from_at, m.to_at
    from unnest($6::bigint[], $7::text[]) as staff (shop_id, person)
    join membership m on m.shop_id = staff.shop_id and m.person = staff.person
    join person p on p.id = m.person
    where p.disabled_at is null and (m.to_at is null or m.to_at > moment())
    order by m.from_at
    for share of m
),
of_platform as (
    select null::bigint as shop_id, m.person, m.role, m.permissions, m.markets, m.from_at, m.to_at
    from unnest($8::text[]) as staff (person)
    join platform_membership m on m.person = staff.person
    join person p on p.id = m.person
    where p.disabled_at is null and (m.to_at is null or m.to_at > moment())
    order by m.from_at
    for share of m
)
select
    want.n,
    case when row_number() over () = 1 then
        (select array_agg((g.shop_id, g.person, g.role, g.permissions, g.markets, g.from_at, g.to_at))
           from (table of_shops union all table of_platform) g)
    end as grants,
    (select moment()) as now,
    (select policy_epoch from clock) as policy_epoch,
    (h.seq, h.hash) as chain,
    (select (i.fingerprint, i.code, i.answer) from idempotency i
      where i.shop_id = want.shop_id and i.principal = want.principal and i.key = want.key) as told_before,
    (s.id, s.name, s.market, s.seller, s.cross_border, s.duty_free_hainan, s.local) as shop,
    (o.shop_id, o.id, o.reference, o.purchase, o.market, o.buyer, o.currency, o.status, o.sale_format, o.source, o.channel,
     o.high_value, o.placed_at, o.won_at, o.paid_at, o.promised_at, o.shipped_at, o.delivered_at, o.cancelled_at,
     o.review_lane, o.version) as "order",
    (select array_agg((l.id, l.reference, l.sku, l.title, l.category, l.quantity, l.price, l.shipping, l.tax, l.paid,
                       l.commission, l.parcel_id))
       from order_line l where l.shop_id = o.shop_id and l.order_id = o.id) as lines,
    (select array_agg((p.id, p.sequence, p.method, p.amount, p.captured, p.reserved, p.charged_back, p.provider_reference))
       from payment p where p.shop_id = o.shop_id and p.order_id = o.id) as payments,
    (select array_agg((a.payment_id, a.line_id, a.amount, a.refunded))
       from payment_allocation a where a.shop_id = o.shop_id and a.order_id = o.id) as allocations,
    (select array_agg((p.id, p.case_id, p.direction, p.status, p.carrier, p.tracking_number, p.address_matches, p.shipped_at,
                       p.delivered_at, p.signed_at))
       from parcel p where p.shop_id = o.shop_id and p.order_id = o.id) as parcels,
    (select array_agg((c.parcel_id, c.source, c.event_id, c.status, c.occurred_at, c.received_at))
       from scan c where c.shop_id = o.shop_id and c.order_id = o.id) as scans,
    (select array_agg((c.id, c.order_id, c.parent_id, c.kind, c.reason, c.reason_group, c.state, c.seq, c.version, c.buyer,
                       c.opened_by, c.opened_at, c.amount, c.currency, c.market, c.eligibility_release,
                       c.eligibility_pinned_at, c.handling_release, c.handling_pinned_at, c.programme, c.note, c.destination,
                       c.amendments, c.proof_requests, c.return_to, c.lane, c.historical, c.ended, c.closed_at, c.verdict))
       from cases c where c.shop_id = o.shop_id and c.order_id = o.id) as cases,
    (select array_agg((e.id, e.case_id, e.of, e.at, e.kind, e.channel, e.state, e.legible, e.matches_claim, e.sha256, e.media_type,
                       e.size, e.text, e.given_by, e.given_at, e.sealed_at,
                       case when e.kind = 'avatar_recording' then exists (
                           select from evidence_grant g where g.shop_id = e.shop_id and g.evidence_id = e.id and g.state = 'granted') end))
       from evidence e where e.shop_id = o.shop_id and e.order_id = o.id) as evidence,
    (select array_agg((t.score, t.value)) from standing t where t.shop_id = o.shop_id) as standing,
    (select (b.good, b.reasons, b.told_by is not null) from buyer_standing b
      where b.buyer = o.buyer and (b.until is null or b.until > (select moment()))) as buyer_standing,
    (select array_agg((w.id, w.topics))
       from webhook_endpoint w where w.shop_id = o.shop_id and w.disabled_at is null) as endpoints,
    (select array_agg((r.id, r.version, r.body::text,
                       (select count(*) from shop_rule_use u where u.shop_id = r.shop_id and u.rule_id = r.id and u.buyer = o.buyer),
                       (select count(*) from shop_rule_use u where u.shop_id = r.shop_id and u.rule_id = r.id and u.buyer = o.buyer
                          and u.at > (select moment()) - make_interval(days => coalesce((r.body ->> 'per_buyer_days')::int, 30))))
                      order by r.made_at, r.id)
       from shop_rule r where r.shop_id = o.shop_id and r.active) as shop_rules
from unnest($1::int[], $2::bigint[], $3::uuid[], $4::text[], $5::text[]) as want (n, shop_id, order_id, principal, key)
join orders o on o.shop_id = want.shop_id and o.id = want.order_id
join shop s on s.id = o.shop_id
join chain_head h on h.shop_id = o.shop_id;

-- name: decision_that_stands
-- The last event that moved the case to another state; what the payment side says afterwards decides nothing.
select e.seq, e.type as event, e.to_state as state, e.at, e.actor_kind as by, e.fired_kind is not null as by_time
from event e where e.shop_id = $1 and e.case_id = $2 and e.from_state is distinct from e.to_state
  and e.actor_kind <> 'provider'
order by e.seq desc limit 1;

-- name: load_case_parts
-- What hangs on these cases, one row a case, each looked up by its own key: `= any (…)` over several keys would be planned as a
-- walk through everything that the shop has.
select
    want.n,
    (select array_agg((l.case_id, l.line_id, l.quantity, l.amount, l.accepted, l.refused, l.deducted, l.disposition))
       from case_line l where l.shop_id = want.shop_id and l.case_id = want.case_id) as case_lines,
    (select array_agg((d.case_id, d.kind, d.started_seq, d.started_at, d.due_at, d.state, d.rule, d.on_expiry, d.provisional,
                       d.remaining, d.resumes_on, d.at_least, d.ended, d.ended_at, d.calendar))
       from deadline d where d.shop_id = want.shop_id and d.case_id = want.case_id and d.state <> 'done') as deadlines,
    (select array_agg((r.id, r.case_id, r.payment_id, r.amount, r.status, r.destination, r.provider_reference, r.failure,
                       r.attempts, r.replaces, r.decided_seq, r.created_at, r.updated_at,
                       (select array_agg((l.line_id, l.quantity, l.amount) order by l.line_id)
                          from refund_line l where l.shop_id = r.shop_id and l.refund_id = r.id)))
       from refund r where r.shop_id = want.shop_id and r.case_id = want.case_id) as refunds,
    (select array_agg((b.id, b.order_id, b.payment_id, b.source, b.reference, b.amount, b.held, b.reason, b.state, b.opened_at,
                       b.respond_by, b.closed_at, b.override_by, b.override_at, b.override_why))
       from cases c join chargeback b on b.shop_id = c.shop_id and b.order_id = c.order_id
       where c.shop_id = want.shop_id and c.id = want.case_id) as chargebacks,
    (select array_agg((m.payment_id, m.root_id, p.captured - p.reserved - p.charged_back))
       from cases c join replacement_payment m on m.shop_id = c.shop_id and m.order_id = c.order_id
       join payment p on p.shop_id = m.shop_id and p.id = m.root_id
       where c.shop_id = want.shop_id and c.id = want.case_id) as roots,
    (select array_agg((b.case_id, b.address_id, b.label, b.carrier, b.tracking_number, b.service, b.cost, b.currency, b.problem,
                       b.made_at, b.parcel_id, b.borne_by))
       from return_plan b where b.shop_id = want.shop_id and b.case_id = want.case_id) as plans,
    (select array_agg((a.id, a.name, a.line, a.city, a.region, a.postcode, a.country, a.phone, a.preferred)
                      order by a.preferred desc, a.created_at, a.id)
       from return_address a where a.shop_id = want.shop_id
        and (a.retired_at is null or a.id in (
            select b.address_id from return_plan b where b.shop_id = want.shop_id and b.case_id = want.case_id))) as addresses
from unnest($1::int[], $2::bigint[], $3::uuid[]) as want (n, shop_id, case_id);

-- name: load_case_history
-- What only a case can have to which something happened after its opening, one row a case; the others are not asked for it.
select
    want.n,
    (select array_agg((r.id, r.case_id, r.amount, r.by_party, r.to_party, r.why, r.rule, r.status, r.provider_reference, r.failure,
                       r.attempts, r.decided_seq, r.created_at, r.updated_at) order by r.decided_seq, r.id)
       from compensation r where r.shop_id = want.shop_id and r.case_id = want.case_id) as compensations,
    (select array_agg((e.id, e.score, e.delta, e.at, e.expires_at, e.why, e.rule, e.release, e.case_id, e.seq, e.deadline_kind,
                       e.due_at, e.reverses, e.reference, e.told_by) order by e.at, e.id)
       from score_event e where e.shop_id = want.shop_id and e.case_id = want.case_id) as score_entries,
    (select array_agg((a.case_id, a.kind, a.started_seq, a.alarm, a.at))
       from deadline_alarm a where a.shop_id = want.shop_id and a.case_id = want.case_id) as alarms,
    (select array_agg((x.case_id, x.outage_id))
       from deadline_excuse x where x.shop_id = want.shop_id and x.case_id = want.case_id) as excused,
    (select array_agg((d.id, d.case_id, d.state, d.round, d.lane, d.opened_seq, d.opened_at, d.ground, d.stage, d.reviewer,
                       d.claimed_at, d.appealed_by, d.final, d.theme) order by d.opened_at, d.opened_seq)
       from dispute d where d.shop_id = want.shop_id and d.case_id = want.case_id) as disputes,
    (select array_agg((r.dispute_id, r.case_id, r.seq, r.round, r.state, r.ruling, r.liability, r.amount, r.currency,
                       r.four_eyes_limit, r.rationale, r.ruled_by, r.ruled_at, r.decided_at) order by r.seq)
       from dispute d join ruling r on r.shop_id = d.shop_id and r.dispute_id = d.id
       where d.shop_id = want.shop_id and d.case_id = want.case_id) as rulings,
    (select array_agg((c.id, e.seq, e.type, e.body ->> 'ground', e.body ->> 'stage'))
       from cases c
       join event e on e.shop_id = c.shop_id and e.case_id in (c.id, c.parent_id)
        and e.type in ('rejected', 'return_rejected', 'rejected_by_shipping', 'return_accepted')
       where c.shop_id = want.shop_id and c.id = want.case_id and c.state in ('rejected_1', 'rejected_2')
         and (e.case_id = c.id) <> (e.type = 'return_accepted')) as rejections,
    (select array_agg((p.id, p.case_id, p.by, p.channel, p.kind, p.state, p.offer_kind, p.offer_amount, p.freight, p.proof, p.note,
                       p.rule, p.why, p.made_by, p.opened_seq, p.opened_at, p.expires_at, p.decided_seq, p.decided_at)
                      order by p.opened_at, p.id)
       from proposal p where p.shop_id = want.shop_id and p.case_id = want.case_id) as proposals,
    (select array_agg((i.id, i.case_id, i.parcel_id, i.state, i.ordered_by, i.ordered_at, i.reason, i.cost, i.currency, i.reference,
                       i.answered_at, i.ended_at, i.complaint, i.complained_at, i.complaint_ended_at, i.complaint_reference, i.paid)
                      order by i.ordered_at, i.id)
       from interception i where i.shop_id = want.shop_id and i.case_id = want.case_id) as interceptions,
    (select array_agg((r.case_id, r.state, r.owed_at, r.order_id, r.parcel_id, r.shipped_at, r.delivered_at, r.ended_at))
       from replacement r where r.shop_id = want.shop_id and r.case_id = want.case_id) as replacements,
    (select array_agg((m.root_id, p.captured - p.reserved))
       from replacement r
       join replacement_payment m on m.shop_id = r.shop_id and m.order_id = r.order_id
       join payment p on p.shop_id = m.shop_id and p.id = m.payment_id
       where r.shop_id = want.shop_id and r.case_id = want.case_id and p.captured > p.reserved) as kept_for,
    (select array_agg((g.parcel_id, g.source, g.event_id, g.postcode, g.weight) order by s.occurred_at, g.event_id)
       from cases c
       join parcel p on p.shop_id = c.shop_id and p.order_id = c.order_id
       join parcel_reading g on g.shop_id = p.shop_id and g.parcel_id = p.id
       join scan s on s.shop_id = g.shop_id and s.source = g.source and s.event_id = g.event_id
           and s.parcel_id = g.parcel_id
       where c.shop_id = want.shop_id and c.id = want.case_id) as readings,
    (select array_agg(distinct p.id)
       from parcel p join parcel o on o.shop_id = p.shop_id and o.tracking_number = p.tracking_number and o.id <> p.id
       where p.shop_id = want.shop_id and p.direction = 'return'
         and (p.case_id = want.case_id or p.id in (
            select b.parcel_id from return_plan b where b.shop_id = want.shop_id and b.case_id = want.case_id))
         and p.order_id = (select c.order_id from cases c where c.shop_id = want.shop_id and c.id = want.case_id)) as reused
from unnest($1::int[], $2::bigint[], $3::uuid[]) as want (n, shop_id, case_id);

-- name: interests_of
-- What links people of the platform to a shop or a buyer: what they declared, and what they are on the other side (T03).
select want.n, i.why
from unnest($1::int[], $2::text[], $3::bigint[], $4::text[]) as want (n, person, shop_id, buyer)
join interest i on i.person = want.person and i.ended_at is null
 and ((i.kind = 'shop' and i.of = want.shop_id::text) or (i.kind = 'buyer' and i.of = want.buyer))
union all
select want.n, m.role
from unnest($1::int[], $2::text[], $3::bigint[], $4::text[]) as want (n, person, shop_id, buyer)
join membership m on m.shop_id = want.shop_id and m.person = 'seller:' || substr(want.person, length('platform:') + 1) and m.to_at is null
union all
select want.n, t.kind
from unnest($1::int[], $2::text[], $3::bigint[], $4::text[]) as want (n, person, shop_id, buyer)
join token t on t.subject = substr(want.person, length('platform:') + 1)
 and ((t.kind = 'seller' and want.shop_id = any (t.shops)) or (t.kind = 'buyer' and t.subject = want.buyer));

-- name: orders_of_payments
-- The payment that a provider's reference or an id of ours names.
select want.n, p.order_id, null::uuid as case_id
from unnest($1::int[], $2::bigint[], $3::text[]) as want (n, shop_id, payment)
join payment p on p.shop_id = want.shop_id and (p.provider_reference = want.payment or p.id::text = want.payment);

-- name: orders_of_chargebacks
select want.n, b.order_id, null::uuid as case_id
from unnest($1::int[], $2::bigint[], $3::uuid[]) as want (n, shop_id, id)
join chargeback b on b.shop_id = want.shop_id and b.id = want.id;

-- name: chargebacks_of_orders
-- For commands on chargebacks, whose order may have no case.
select want.n, b.id, b.order_id, b.payment_id, b.source, b.reference, b.amount, b.held, b.reason, b.state, b.opened_at, b.respond_by,
       b.closed_at, b.override_by, b.override_at, b.override_why
from unnest($1::int[], $2::bigint[], $3::uuid[]) as want (n, shop_id, order_id)
join chargeback b on b.shop_id = want.shop_id and b.order_id = want.order_id
order by b.opened_at, b.id;

-- name: roots_of_orders
-- For the first request on a replacement's order, which has no case yet: where the money of its payments came in, and what is left of it.
select want.n, m.payment_id, m.root_id, p.captured - p.reserved - p.charged_back as left
from unnest($1::int[], $2::bigint[], $3::uuid[]) as want (n, shop_id, order_id)
join replacement_payment m on m.shop_id = want.shop_id and m.order_id = want.order_id
join payment p on p.shop_id = m.shop_id and p.id = m.root_id;
