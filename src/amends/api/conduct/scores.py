"""A shop's scores: where they stand and why, appeals against an entry, and violations that the platform tells (Q-01 to Q-03, C-14)."""

from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import asyncpg

from amends.api.conduct.bodies import (
    Appeals,
    AppealsQuery,
    AppealView,
    DecideAppealBody,
    Entries,
    EntriesQuery,
    EntryAppealBody,
    EntryView,
    FaultRate,
    Ruled,
    Scores,
    ScoreView,
    ViolationBody,
)
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import shop_in_path
from amends.desk.scores import append, standing_rules
from amends.domain.facts.conduct import POINT, STARTS, ScoreEntry, folded, reversal, violation
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction
from amends.store.reading import paged, read_cursor

PLATFORM = frozenset({"platform"})
SELLERS = frozenset({"seller"})


def points(thousandths: int) -> str:
    """Thousandths as points: "4.5"."""
    text = format(Decimal(thousandths) / POINT, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def entry_of(row: asyncpg.Record) -> ScoreEntry:
    """The entry of a row."""
    return ScoreEntry(**{name: row[name] for name in ScoreEntry.__struct_fields__})


async def get_scores(request: Request) -> Reply | Problem:
    """Where a shop's scores stand, folded again from their entries, and what they cost it by the rules in force now."""
    shop_id, context = await shop_in_path(request), request.context
    if shop_id is None:
        return Problem(code="not_found")
    async with transaction(context.pool, [shop_id]) as connection:
        shop = await connection.fetchrow(queries("market_of_shop"), shop_id)
        entries = [entry_of(row) for row in await connection.fetch(queries("live_entries"), shop_id)]
        kept = dict(await connection.fetch(queries("standing_of_shop"), shop_id))
        rate = await connection.fetchrow(queries("fault_rate"), shop_id)
        stands = {score: folded(score, entries, shop["now"]) for score in STARTS}
        ruled = await standing_rules(context.desk.rulebooks, connection, shop["market"], stands, shop["now"])
    views = [
        ScoreView(score=score, starts=points(start), value=points(kept.get(score, start)), recomputed=points(stands[score]),
                  entries=sum(entry.score == score for entry in entries))
        for score, start in STARTS.items()
    ]  # fmt: skip
    share = None if not rate["ruled"] else format(Decimal(100 * rate["fault"]) / rate["ruled"], ".1f")
    return json_reply(
        Scores(shop_id=shop_id, server_now=shop["now"], release=ruled.release, scores=views,
               consequences=[Ruled(**found) for found in ruled.found],
               fault_rate=FaultRate(fault=rate["fault"], ruled=rate["ruled"], cases=rate["cases"], of_ruled=share))
    )  # fmt: skip


async def list_entries(request: Request) -> Reply | Problem:
    """The entries of a shop's scores."""
    shop_id, query = await shop_in_path(request), cast("EntriesQuery", request.query)
    after = read_cursor(query.cursor) if query.cursor else None
    if shop_id is None:
        return Problem(code="not_found")
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    at, last = (after.at, after.id) if after else (None, None)
    async with transaction(request.context.pool, [shop_id]) as connection:
        rows = await connection.fetch(queries("entries_of_shop"), shop_id, query.score, at, last, query.limit + 1)
    page, more = paged(rows, query.limit, "at", "id")
    return json_reply(Entries(entries=[_entry_view(row) for row in page], next_cursor=more))


def _entry_view(row: Any) -> EntryView:
    fields = {name: row[name] for name in EntryView.__struct_fields__}
    return EntryView(**fields | {"delta": points(row["delta"])})


async def appeal_entry(request: Request) -> Reply | Problem:
    """The shop appeals against an entry, once; saying so again changes nothing."""
    found = await _entry_in_path(request)
    if found is None:
        return Problem(code="not_found")
    shop_id, entry = found
    if entry.reverses is not None:
        return Problem(code="move_not_open")
    async with transaction(request.context.pool, [shop_id]) as connection:
        await connection.fetchrow(
            queries("appeal_entry"), shop_id, entry.id, cast("EntryAppealBody", request.body).note, request.caller.actor.id
        )
    return await _shown(request, shop_id, entry.id, done="created")


async def decide_appeal(request: Request) -> Reply | Problem:
    """A person of the platform decides an appeal; what is reversed is taken back by an entry of its own."""
    found, body = await _entry_in_path(request), cast("DecideAppealBody", request.body)
    if found is None:
        return Problem(code="not_found")
    shop_id, entry = found
    async with transaction(request.context.pool, [shop_id]) as connection:
        await connection.fetch(queries("lock_chain_heads"), [shop_id])
        by = request.caller.actor.id
        decided = await connection.fetchval(queries("decide_appeal"), shop_id, entry.id, body.decision, by, body.answer)
        if decided is None:
            return Problem(code="move_not_open")
        if body.decision == "reversed" and not await connection.fetchval(queries("is_taken_back"), shop_id, entry.id):
            made = reversal(entry, request.context.desk.make_id(decided), decided, "appeal", by)
            await append(connection, shop_id, [made])
    return await _shown(request, shop_id, entry.id)


async def list_appeals(request: Request) -> Reply | Problem:
    """The appeals of the caller's shops."""
    query = cast("AppealsQuery", request.query)
    after = read_cursor(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    shops = await shops_of(request.context, request.caller)
    at, last = (after.at, after.id) if after else (None, None)
    async with transaction(request.context.pool, shops) as connection:
        rows = await connection.fetch(queries("appeals_of_shops"), shops, query.open, at, last, query.limit + 1)
    page, more = paged(rows, query.limit, "at", "entry_id")
    return json_reply(Appeals(appeals=[_appeal_view(row) for row in page], next_cursor=more))


def _appeal_view(row: Any) -> AppealView:
    return AppealView(**{name: row[name] for name in AppealView.__struct_fields__} | {"delta": points(row["delta"])})


async def tell_violation(request: Request) -> Reply | Problem:
    """The platform tells of a serious violation; it counts for 30 days."""
    shop_id = await shop_in_path(request)
    if shop_id is None:
        return Problem(code="not_found")
    reference = cast("ViolationBody", request.body).reference
    async with transaction(request.context.pool, [shop_id]) as connection:
        await connection.fetch(queries("lock_chain_heads"), [shop_id])
        known = await connection.fetchrow(queries("told_entry"), shop_id, reference)
        if known is None:
            now = await connection.fetchval(queries("domain_now"))
            made = violation(request.context.desk.make_id(now), reference, now, request.caller.actor.id)
            await append(connection, shop_id, [made])
    return await _shown(request, shop_id, known["id"] if known else made.id, done="created")


async def withdraw_violation(request: Request) -> Reply | Problem:
    """The platform takes a violation back; what it counted for is taken back with it."""
    shop_id = await shop_in_path(request)
    if shop_id is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        await connection.fetch(queries("lock_chain_heads"), [shop_id])
        row = await connection.fetchrow(queries("told_entry"), shop_id, request.params["reference"])
        if row is None:
            return Problem(code="not_found")
        if not await connection.fetchval(queries("is_taken_back"), shop_id, row["id"]):
            now = await connection.fetchval(queries("domain_now"))
            made = reversal(entry_of(row), request.context.desk.make_id(now), now, "withdrawn", request.caller.actor.id)
            await append(connection, shop_id, [made])
    return Reply(done="removed")


async def _entry_in_path(request: Request) -> tuple[int, ScoreEntry] | None:
    shop_id, entry_id = await shop_in_path(request), parse_id(request.params["entry_id"])
    if shop_id is None or not isinstance(entry_id, UUID):
        return None
    async with transaction(request.context.pool, [shop_id]) as connection:
        row = await connection.fetchrow(queries("score_entry"), shop_id, entry_id)
    return (shop_id, entry_of(row)) if row else None


async def _shown(request: Request, shop_id: int, entry_id: UUID, done: str = "ok") -> Reply | Problem:
    async with transaction(request.context.pool, [shop_id]) as connection:
        row = await connection.fetchrow(queries("entry_shown"), shop_id, entry_id)
    return json_reply(_entry_view(row), done=done)


_SHOP = "/v1/shops/{shop_id}"
OPERATIONS = (
    Operation(id="get_scores", method="GET", path=f"{_SHOP}/scores", summary="Where a shop's scores stand, and what they cost it",
              handler=get_scores, who=TRADE, permission="scores.read", answer=Scores, problems=("not_found",)),
    Operation(id="list_score_entries", method="GET", path=f"{_SHOP}/score-entries", summary="Why a shop's scores moved",
              handler=list_entries, who=TRADE, permission="scores.read", query=EntriesQuery, answer=Entries,
              problems=("not_found",)),
    Operation(id="appeal_score_entry", method="POST", path=f"{_SHOP}/score-entries/{{entry_id}}/appeal",
              summary="Appeal against an entry", handler=appeal_entry, who=SELLERS, permission="scores.appeal", body=EntryAppealBody,
              answer=EntryView, done="created", sort="write", problems=("not_found", "move_not_open")),
    Operation(id="decide_score_appeal", method="POST", path=f"{_SHOP}/score-entries/{{entry_id}}/decision",
              summary="Decide an appeal against an entry", handler=decide_appeal, who=PLATFORM, permission="scores.decide",
              body=DecideAppealBody, answer=EntryView, sort="write", problems=("not_found", "move_not_open")),
    Operation(id="list_score_appeals", method="GET", path="/v1/score-appeals", summary="Appeals against entries of scores",
              handler=list_appeals, who=TRADE, permission="scores.read", query=AppealsQuery, answer=Appeals),
    Operation(id="tell_violation", method="POST", path=f"{_SHOP}/violations", summary="Tell of a serious content violation",
              handler=tell_violation, who=PLATFORM, permission="scores.decide", body=ViolationBody, answer=EntryView, done="created",
              sort="write", problems=("not_found",)),
    Operation(id="withdraw_violation", method="DELETE", path=f"{_SHOP}/violations/{{reference}}", summary="Take a violation back",
              handler=withdraw_violation, who=PLATFORM, permission="scores.decide", done="removed", sort="write",
              problems=("not_found",)),
)  # fmt: skip
