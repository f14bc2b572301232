"""What the doctor must fold or judge again, because SQL cannot: parcels from their scans, refusals from their facts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from amends.domain.facts.parcel import Parcel, Scan
from amends.domain.lifecycle.parcel import scanned
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.topics.eligibility import judge_eligibility
from amends.store.database import queries
from amends.store.doctor_books import Books
from amends.store.findings import SHOWN, Finding

FOLDED: Final = "A parcel is the fold of its scans by when they happened, whatever order they came in."
JUDGED: Final = (
    "A refused request, judged again by the release it cites and the facts it rests on, is refused for the same reasons."
)


class _Kept(msgspec.Struct, frozen=True):
    """What of a kept verdict must come out again; how it is worded may follow the words of a newer version."""

    kind: str
    reasons: list[dict[str, Any]] = []


async def folded_parcels(connection: asyncpg.Connection) -> Finding:
    """W06: fold every parcel that has scans anew and compare its status and dates."""
    parcels: dict[tuple[int, UUID], tuple[Parcel, list[Scan]]] = {}
    async for row in connection.cursor(queries("scanned_parcels")):
        shop, *fields = row
        parcel, scan = Parcel(*fields[:10]), Scan(fields[0], *fields[10:])
        parcels.setdefault((shop, parcel.id), (parcel, []))[1].append(scan)
    wrong = [f"{shop}/{parcel.id}" for (shop, _), (parcel, scans) in parcels.items() if not _is_fold(parcel, scans)]
    return _finding("W06", FOLDED, wrong)


def _is_fold(parcel: Parcel, scans: list[Scan]) -> bool:
    again = scanned(parcel, scans[:-1], scans[-1])
    return (again.status, again.shipped_at, again.delivered_at) == (parcel.status, parcel.shipped_at, parcel.delivered_at)


async def judged_again(connection: asyncpg.Connection) -> Finding:
    """P04: judge every refused request again, by the release it was judged by, and compare kind and reasons."""
    books = await Books(connection).load()
    wrong = []
    for row in await connection.fetch(queries("refused_requests")):
        book = await books.book(row["market"], row["release"])
        if book is None or not _same(book, row):
            wrong.append(f"{row['shop_id']}/{row['id']}")
    return _finding("P04", JUDGED, wrong)


def _same(book: CompiledBook, row: asyncpg.Record) -> bool:
    kept = msgspec.json.decode(row["verdict"], type=_Kept)
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in row["facts"].items()}
    pinned: datetime = row["pinned_at"]
    verdict = judge_eligibility(book.topic("eligibility", pinned), facts, row["at"])
    return (verdict.kind, sorted(r.rule for r in verdict.reasons)) == (kept.kind, sorted(r.get("rule", "") for r in kept.reasons))


def _finding(name: str, statement: str, wrong: Iterable[str]) -> Finding:
    found = list(wrong)
    return Finding(name=name, statement=statement, count=len(found), samples=tuple(found[:SHOWN]))
