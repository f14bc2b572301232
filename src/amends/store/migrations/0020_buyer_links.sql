-- A buyer's link may be good for one order alone.

set local search_path = amends;

alter table token add column order_id uuid,
    add constraint only_a_buyers_token_is_for_one_order check (order_id is null or kind = 'buyer');
