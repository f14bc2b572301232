"""Drafts of policy: edited as rules, tried while they are typed, approved by a second person, published from a moment on, rolled back."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import asyncpg

from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.lab.bodies import (
    ActView,
    DraftBody,
    DraftEditBody,
    DraftLine,
    DraftMove,
    DraftPage,
    DraftsQuery,
    DraftView,
    HandInBody,
)
from amends.api.lab.rules import edited_texts, read_text, topic_of, tried_in_studio
from amends.desk.publishing import publish_on
from amends.domain.rulebook.releases import book_of, hash_of
from amends.exchange.policies import rule_file
from amends.kernel.ids import parse_id
from amends.lab.editing import patch_of
from amends.store.database import queries, transaction

PLATFORM = frozenset({"platform"})
_STATES: Mapping[str, tuple[str, ...]] = {
    "edit": ("open", "handed_in", "approved"),
    "hand_in": ("open",),
    "approve": ("handed_in",),
    "return": ("handed_in", "approved"),
    "publish": ("approved",),
    "drop": ("open", "handed_in", "approved"),
}
"""The states in which each move is open."""
_NEEDS = {"approve": "policies.approve", "return": "policies.approve", "publish": "policies.publish"}


def _closed(request: Request, row: Any, move: str) -> list[str]:
    """Why a move is not open to this caller now; nothing where it is."""
    reasons = [] if row["state"] in _STATES[move] else ["draft_state"]
    if not request.caller.may(_NEEDS.get(move, "policies.draft")):
        reasons.append("permission_missing")
    if move == "approve" and request.caller.actor.id in row["editors"]:
        reasons.append("own_draft")
    if move == "hand_in" and not row["edits"] and row["rolls_back_to"] is None:
        reasons.append("draft_empty")
    return reasons


async def list_drafts(request: Request) -> Reply | Problem:
    """Drafts, the newest first."""
    query, markets = cast("DraftsQuery", request.query), sorted(request.caller.markets)
    async with request.context.pool.acquire() as connection:
        rows = await connection.fetch(
            queries("list_drafts"), query.market, markets, query.updated_since, query.cursor, query.limit + 1
        )
    page = [DraftLine(**dict(row)) for row in rows[: query.limit]]
    return json_reply(DraftPage(drafts=page, next_cursor=str(page[-1].id) if len(rows) > query.limit else None))


async def make_draft(request: Request) -> Reply | Problem:
    """Begin a draft."""
    body, context = cast("DraftBody", request.body), request.context
    rulebooks = context.desk.rulebooks
    if request.caller.markets and body.market not in request.caller.markets:
        return Problem(code="market_unknown")
    made, by = context.desk.make_id(datetime.now(UTC)), request.caller.actor.id
    async with transaction(context.pool, []) as connection:
        await rulebooks.refresh(connection)
        known = rulebooks.releases.get(body.market)
        if not known:
            return Problem(code="market_unknown")
        if body.rolls_back_to is not None and body.rolls_back_to not in {release.hash for release in known}:
            return Problem(code="not_found", errors=(FieldError("rolls_back_to", "not_found"),))
        now = await connection.fetchval(queries("domain_now"))
        base = rulebooks.release_at(body.market, now).hash
        await connection.execute(queries("insert_draft"), made, body.market, body.title, body.why, base, body.rolls_back_to, by)
        await connection.execute(queries("keep_act"), made, "made", by, {"base": base, "rolls_back_to": body.rolls_back_to})
        return await _shown(request, connection, made, done="created")


async def get_draft(request: Request) -> Reply | Problem:
    """A draft whole, with its patch."""
    draft_id = parse_id(request.params["draft_id"])
    if not isinstance(draft_id, UUID):
        return Problem(code="not_found")
    async with request.context.pool.acquire() as connection:
        return await _shown(request, connection, draft_id)


async def _shown(request: Request, connection: asyncpg.Connection, draft_id: UUID, *, done: str = "ok") -> Reply | Problem:
    row = await connection.fetchrow(queries("draft_by_id"), draft_id)
    if row is None or (request.caller.markets and row["market"] not in request.caller.markets):
        return Problem(code="not_found")
    acts = [ActView(**dict(act)) for act in await connection.fetch(queries("acts_of_draft"), draft_id)]
    moves = [DraftMove(move=move, open=not (why := _closed(request, row, move)), reasons=why) for move in _STATES]
    line = {name: row[name] for name in DraftLine.__struct_fields__}
    rest = {name: row[name] for name in ("why", "base", "editors", "approved_at", "published_by")}
    here = {path: rule_file(request.context.settings.policies, path) or "" for path in row["edits"]}
    view = DraftView(**line, **rest, base_differs=_differs(request, row, here), files=sorted(row["edits"]),
                     patch=patch_of(here, row["edits"]), moves=moves, acts=acts)  # fmt: skip
    return json_reply(view, done=done, headers=((b"etag", f'"{view.version}"'.encode()),))


def _differs(request: Request, row: Any, here: Mapping[str, str]) -> bool:
    """Whether a file that the draft changes reads otherwise here than in the release that it began from."""
    compiled = request.context.desk.rulebooks.books.get((row["market"], row["base"]))
    if compiled is None:
        return False
    ours = {path: read_text(request, path, text)[0] for path, text in here.items()}
    return any(
        tuple(rule for rule in compiled.book.rules[topic_of(path)] if rule.file == path)
        != tuple(sorted(rules, key=lambda r: r.id))
        for path, rules in ours.items()
    )


async def edit_draft(request: Request) -> Reply | Problem:
    """Edit a draft, by the version that was seen; what was handed in or approved of it is so no more."""
    body = cast("DraftEditBody", request.body)

    async def change(connection: asyncpg.Connection, row: Any) -> Problem | None:
        held = {path: text for path, text in row["edits"].items() if path not in body.undo}
        texts = edited_texts(request, held, body.edits)
        if isinstance(texts, Problem):
            return texts
        by = request.caller.actor.id
        await connection.execute(queries("edit_draft"), row["id"], texts, body.title, body.why, by)
        detail = {"rules": [edit.id for edit in body.edits], "undone": list(body.undo)}
        await connection.execute(queries("keep_act"), row["id"], "edited", by, detail)
        return None

    return await _moved(request, "edit", change)


async def _moved(request: Request, move: str, change: Any) -> Reply | Problem:
    """One move on a draft: locked, by the version that was seen, and only where it is open."""
    draft_id, context = parse_id(request.params["draft_id"]), request.context
    if not isinstance(draft_id, UUID):
        return Problem(code="not_found")
    async with transaction(context.pool, []) as connection:
        row = await connection.fetchrow(queries("draft_by_id_locked"), draft_id)
        if row is None or (request.caller.markets and row["market"] not in request.caller.markets):
            return Problem(code="not_found")
        if row["version"] != request.version:
            return Problem(code="stale_version", detail={"version": row["version"], "state": row["state"]})
        closed = _closed(request, row, move)
        if closed:
            return Problem(code=closed[0], detail={"reasons": closed, "state": row["state"]})
        refused: Problem | None = await change(connection, row)
        if refused is not None:
            return refused
        return await _shown(request, connection, draft_id)


async def hand_in_draft(request: Request) -> Reply | Problem:
    """Hand a draft in for approval: it is checked whole, and exactly what was checked is what may be published."""
    body, context = cast("HandInBody", request.body), request.context
    draft_id = parse_id(request.params["draft_id"])
    if not isinstance(draft_id, UUID):
        return Problem(code="not_found")
    row = await context.pool.fetchrow(queries("draft_by_id"), draft_id)
    if row is None:
        return Problem(code="not_found")
    if body.takes_effect_at is not None and body.takes_effect_at < row["now"]:
        return Problem(code="release_back_dated", errors=(FieldError("takes_effect_at", "release_back_dated"),))
    checked = await _body_of(request, row)  # before the row is locked: a check takes seconds
    if isinstance(checked, Problem):
        return checked

    async def change(connection: asyncpg.Connection, row: Any) -> Problem | None:
        await connection.execute(queries("hand_in_draft"), row["id"], hash_of(checked), checked, body.takes_effect_at)
        detail = {"hash": hash_of(checked), "takes_effect_at": body.takes_effect_at}
        await connection.execute(queries("keep_act"), row["id"], "handed_in", request.caller.actor.id, detail)
        return None

    return await _moved(request, "hand_in", change)


async def _body_of(request: Request, row: Any) -> bytes | Problem:
    if row["rolls_back_to"] is not None:
        body: bytes | None = await request.context.pool.fetchval(queries("release_body"), row["market"], row["rolls_back_to"])
        return body if body is not None else Problem(code="not_found")
    job = {"market": row["market"], "files": row["edits"], "prove": True}
    tried = await tried_in_studio(request, job, desk=" handing in")  # what is typed meanwhile stops nothing here
    if isinstance(tried, Problem):
        return tried
    wrong = tried["errors"] + _unsound(tried, row["market"])
    if wrong:
        return Problem(code="draft_has_errors", detail={"policy": wrong})
    return b64decode(tried["body"])


def _unsound(tried: dict[str, Any], market: str) -> list[dict[str, Any]]:
    """What a proof finds wrong in the draft's own market, as errors; a promise of the house may be changed by it."""
    found = tried["proof"]["findings"] if tried["proof"] else []
    return [
        {"file": each["file"], "line": each["line"], "code": each["kind"], **each["words"]}
        for each in found
        if market in each["markets"] and not each["promise"]
    ]


async def approve_draft(request: Request) -> Reply | Problem:
    """Approve what somebody else has handed in."""
    return await _marked(request, "approve", "approved", by=True)


async def return_draft(request: Request) -> Reply | Problem:
    """Give a draft back to be edited."""
    return await _marked(request, "return", "returned")


async def drop_draft(request: Request) -> Reply | Problem:
    """Give a draft up. It stays readable."""
    return await _marked(request, "drop", "dropped")


async def _marked(request: Request, move: str, act: str, *, by: bool = False) -> Reply | Problem:
    async def change(connection: asyncpg.Connection, row: Any) -> Problem | None:
        actor = request.caller.actor.id
        await connection.execute(queries(f"{move}_draft"), row["id"], *((actor,) if by else ()))
        await connection.execute(queries("keep_act"), row["id"], act, actor, {"hash": row["hash"]})
        return None

    return await _moved(request, move, change)


async def publish_draft(request: Request) -> Reply | Problem:
    """Publish what was approved: it takes effect at its moment, and what was pinned before keeps its rules."""

    async def change(connection: asyncpg.Connection, row: Any) -> Problem | None:
        books = {row["market"]: book_of(row["body"])}
        (made,) = await publish_on(connection, books, takes_effect_at=row["takes_effect_at"], again=True)
        if made.problem or made.release is None:
            return Problem(code=made.problem or "draft_changes_nothing")
        actor = request.caller.actor.id
        await connection.execute(queries("publish_draft"), row["id"], actor)
        detail = {"hash": row["hash"], "takes_effect_at": made.release.takes_effect_at}
        await connection.execute(queries("keep_act"), row["id"], "published", actor, detail)
        return None

    return await _moved(request, "publish", change)


_PATH = "/v1/lab/drafts"
_ONE = _PATH + "/{draft_id}"
_MOVING = ("not_found", "stale_version", "version_required", "draft_state")
OPERATIONS = (
    Operation(id="list_drafts", method="GET", path=_PATH, summary="Drafts of policy", handler=list_drafts, who=PLATFORM,
              permission="policies.read", query=DraftsQuery, answer=DraftPage),
    Operation(id="make_draft", method="POST", path=_PATH, summary="Begin a draft, or the way back to an earlier release",
              handler=make_draft, who=PLATFORM, permission="policies.draft", body=DraftBody, answer=DraftView, done="created",
              sort="write", problems=("market_unknown", "not_found")),
    Operation(id="get_draft", method="GET", path=_ONE, summary="A draft, who did what to it, and its patch", handler=get_draft,
              who=PLATFORM, permission="policies.read", answer=DraftView, problems=("not_found",)),
    Operation(id="edit_draft", method="PATCH", path=_ONE, summary="Edit rules of a draft", handler=edit_draft, who=PLATFORM,
              permission="policies.draft", body=DraftEditBody, answer=DraftView, versioned=True, sort="write",
              problems=(*_MOVING, "value_not_allowed")),
    Operation(id="hand_in_draft", method="POST", path=_ONE + "/hand-in", summary="Hand a draft in for approval",
              handler=hand_in_draft, who=PLATFORM, permission="policies.draft", body=HandInBody, answer=DraftView, versioned=True,
              sort="write", problems=(*_MOVING, "draft_empty", "draft_has_errors", "release_back_dated", "superseded", "lab_away")),
    Operation(id="approve_draft", method="POST", path=_ONE + "/approve", summary="Approve what somebody else handed in",
              handler=approve_draft, who=PLATFORM, permission="policies.approve", answer=DraftView, versioned=True, sort="write",
              problems=(*_MOVING, "own_draft")),
    Operation(id="return_draft", method="POST", path=_ONE + "/return", summary="Give a draft back to be edited",
              handler=return_draft, who=PLATFORM, permission="policies.approve", answer=DraftView, versioned=True, sort="write",
              problems=_MOVING),
    Operation(id="publish_draft", method="POST", path=_ONE + "/publish", summary="Publish what was approved",
              handler=publish_draft, who=PLATFORM, permission="policies.publish", answer=DraftView, versioned=True, sort="write",
              problems=(*_MOVING, "release_back_dated", "draft_changes_nothing")),
    Operation(id="drop_draft", method="POST", path=_ONE + "/drop", summary="Give a draft up", handler=drop_draft, who=PLATFORM,
              permission="policies.draft", answer=DraftView, versioned=True, sort="write", problems=_MOVING),
)  # fmt: skip
