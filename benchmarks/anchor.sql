-- The peer: the same rows with the same widths and foreign keys, without row security, chain or partitions.
create schema anchor;
create table anchor.order_line (like amends.order_line including all);
create table anchor.orders (like amends.orders including all);
create table anchor.cases (like amends.cases including all);
create table anchor.event (like amends.event including all);
create table anchor.outbox (like amends.outbox including all);
insert into anchor.orders select * from amends.orders;
insert into anchor.order_line select * from amends.order_line;
alter table anchor.order_line add foreign key (shop_id, order_id) references anchor.orders (shop_id, id);
alter table anchor.cases add foreign key (shop_id, order_id) references anchor.orders (shop_id, id);
alter table anchor.event add foreign key (shop_id, case_id) references anchor.cases (shop_id, id);
alter table anchor.outbox add foreign key (shop_id, case_id) references anchor.cases (shop_id, id);
create sequence anchor.chain cache 100;
