-- name: buyers_to_judge
-- Buyers with something new, and those whose judgement has run out; what a person of the platform said stands.
select b.buyer
from (
    (select s.buyer from buyer_signal s where s.judged_at is null)
    union
    (select t.buyer from buyer_standing t where not t.good and t.told_by is null and t.until <= (select moment()))
) b
where not exists (
    select from buyer_standing t where t.buyer = b.buyer and t.told_by is not null and (t.until is null or t.until > (select moment())))
order by b.buyer
limit $1;

-- name: signals_of_buyer
-- What stands of a buyer from the last 90 days, the oldest first.
select kind, market, at from buyer_signal
where buyer = $1 and at > (select moment()) - interval '90 days'
order by at;

-- name: signals_judged!
update buyer_signal set judged_at = (select moment()) where buyer = any ($1::text[]) and judged_at is null;

-- name: judge_buyer!
insert into buyer_standing (buyer, good, reasons, judged_at, until)
values ($1, $2, $3, (select moment()), $4)
on conflict (buyer) do update set good = excluded.good, reasons = excluded.reasons, judged_at = excluded.judged_at,
    until = excluded.until, told_by = null
where buyer_standing.told_by is null or buyer_standing.until <= (select moment());
