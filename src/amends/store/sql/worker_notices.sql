-- name: notice_to_carry
-- An event that somebody is to be told of, its case and order by their references, and where the shop wants to be told.
select e.type, e.at, e.body, o.reference as order_reference, c.market, n.address, n.language, n.alarms, n.zone
from event e
join cases c on c.shop_id = e.shop_id and c.id = e.case_id
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
left join notice_setting n on n.shop_id = e.shop_id
where e.shop_id = $1 and e.case_id = $2 and e.seq = $3;

-- name: mornings
-- Shops whose hour has come today, in their own zone, and that have no digest of today yet.
select n.shop_id, ((select moment()) at time zone n.zone)::date as day
from notice_setting n
where n.digest_hour is not null
  and extract(hour from (select moment()) at time zone n.zone) >= n.digest_hour
  and not exists (
    select from digest d where d.shop_id = n.shop_id and d.day = ((select moment()) at time zone n.zone)::date);

-- name: counted_for_digest
select
    (select count(*) from cases c where c.shop_id = $1 and c.state not in ('completed', 'closed') and not c.historical) as open,
    (select count(*) from deadline d
      where d.shop_id = $1 and d.state = 'running' and d.kind = any ($2::text[]) and d.due_at < (select moment()) + interval '24 hours') as soon,
    (select count(*) from event e
      where e.shop_id = $1 and e.fired_kind = any ($2::text[]) and e.at > (select moment()) - interval '24 hours') as missed;

-- name: soonest_for_digest
select d.kind, d.due_at, o.reference as order_reference
from deadline d
join cases c on c.shop_id = d.shop_id and c.id = d.case_id
join orders o on o.shop_id = c.shop_id and o.id = c.order_id
where d.shop_id = $1 and d.state = 'running' and d.kind = any ($2::text[]) and d.due_at < (select moment()) + interval '24 hours'
order by d.due_at, d.case_id
limit 20;

-- name: insert_digest!
insert into digest (shop_id, day, state, body, due_at, made_at) values ($1, $2, 'pending', $3, (select moment()), (select moment()))
on conflict (shop_id, day) do nothing;

-- name: digests_due
select d.shop_id, d.day, d.body, d.attempts, n.address, n.language, n.zone
from digest d join notice_setting n on n.shop_id = d.shop_id
where d.state = 'pending' and d.due_at <= (select moment())
order by d.due_at limit 100;

-- name: settle_digest!
update digest set state = $3, attempts = attempts + 1, last_answer = $4, due_at = (select moment()) + $5::interval,
    sent_at = case when $3 = 'sent' then (select moment()) end
where shop_id = $1 and day = $2 and state = 'pending';
