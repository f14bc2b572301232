-- name: write_stays
-- In which state a case stood from when to when, and by which event it came there; an event that leaves the state alone makes none.
-- Of several moves at one moment the last one counts.
insert into kept.stay
select shop_id, case_id, to_state, type, moment,
    lead(moment) over (partition by shop_id, case_id order by seq) as until_at
from kept.event e
where from_state is distinct from to_state and (not $touched_only or exists (from touched t where t.case_id = e.case_id))
;

-- name: bury_case_line
-- Lines that an amended request no longer names.
insert into kept.gone
select 'case_lines', k.shop_id, k.case_id::text || ':' || k.line_id::text, $cut_off
from kept.case_line k
where k.case_id in (from touched) and not exists (from read_case_line r where r.case_id = k.case_id and r.line_id = k.line_id);

-- name: bury_cases
-- A case that brought goods back and does so no longer.
insert into kept.gone
select 'returns', k.shop_id, 'case:' || k.case_id::text, $cut_off
from kept.cases k join read_cases r on r.case_id = k.case_id
where k.case_id in (from touched) and k.kind in ('return_refund', 'exchange') and r.kind not in ('return_refund', 'exchange')
