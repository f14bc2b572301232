-- The reviews fall due, and a copy of what the raw statement touches, with the same keys, indexes and foreign keys.
update amends.clock set offset_by = interval '10 days';
create schema raw;
create table raw.orders (like amends.orders including all);
create table raw.cases (like amends.cases including all);
create table raw.deadline (like amends.deadline including all);
create table raw.event (like amends.event including all);
create table raw.outbox (like amends.outbox including all);
insert into raw.orders select * from amends.orders;
insert into raw.cases select * from amends.cases;
insert into raw.deadline select * from amends.deadline;
insert into raw.event select * from amends.event;
alter table raw.cases add foreign key (shop_id, order_id) references raw.orders (shop_id, id);
alter table raw.deadline add foreign key (shop_id, case_id) references raw.cases (shop_id, id);
alter table raw.event add foreign key (shop_id, case_id) references raw.cases (shop_id, id);
alter table raw.outbox add foreign key (shop_id, case_id) references raw.cases (shop_id, id);
vacuum analyze;
