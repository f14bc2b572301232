-- A return that was lost on its way back is not the seller's loss: who bears its refund stands beside the way that it took.

set local search_path = amends;

alter table return_plan add column borne_by text check (borne_by in ('carrier', 'platform'));
