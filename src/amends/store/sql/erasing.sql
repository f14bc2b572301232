-- name: ask_erasure
insert into erasure (id, buyer, state, why, asked_by, asked_at) values ($1, $2, 'waiting', $3, $4, moment())
on conflict (buyer) where state = 'waiting' do update set why = erasure.why
returning id, state, why, asked_by, asked_at, held_by, erased_at, (select p.name from person p where p.id = asked_by) as asked_by_name;

-- name: erasures
select id, state, why, asked_by, asked_at, held_by, erased_at,
    (select p.name from person p where p.id = asked_by) as asked_by_name from erasure
where ($1::uuid is null or id < $1) and ($2::text is null or state = $2) order by id desc limit $3;

-- name: place_hold
insert into legal_hold (id, buyer, why, placed_by, placed_at, until) values ($1, $2, $3, $4, moment(), $5)
returning id, why, placed_by, placed_at, until, lifted_at, (select p.name from person p where p.id = placed_by) as placed_by_name;

-- name: lift_hold
update legal_hold set lifted_at = moment() where id = $1 and lifted_at is null returning id;

-- name: somebody_to_forget
select exists (select from erasure where state = 'waiting' and (looked_at is null or looked_at <= (select moment()) - interval '1 hour'))
    or exists (select from doomed_file);

-- name: erasures_to_look_at
-- Each is looked at once an hour; a hold ends without telling anybody.
select id, buyer from erasure
where state = 'waiting' and (looked_at is null or looked_at <= moment() - interval '1 hour') order by asked_at limit 20
for update skip locked;

-- name: what_holds
-- Live cases, disputes and rulings that may be appealed, money on its way, complaints, chargebacks and legal holds, each by its name.
select 'case ' || c.id as held from cases c where c.shop_id = any ($1::bigint[]) and c.buyer = $2 and c.state not in ('completed', 'closed')
union all
select 'refund ' || r.id from refund r join cases c on c.shop_id = r.shop_id and c.id = r.case_id
where r.shop_id = any ($1::bigint[]) and c.buyer = $2 and r.status in ('pending', 'sent', 'unknown')
union all
select 'dispute ' || d.case_id from deadline d join cases c on c.shop_id = d.shop_id and c.id = d.case_id
where d.shop_id = any ($1::bigint[]) and c.buyer = $2 and c.state in ('completed', 'closed')
  and d.kind in ('appeal', 'dispute') and d.state <> 'done'
union all
select 'compensation ' || k.id from compensation k join cases c on c.shop_id = k.shop_id and c.id = k.case_id
where k.shop_id = any ($1::bigint[]) and c.buyer = $2
  and (k.status in ('pending', 'sent', 'unknown') or k.status = 'failed' and exists (
      select from parked p where p.shop_id = k.shop_id and p.source = 'compensation' and p.event_id = k.id::text and p.settled_at is null))
union all
select 'complaint ' || i.id from interception i join cases c on c.shop_id = i.shop_id and c.id = i.case_id
where i.shop_id = any ($1::bigint[]) and c.buyer = $2 and i.complaint = 'lodged'
union all
select 'chargeback ' || b.id from chargeback b join orders o on o.shop_id = b.shop_id and o.id = b.order_id
where b.shop_id = any ($1::bigint[]) and o.buyer = $2 and b.state in ('open', 'answered')
union all
select 'legal hold ' || h.id from legal_hold h
where h.buyer = $2 and h.lifted_at is null and (h.until is null or h.until > moment());

-- name: still_held!
update erasure set held_by = $2, looked_at = moment() where id = $1;

-- name: doom_files!
insert into doomed_file (sha256, doomed_at)
select distinct x.file, moment()
from evidence e join orders o on o.shop_id = e.shop_id and o.id = e.order_id
cross join lateral unnest(array[case when e.text is null then e.sha256 end, e.served_sha256]) as x (file)
where e.shop_id = any ($1::bigint[]) and o.buyer = $2 and x.file is not null
on conflict (sha256) do nothing;

-- name: forget_evidence!
-- Both sides' proof: a seller's photo shows the label, a chat the name. Hashes stay, because decisions cite them.
update evidence e set text = case when e.text is null then null else '' end, given_by = case when e.of = 'buyer' then $3 else e.given_by end,
    channel = null
from orders o
where o.shop_id = e.shop_id and o.id = e.order_id and e.shop_id = any ($1::bigint[]) and o.buyer = $2;

-- name: forget_checks!
update evidence_check set buyer = $3, print = null where shop_id = any ($1::bigint[]) and buyer = $2;

-- name: forget_grants!
update evidence_grant g set why = '', decided_why = case when g.decided_why is null then null else '' end,
    applied_by = case when g.applied_by = 'buyer:' || $2 then $3 else g.applied_by end
from orders o where o.shop_id = g.shop_id and o.id = g.order_id and g.shop_id = any ($1::bigint[]) and o.buyer = $2;

-- name: forget_messages!
update message m set text = null, salt = null, erased_at = moment(), author = case when m.side = 'buyer' then $3 else m.author end
from cases c where c.shop_id = m.shop_id and c.id = m.case_id and m.shop_id = any ($1::bigint[]) and c.buyer = $2 and m.erased_at is null;

-- name: forget_notes!
update case_note n set text = ''
from cases c where c.shop_id = n.shop_id and c.id = n.case_id and n.shop_id = any ($1::bigint[]) and c.buyer = $2 and n.text <> '';

-- name: forget_proposals!
update proposal p set note = null
from cases c where c.shop_id = p.shop_id and c.id = p.case_id and p.shop_id = any ($1::bigint[]) and c.buyer = $2;

-- name: forget_rulings!
update ruling r set rationale = ''
from dispute d join cases c on c.shop_id = d.shop_id and c.id = d.case_id
where d.shop_id = r.shop_id and d.id = r.dispute_id and r.shop_id = any ($1::bigint[]) and c.buyer = $2;

-- name: forget_score_appeals!
update score_appeal a set note = '', answer = case when a.answer is null then null else '' end
from score_event s join cases c on c.shop_id = s.shop_id and c.id = s.case_id
where s.shop_id = a.shop_id and s.id = a.entry_id and a.shop_id = any ($1::bigint[]) and c.buyer = $2;

-- name: forget_overrides!
update chargeback b set override_why = ''
from orders o
where o.shop_id = b.shop_id and o.id = b.order_id and b.shop_id = any ($1::bigint[]) and o.buyer = $2 and b.override_why is not null;

-- name: forget_readings!
-- Where a carrier saw their parcels.
update parcel_reading r set postcode = null
from parcel p join orders o on o.shop_id = p.shop_id and o.id = p.order_id
where p.shop_id = r.shop_id and p.id = r.parcel_id and r.shop_id = any ($1::bigint[]) and o.buyer = $2 and r.postcode is not null;

-- name: forget_parked!
-- What was handed to people about their cases, or told of their parcels and could not be used.
update parked k set note = null, body = k.body - 'tracking_number' - 'postcode'
where k.shop_id = any ($1::bigint[]) and (
    exists (select from cases c where c.shop_id = k.shop_id and c.id::text = k.body ->> 'case_id' and c.buyer = $2)
    or exists (select from parcel p join orders o on o.shop_id = p.shop_id and o.id = p.order_id
               where p.shop_id = any ($1::bigint[]) and p.tracking_number = k.body ->> 'tracking_number' and o.buyer = $2));

-- name: forget_notices!
update notice n set person = $3
from cases c where c.shop_id = n.shop_id and c.id = n.case_id and n.shop_id = any ($1::bigint[]) and c.buyer = $2 and n.side = 'buyer'
  and n.person is not null;

-- name: forget_refunds!
update refund r set destination = null
from cases c where c.shop_id = r.shop_id and c.id = r.case_id and r.shop_id = any ($1::bigint[]) and c.buyer = $2;

-- name: forget_parcels!
update parcel p set tracking_number = null
from orders o where o.shop_id = p.shop_id and o.id = p.order_id and p.shop_id = any ($1::bigint[]) and o.buyer = $2;

-- name: forget_labels!
update return_plan l set tracking_number = null
from cases c where c.shop_id = l.shop_id and c.id = l.case_id and l.shop_id = any ($1::bigint[]) and c.buyer = $2;

-- name: forget_answers!
-- Kept answers repeat what the case said.
update idempotency i set answer = '{"code":"erased"}', principal = case when i.principal = 'buyer:' || $2 then $3 else i.principal end
where i.shop_id = any ($1::bigint[])
  and (i.principal = 'buyer:' || $2
       or exists (select from cases c where c.shop_id = i.shop_id and c.buyer = $2
                    and position(c.id::text in encode(i.answer, 'escape')) > 0)
       or exists (select from orders o where o.shop_id = i.shop_id and o.buyer = $2
                    and position(o.id::text in encode(i.answer, 'escape')) > 0));

-- name: forget_postings!
update posting p set account = $3
from money_transaction t join cases c on c.shop_id = t.shop_id and c.id = t.case_id
where t.shop_id = p.shop_id and t.id = p.transaction_id and p.shop_id = any ($1::bigint[]) and c.buyer = $2
  and p.account = 'buyer:' || $2;

-- name: forget_cases!
update cases set buyer = $3, note = null, destination = null, opened_by = case when opened_by = 'buyer:' || $2 then 'buyer' else opened_by end
where shop_id = any ($1::bigint[]) and buyer = $2;

-- name: forget_orders!
update orders set buyer = $3 where shop_id = any ($1::bigint[]) and buyer = $2;

-- name: forget_rule_uses!
update shop_rule_use set buyer = $3 where shop_id = any ($1::bigint[]) and buyer = $2;

-- name: forget_signals!
delete from buyer_signal where buyer = $1;

-- name: forget_standing!
delete from buyer_standing where buyer = $1;

-- name: forget_interests!
update interest set of = $2, why = '' where kind = 'buyer' and of = $1;

-- name: forget_tokens!
-- Every process hears of it at once and forgets what it knew of the token.
with gone as (
    update token set subject = $2, label = '', revoked_at = coalesce(revoked_at, clock_timestamp()) where kind = 'buyer' and subject = $1
    returning id
)
select pg_notify('amends_tokens', id) from gone;

-- name: forget_holds!
update legal_hold set buyer = $2, why = '' where buyer = $1;

-- name: forgotten!
update erasure set state = 'done', buyer = $2, why = '', held_by = '{}', erased_at = moment() where id = $1;

-- name: files_to_remove
-- A file that another piece of proof names as well stays.
select d.sha256,
       exists (select from evidence e join orders o on o.shop_id = e.shop_id and o.id = e.order_id
               where e.shop_id = any ($1::bigint[]) and o.buyer not like 'erased-%' and (e.sha256 = d.sha256 or e.served_sha256 = d.sha256)) as named
from doomed_file d order by d.doomed_at limit 500 for update skip locked;

-- name: file_removed!
delete from doomed_file where sha256 = any ($1::bytea[]);

-- name: buyers_there
select distinct buyer from orders where buyer not like 'erased-%';

-- name: retain_captions
delete from caption where shop_id = any ($1::bigint[]) and posted_at < moment() - $2::interval returning 1;

-- name: retain_answers
-- A key still answers that it was used; what it answered is gone.
update idempotency set answer = '{"code":"erased"}'
where shop_id = any ($1::bigint[]) and created_at < moment() - $2::interval and answer <> '{"code":"erased"}' returning 1;

-- name: retain_tests
delete from test_message where shop_id = any ($1::bigint[]) and sent_at < moment() - $2::interval returning 1;

-- name: retain_messages
update message m set text = null, salt = null, erased_at = moment()
from cases c where c.shop_id = m.shop_id and c.id = m.case_id and m.shop_id = any ($1::bigint[]) and m.erased_at is null
  and c.closed_at < moment() - $2::interval
  and not exists (select from legal_hold h where h.buyer = c.buyer and h.lifted_at is null and (h.until is null or h.until > moment()))
returning 1;

-- name: retain_prints
update evidence_check set print = null where shop_id = any ($1::bigint[]) and print is not null and measured_at < moment() - $2::interval
returning 1;
