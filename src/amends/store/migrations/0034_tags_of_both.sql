-- What the rules tag a case with stands once, for both sides; the side that takes it off leaves it to the other.

set local search_path = amends;

alter table case_tag drop constraint case_tag_side_check;
alter table case_tag add constraint case_tag_side_check check (side in ('seller', 'platform', 'both'));
