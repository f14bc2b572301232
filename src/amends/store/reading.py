"""Named reads for lists: rows come a page at a time, found again by where the last page ended."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from amends.kernel.ids import parse_id
from amends.store.database import queries

MOST = 100
LARGEST: Final = 2**63
Place = TypeVar("Place")
Order = Literal["newest", "urgent", "amount"]
_LISTS: Final[dict[Order, str]] = {"newest": "list_cases", "urgent": "list_urgent_cases", "amount": "list_cases_by_amount"}
LEAST_OF_AN_ID: Final = 8
_FIRST: Final = "0" * 32
_LAST: Final = "f" * 32


class CaseFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of cases is narrowed to; `None` narrows nothing."""

    buyer: str | None = None
    state: str | None = None
    kind: str | None = None
    market: str | None = None
    updated_since: datetime | None = None
    deadline_before: datetime | None = None
    order_id: UUID | None = None
    side: str | None = None
    assignee: str | None = None
    unassigned: bool = False
    tag: str | None = None
    states: tuple[str, ...] | None = None
    reason: str | None = None
    deadlines: tuple[str, ...] | None = None
    amount_at_least: int | None = None
    amount_at_most: int | None = None
    ids: tuple[UUID, ...] | None = None
    granted_by: tuple[str, ...] | None = None


class Cursor(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """Where a page ended: the moment that it is ordered by, and the id; by amount also that, and its currency."""

    at: datetime
    id: UUID
    currency: str | None = None
    amount: int | None = None


def write_cursor(cursor: Cursor) -> str:
    """A cursor as text that callers hand back and need not read."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).rstrip(b"=").decode()


def read_cursor(text: str) -> Cursor | None:
    """The cursor of a text; None where it is not one of ours."""
    return _decoded(text, Cursor)


def read_id(text: str) -> UUID | None:
    """The id of a text, for lists that go on after an id; None where it is none."""
    found = parse_id(text)
    return found if isinstance(found, UUID) else None


def paged(rows: Sequence[Any], limit: int, at: str, id_: str) -> tuple[Sequence[Any], str | None]:
    """The page of rows that were read one further than `limit`, and the cursor of the next one, None on the last; by these columns."""
    page = rows[:limit]
    return page, write_cursor(Cursor(page[-1][at], page[-1][id_])) if len(rows) > limit else None


class Keys(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended that is ordered by a name and a moment."""

    name: str
    at: datetime


def write_keys(name: str, at: datetime) -> str:
    """The same, for what is ordered by a name."""
    return base64.urlsafe_b64encode(msgspec.json.encode(Keys(name, at))).rstrip(b"=").decode()


def read_keys(text: str) -> Keys | None:
    """The keys of a text; None where it is not one of ours."""
    return _decoded(text, Keys)


def write_place(*parts: str) -> str:
    """The same for lists that are ordered by words."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).rstrip(b"=").decode()


def read_place(text: str, parts: int) -> tuple[str, ...] | None:
    """So many words, as `write_place` wrote them; None where it did not."""
    found = _decoded(text, tuple[str, ...])
    return found if found is not None and len(found) == parts else None


def read_moment(text: str) -> datetime | None:
    """A moment among such words."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if storable(found) else None


def _decoded(text: str, shape: type[Place]) -> Place | None:
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=shape)
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None
    parts: tuple[Any, ...] = found if isinstance(found, tuple) else msgspec.structs.astuple(found)  # type: ignore[arg-type]
    return found if all(map(storable, parts)) else None


def storable(value: object) -> bool:
    """Whether the database can be asked about a value: some texts, numbers and moments it cannot hold."""
    if isinstance(value, datetime):
        return value.tzinfo is not None and _is_a_moment(value)
    if isinstance(value, int):
        return abs(value) < LARGEST
    return not (isinstance(value, str) and "\0" in value)


def _is_a_moment(value: datetime) -> bool:
    """The first and the last day of all are none in every zone."""
    try:
        value.astimezone(UTC)
    except OverflowError:
        return False
    return True


async def page_of_cases(
    connection: asyncpg.Connection, shops: Sequence[int], wanted: CaseFilter, *, order: Order, after: Cursor | None, limit: int
) -> tuple[list[asyncpg.Record], Cursor | None]:
    """One page, and where it ended; None on the last one."""
    await connection.fetch(queries("plan_for_these_values"))
    sized = (after.currency if after else None, after.amount if after else None) if order == "amount" else ()
    found: list[asyncpg.Record] = await connection.fetch(
        queries(_LISTS[order]),
        list(shops),
        wanted.buyer,
        wanted.state,
        wanted.kind,
        wanted.market,
        wanted.updated_since,
        wanted.deadline_before,
        wanted.order_id,
        after.at if after else None,
        after.id if after else None,
        limit + 1,
        wanted.assignee,
        wanted.side,
        wanted.unassigned,
        wanted.tag,
        wanted.states,
        wanted.reason,
        wanted.deadlines,
        wanted.amount_at_least,
        wanted.amount_at_most,
        wanted.ids,
        wanted.granted_by,
        *sized,
    )
    page = found[:limit]
    return page, _ended(page[-1], order) if len(found) > limit else None


def _ended(row: asyncpg.Record, order: Order) -> Cursor:
    return Cursor(row["at"], row["id"], row["currency"], row["amount"]) if order == "amount" else Cursor(row["at"], row["id"])


async def cases_like(connection: asyncpg.Connection, shops: Sequence[int], text: str) -> tuple[UUID, ...]:
    """The cases that a text means: an id's first characters, eight at least, or its last eight; or all of another number or name."""
    digits = text.lower().replace("-", "")
    is_id = LEAST_OF_AN_ID <= len(digits) <= len(_FIRST) and set(digits) <= set("0123456789abcdef")
    first, last = (UUID(digits + fill[len(digits) :]) if is_id else None for fill in (_FIRST, _LAST))
    ending = digits if is_id and len(digits) == LEAST_OF_AN_ID else None
    number = re.sub(r"[\s-]", "", text).upper()
    rows = await connection.fetch(queries("cases_like"), list(shops), first, last, text, number, ending)
    return tuple(row["id"] for row in rows)


async def page_of_orders(
    connection: asyncpg.Connection,
    shops: Sequence[int],
    *,
    buyer: str | None,
    reference: str | None,
    purchase: str | None,
    after: UUID | None,
    limit: int,
    updated_since: datetime | None = None,
) -> list[asyncpg.Record]:
    """One page of orders, the newest told first, and one row more."""
    found: list[asyncpg.Record] = await connection.fetch(
        queries("list_orders"), list(shops), buyer, reference, purchase, after, limit + 1, updated_since
    )
    return found
