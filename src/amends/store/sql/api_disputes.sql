-- name: list_disputes
-- Disputes, the longest waiting first; every filter is left out where it is null.
select d.shop_id, s.name as shop, o.reference as order_reference, d.id, d.case_id, d.state, d.round, d.lane, d.opened_at, d.ground, d.stage, d.reviewer is not null as claimed, d.final,
       d.updated_at, c.kind, c.reason, c.amount, c.currency, c.market, c.state as case_state,
       (select min(l.due_at) from deadline l where l.shop_id = d.shop_id and l.case_id = d.case_id and l.state = 'running'
          and l.kind in ('dispute', 'appeal')) as due_at,
       r.ruling, r.liability, coalesce(d.reviewer = $10::text, false) as mine,
       exists (select from ruling p where p.shop_id = d.shop_id and p.dispute_id = d.id and p.state = 'proposed') as proposed
from dispute d
join cases c on c.shop_id = d.shop_id and c.id = d.case_id
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
join shop s on s.id = c.shop_id
left join lateral (
    select r.ruling, r.liability from ruling r
    where r.shop_id = d.shop_id and r.dispute_id = d.id and r.state = 'stands' order by r.seq desc limit 1) r on true
where d.shop_id = any ($1::bigint[])
  and ($2::text is null or c.buyer = $2)
  and ($3::text is null or d.state = $3)
  and ($4::text is null or d.lane = $4)
  and ($5::timestamptz is null or d.updated_at >= $5)
  and ($6::timestamptz is null or (d.opened_at, d.id) > ($6, $7::uuid))
  and (not $9::boolean or d.state in ('under_review', 'under_appeal'))
order by d.opened_at, d.id
limit $8;

-- name: reviews_to_claim
-- What the reviewer has begun comes first; then rulings that are owed and that nobody has taken, drawn at random from those that are
-- due first, so that no reviewer chooses.
select w.shop_id, w.case_id
from (
    select d.shop_id, d.case_id, d.reviewer
    from dispute d
    join deadline l on l.shop_id = d.shop_id and l.case_id = d.case_id and l.kind = 'dispute' and l.state = 'running'
    where d.state in ('under_review', 'under_appeal') and d.lane = any ($1::text[]) and (d.reviewer is null or d.reviewer = $3)
      and not exists (select from ruling r where r.shop_id = d.shop_id and r.dispute_id = d.id and r.state = 'proposed')
    order by d.reviewer nulls last, l.due_at
    limit $2
) w
order by w.reviewer nulls last, random();

-- name: review_lanes
-- What waits in each lane: how many rulings are owed, how many are taken, how many wait for a second person, and since when.
select d.lane, count(*) as waiting, count(d.reviewer) as claimed,
       count(*) filter (where exists (
           select from ruling r where r.shop_id = d.shop_id and r.dispute_id = d.id and r.state = 'proposed')) as proposed,
       min(coalesce(l.started_at, d.opened_at)) as oldest, min(l.due_at) as next_due,
       count(*) filter (where l.due_at < (select moment()) + interval '2 hours') as due_soon
from dispute d
left join deadline l on l.shop_id = d.shop_id and l.case_id = d.case_id and l.kind = 'dispute' and l.state = 'running'
where d.state in ('under_review', 'under_appeal')
group by d.lane
union all
select 'recheck', count(*), 0, 0, min(l.started_at), min(l.due_at), count(*) filter (where l.due_at < (select moment()) + interval '2 hours')
from deadline l where l.kind = 'recheck' and l.state = 'running'
having count(*) > 0
order by 1;

-- name: marks_of_lanes
-- A mark for each lane that changes with what stands in it: who comes, is taken, waits for a second person or is due soon; asked once a
-- second for all reviewers who listen.
select d.lane, count(*), bit_xor(hashtextextended(concat_ws(' ', d.id, d.round, d.state, d.reviewer, d.updated_at, l.due_at, r.proposed), 0)),
       count(*) filter (where l.due_at < (select moment()) + interval '2 hours')
from dispute d
left join deadline l on l.shop_id = d.shop_id and l.case_id = d.case_id and l.kind = 'dispute' and l.state = 'running'
left join lateral (
    select r.seq as proposed from ruling r where r.shop_id = d.shop_id and r.dispute_id = d.id and r.state = 'proposed') r on true
where d.state in ('under_review', 'under_appeal')
group by d.lane
union all
select 'recheck', count(*), bit_xor(hashtextextended(concat_ws(' ', l.case_id, l.due_at, c.version, c.state), 0)),
       count(*) filter (where l.due_at < (select moment()) + interval '2 hours')
from deadline l join cases c on c.shop_id = l.shop_id and c.id = l.case_id
where l.kind = 'recheck' and l.state = 'running'
having count(*) > 0;

-- name: dispute_figures
-- Of a shop's disputes ruled since a moment: how many, how many found the seller at fault, how many set a rejection aside (R-08, Q-03).
select count(*) as ruled,
       count(*) filter (where r.liability in ('seller', 'both') and r.ruling <> 'seller') as merchant_fault,
       count(*) filter (where r.ruling <> 'seller' and d.stage is not null) as overturned
from dispute d
join lateral (
    select r.ruling, r.liability, r.decided_at from ruling r
    where r.shop_id = d.shop_id and r.dispute_id = d.id and r.state = 'stands' order by r.seq desc limit 1) r on true
where d.shop_id = $1 and r.decided_at >= $2;

-- name: declare_interest
insert into interest (person, kind, of, why, declared_at) values ($1, $2, $3, $4, (select moment()))
on conflict (person, kind, of) do update set why = excluded.why, ended_at = null
returning declared_at;

-- name: end_interest
update interest set ended_at = (select moment()) where person = $1 and kind = $2 and of = $3 and ended_at is null returning 1;

-- name: list_interests
select person, kind, of, why, declared_at, ended_at from interest
where ($1::text is null or person = $1) and (person, kind, of) > ($2, $3, $4) order by person, kind, of limit $5;
