"""What the doctor judges again of cases that were opened: is the verdict the one that the pinned release gives on what is kept? (P04)."""

from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Order, OrderLine, Shop
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.sheet import Request, Sheet, groups, sheet
from amends.domain.facts.unknown import UNKNOWN
from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.verdict import Verdict
from amends.domain.topics.eligibility import judge_eligibility
from amends.store.database import queries
from amends.store.doctor_books import Books
from amends.store.findings import SHOWN, Finding

OPENED: Final = (
    "A case that was opened, judged again by the eligibility of its pinned release on the order as it stood, may be asked for by the same "
    "rules. Left out: history, orders told or moved on since or with several cases or parcels in it, amended requests, what was in doubt for "
    "its proof, and what hangs on facts of which only today's value is kept (of the shop and of the buyer's standing)."
)
AT_ONCE: Final = 1_000
"""Rows that are read together."""
_ONLY_TODAYS: Final = ("buyer.", "seller.", "request.partial")


class _Said(msgspec.Struct, frozen=True):
    """What the opening event holds of the verdict."""

    verdict: str
    kind: str
    reason: str
    amount: int
    rules: tuple[str, ...] = ()


class _Told(msgspec.Struct, frozen=True):
    told: dict[str, bool] = {}


async def opened_again(connection: asyncpg.Connection) -> Finding:
    """P04 of opened cases, in one pass; inside a transaction, since it reads by a cursor."""
    books = await Books(connection).load()
    count, shown = 0, []
    async for row in connection.cursor(queries("openings"), prefetch=AT_ONCE):
        book = await books.book(row["market"], row["eligibility_release"])
        zone = await books.book(row["market"], row["handling_release"])
        if book is None or zone is None or not _follows(book, zone.book.zone, row):
            count += 1
            shown += [f"{row['shop_id']}/{row['case_id']}"] if count <= SHOWN else []
    return Finding(name="P04b", statement=OPENED, count=count, samples=tuple(shown))


def _follows(book: CompiledBook, zone: str, row: asyncpg.Record) -> bool:
    """Whether the kept verdict follows; what cannot be told from what is kept does not count against it."""
    said = msgspec.convert(row["body"], _Said)
    reason = book.book.vocabulary.words("reasons").get(said.reason)
    if reason is None:
        return False
    facts = _facts(said, str(reason.traits["group"]), row, zone)
    if facts is None:
        return True
    topic = book.topic("eligibility", row["eligibility_pinned_at"])
    again = judge_eligibility(topic, facts | topic.prepared(_only_todays), row["at"])
    doubted = said.verdict == "undecided" and again.kind == "allowed"  # not the request was in doubt, but its proof
    if again.kind == "needs" or doubted:
        return True
    allowed = "undecided" if said.verdict == "undecided" else "allowed"  # one that only owes proof is allowed
    return again.kind == allowed and _cites(again, said)


def _cites(again: Verdict, said: _Said) -> bool:
    """Facts that are not known today can only silence a rule, never make another one speak."""
    return set(filter(None, again.rules)) <= set(said.rules) and bool(again.rules) >= bool(said.rules)


def _facts(said: _Said, group: str, row: asyncpg.Record, zone: str) -> Sheet | None:
    file = CaseFile(
        shop=Shop(id=row["shop_id"], name="", market=row["market"], seller=""),
        order=_order(row),
        lines=tuple([OrderLine(*line) for line in row["lines"]]),
        payments=(), allocations=(), scans=(), cases=(), case_lines=(),
        parcels=tuple([Parcel(*parcel) for parcel in row["parcels"] or ()]),
    )  # fmt: skip
    request = Request(
        kind=said.kind,
        reason=said.reason,
        group=group,
        by=row["opened_by"],
        amount=said.amount,
        lines=tuple(row["asked"]),
        told=msgspec.json.decode(row["verdict"], type=_Told).told,
    )
    if len(groups(file, request.lines)) != 1:
        return None
    at: datetime = row["at"]
    return sheet(file, request, at, zone)


def _only_todays(topic: CompiledTopic) -> Sheet:
    """The facts that the rules ask and of which the past is not kept: nobody told us."""
    return {fact: UNKNOWN for fact in topic.facts if fact.startswith(_ONLY_TODAYS)}


def _order(row: asyncpg.Record) -> Order:
    fields: dict[str, Any] = {
        name: row[name] for name in Order.__struct_fields__ if name not in ("id", "reference", "purchase", "buyer")
    }
    return Order(id=row["order_id"], reference="", purchase="", buyer="", **fields)
