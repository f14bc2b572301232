"""One place for what the machine hands to people: why it is there, since when, and what can be done about it."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, cast
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Note, Positive, Strict, Word
from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.once import once
from amends.api.door.operation import Operation
from amends.api.door.shops import shop_of
from amends.api.parcels.signals import NOBODYS_SHOP
from amends.domain.rulebook.shape import Vocabulary
from amends.kernel.ids import parse_id
from amends.store.database import queries
from amends.store.reading import read_moment, read_place, write_place

PLATFORM: Final = frozenset({"platform"})
LIST: Final = "attention"


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that waits for a person.

    `why` is a code or the words of whoever handed it over; `moves` are moves of its case that may help, `does` what this list offers.
    `next` says what can be done, in both languages. Shop 0 is nobody's yet, or everybody's: a calendar waits once, whatever rests on it.
    """

    kind: str
    shop_id: int
    shop: str | None
    id: str
    case_id: UUID | None
    why: str
    since: datetime
    due_at: datetime | None
    detail: dict[str, Any]
    moves: tuple[str, ...]
    does: tuple[str, ...]
    words: dict[str, str]
    next: dict[str, str]


class WaitingPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page, the longest waiting first."""

    waiting: list[Waiting]
    next_cursor: str | None


class WaitingQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters; `lanes=false` leaves out disputes and re-checks, which are worked off in their lanes."""

    kind: Word | None = None
    lanes: bool = True
    shop_id: Positive | None = None
    cursor: Annotated[str, Meta(max_length=1000)] | None = None
    limit: Limit = 50


class LaneView(msgspec.Struct, frozen=True, kw_only=True):
    """What waits in a review lane. `proposed` wait for a second person; `due_soon` within two hours."""

    lane: str
    waiting: int
    claimed: int
    proposed: int
    due_soon: int
    oldest: datetime | None
    next_due: datetime | None


class Lanes(msgspec.Struct, frozen=True, kw_only=True):
    """The review lanes in which something waits."""

    lanes: list[LaneView]


class SettleBody(Strict, frozen=True, kw_only=True):
    """How it was settled: what was wanted was done, it needs nothing, or it comes again."""

    how: Literal["done", "not_needed", "sent_again"]
    note: Note | None = None


class HandBody(Strict, frozen=True, kw_only=True):
    """Why; kept with an effect that is given up."""

    note: Note | None = None


async def list_waiting(request: Request) -> Reply | Problem:
    """A page of what waits for people."""
    query, context = cast("WaitingQuery", request.query), request.context
    if query.kind is not None and query.kind not in context.vocabulary.words(LIST):
        return Problem(code="unknown_word")
    after = read_place(query.cursor, 3) if query.cursor else ()
    since = read_moment(after[0]) if after else None
    if query.cursor and since is None:
        return Problem(code="bad_cursor")
    _, kind, thing = after or ("", None, None)
    rows = await context.reviewers.fetch(
        queries("list_attention"),
        query.kind,
        query.shop_id,
        since,
        kind,
        thing,
        query.limit + 1,
        query.lanes,
        request.caller.only_markets,
    )
    page = [_waiting(row, context.vocabulary) for row in rows[: query.limit]]
    last = page[-1] if len(rows) > query.limit else None
    more = write_place(last.since.isoformat(), last.kind, last.id) if last else None
    return json_reply(WaitingPage(waiting=page, next_cursor=more))


def _waiting(row: Any, vocabulary: Vocabulary) -> Waiting:
    term = vocabulary.words(LIST)[row["kind"]]
    detail = row["detail"]
    return Waiting(
        kind=row["kind"],
        shop_id=row["shop_id"],
        shop=row["shop"],
        id=row["id"],
        case_id=row["case_id"],
        why=row["why"],
        since=row["since"],
        due_at=row["due_at"],
        detail=msgspec.json.decode(detail) if isinstance(detail, bytes | str) else detail,
        moves=tuple(term.traits.get("moves", ())),
        does=tuple(term.traits.get("does", ())),
        words={"zh": term.says.zh, "en": term.says.en},
        next=dict(term.traits["next"]),
    )


async def review_lanes(request: Request) -> Reply | Problem:
    """What waits in each review lane, and since when."""
    rows = await request.context.reviewers.fetch(queries("review_lanes"))
    return json_reply(Lanes(lanes=[LaneView(**dict(row)) for row in rows]))


async def settle_parked(request: Request) -> Reply | Problem:
    """Say how something that was parked is settled; once."""
    body, context, caller = cast("SettleBody", request.body), request.context, request.caller
    thing = parse_id(request.params["parked_id"])
    shop = await context.reviewers.fetchval(queries("place_of_parked"), thing) if isinstance(thing, UUID) else None
    if shop is None or not await _looks_after(request, shop):
        return Problem(code="not_found")

    async def settle(connection: asyncpg.Connection) -> Reply | Problem:
        if not await connection.fetchval(queries("settle_parked"), shop, thing, caller.actor.id, body.how, body.note):
            return Problem(code="gone_meanwhile")
        await _logged(request, connection, shop, "parked", str(thing), body.how)
        return Reply(done="removed")

    return await once(request, [shop], "removed", settle)


async def _looks_after(request: Request, shop: int) -> bool:
    """Whether the shop is in the caller's markets; what is nobody's anybody may settle."""
    return shop == NOBODYS_SHOP or await shop_of(request.context, request.caller, shop) is not None


async def retry_effect(request: Request) -> Reply | Problem:
    """Owe the world again what was given up; its key to the outside stays the same."""
    return await _by_hand(request, "retry_effect", "retry")


async def give_effect_up(request: Request) -> Reply | Problem:
    """Let it be."""
    note = cast("HandBody", request.body).note
    return await _by_hand(request, "give_effect_up", "give_up", f"given up: {note or 'no reason given'}"[:200])


async def _by_hand(request: Request, query: str, what: str, *more: str) -> Reply | Problem:
    context = request.context
    thing = parse_id(request.params["effect_id"])
    place = await context.reviewers.fetchrow(queries("place_of_effect"), thing) if isinstance(thing, UUID) else None
    if place is None or not await _looks_after(request, place["shop_id"]):
        return Problem(code="not_found")
    shop = place["shop_id"]

    async def do(connection: asyncpg.Connection) -> Reply | Problem:
        if not await connection.fetchval(queries(query), shop, thing, *more):
            return Problem(code="gone_meanwhile")
        await _logged(request, connection, shop, "effect", str(thing), what)
        return Reply(done="removed")

    return await once(request, [shop], "removed", do)


async def _logged(request: Request, connection: Any, shop: int, kind: str, subject: str, what: str) -> None:
    made = request.context.desk.make_id(datetime.now(UTC))
    await connection.execute(queries("log_hand"), shop, made, kind, subject, request.caller.actor.id, what)


OPERATIONS = (
    Operation(id="list_attention", method="GET", path="/v1/attention", summary="What the machine hands to people, the longest waiting first",
              handler=list_waiting, who=PLATFORM, permission="attention.read", query=WaitingQuery, answer=WaitingPage,
              problems=("unknown_word",)),
    Operation(id="review_lanes", method="GET", path="/v1/review_lanes", summary="What waits in each review lane, and since when",
              handler=review_lanes, who=PLATFORM, permission="attention.read", answer=Lanes),
    Operation(id="settle_parked", method="POST", path="/v1/attention/parked/{parked_id}/settle",
              summary="Say how something that was parked is settled", handler=settle_parked, who=PLATFORM,
              permission="attention.handle", body=SettleBody, done="removed", keyed=True, sort="write", problems=("not_found", "gone_meanwhile")),
    Operation(id="retry_effect", method="POST", path="/v1/attention/effects/{effect_id}/retry",
              summary="Send again what was given up", handler=retry_effect, who=PLATFORM, permission="attention.handle",
              body=HandBody, done="removed", keyed=True, sort="write", problems=("not_found", "gone_meanwhile")),
    Operation(id="give_effect_up", method="POST", path="/v1/attention/effects/{effect_id}/give_up", summary="Let it be",
              handler=give_effect_up, who=PLATFORM, permission="attention.handle", body=HandBody, done="removed", keyed=True, sort="write",
              problems=("not_found", "gone_meanwhile")),
)  # fmt: skip
