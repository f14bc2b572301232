-- Orders that went out in one parcel hear of each of its events: an event stands once for each parcel row that bears its number.

set local search_path = amends;

alter table scan drop constraint scan_pkey, add constraint scan_pkey primary key (shop_id, source, event_id, parcel_id);
alter table parcel_reading drop constraint parcel_reading_pkey,
    add constraint parcel_reading_pkey primary key (shop_id, source, event_id, parcel_id);
