-- What every decision rested on, beside its event: so that it can be derived again, and replayed under rules that are still a draft.

set local search_path = amends;

alter table event add column facts bytea;
comment on column event.facts is 'The facts that were judged, as domain/facts/recorded.py writes them; null where nothing was judged, and before 0016.';
