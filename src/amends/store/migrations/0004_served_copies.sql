-- What is served of a piece of evidence is never what a stranger sent, but a copy that was written anew: its hash stands beside
-- that of the original. An upload is kept once; the same words may be said twice.

alter table amends.evidence add column served_sha256 bytea;
create unique index evidence_once on amends.evidence (shop_id, order_id, of, sha256) where sha256 is not null and text is null;
