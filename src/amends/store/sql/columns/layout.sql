-- name: layout
-- The copy that figures are computed from: DuckDB, one file, moments in UTC. `changed_at` is the cut-off of the refresh that wrote a row.
create schema kept;
create table kept.state (identity text, layout text, cut_off timestamp, refreshed integer);
create table kept.chain (shop_id bigint, seq bigint, hash blob);
create table kept.shop (shop_id bigint, reference text, name text, market text);
create table kept.orders (shop_id bigint, order_id uuid, reference text, purchase text, market text, currency text, status text, sale_format text,
    source text, channel text, erased boolean, placed_at timestamp, paid_at timestamp, shipped_at timestamp, delivered_at timestamp,
    cancelled_at timestamp, changed_at timestamp);
create table kept.order_line (shop_id bigint, line_id uuid, order_id uuid, reference text, sku text, title text, category text, quantity integer,
    price bigint, shipping bigint, tax bigint, paid bigint, commission bigint, placed_at timestamp, changed_at timestamp);
create table kept.origin (shop_id bigint, order_id uuid, room text, host text, replacement boolean);
create table kept.replacement (shop_id bigint, order_id uuid, case_id uuid);
create table kept.told_return (shop_id bigint, reference text, sku text, order_id uuid, kind text, reason text, status text, quantity integer,
    refund bigint, currency text, asked_at timestamp, told_at timestamp, changed_at timestamp);
create table kept.event (shop_id bigint, case_id uuid, seq integer, type text, moment timestamp, actor_kind text, from_state text, to_state text,
    ground text, liability text, overturned boolean);
create table kept.cases (shop_id bigint, case_id uuid, order_id uuid, parent_id uuid, kind text, reason text, reason_group text, state text,
    opened_at timestamp, amount bigint, currency text, market text, historical boolean, ended text, closed_at timestamp, words text[],
    changed_at timestamp);
create table kept.case_line (shop_id bigint, case_id uuid, line_id uuid, order_id uuid, quantity integer, amount bigint, changed_at timestamp);
create table kept.refund (shop_id bigint, refund_id uuid, case_id uuid, order_id uuid, amount bigint, currency text, status text,
    created_at timestamp, updated_at timestamp, changed_at timestamp);
create table kept.proposal (shop_id bigint, proposal_id uuid, case_id uuid, proposer text, channel text, state text, opened_at timestamp);
create table kept.money (shop_id bigint, transaction_id uuid, leg integer, case_id uuid, why text, currency text, moment timestamp, party text,
    amount bigint, changed_at timestamp);
create table kept.score (shop_id bigint, entry_id uuid, score text, delta integer, moment timestamp, expires_at timestamp, why text, rule text,
    case_id uuid, reverses uuid);
create table kept.stay (shop_id bigint, case_id uuid, state text, entered_by text, from_at timestamp, until_at timestamp);
create table kept.gone (feed text, shop_id bigint, key text, changed_at timestamp);
