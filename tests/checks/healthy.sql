-- A small marketplace in which every statement of the doctor holds: one case paid by silence, one that waits for its seller.
insert into shop (id, reference, name, market, seller) values (1, 's1', 'One', 'us', 'seller_1'), (2, 's2', 'Two', 'us', 'seller_2');
insert into policy_release (market, hash, body, published_at, takes_effect_at, founding, adopted_from, adoption_reason)
values ('us', 'r1', '{}', '2026-01-01Z', '2026-01-01Z', true, '2025-01-01Z', 'first');
insert into orders (shop_id, id, reference, purchase, market, buyer, currency, status, sale_format, source, placed_at)
select 1, ('00000000-0000-7000-8000-00000000000' || n)::uuid, 'o' || n, 'p' || n, 'us', 'ann', 'USD', 'delivered', 'short_video', 'shop',
       (select moment()) - interval '20 days'
from generate_series(1, 2) as n;
insert into parcel (shop_id, id, order_id, direction, status, tracking_number)
values (1, '00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-000000000001', 'forward', 'delivered', 'T1');
insert into order_line (shop_id, id, order_id, reference, sku, title, category, quantity, price, shipping, tax, paid, commission)
select 1, ('00000000-0000-7000-8000-00000000001' || n)::uuid, ('00000000-0000-7000-8000-00000000000' || n)::uuid, '1', 'k', 't', 'c', 2,
       900, 100, 0, 1000, 100
from generate_series(1, 2) as n;
insert into payment (shop_id, id, order_id, sequence, method, amount, captured, reserved, currency)
select 1, ('00000000-0000-7000-8000-00000000002' || n)::uuid, ('00000000-0000-7000-8000-00000000000' || n)::uuid, 1, 'card', 1000, 1000,
       case n when 1 then 1000 else 0 end, 'USD'
from generate_series(1, 2) as n;
insert into payment_allocation (shop_id, payment_id, line_id, order_id, amount, refunded)
select 1, ('00000000-0000-7000-8000-00000000002' || n)::uuid, ('00000000-0000-7000-8000-00000000001' || n)::uuid,
       ('00000000-0000-7000-8000-00000000000' || n)::uuid, 1000, case n when 1 then 1000 else 0 end
from generate_series(1, 2) as n;
insert into cases (shop_id, id, order_id, kind, reason, reason_group, state, seq, version, buyer, opened_by, opened_at, amount, currency,
    market, eligibility_release, eligibility_pinned_at, handling_release, handling_pinned_at, ended, closed_at, updated_at)
select 1, ('00000000-0000-7000-8000-00000000003' || n)::uuid, o.id, 'refund_only', 'damaged', 'quality',
       case n when 1 then 'completed' else 'pending_review' end, case n when 1 then 3 else 2 end, case n when 1 then 3 else 1 end, 'ann',
       'buyer', (select moment()) - interval '5 days', 1000, 'USD', 'us', 'r1', o.placed_at, 'r1', (select moment()) - interval '5 days',
       case n when 1 then 'refunded' end, case n when 1 then (select moment()) end, (select moment())
from generate_series(1, 2) as n join orders o on o.reference = 'o' || n;
insert into case_line (shop_id, case_id, line_id, order_id, quantity, amount)
select 1, ('00000000-0000-7000-8000-00000000003' || n)::uuid, ('00000000-0000-7000-8000-00000000001' || n)::uuid,
       ('00000000-0000-7000-8000-00000000000' || n)::uuid, 2, 1000
from generate_series(1, 2) as n;
insert into event (shop_id, case_id, seq, type, at, actor_kind, actor, from_state, to_state, body, wishes, fired_kind, fired_started_seq,
    chain_seq, hash)
values
    (1, '00000000-0000-7000-8000-000000000031', 1, 'case_opened', (select moment()) - interval '5 days', 'buyer', 'ann', null,
     'pending_review', '{}', array['webhook:00000000-0000-7000-8000-000000000051'], null, null, 1, '\x01'),
    (1, '00000000-0000-7000-8000-000000000031', 2, 'review_expired', (select moment()) - interval '3 days', 'system', 'amends',
     'pending_review', 'refund_approved', '{}', array['pay_refund:00000000-0000-7000-8000-000000000041'], 'review', 1, 2, '\x02'),
    (1, '00000000-0000-7000-8000-000000000031', 3, 'refund_succeeded', (select moment()) - interval '2 days', 'provider', 'pay',
     'refund_approved', 'completed', '{}', '{}', null, null, 3, '\x03'),
    (1, '00000000-0000-7000-8000-000000000032', 1, 'case_opened', (select moment()) - interval '5 days', 'buyer', 'ann', null,
     'pending_review', '{}', '{}', null, null, 4, '\x04'),
    (1, '00000000-0000-7000-8000-000000000032', 2, 'first_response_expired', (select moment()) - interval '4 days', 'system', 'amends',
     'pending_review', 'pending_review', '{"compensation": 250}', '{}', 'first_response', 1, 5, '\x05');
insert into chain_head values (1, 5, '\x05'), (2, 0, '\x00');
insert into checkpoint (shop_id, seq, hash) values (1, 3, '\x03');
insert into deadline (shop_id, case_id, kind, started_seq, started_at, due_at, state, rule, on_expiry, ended, ended_at)
values
    (1, '00000000-0000-7000-8000-000000000031', 'review', 1, (select moment()) - interval '5 days', (select moment()) - interval '4 days',
     'done', 'r', 'x', 'fired', (select moment()) - interval '3 days'),
    (1, '00000000-0000-7000-8000-000000000031', 'refund_reconcile', 2, (select moment()) - interval '3 days',
     (select moment()) - interval '2 days', 'done', 'r', 'x', 'stopped', (select moment()) - interval '2 days'),
    (1, '00000000-0000-7000-8000-000000000032', 'review', 1, (select moment()) - interval '5 days', (select moment()) + interval '4 days',
     'running', 'r', 'x', null, null),
    (1, '00000000-0000-7000-8000-000000000032', 'first_response', 1, (select moment()) - interval '5 days',
     (select moment()) - interval '4 days', 'done', 'r', 'x', 'fired', (select moment()) - interval '4 days');
insert into evidence (shop_id, id, order_id, case_id, of, at, kind, state, sha256, given_by, given_at, sealed_at)
select 1, '00000000-0000-7000-8000-000000000061', '00000000-0000-7000-8000-000000000001', case_id, 'buyer', 'opening', 'photo', 'clean',
       '\x01', 'ann', at - interval '1 day', at
from event where chain_seq = 2;
insert into scan (shop_id, source, event_id, order_id, parcel_id, status, occurred_at, received_at)
values (1, 'usps', 'e1', '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a1', 'delivered',
        (select moment()) - interval '9 days', (select moment()) - interval '9 days');
update parcel set shipped_at = s.occurred_at - interval '1 day', delivered_at = s.occurred_at from scan s;
insert into refund (shop_id, id, order_id, case_id, payment_id, amount, currency, status, provider_reference, decided_seq, created_at,
    updated_at)
values (1, '00000000-0000-7000-8000-000000000041', '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000031',
        '00000000-0000-7000-8000-000000000021', 1000, 'USD', 'succeeded', 'p1', 2, (select moment()) - interval '3 days', (select moment()));
insert into refund_line (shop_id, refund_id, line_id, quantity, amount)
values (1, '00000000-0000-7000-8000-000000000041', '00000000-0000-7000-8000-000000000011', 2, 1000);
insert into money_transaction (shop_id, id, case_id, refund_id, why, currency, at)
values (1, '00000000-0000-7000-8000-000000000041', '00000000-0000-7000-8000-000000000031', '00000000-0000-7000-8000-000000000041', 'refund',
        'USD', (select moment()));
insert into posting values
    (1, '00000000-0000-7000-8000-000000000041', 0, 'buyer:ann', 1000),
    (1, '00000000-0000-7000-8000-000000000041', 1, 'shop:1', -900),
    (1, '00000000-0000-7000-8000-000000000041', 2, 'platform:commission', -100);
insert into webhook_endpoint (shop_id, id, url, secrets)
values (1, '00000000-0000-7000-8000-000000000051', 'https://x.example', array['s']),
       (1, '00000000-0000-7000-8000-000000000052', 'https://y.example', array['s']);
insert into outbox (shop_id, id, case_id, seq, effect, target, state, due_at, created_at, done_at)
values
    (1, '00000000-0000-7000-8000-000000000071', '00000000-0000-7000-8000-000000000031', 2, 'pay_refund',
     '00000000-0000-7000-8000-000000000041', 'done', (select moment()) - interval '3 days', (select moment()) - interval '3 days', (select moment())),
    (1, '00000000-0000-7000-8000-000000000072', '00000000-0000-7000-8000-000000000031', 1, 'webhook',
     '00000000-0000-7000-8000-000000000051', 'done', (select moment()) - interval '5 days', (select moment()) - interval '5 days', (select moment()));
insert into delivery (shop_id, outbox_id, attempt, endpoint_id, at, status)
values (1, '00000000-0000-7000-8000-000000000072', 1, '00000000-0000-7000-8000-000000000051', (select moment()), 200);
insert into idempotency values (1, 'ann', 'k1', sha256('x'), null, '{}', (select moment()));
insert into attempt (shop_id, id, order_id, case_id, command, actor_kind, actor, at, code, reasons, facts, release)
values (1, '00000000-0000-7000-8000-000000000081', '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000031', 'approve',
        'seller', 'seller_1', (select moment()), 'move_not_open', array['move_not_open'], '{}', 'r1');
insert into compensation (shop_id, id, order_id, case_id, amount, currency, by_party, to_party, why, rule, status, decided_seq, created_at,
    updated_at)
values (1, '00000000-0000-7000-8000-000000000091', '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000032', 250, 'USD',
        'seller', 'buyer', 'first_response', 'r', 'succeeded', 2, (select moment()), (select moment()));
insert into money_transaction (shop_id, id, case_id, why, currency, at)
values (1, '00000000-0000-7000-8000-000000000091', '00000000-0000-7000-8000-000000000032', 'compensation', 'USD', (select moment()));
insert into posting values
    (1, '00000000-0000-7000-8000-000000000091', 0, 'buyer:ann', 250),
    (1, '00000000-0000-7000-8000-000000000091', 1, 'shop:1', -250);
insert into score_event (shop_id, id, score, delta, at, expires_at, why, rule, release, case_id, seq, deadline_kind, due_at)
select 1, '00000000-0000-7000-8000-0000000000b1', 'service', -500, e.at, e.at + interval '90 days', 'response_overdue', 'r', 'r1', e.case_id, 2,
       'first_response', e.at
from event e where e.chain_seq = 5;
insert into standing values (1, 'service', 5000, 4500, (select moment()));
insert into metric_interval (shop_id, case_id, metric, started_seq, started_at, ended_seq, ended_at)
select 1, case_id, 'refund_only_duration', 1, at - interval '2 days', 2, at from event where chain_seq = 2;
-- A dispute of the first case that was ruled on by two people and is final.
insert into dispute (shop_id, id, case_id, state, round, lane, opened_seq, opened_at, ground, stage, final, updated_at)
values (1, '00000000-0000-7000-8000-000000000091', '00000000-0000-7000-8000-000000000031', 'settled', 1, 'usual', 2,
        (select moment()) - interval '3 days', 'other', 'rejection_1', true, (select moment()));
insert into ruling (shop_id, dispute_id, case_id, seq, round, state, ruling, liability, amount, currency, four_eyes_limit, rationale,
    ruled_by, ruled_at, decided_at)
values (1, '00000000-0000-7000-8000-000000000091', '00000000-0000-7000-8000-000000000031', 2, 1, 'stands', 'buyer', 'seller', 1000, 'USD',
        1000, 'why', 'platform:ruth', (select moment()), (select moment()));
insert into approval (shop_id, dispute_id, case_id, seq, person, held, at)
select 1, '00000000-0000-7000-8000-000000000091', '00000000-0000-7000-8000-000000000031', 2, 'platform:' || name, array['disputes.rule'],
       (select moment())
from unnest(array['ruth', 'omar']) as name;
insert into orders (shop_id, id, reference, purchase, market, buyer, currency, status, sale_format, source, placed_at)
select shop_id, '00000000-0000-7000-8000-000000000003', 'o3', 'p3', market, buyer, currency, status, sale_format, source, placed_at
from orders where reference = 'o2';
insert into cases (shop_id, id, order_id, kind, reason, reason_group, state, seq, version, buyer, opened_by, opened_at, amount, currency,
    market, eligibility_release, eligibility_pinned_at, handling_release, handling_pinned_at, return_to, updated_at)
select shop_id, '00000000-0000-7000-8000-000000000033', '00000000-0000-7000-8000-000000000003', kind, reason, reason_group, 'negotiating',
       2, 2, buyer, opened_by, opened_at, amount, currency, market, eligibility_release, eligibility_pinned_at, handling_release,
       handling_pinned_at, 'pending_review', updated_at
from cases where id = '00000000-0000-7000-8000-000000000032';
insert into event (shop_id, case_id, seq, type, at, actor_kind, actor, from_state, to_state, body, wishes, chain_seq, hash)
values
    (1, '00000000-0000-7000-8000-000000000033', 1, 'case_opened', (select moment()) - interval '5 days', 'buyer', 'ann', null,
     'pending_review', '{}', '{}', 6, '\x06'),
    (1, '00000000-0000-7000-8000-000000000033', 2, 'proposal_made', (select moment()) - interval '1 hour', 'platform', 'amends',
     'pending_review', 'negotiating', '{}', '{}', 7, '\x07');
update chain_head set seq = 7, hash = '\x07' where shop_id = 1;
insert into proposal (shop_id, id, case_id, by, channel, kind, state, offer_kind, offer_amount, made_by, opened_seq, opened_at, expires_at)
values (1, '00000000-0000-7000-8000-000000000095', '00000000-0000-7000-8000-000000000033', 'platform', 'platform_proactive', 'change', 'open',
        'return_refund', 1000, 'amends', 2, (select moment()) - interval '1 hour', (select moment()) + interval '11 hours');
insert into deadline (shop_id, case_id, kind, started_seq, started_at, due_at, state, rule, on_expiry)
select shop_id, case_id, 'proposal', opened_seq, opened_at, expires_at, 'running', 'r', 'lapse' from proposal;
