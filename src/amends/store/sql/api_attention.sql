-- name: list_attention
-- What the machine hands to people, the longest waiting first: each with why it is there and since when.
select a.kind, a.shop_id, s.name as shop, a.id, a.case_id, a.why, a.since, a.due_at, a.detail
from (
    select 'refund_failed' as kind, r.shop_id, r.id::text as id, r.case_id, coalesce(r.failure, 'failed') as why, r.updated_at as since,
           null::timestamptz as due_at, jsonb_build_object('amount', r.amount, 'currency', r.currency, 'attempts', r.attempts) as detail
    from refund r
    where r.status = 'failed' and not exists (select from refund n where n.shop_id = r.shop_id and n.replaces = r.id)
    union all
    select 'refund_unknown', r.shop_id, r.id::text, r.case_id, 'refund_unknown', r.updated_at, null,
           jsonb_build_object('amount', r.amount, 'currency', r.currency, 'attempts', r.attempts)
    from refund r where r.status = 'unknown'
    union all
    select case p.source when 'refund' then 'refund_parked' when 'deadline' then 'deadline_parked' when 'rederive' then 'decision_parked'
                when 'freight' then 'freight_parked'
                else 'signal_parked' end,
           p.shop_id, p.id::text, nullif(p.body ->> 'case_id', '')::uuid, p.why, p.received_at, null,
           case when p.source in ('rederive', 'freight') then p.body else jsonb_build_object('source', p.source, 'event_id', p.event_id) end
    from parked p
    where p.settled_at is null and p.why <> 'compensation_failed' and (p.body ->> 'case_id' is null or p.body ->> 'case_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
    union all
    select 'signal_parked', p.shop_id, p.id::text, null, p.why, p.received_at, null,
           jsonb_build_object('source', p.source, 'event_id', p.event_id)
    from parked p
    where p.settled_at is null and p.why <> 'compensation_failed' and p.body ->> 'case_id' is not null and p.body ->> 'case_id' !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    union all
    select 'compensation_failed', c.shop_id, c.id::text, c.case_id, coalesce(c.failure, 'failed'), c.updated_at, null,
           jsonb_build_object('amount', c.amount, 'currency', c.currency, 'parked', p.id)
    from compensation c left join parked p on p.shop_id = c.shop_id and p.source = 'compensation' and p.event_id = c.id::text
    where c.status = 'failed' and p.settled_at is null
    union all
    select 'dead_letter', o.shop_id, o.id::text, o.case_id, coalesce(o.last_answer, 'dead'), o.done_at, null,
           jsonb_build_object('effect', o.effect, 'target', o.target, 'attempts', o.attempts)
    from outbox o
    where o.state = 'dead' and not (o.effect = 'webhook' and exists (
        select from webhook_endpoint w
        where w.shop_id = o.shop_id and w.id::text = o.target and w.disabled_why in ('removed', 'gone')))
    union all
    select 'webhook_failing', w.shop_id, w.id::text, null, coalesce(w.disabled_why, f.problem, 'failing'), coalesce(w.disabled_at, f.since), null,
           jsonb_build_object('url', w.url, 'pending', f.pending, 'disabled', w.disabled_at is not null)
    from webhook_endpoint w
    cross join lateral (
        select count(*)::int as pending, min(o.created_at) as since, max(o.last_answer) as problem from outbox o
        where o.shop_id = w.shop_id and o.effect = 'webhook' and o.target = w.id::text and o.state = 'pending' and o.attempts >= 3) f
    where (w.disabled_at is null and f.pending > 0)
       or (w.disabled_why <> 'removed' and w.disabled_at > (select moment()) - interval '7 days')
    union all
    select 'payment_blocked', d.shop_id, c.id::text, c.id, 'payment_disputed', d.started_at, d.due_at, '{}'
    from deadline d join cases c on c.shop_id = d.shop_id and c.id = d.case_id
    where d.kind = 'recheck' and d.state = 'running' and c.state <> 'in_recheck'
    union all
    select 'paid_outside', x.shop_id, x.key, null, 'paid_outside', x.found_at, null,
           jsonb_build_object('amount', x.amount, 'currency', x.currency)
    from paid_outside x where x.settled_at is null
    union all
    select 'chargeback', b.shop_id, b.id::text, null, coalesce(b.reason, 'chargeback'), b.opened_at, b.respond_by,
           jsonb_build_object('amount', b.amount, 'held', b.held, 'reference', b.reference)
    from chargeback b where b.state = 'open'
    union all
    select 'calendar_provisional', 0, coalesce(k.code, 'none'), null, 'holidays_unannounced', min(d.started_at), min(d.due_at),
           jsonb_build_object('deadlines', count(*), 'shops', count(distinct d.shop_id), 'calendars', coalesce(k.code, 'none'))
    from deadline d left join calendar_version k on k.version = d.calendar
    where d.state = 'running' and d.provisional group by k.code
    union all
    select 'calendar_short', 0, k.until::text, null, 'holidays_unannounced', (k.until - 59)::timestamp at time zone 'UTC', min((k.until + 1)::timestamp at time zone k.zone),
           jsonb_build_object('calendars', string_agg(k.code, ', ' order by k.code), 'confirmed_until', k.until)
    from (
        select distinct on (code) code, (read.body ->> 'confirmed_until')::date as until, read.body ->> 'zone' as zone
        from calendar_version cross join lateral (select convert_from(calendar_version.body, 'UTF8')::jsonb as body) read
        order by code, loaded_at desc) k
    where k.until - (select moment())::date < 60 group by k.until
    union all
    select 'outage', 0, o.id::text, null, o.why, o.from_at, o.to_at, '{}' from outage o where o.excused_at is null
    union all
    select 'dispute', d.shop_id, d.id::text, d.case_id, d.lane, d.opened_at, l.due_at,
           jsonb_build_object('round', d.round, 'claimed', d.reviewer is not null)
    from dispute d
    left join deadline l on l.shop_id = d.shop_id and l.case_id = d.case_id and l.kind = 'dispute' and l.state = 'running'
    where d.state in ('under_review', 'under_appeal')
    union all
    select 'recheck', d.shop_id, d.case_id::text, d.case_id, 'recheck', d.started_at, d.due_at, '{}'
    from deadline d join cases c on c.shop_id = d.shop_id and c.id = d.case_id
    where d.kind = 'recheck' and d.state = 'running' and c.state = 'in_recheck'
) a
left join shop s on s.id = a.shop_id
where ($1::text is null or a.kind = $1)
  and ($7::boolean or a.kind not in ('dispute', 'recheck'))
  and ($2::bigint is null or a.shop_id = $2)
  and ($8::text[] is null or s.id is null or s.market = any ($8))
  and ($3::timestamptz is null or (a.since, a.kind, a.id) > ($3, $4::text, $5::text))
order by a.since, a.kind, a.id
limit $6;

-- name: settle_parked
-- A person says how it was settled; only what still waits.
update parked set settled_at = (select moment()), settled_by = $3, settled_how = $4, note = $5
where shop_id = $1 and id = $2 and settled_at is null
returning 1;

-- name: place_of_parked
select shop_id from parked where id = $1;

-- name: place_of_effect
select shop_id, state from outbox where id = $1;

-- name: retry_effect
-- An effect that was given up is owed again.
update outbox set state = 'pending', attempts = 0, due_at = (select moment()), done_at = null, claimed_until = null
where shop_id = $1 and id = $2 and state = 'dead' returning 1;

-- name: give_effect_up
-- A person lets it be: it is owed no more, and says by whom.
update outbox set state = 'done', done_at = (select moment()), last_answer = $3
where shop_id = $1 and id = $2 and state = 'dead' returning 1;

-- name: log_hand
insert into by_hand (shop_id, id, kind, subject, person, what, at) values ($1, $2, $3, $4, $5, $6, (select moment()));
