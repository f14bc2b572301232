-- name: list_cases
-- The newest first; every filter is left out where it is null.
select c.shop_id, c.id, c.order_id, c.opened_at as at
from cases c
where c.shop_id = any ($1::bigint[])
  and ($2::text is null or c.buyer = $2)
  and ($3::text is null or c.state = $3)
  and ($4::text is null or c.kind = $4)
  and ($5::text is null or c.market = $5)
  and ($6::timestamptz is null or c.updated_at >= $6)
  and ($7::timestamptz is null or exists (
        select from deadline d where d.shop_id = c.shop_id and d.case_id = c.id and d.state = 'running' and d.due_at < $7))
  and ($8::uuid is null or c.order_id = $8)
  and ($12::text is null or exists (
        select from case_work w where w.shop_id = c.shop_id and w.case_id = c.id and w.side = $13 and w.assignee = $12))
  and (not $14::boolean or not exists (
        select from case_work w where w.shop_id = c.shop_id and w.case_id = c.id and w.side = $13 and w.assignee is not null))
  and ($15::text is null or exists (
        select from case_tag t where t.shop_id = c.shop_id and t.case_id = c.id and t.side in ($13, 'both') and t.tag = $15))
  and ($16::text[] is null or c.state = any ($16))
  and ($17::text is null or c.reason = $17)
  and ($19::bigint is null or c.amount >= $19)
  and ($20::bigint is null or c.amount <= $20)
  and ($21::uuid[] is null or c.id = any ($21))
  and ($22::text[] is null or exists (
        select from event e where e.shop_id = c.shop_id and e.case_id = c.id and e.type = any ($22) and e.actor_kind = 'system'
          and e.from_state <> e.to_state and e.type in ('approved', 'returnless_refund', 'review_expired', 'review_return_expired',
              'refuse_sign_expired', 'statutory_refund_expired', 'converted_to_refund')))
  and ($18::text[] is null or exists (
        select from deadline d where d.shop_id = c.shop_id and d.case_id = c.id and d.state = 'running' and d.kind = any ($18)))
  and ($9::timestamptz is null or (c.opened_at, c.id) < ($9, $10::uuid))
order by c.opened_at desc, c.id desc
limit $11;

-- name: list_cases_by_amount
-- The largest first, within each currency: amounts of two currencies are no sizes of one thing.
select c.shop_id, c.id, c.order_id, c.opened_at as at, c.currency, c.amount
from cases c
where c.shop_id = any ($1::bigint[])
  and ($2::text is null or c.buyer = $2)
  and ($3::text is null or c.state = $3)
  and ($4::text is null or c.kind = $4)
  and ($5::text is null or c.market = $5)
  and ($6::timestamptz is null or c.updated_at >= $6)
  and ($7::timestamptz is null or exists (
        select from deadline d where d.shop_id = c.shop_id and d.case_id = c.id and d.state = 'running' and d.due_at < $7))
  and ($8::uuid is null or c.order_id = $8)
  and ($12::text is null or exists (
        select from case_work w where w.shop_id = c.shop_id and w.case_id = c.id and w.side = $13 and w.assignee = $12))
  and (not $14::boolean or not exists (
        select from case_work w where w.shop_id = c.shop_id and w.case_id = c.id and w.side = $13 and w.assignee is not null))
  and ($15::text is null or exists (
        select from case_tag t where t.shop_id = c.shop_id and t.case_id = c.id and t.side in ($13, 'both') and t.tag = $15))
  and ($16::text[] is null or c.state = any ($16))
  and ($17::text is null or c.reason = $17)
  and ($19::bigint is null or c.amount >= $19)
  and ($20::bigint is null or c.amount <= $20)
  and ($21::uuid[] is null or c.id = any ($21))
  and ($22::text[] is null or exists (
        select from event e where e.shop_id = c.shop_id and e.case_id = c.id and e.type = any ($22) and e.actor_kind = 'system'
          and e.from_state <> e.to_state and e.type in ('approved', 'returnless_refund', 'review_expired', 'review_return_expired',
              'refuse_sign_expired', 'statutory_refund_expired', 'converted_to_refund')))
  and ($18::text[] is null or exists (
        select from deadline d where d.shop_id = c.shop_id and d.case_id = c.id and d.state = 'running' and d.kind = any ($18)))
  and ($9::timestamptz is null or c.currency > $23::text or (c.currency = $23 and (c.amount, c.id) < ($24::bigint, $10::uuid)))
order by c.currency, c.amount desc, c.id desc
limit $11;

-- name: list_urgent_cases
-- What is due next comes first; cases without a running deadline (of the kinds in $18) are not urgent and left out.
select c.shop_id, c.id, c.order_id, d.at
from (
    select d.shop_id, d.case_id, min(d.due_at) as at
    from deadline d
    where d.shop_id = any ($1::bigint[]) and d.state = 'running' and ($18::text[] is null or d.kind = any ($18))
    group by d.shop_id, d.case_id
) d
join cases c on c.shop_id = d.shop_id and c.id = d.case_id
where ($2::text is null or c.buyer = $2)
  and ($3::text is null or c.state = $3)
  and ($4::text is null or c.kind = $4)
  and ($5::text is null or c.market = $5)
  and ($6::timestamptz is null or c.updated_at >= $6)
  and ($7::timestamptz is null or d.at < $7)
  and ($8::uuid is null or c.order_id = $8)
  and ($12::text is null or exists (
        select from case_work w where w.shop_id = c.shop_id and w.case_id = c.id and w.side = $13 and w.assignee = $12))
  and (not $14::boolean or not exists (
        select from case_work w where w.shop_id = c.shop_id and w.case_id = c.id and w.side = $13 and w.assignee is not null))
  and ($15::text is null or exists (
        select from case_tag t where t.shop_id = c.shop_id and t.case_id = c.id and t.side in ($13, 'both') and t.tag = $15))
  and ($16::text[] is null or c.state = any ($16))
  and ($17::text is null or c.reason = $17)
  and ($19::bigint is null or c.amount >= $19)
  and ($20::bigint is null or c.amount <= $20)
  and ($21::uuid[] is null or c.id = any ($21))
  and ($22::text[] is null or exists (
        select from event e where e.shop_id = c.shop_id and e.case_id = c.id and e.type = any ($22) and e.actor_kind = 'system'
          and e.from_state <> e.to_state and e.type in ('approved', 'returnless_refund', 'review_expired', 'review_return_expired',
              'refuse_sign_expired', 'statutory_refund_expired', 'converted_to_refund')))
  and ($9::timestamptz is null or (d.at, c.id) > ($9, $10::uuid))
order by d.at, c.id
limit $11;

-- name: list_orders
select o.shop_id, o.id, o.reference, o.purchase, o.market, o.buyer, o.currency, o.status, o.sale_format, o.placed_at, o.paid_at,
    o.shipped_at, o.delivered_at, o.cancelled_at, o.version, o.updated_at,
    (select coalesce(sum(l.paid), 0)::bigint from order_line l where l.shop_id = o.shop_id and l.order_id = o.id) as paid
from orders o
where o.shop_id = any ($1::bigint[])
  and ($2::text is null or o.buyer = $2)
  and ($3::text is null or o.reference = $3)
  and ($4::text is null or o.purchase = $4)
  and ($5::uuid is null or o.id < $5)
  and ($7::timestamptz is null or o.updated_at >= $7)
order by o.id desc
limit $6;

-- name: case_events
select seq, type, at, actor_kind, actor, from_state, to_state, body, chain_seq
from event where shop_id = $1 and case_id = $2 and seq > $3 order by seq limit $4;

-- name: shop_events
-- A shop's feed. Links are made under the chain head's lock, so a number seen means that all before it are there.
select case_id, seq, type, at, actor_kind, actor, from_state, to_state, body, chain_seq
from event where shop_id = $1 and chain_seq > $2 order by chain_seq limit $3;

-- name: all_shop_ids
select id from shop where $1::text[] = '{}' or market = any ($1::text[]) order by id;
