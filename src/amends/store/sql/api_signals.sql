-- name: park_signal
-- A well-signed signal that cannot be used is kept once for a person; shop 0 stands for "nobody knows whose".
insert into parked (shop_id, id, source, event_id, why, body, received_at)
values ($1, $2, $3, $4, $5, $6, moment())
on conflict (shop_id, source, event_id) do nothing
returning id;

-- name: insert_endpoint
-- Each event is owed to each endpoint, so there are not more than so many at work; nothing comes back where there are.
insert into webhook_endpoint (shop_id, id, url, secrets, topics)
select $1, $2, $3, $4, $5
where (select count(*) from webhook_endpoint where shop_id = $1 and disabled_at is null) < $6
returning id;

-- name: endpoints_of_shops
select shop_id, id, url, topics, disabled_at, disabled_why, created_at
from webhook_endpoint where shop_id = any ($1::bigint[]) order by shop_id, id;

-- name: endpoint_place
select shop_id from webhook_endpoint where shop_id = any ($1::bigint[]) and id = $2;

-- name: disable_endpoint
update webhook_endpoint set disabled_at = coalesce(disabled_at, clock_timestamp()), disabled_why = coalesce(disabled_why, 'removed')
where shop_id = $1 and id = $2
returning id;

-- name: enable_endpoint
-- One that was switched off hears again; one that was removed stays away, and so does one too many.
update webhook_endpoint w set disabled_at = null, disabled_why = null
where shop_id = $1 and id = $2 and disabled_at is not null and disabled_why <> 'removed'
  and (select count(*) from webhook_endpoint o where o.shop_id = $1 and o.disabled_at is null) < $3
returning 1;

-- name: rotate_secret
-- The new secret first; those before it sign beside it for a day.
update webhook_endpoint set secrets = $3::text || signing_secrets(secrets, rotated_at), rotated_at = clock_timestamp()
where shop_id = $1 and id = $2 and coalesce(disabled_why, '') <> 'removed' and cardinality(signing_secrets(secrets, rotated_at)) < $4
returning rotated_at + interval '1 day' as until;

-- name: endpoint
select shop_id, id, url, topics, disabled_at, disabled_why, created_at from webhook_endpoint where shop_id = $1 and id = $2;

-- name: deliveries_of_endpoint
select o.id, o.case_id, o.seq, o.state, o.attempts, o.due_at, o.created_at, o.done_at, e.type as event, d.attempt, d.at, d.status, d.problem
from outbox o
join event e on e.shop_id = o.shop_id and e.case_id = o.case_id and e.seq = o.seq
left join lateral (
    select attempt, at, status, problem from delivery d
    where d.shop_id = o.shop_id and d.outbox_id = o.id order by attempt desc limit 1
) d on true
where o.shop_id = $1 and o.effect = 'webhook' and o.target = $2 and ($3::uuid is null or o.id < $3)
order by o.id desc
limit $4;

-- name: replay_deliveries
update outbox set state = 'pending', due_at = moment(), attempts = 0, claimed_until = null, done_at = null
where shop_id = $1 and effect = 'webhook' and target = $2 and state <> 'pending'
  and ($3::timestamptz is null or created_at >= $3) and ($4::timestamptz is null or created_at < $4)
  and ($5::uuid[] is null or id = any ($5))
returning id;

-- name: insert_test_message
insert into test_message (shop_id, endpoint_id, id, asked_at) values ($1, $2, $3, moment())
returning id, asked_at, sent_at, status, problem;

-- name: test_messages
select id, asked_at, sent_at, status, problem from test_message where shop_id = $1 and endpoint_id = $2 order by id desc limit 20;
