-- A clock that rested, or got time back, comes near a second time: its alarms are told again at their new moments.

set local search_path = amends;

alter table deadline_alarm drop constraint deadline_alarm_pkey;
alter table deadline_alarm add primary key (shop_id, case_id, kind, started_seq, alarm, at);
comment on table deadline_alarm is 'That somebody was told of a deadline before its end: once at each moment of an alarm.';
