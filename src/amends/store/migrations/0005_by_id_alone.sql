-- A platform names an order or a case by its id alone; ids are unique over all shops, so one look leads to the shop.
create index orders_by_id on amends.orders (id);
create index cases_by_id on amends.cases (id);
create index evidence_by_id on amends.evidence (id);
create index parcel_by_number_alone on amends.parcel (tracking_number) where tracking_number is not null;
