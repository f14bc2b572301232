-- name: asked_goods
-- Cases that speak of goods of the category or of the article that is asked for; none where neither is.
create or replace temp table asked_goods as
select distinct x.shop_id, x.case_id
from case_line x join order_line l on l.shop_id = x.shop_id and l.line_id = x.line_id
where ($category is not null or $sku is not null) and ($category is null or l.category = $category) and ($sku is null or l.sku = $sku);

-- name: asked_case
-- Cases that were opened in the period and lived here (imported history has no clocks), with what became of them until the cut-off.
-- The first response is the first thing that a person of the seller did; an automatic message is none. The handling ends when the
-- case first does.
create or replace temp table asked_case as
with chosen as (
    select c.shop_id, c.case_id, c.order_id, c.kind, c.reason, c.opened_at, c.market, g.room, g.host
    from cases c left join origin g on g.shop_id = c.shop_id and g.order_id = c.order_id
    where c.opened_at >= $from and c.opened_at < $to and c.opened_at <= $cut_off and not c.historical and c.parent_id is null
      and ($market is null or c.market = $market) and ($room is null or g.room = $room) and ($host is null or g.host = $host)
      and ($reason is null or c.reason = $reason) and ($kind is null or c.kind = $kind)
      and (($category is null and $sku is null) or (c.shop_id, c.case_id) in (select (shop_id, case_id) from asked_goods))
),
happened as (
    select e.shop_id, e.case_id,
        min(e.moment) filter (where e.actor_kind = 'seller' and e.type in ('replied', 'approved', 'rejected', 'rejected_by_shipping', 'proposal_made', 'more_proof_asked',
            'refuse_sign_agreed', 'returnless_refund', 'return_accepted', 'return_rejected', 'converted_to_refund', 'interception_ordered')) as responded_at,
        min(e.moment) filter (where e.to_state in ('completed', 'closed')) as ended_at,
        bool_or(e.type in ('review_expired', 'review_return_expired') and e.from_state is distinct from e.to_state) as silent
    from event e semi join chosen c on c.shop_id = e.shop_id and c.case_id = e.case_id
    where e.moment <= $cut_off
    group by e.shop_id, e.case_id
)
select c.*, h.responded_at, h.ended_at, coalesce(h.silent, false) as silent, date_sub('second', c.opened_at, h.responded_at) as response_s,
    date_sub('second', c.opened_at, h.ended_at) as handling_s
from chosen c join happened h on h.shop_id = c.shop_id and h.case_id = c.case_id;

-- name: asked_case_line
-- Of what these cases are, as far as the question looks at it.
create or replace temp table asked_case_line as
select distinct c.shop_id, c.case_id, l.category, l.sku
from asked_case c join case_line x on x.shop_id = c.shop_id and x.case_id = c.case_id join order_line l on l.shop_id = x.shop_id and l.line_id = x.line_id
where ($category is null or l.category = $category) and ($sku is null or l.sku = $sku);

-- name: handling
-- Seconds, and counts of cases. `ripe` are cases that had 72 hours by the cut-off: a case opened yesterday cannot have missed them yet.
-- The 95th percentile and the median are times that occurred.
with asked_case_part as (
    select distinct c.*, case $dimension
        when 'shop' then c.shop_id::text when 'category' then l.category when 'product' then l.sku when 'room' then c.room when 'host' then c.host
        when 'market' then c.market when 'reason' then c.reason when 'kind' then c.kind
        when 'day' then strftime(c.opened_at + to_minutes($offset::integer), '%Y-%m-%d')
        when 'week' then strftime(date_trunc('week', c.opened_at + to_minutes($offset::integer)), '%Y-%m-%d') else '' end as part
    from asked_case c
    left join asked_case_line l on $dimension in ('category', 'product') and l.shop_id = c.shop_id and l.case_id = c.case_id
)
select part, count(*) as cases,
    count(response_s) as responded, coalesce(sum(response_s), 0)::bigint as response_sum,
    quantile_disc(response_s, 0.5) as response_median, quantile_disc(response_s, 0.95) as response_95,
    count(handling_s) as ended, coalesce(sum(handling_s), 0)::bigint as handling_sum,
    quantile_disc(handling_s, 0.5) as handling_median, quantile_disc(handling_s, 0.95) as handling_95,
    count(*) filter (where opened_at + to_hours(72) <= $cut_off) as ripe,
    count(*) filter (where opened_at + to_hours(72) <= $cut_off and handling_s <= 259200) as in_time,
    count(*) filter (where silent) as silent
from asked_case_part group by part order by part;

-- name: costs
-- What the cases of a part came to for each party, minor units: positive it got, negative it paid. Over `cases`, all of the part.
with asked_case_part as (
    select distinct c.*, case $dimension
        when 'shop' then c.shop_id::text when 'category' then l.category when 'product' then l.sku when 'room' then c.room when 'host' then c.host
        when 'market' then c.market when 'reason' then c.reason when 'kind' then c.kind
        when 'day' then strftime(c.opened_at + to_minutes($offset::integer), '%Y-%m-%d')
        when 'week' then strftime(date_trunc('week', c.opened_at + to_minutes($offset::integer)), '%Y-%m-%d') else '' end as part
    from asked_case c
    left join asked_case_line l on $dimension in ('category', 'product') and l.shop_id = c.shop_id and l.case_id = c.case_id
)
select p.part, m.party, m.currency, sum(m.amount)::bigint as amount, count(distinct m.case_id) as with_money
from asked_case_part p join money m on m.shop_id = p.shop_id and m.case_id = p.case_id
where m.moment <= $cut_off and m.party <> 'provider'
group by p.part, m.party, m.currency order by p.part, m.party, m.currency;

-- name: asked_event
-- Everything that happened to cases that were rejected or disputed in the period.
create or replace temp table asked_event as
from event e semi join (
    select distinct n.shop_id, n.case_id from event n
    where n.moment >= $from and n.moment < $to and n.type in ('rejected', 'return_rejected', 'rejected_by_shipping', 'child_opened', 'escalated')
) t on t.shop_id = e.shop_id and t.case_id = e.case_id;

-- name: asked_rejection
-- Every rejection of the period and what became of it until the cut-off: the last thing before the next rejection of its case that settles it.
create or replace temp table asked_rejection as
with said_no as (
    select e.shop_id, e.case_id, e.seq, e.moment, e.type, e.ground,
        lead(e.seq) over (partition by e.shop_id, e.case_id order by e.seq) as next_seq
    from asked_event e where e.type in ('rejected', 'return_rejected', 'rejected_by_shipping', 'child_opened')
),
settled as (
    select n.shop_id, n.case_id, n.seq, any_value(n.moment) as moment, any_value(n.type) as type, any_value(n.ground) as ground,
        max_by({'type': f.type, 'moment': f.moment, 'overturned': f.overturned}, f.seq) as last
    from said_no n
    left join asked_event f on f.shop_id = n.shop_id and f.case_id = n.case_id and f.seq > n.seq and (n.next_seq is null or f.seq < n.next_seq)
        and f.moment <= $cut_off
        and f.type in ('ruled_for_buyer', 'ruled_return', 'ruled_for_seller', 'approved', 'returnless_refund', 'return_accepted', 'converted_to_refund',
                       'proposal_accepted', 'settlement_accepted', 'withdrawn', 'dispute_cancelled', 'escalate_expired', 'escalated')
    where n.moment >= $from and n.moment < $to and n.moment <= $cut_off
    group by n.shop_id, n.case_id, n.seq
)
select s.shop_id, s.case_id, s.seq, s.moment, s.type as event, s.ground, c.order_id, c.kind, c.reason, c.amount, c.currency,
    c.market, s.last.moment as outcome_at,
    case
        when s.last.type in ('ruled_for_buyer', 'ruled_return') and s.last.overturned then 'overturned'
        when s.last.type in ('ruled_for_buyer', 'ruled_return', 'ruled_for_seller') then 'upheld'
        when s.last.type in ('approved', 'returnless_refund', 'return_accepted', 'converted_to_refund') then 'seller_changed_mind'
        when s.last.type in ('proposal_accepted', 'settlement_accepted') then 'agreed'
        when s.last.type in ('withdrawn', 'dispute_cancelled') then 'withdrawn'
        when s.last.type = 'escalate_expired' then 'accepted_by_silence'
        when s.last.type = 'escalated' then 'escalated'
        else 'waiting' end as outcome
from settled s join cases c on c.shop_id = s.shop_id and c.case_id = s.case_id
where not c.historical and ($market is null or c.market = $market)
  and (($room is null and $host is null) or exists (
        from origin g where g.shop_id = c.shop_id and g.order_id = c.order_id and ($room is null or g.room = $room) and ($host is null or g.host = $host)))
  and ($reason is null or c.reason = $reason) and ($kind is null or c.kind = $kind)
  and (($category is null and $sku is null) or (c.shop_id, c.case_id) in (select (shop_id, case_id) from asked_goods));

-- name: rejections
select outcome, count(*) as rejections from asked_rejection group by outcome order by outcome;

-- name: asked_dispute
-- Disputes that were opened in the period, by the last ruling until the cut-off; one that has none is open. Their cases may be older.
create or replace temp table asked_dispute as
with opened as (
    select e.shop_id, e.case_id, min(e.moment) as moment from asked_event e where e.type = 'escalated' group by e.shop_id, e.case_id
),
ended as (
    select f.shop_id, f.case_id, max_by(f.type, f.seq) as outcome from asked_event f
    where f.moment <= $cut_off and f.type in ('ruled_for_buyer', 'ruled_return', 'ruled_for_seller', 'dispute_cancelled')
    group by f.shop_id, f.case_id
)
select d.shop_id, d.case_id, d.moment, c.order_id, c.kind, c.reason, coalesce(r.outcome, 'open') as outcome
from opened d left join ended r on r.shop_id = d.shop_id and r.case_id = d.case_id
join cases c on c.shop_id = d.shop_id and c.case_id = d.case_id
where d.moment >= $from and d.moment < $to and d.moment <= $cut_off
  and not c.historical and ($market is null or c.market = $market)
  and (($room is null and $host is null) or exists (
        from origin g where g.shop_id = c.shop_id and g.order_id = c.order_id and ($room is null or g.room = $room) and ($host is null or g.host = $host)))
  and ($reason is null or c.reason = $reason) and ($kind is null or c.kind = $kind)
  and (($category is null and $sku is null) or (c.shop_id, c.case_id) in (select (shop_id, case_id) from asked_goods));

-- name: disputes
select outcome, count(*) as disputes from asked_dispute group by outcome order by outcome;

-- name: scores
-- How each score moved in the period: the entries, and the value after each of them at that moment. Thousandths of a point.
select s.shop_id, (select any_value(h.name) from shop h where h.shop_id = s.shop_id) as shop,
    s.score, s.entry_id, s.moment, s.delta, s.why, s.rule, s.case_id, s.reverses,
    (select coalesce(sum(t.delta), 0)::bigint from score t
     where t.shop_id = s.shop_id and t.score = s.score and (t.moment, t.entry_id) <= (s.moment, s.entry_id)
       and (t.expires_at is null or t.expires_at > s.moment)) as moved
from score s where s.moment >= $from and s.moment < $to and s.moment <= $cut_off
order by s.shop_id, s.score, s.moment, s.entry_id
