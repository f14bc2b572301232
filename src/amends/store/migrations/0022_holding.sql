-- What a decision rests on is held in one round trip, together with the beginning of its transaction: orders first, then the heads of
-- the chains of the shops that will tell something, each in one order everywhere (docs/decisions/0001-order-row-lock.md).

set local search_path = amends;

create function hold(shops bigint[], orders uuid[], chains bigint[]) returns void language plpgsql volatile
    set search_path = amends
    as $$
begin
    perform from unnest(shops, orders) as want (shop_id, id)
        join orders o on o.shop_id = want.shop_id and o.id = want.id
        order by o.shop_id, o.id
        for no key update of o;
    perform from chain_head h where h.shop_id = any (chains) order by h.shop_id for no key update;
end $$;
