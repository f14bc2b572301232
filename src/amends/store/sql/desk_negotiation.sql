-- name: complaints_about_shops
-- What other buyers claimed of a shop's goods in the last 30 days; a thousand is as many as any rule needs to know.
select w.n, (
    select count(*) from (
        select from cases c
        where c.shop_id = w.shop_id and c.opened_at > (select moment()) - interval '30 days' and c.reason_group = 'quality'
          and c.buyer <> w.buyer and c.ended is distinct from 'declined'
        limit 1000) as known) as complaints
from unnest($1::int[], $2::bigint[], $3::text[]) as w (n, shop_id, buyer);
