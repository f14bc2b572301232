with due as materialized (
    select d.shop_id, d.case_id, d.kind, d.started_seq, c.seq + 1 as seq
    from raw.deadline d join raw.cases c on c.shop_id = d.shop_id and c.id = d.case_id
    where d.state = 'running' and d.due_at <= amends.moment()
    for update of d
), moved as (
    update raw.cases c set state = 'awaiting_buyer_ship', seq = c.seq + 1, version = c.version + 1, updated_at = amends.moment()
    from due where c.shop_id = due.shop_id and c.id = due.case_id
), ended as (
    update raw.deadline d set state = 'done', ended = 'fired', ended_at = amends.moment()
    from due where d.shop_id = due.shop_id and d.case_id = due.case_id and d.kind = due.kind and d.started_seq = due.started_seq
), sealed as (
    update raw.evidence e set sealed_at = clock_timestamp() from due where e.shop_id = due.shop_id and e.case_id = due.case_id
), planned as (
    insert into raw.return_plan (shop_id, case_id, label) select shop_id, case_id, 'wished' from due
), told as (
    insert into raw.event (shop_id, case_id, seq, type, at, actor_kind, actor, from_state, to_state, body, wishes, fired_kind, fired_started_seq, chain_seq, hash, facts)
    select shop_id, case_id, seq, 'review_expired', clock_timestamp(), 'system', 'amends', 'pending_review', 'awaiting_buyer_ship', '{"refunds": []}',
           array['make_label:usps', 'webhook:00000000-0000-7000-8003-000000000001'], kind, started_seq, 1000000 + row_number() over (), sha256(case_id::text::bytea), decode(repeat('7b', 222), 'hex') from due
), begun as (
    insert into raw.deadline (shop_id, case_id, kind, started_seq, started_at, due_at, state, rule, on_expiry, calendar)
    select shop_id, case_id, 'ship_back', seq, clock_timestamp(), clock_timestamp() + interval '10 days', 'running', 'ship_back_base', 'close', '2026' from due
)
insert into raw.outbox (shop_id, id, case_id, seq, effect, target, due_at, created_at)
select shop_id, gen_random_uuid(), case_id, seq, effect, '00000000-0000-7000-8003-000000000001', clock_timestamp(), clock_timestamp()
from due cross join unnest(array['make_label', 'webhook']) as effect;
