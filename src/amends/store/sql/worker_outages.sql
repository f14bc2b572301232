-- name: outage_stands
-- Whether an outage is there whose cases have not been given their time back yet.
select exists (select from outage where excused_at is null and from_at <= (select moment()));

-- name: outages_over
select id, from_at, to_at from outage where excused_at is null and to_at <= (select moment()) order by id;

-- name: cases_kept_waiting
-- Cases with a clock that ran while an outage lasted and binds people, a page at a time.
select d.shop_id, d.case_id
from deadline d
where d.state = 'running' and d.due_at > $1 and d.started_at < $2 and d.kind <> all ($3::text[])
  and (d.shop_id, d.case_id) > ($4::bigint, $5::uuid)
group by d.shop_id, d.case_id
order by d.shop_id, d.case_id
limit $6;

-- name: losses_in_outage
-- Losses of score for what was due while an outage lasted, and that nothing took back yet.
select s.shop_id, s.id, s.score, s.delta, s.at, s.expires_at, s.why, s.rule, s.release, s.case_id, s.seq, s.deadline_kind, s.due_at,
       s.reverses, s.reference, s.told_by
from score_event s
where s.delta < 0 and s.reverses is null and s.due_at >= $1 and s.due_at < $2
  and not exists (select from score_event r where r.shop_id = s.shop_id and r.reverses = s.id)
order by s.shop_id, s.id;

-- name: outage_excused!
update outage set excused_at = (select moment()) where id = $1 and excused_at is null;

-- name: shops_with_expired_entries
-- Shops whose standing was folded before an entry of theirs expired.
select distinct t.shop_id
from standing t
join score_event e on e.shop_id = t.shop_id and e.score = t.score and e.expires_at > t.as_of and e.expires_at <= (select moment());

-- name: near_deadlines
-- Running deadlines whose latest alarm has come and nothing was told since; of two at one moment the one that names the hours.
select d.shop_id, d.case_id, d.kind, d.started_seq, a.alarm
from deadline d
cross join lateral (
    select v.alarm, v.moment
    from (values ('half', d.started_at + (d.due_at - d.started_at) / 2), ('12_hours', d.due_at - interval '12 hours'),
                 ('2_hours', d.due_at - interval '2 hours')) as v (alarm, moment)
    where v.moment > d.started_at and v.moment <= (select moment())
    order by v.moment desc, v.alarm = 'half'
    limit 1
) a
where d.state = 'running' and d.due_at > (select moment()) and d.kind = any ($1::text[])
  and not exists (
    select from deadline_alarm t
    where t.shop_id = d.shop_id and t.case_id = d.case_id and t.kind = d.kind and t.started_seq = d.started_seq and t.at >= a.moment)
order by d.due_at
limit $2;

-- name: take_turn
-- Advisory and for one transaction: one process at a time does what all of them could.
select pg_try_advisory_xact_lock(hashtextextended($1, 0));
