-- name: heads_of_shops
-- How far each shop's chain of events has come; asked once for everybody who listens.
select shop_id, seq from chain_head where shop_id = any ($1::bigint[]);

-- name: live_events
-- What happened in these shops after the number that the listener saw last in each; for a buyer, in their own cases alone.
select e.shop_id, e.chain_seq, e.case_id, e.seq, e.type, e.at, e.actor_kind, e.from_state, e.to_state, e.body, c.version,
    m.id as message_id, m.side, m.sort, m.text
from unnest($1::bigint[], $2::bigint[]) as want (shop_id, after)
cross join lateral (
    select * from event e where e.shop_id = want.shop_id and e.chain_seq > want.after order by e.chain_seq limit $4
) e
join cases c on c.shop_id = e.shop_id and c.id = e.case_id
left join message m on m.shop_id = e.shop_id and m.case_id = e.case_id and m.seq = e.seq
where $3::text is null or c.buyer = $3
order by e.shop_id, e.chain_seq;

-- name: tell_listeners
select pg_notify('amends_events', $1);
