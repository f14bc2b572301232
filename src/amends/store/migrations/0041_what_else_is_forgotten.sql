-- More that names a buyer goes when they are forgotten: where their parcels were seen, and what people wrote of their cases.

set local search_path = amends;

create or replace function forget_only() returns trigger language plpgsql as $$
declare
    personal text[] := array['account', 'author', 'text', 'salt', 'buyer', 'erased_at', 'rationale', 'actor', 'postcode'];
    was jsonb := to_jsonb(old);
    now_is jsonb := to_jsonb(new);
begin
    if tg_op = 'UPDATE' then
        if new is distinct from old and now_is - personal = was - personal
           and (now_is ->> 'account' is not distinct from was ->> 'account' or now_is ->> 'account' like 'buyer:erased-%')
           and (now_is ->> 'author' is not distinct from was ->> 'author' or now_is ->> 'author' like 'buyer:erased-%')
           and (now_is ->> 'buyer' is not distinct from was ->> 'buyer' or now_is ->> 'buyer' like 'erased-%')
           and (now_is ->> 'salt' is not distinct from was ->> 'salt' or now_is ->> 'salt' is null)
           and now_is ->> 'actor' is not distinct from was ->> 'actor'
           and (now_is ->> 'postcode' is not distinct from was ->> 'postcode' or now_is ->> 'postcode' is null)
           and (now_is ->> 'text' is not distinct from was ->> 'text' or coalesce(now_is ->> 'text', '') = '') then
            return new;
        end if;
    end if;
    raise exception 'append_only: % on % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
drop trigger append_only on parcel_reading;
create trigger append_only before update or delete on parcel_reading for each row execute function forget_only();
grant update (postcode) on parcel_reading to amends_worker;
grant update (override_why) on chargeback to amends_worker;
grant update (note, answer) on score_appeal to amends_worker;
grant update (body, note) on parked to amends_worker;
