-- name: list_rechecks
-- Cases that wait for a person of the platform, what is due first first: the clock that runs, those of the seller that stand still
-- meanwhile, and the buyer's proof with what the machine made of it.
select d.shop_id, d.case_id, s.name as shop, c.order_id, o.reference as order_reference, c.kind, c.reason, c.amount, c.currency, c.market,
       c.lane, c.version, c.opened_at, c.verdict, d.started_at, d.due_at, d.rule,
       (select count(*)::int from deadline b where b.shop_id = d.shop_id and b.case_id = d.case_id and b.kind = 'recheck' and b.ended = 'fired') as overdue,
       coalesce((
           select jsonb_agg(jsonb_build_object('kind', p.kind, 'remaining_s', p.remaining, 'at_least_s', p.at_least,
                                               'resumes_on', p.resumes_on) order by p.kind)
           from deadline p where p.shop_id = d.shop_id and p.case_id = d.case_id and p.state = 'paused'), '[]') as paused,
       coalesce((
           select jsonb_agg(jsonb_build_object('id', e.id, 'kind', e.kind, 'channel', e.channel, 'at', e.at, 'state', e.state,
                                               'media_type', e.media_type, 'legible', e.legible, 'matches_claim', e.matches_claim,
                                               'given_at', e.given_at, 'finding', k.finding, 'sharpness', k.sharpness,
                                               'brightness', k.brightness, 'contrast', k.contrast, 'seen', k.seen_how) order by e.given_at, e.id)
           from evidence e left join evidence_check k on k.shop_id = e.shop_id and k.evidence_id = e.id
           where e.shop_id = d.shop_id and e.case_id = d.case_id and e.of = 'buyer'), '[]') as proof
from deadline d
join cases c on c.shop_id = d.shop_id and c.id = d.case_id
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
join shop s on s.id = c.shop_id
where d.kind = 'recheck' and d.state = 'running' and c.state = 'in_recheck'
  and ($1::text is null or coalesce(c.lane, 'usual') = $1)
  and ($2::timestamptz is null or (d.due_at, d.case_id) > ($2, $3::uuid))
  and ($5::text[] is null or s.market = any ($5))
order by d.due_at, d.case_id
limit $4;

-- name: list_live_lanes
-- Live sessions that were sent to a lane, the newest first, and how many of the shop's orders are in that lane now.
select l.shop_id, s.name as shop, s.market, l.room, l.review_lane, l.set_by, l.set_at, r.started_at, r.ended_at,
    (select p.name from person p where p.id = l.set_by) as set_by_name,
       (select count(*)::int from orders o where o.shop_id = l.shop_id and o.review_lane = l.review_lane) as orders_in_lane
from live_lane l join shop s on s.id = l.shop_id
left join live_room r on r.shop_id = l.shop_id and r.room = l.room
where ($1::timestamptz is null or (l.set_at, l.shop_id, l.room) < ($1, $2::bigint, $3::text))
  and ($5::text[] is null or s.market = any ($5))
order by l.set_at desc, l.shop_id desc, l.room desc
limit $4;

-- name: excused_by_outage
-- Clocks that got time back, by case.
select x.shop_id, s.name as shop, x.case_id, x.kind, x.was_due, x.due_at
from deadline_excuse x join shop s on s.id = x.shop_id
where x.outage_id = $1 and (x.shop_id, x.case_id, x.kind) > ($2::bigint, $3::uuid, $4::text)
order by x.shop_id, x.case_id, x.kind
limit $5;

-- name: kept_by_outage
-- How many cases have a clock that an outage holds back now.
select count(distinct (d.shop_id, d.case_id))::int as cases
from deadline d join outage o on o.id = $1
where d.state = 'running' and d.due_at > o.from_at and d.kind <> all ($2::text[]);

-- name: list_holds
select id, why, placed_by, placed_at, until, lifted_at,
    (select p.name from person p where p.id = placed_by) as placed_by_name from legal_hold
where ($1::uuid is null or id < $1) and (not $2 or (lifted_at is null and (until is null or until > moment())))
order by id desc limit $3;
