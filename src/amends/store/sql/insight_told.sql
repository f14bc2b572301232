-- name: tell_origins!
-- Where orders were sold, and whether they replace others; the same word twice changes nothing.
insert into order_origin as o (shop_id, order_id, room, host, replacement)
select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::boolean[])
on conflict (shop_id, order_id) do update set room = excluded.room, host = excluded.host, replacement = excluded.replacement, told_at = moment()
where (o.room, o.host, o.replacement) is distinct from (excluded.room, excluded.host, excluded.replacement);

-- name: tell_returns
-- What a host says of requests; a row that says nothing new is left as it is, and told as such.
insert into told_return as t (shop_id, reference, sku, order_id, kind, reason, status, said, quantity, refund, currency, asked_at)
select * from unnest($1::bigint[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::bigint[],
    $11::text[], $12::timestamptz[])
on conflict (shop_id, reference, sku) do update set kind = excluded.kind, reason = excluded.reason, status = excluded.status,
    said = excluded.said, quantity = excluded.quantity, refund = excluded.refund, asked_at = excluded.asked_at, told_at = moment()
where t.order_id = excluded.order_id
  and (t.kind, t.reason, t.status, t.said, t.quantity, t.refund, t.asked_at)
      is distinct from (excluded.kind, excluded.reason, excluded.status, excluded.said, excluded.quantity, excluded.refund, excluded.asked_at)
returning t.shop_id, t.reference, t.sku, (xmax = 0) as made;
