-- name: chain_heads
select h.shop_id, h.seq, h.hash from chain_head h
union
select e.shop_id, null::bigint, null::bytea from event e
where not exists (select from chain_head h where h.shop_id = e.shop_id)
group by e.shop_id
order by 1;

-- name: chain_links
-- The next links of a shop's chain, in its order, as they are hashed; many in one row, because rows cost more than their hashes.
select array_agg(chain_seq) as numbers, array_agg(hash) as hashes,
       json_agg(json_build_array(case_id, seq, type, at, actor_kind, actor, from_state, to_state, body, wishes, fired_kind,
                                 fired_started_seq)) as bodies
from (
    select chain_seq, hash, case_id, seq, type, (extract(epoch from at) * 1000000)::bigint as at, actor_kind, actor, from_state,
           to_state, body, wishes, fired_kind, fired_started_seq
    from event where shop_id = $1 and chain_seq > $2 order by chain_seq limit $3
) links;

-- name: stored_checkpoints
select shop_id, seq, hash from checkpoint order by shop_id, seq;

-- name: store_checkpoint!
insert into checkpoint (shop_id, seq, hash) values ($1, $2, $3) on conflict (shop_id, seq) do nothing;
