-- The secrets before a new one sign beside it for a day, so that a receiver can change over without losing a message.

set local search_path = amends;

alter table webhook_endpoint add column rotated_at timestamptz;

create function signing_secrets(secrets text[], rotated_at timestamptz) returns text[] language sql stable as
$$ select case when rotated_at < clock_timestamp() - interval '1 day' then secrets[1:1] else secrets end $$;
