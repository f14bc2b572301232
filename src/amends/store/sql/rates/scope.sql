-- name: scope
-- Whoever asks sees the rows of their shops and no others: every definition below reads these views, none reads the copy itself.
create temp view shop as from kept.shop semi join asked_shop using (shop_id);
create temp view placed as from kept.orders semi join asked_shop using (shop_id);
create temp view origin as from kept.origin semi join asked_shop using (shop_id);
create temp view orders as
    select o.*, g.room, g.host,
        coalesce(g.replacement, false) or exists (from kept.replacement r where r.shop_id = o.shop_id and r.order_id = o.order_id) as replacement
    from kept.orders o semi join asked_shop using (shop_id) left join kept.origin g on g.shop_id = o.shop_id and g.order_id = o.order_id;
create temp view order_line as from kept.order_line semi join asked_shop using (shop_id);
create temp view told_return as from kept.told_return semi join asked_shop using (shop_id);
create temp view event as from kept.event semi join asked_shop using (shop_id);
create temp view cases as from kept.cases semi join asked_shop using (shop_id);
create temp view case_line as from kept.case_line semi join asked_shop using (shop_id);
create temp view refund as from kept.refund semi join asked_shop using (shop_id);
create temp view proposal as from kept.proposal semi join asked_shop using (shop_id);
create temp view money as from kept.money semi join asked_shop using (shop_id);
create temp view score as from kept.score semi join asked_shop using (shop_id);
create temp view stay as from kept.stay semi join asked_shop using (shop_id);
create temp view gone as from kept.gone semi join asked_shop using (shop_id);

-- name: cut_off
select cut_off from kept.state
