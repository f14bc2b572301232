-- name: lock_order_for_proof
-- The order's lock makes counting and adding one thing.
select buyer from orders where shop_id = $1 and id = $2 for no key update;

-- name: count_proof
select count(*) from evidence where shop_id = $1 and order_id = $2 and of = $3 and sha256 is not null;

-- name: proof_by_content
select id, state from evidence where shop_id = $1 and order_id = $2 and of = $3 and sha256 = $4;

-- name: insert_proof
insert into evidence (shop_id, id, order_id, of, at, kind, channel, state, sha256, served_sha256, media_type, size, given_by, given_at,
    legible, matches_claim)
values ($1, $2, $3, $4, 'opening', $5, $6, $7, $8, $9, $10, $11, $12, moment(), $13, $14)
on conflict (shop_id, order_id, of, sha256) where sha256 is not null and text is null
do update set state = excluded.state, served_sha256 = excluded.served_sha256, legible = excluded.legible,
    matches_claim = excluded.matches_claim where evidence.state = 'quarantined'
returning id, state, given_at;

-- name: proof_by_id
select e.id, e.order_id, e.case_id, e.of, e.at, e.kind, e.channel, e.state, e.media_type, e.size, e.text, e.given_at, e.sealed_at,
    e.sha256, e.served_sha256, e.legible, e.matches_claim
from evidence e where e.shop_id = $1 and e.id = $2;

-- name: order_to_compare
-- Whose order it is, and the purchase that it was part of: photos of one purchase may be the same.
select buyer, purchase from orders where shop_id = $1 and id = $2;

-- name: seen_before
-- The same photo, byte for byte or nearly so, given for another purchase about which somebody asked: in this shop, or by this buyer anywhere.
select k.shop_id, k.evidence_id, case when k.sha256 = $5 then 'exact' else 'alike' end as how
from (
    select shop_id, evidence_id, order_id, sha256, measured_at from evidence_check where shop_id = $1 and sha256 = $5
    union
    select shop_id, evidence_id, order_id, sha256, measured_at from evidence_check
    where shop_id = $1 and print is not null and $6::bigint is not null
      and ((print >> 48) & 65535 = ($6 >> 48) & 65535 or (print >> 32) & 65535 = ($6 >> 32) & 65535
           or (print >> 16) & 65535 = ($6 >> 16) & 65535 or print & 65535 = $6 & 65535)
      and bit_count((print # $6)::bit(64)) <= $7
    union
    select shop_id, evidence_id, order_id, sha256, measured_at from evidence_check
    where buyer = $2 and (sha256 = $5 or bit_count((print # $6)::bit(64)) <= $7)
) k
join orders o on o.shop_id = k.shop_id and o.id = k.order_id
where (o.shop_id, o.purchase) <> ($1, $4) and o.id <> $3
  and exists (select from cases c where c.shop_id = o.shop_id and c.order_id = o.id)
order by how desc, k.measured_at
limit 1;

-- name: keep_check!
insert into evidence_check (shop_id, evidence_id, order_id, of, buyer, sha256, finding, sharpness, brightness, contrast, print,
    seen_before, seen_before_shop, seen_how, measured_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, moment())
on conflict (shop_id, evidence_id) do nothing;

-- name: check_of_evidence
select finding, sharpness, brightness, contrast, seen_before, seen_before_shop, seen_how from evidence_check
where shop_id = $1 and evidence_id = $2;
