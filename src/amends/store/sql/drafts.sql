-- name: insert_draft!
insert into policy_draft (id, market, title, why, base, rolls_back_to, state, made_by, made_at, editors, updated_at)
values ($1, $2, $3, $4, $5, $6, 'open', $7, (select moment()), array[$7::text], (select moment()));

-- name: keep_act!
insert into policy_draft_act (draft_id, seq, act, actor, at, detail)
values ($1, 1 + coalesce((select max(seq) from policy_draft_act where draft_id = $1), 0), $2, $3, (select moment()), $4);

-- name: draft_by_id
select d.*, (select moment()) as now,
    (select p.name from person p where p.id = d.made_by) as made_by_name from policy_draft d where d.id = $1;

-- name: draft_by_id_locked
select d.*, (select moment()) as now,
    (select p.name from person p where p.id = d.made_by) as made_by_name from policy_draft d where d.id = $1 for update;

-- name: acts_of_draft
select seq, act, actor, at, detail,
    (select p.name from person p where p.id = actor) as actor_name from policy_draft_act where draft_id = $1 order by seq;

-- name: list_drafts
select id, market, title, state, version, takes_effect_at, hash, rolls_back_to, made_by, made_at, approved_by, published_at, updated_at,
    (select p.name from person p where p.id = made_by) as made_by_name
from policy_draft
where ($1::text is null or market = $1) and (cardinality($2::text[]) = 0 or market = any ($2))
  and ($3::timestamptz is null or updated_at >= $3) and ($4::uuid is null or id < $4)
order by id desc limit $5;

-- name: edit_draft!
-- A change by anybody takes back what was handed in and approved.
update policy_draft set edits = $2, title = coalesce($3, title), why = coalesce($4, why), state = 'open', version = version + 1,
    editors = case when $5 = any (editors) then editors else editors || $5::text end, hash = null, body = null,
    approved_by = null, approved_at = null, updated_at = (select moment())
where id = $1;

-- name: hand_in_draft!
update policy_draft set state = 'handed_in', version = version + 1, hash = $2, body = $3, takes_effect_at = $4,
    updated_at = (select moment())
where id = $1;

-- name: approve_draft!
update policy_draft set state = 'approved', version = version + 1, approved_by = $2, approved_at = (select moment()),
    updated_at = (select moment())
where id = $1;

-- name: return_draft!
update policy_draft set state = 'open', version = version + 1, hash = null, body = null, approved_by = null, approved_at = null,
    updated_at = (select moment())
where id = $1;

-- name: publish_draft!
update policy_draft set state = 'published', version = version + 1, published_by = $2, published_at = (select moment()),
    updated_at = (select moment())
where id = $1;

-- name: drop_draft!
update policy_draft set state = 'dropped', version = version + 1, approved_by = null, approved_at = null, updated_at = (select moment())
where id = $1;
