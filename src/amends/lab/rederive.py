"""Past decisions derived again: for one case, or for all of them, from the pinned releases and the recorded facts."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from amends.desk.rulebooks import Rulebooks
from amends.domain.facts.recorded import PROOF, Told, restored, told
from amends.domain.facts.unknown import NONE
from amends.domain.lifecycle.rules import Rules
from amends.kernel.working_time import Calendar
from amends.lab.deriving import (
    Decision,
    Promised,
    cited,
    compared,
    compensation_again,
    ground_again,
    plain,
    promises_again,
    proposal_again,
    verdict_again,
)
from amends.store.database import queries
from amends.store.doctor_books import Books
from amends.store.doctor_deadlines import touching
from amends.store.findings import SHOWN, Finding

AT_ONCE: Final = 1_000
"""Rows that are read together."""
DERIVED: Final = (
    "Every decision whose facts were recorded follows again from them and from the release that it was pinned to: the whole verdict, the "
    "deadlines that it promised and when each was due, the ground of a rejection, what the platform proposed by itself and what it weighed, "
    "a compensation to the unit. Only how a sentence is worded may follow a newer version."
)
_REJECTIONS: Final = frozenset({"rejected", "return_rejected"})


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions of one case, or the one refusal of a request that opened none."""

    shop_id: int
    id: UUID
    sort: str
    decisions: tuple[Decision, ...]

    @property
    def result(self) -> str:
        """`different` if any decision is; else `equal` if any could be derived; else `not_derivable`."""
        results = {decision.result for decision in self.decisions}
        return next((word for word in ("different", "equal") if word in results), "not_derivable")

    @property
    def contradicted(self) -> bool:
        """Whether anything but wording differs."""
        return any(not each.wording for decision in self.decisions for each in decision.differences)


class Counted(msgspec.Struct, kw_only=True):
    """How many decisions were looked at, and what became of them."""

    equal: int = 0
    different: int = 0
    not_derivable: int = 0

    def count(self, derived: Derived) -> None:
        """Add the decisions of one case."""
        for decision in derived.decisions:
            setattr(self, decision.result, getattr(self, decision.result) + 1)


async def derive_cases(
    connection: asyncpg.Connection,
    *,
    case_id: UUID | None = None,
    since: datetime | None = None,
    rulebooks: Rulebooks | None = None,
) -> AsyncIterator[Derived]:
    """Every case with what becomes of its decisions; inside a transaction, since it reads by a cursor."""
    books = await _Books(connection, rulebooks).load()
    rows: list[asyncpg.Record] = []
    moving = touching()[:5]
    async for row in connection.cursor(queries("recorded_decisions"), case_id, since, *moving, prefetch=AT_ONCE):
        if rows and rows[0]["case_id"] != row["case_id"]:
            yield await _case(books, rows)
            rows = []
        rows.append(row)
    if rows:
        yield await _case(books, rows)


async def derive_attempts(connection: asyncpg.Connection, *, since: datetime | None = None) -> AsyncIterator[Derived]:
    """Every refused request with what becomes of its verdict; inside a transaction."""
    books = await _Books(connection).load()
    async for row in connection.cursor(queries("recorded_attempts"), since, prefetch=AT_ONCE):
        release, pinned = row["eligibility_release"] or row["release"], row["eligibility_pinned_at"] or row["pinned_at"]
        rules = await books.rules(row["market"], release, pinned, release, pinned)
        decision = _attempt(rules, row)
        yield Derived(shop_id=row["shop_id"], id=row["id"], sort="attempt", decisions=(decision,))


async def derived_again(connection: asyncpg.Connection) -> Finding:
    """P04c: all of them, as the doctor counts."""
    count, shown = 0, list[str]()
    for found in (derive_cases(connection), derive_attempts(connection)):
        async for derived in found:
            if derived.contradicted:
                count += 1
                shown += [_sample(derived)] if len(shown) < SHOWN else []
    return Finding(name="P04c", statement=DERIVED, count=count, samples=tuple(shown))


def _sample(derived: Derived) -> str:
    first = next(each for decision in derived.decisions for each in decision.differences if not each.wording)
    return f"{derived.shop_id}/{derived.id} {derived.sort}: {first.field} was {first.kept}, is {first.again}"


class _Books:
    """The published rules, pinned as a case pins them."""

    def __init__(self, connection: asyncpg.Connection, rulebooks: Rulebooks | None = None) -> None:
        self.connection = connection
        self.rulebooks = rulebooks or Rulebooks()

    async def load(self) -> "_Books":
        await self.rulebooks.refresh(self.connection)
        self.calendars = await Books(self.connection).load()
        return self

    def calendar_of(self, rules: Rules, market: str) -> Callable[[str], Calendar | None]:
        """The calendars of a market by their version: a promise is reckoned by the one that it names."""
        code = rules.handling.book.calendar or market
        return lambda version: self.calendars.calendar(code, version)

    async def rules(self, market: str, asking: str, asked_at: datetime, handling: str, handled_at: datetime) -> Rules:
        return await self.rulebooks.pinned(self.connection, market, asking, asked_at, handling, handled_at)


async def _case(books: _Books, rows: list[asyncpg.Record]) -> Derived:
    first = rows[0]
    rules = await books.rules(
        first["market"],
        first["eligibility_release"],
        first["eligibility_pinned_at"],
        first["handling_release"],
        first["handling_pinned_at"],
    )
    read = [(row, told(row["facts"]) if row["facts"] is not None else None) for row in rows]
    newest = max((row["seq"] for row, known in read if known and known.judged), default=0)
    calendars = books.calendar_of(rules, first["market"])
    decisions = [decision for row, known in read for decision in _decisions(rules, row, known, newest, calendars)]
    return Derived(shop_id=first["shop_id"], id=first["case_id"], sort="case", decisions=tuple(decisions))


def _decisions(
    rules: Rules, row: asyncpg.Record, known: Told | None, newest: int, calendars: Callable[[str], Calendar | None]
) -> Iterator[Decision]:
    if known is None:
        if row["seq"] == 1 and row["verdict"] is not None:
            yield _decision(row, "eligibility", None, ())
        if row["owed"]:
            yield _decision(row, "costs", None, ())
        return
    if known.judged:
        again = verdict_again(rules, known, row["opened_at"])
        before = compared(plain(row["verdict"]), again) if row["seq"] == newest and row["verdict"] else cited(row["body"], again)
        yield _decision(row, "eligibility", known, before, again)
    if row["promised"] and (not known.judged or row["seq"] == 1):
        promised = [Promised(*each) for each in row["promised"]]
        found = promises_again(rules, known, row["to_state"], row["fired_kind"], promised, calendars)
        yield _decision(row, "deadlines", known, found)
    if row["type"] in _REJECTIONS and "ground" in row["body"]:
        yield _decision(row, "rejections", known, ground_again(rules, known, row["body"]))
    if row["type"] == "proposal_made" and row["body"].get("rule"):
        weighed = known.facts["buyer.proof_stands"] != NONE  # what is weighed was not recorded from the first day on
        yield _decision(
            row, "negotiation", known if weighed else None, proposal_again(rules, known, row["body"]) if weighed else ()
        )
    if row["owed"]:
        yield _decision(row, "costs", known, compensation_again(rules, known, tuple(row["owed"][0])))


def _decision(row: asyncpg.Record, topic: str, known: Told | None, found: Any, verdict: dict[str, Any] | None = None) -> Decision:
    differences = tuple(found)
    result = "not_derivable" if known is None else "different" if differences else "equal"
    return Decision(
        seq=row["seq"],
        event=row["type"],
        at=row["at"],
        topic=topic,
        result=result,
        facts=known.facts if known else {},
        verdict=verdict,
        differences=differences,
    )


def _attempt(rules: Rules, row: asyncpg.Record) -> Decision:
    facts = row["facts"]
    proof = tuple(tuple(piece) for piece in facts.get(PROOF, ()))
    known = Told(judged=True, facts=restored(facts), proof=proof)
    again = verdict_again(rules, known, row["opened_at"] or row["at"])
    before = _as_kept(plain(row["verdict"]))
    if PROOF not in facts:  # before the proof was recorded beside the facts, what each way would owe cannot be said again
        before, again = _without_ways(before), _without_ways(again)
    differences = tuple(compared(before, again))
    return Decision(
        seq=0,
        event=row["command"],
        at=row["at"],
        topic="eligibility",
        result="different" if differences else "equal",
        facts=known.facts,
        verdict=again,
        differences=differences,
    )


def _as_kept(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict as a case keeps it: where its rules stand is led to by the release."""
    reasons = [{n: v for n, v in reason.items() if n not in ("file", "line", "release")} for reason in verdict.get("reasons", [])]
    return {**verdict, **({"reasons": reasons} if "reasons" in verdict else {})}


def _without_ways(verdict: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in verdict.items() if name != "ways"}
