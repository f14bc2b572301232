-- A test message on its way belongs to one worker, without a lock that is held while its endpoint thinks.

set local search_path = amends;

alter table test_message add column claimed_until timestamptz;
