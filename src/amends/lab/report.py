"""What a replay comes to: verdicts that change, money by party, deadlines, work, the shops most touched, and what history cannot answer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import pyarrow.compute as pc

from amends.domain.rulebook.quantities import write_quantity
from amends.domain.topics.deadlines import Promise, promise_of
from amends.lab.history import ATTEMPT, CASE, PROMISE, History, facts_at
from amends.lab.replay import Side, verdict_rows

SHOWN: Final = 50
"""Cases that are named behind each figure."""
PASSES: Final = frozenset({"allowed", "needs", "needs_proof", "undecided"})
WORK: Final[Mapping[str, str]] = {
    "allowed": "seller",
    "needs_proof": "buyer",
    "needs": "platform",
    "undecided": "platform",
    "declined": "nobody",
}
"""Who has to do something next, by the verdict."""
UNSURE: Final = ("facts_not_recorded", "proof_never_shown", "seller_never_answered", "facts_unknown")


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """Requests that are decided otherwise in the same way. `amount` is what they ask for; `refused` of them opened no case."""

    before: str
    before_rule: str
    after: str
    after_rule: str
    requests: int
    refused: int
    amount: int
    ids: tuple[str, ...]


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """Minor units that a party would have had more (less, where negative).

    `paid` is certain: what moved in cases that would not have been opened. `asked_less` is what such cases asked for, paid or not;
    `asked_more` what refused requests asked for that would have been opened: what the seller would have said to them, nobody knows.
    """

    party: str
    paid: int
    asked_less: int
    asked_more: int


class MovedDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline that would have been promised otherwise; lengths as policy writes them, empty where there is none."""

    deadline: str
    before: str
    after: str
    promises: int
    ids: tuple[str, ...]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many requests something counts, before and after."""

    name: str
    before: int
    after: int


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A shop and how many of its requests are decided otherwise."""

    shop_id: int
    shop: str
    requests: int
    amount: int


class Unsure(msgspec.Struct, frozen=True, kw_only=True):
    """What history cannot answer, and of how many requests that is so."""

    why: str
    requests: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. Money in minor units of `currency`; `agreed` requests came out under the first release as they were recorded."""

    market: str
    currency: str
    at: datetime
    cases: int
    refused: int
    agreed: int
    changed: int
    transitions: tuple[Transition, ...]
    money: tuple[Money, ...]
    deadlines: tuple[MovedDeadline, ...]
    work: tuple[Counted, ...]
    verdicts: tuple[Counted, ...]
    shops: tuple[Touched, ...]
    unsure: tuple[Unsure, ...]


def report(history: History, base: Side, candidate: Side, *, judged: Any = None) -> Report:
    """Replay a history under two releases and say what changes. `judged` are the rows of `verdict_rows`, where a cluster made them."""
    table = history.table
    requests = table.filter(pc.not_equal(table.column("sort"), PROMISE))
    rows = _rows(requests, judged if judged is not None else verdict_rows(table, base, candidate))
    changed = [row for row in rows if (row["before"], row["before_rule"]) != (row["after"], row["after_rule"])]
    otherwise = [row for row in changed if row["before"] != row["after"]]
    sorts = Counter(row["sort"] for row in rows)
    return Report(
        market=history.market,
        currency=base.book.book.currency,
        at=candidate.at,
        cases=sorts[CASE],
        refused=sorts[ATTEMPT],
        agreed=sum(row["before"].removesuffix("_proof") == row["verdict"] for row in rows),
        changed=len(otherwise),
        transitions=tuple(_transitions(changed)),
        money=tuple(_money(otherwise)),
        deadlines=tuple(_deadlines(table, base, candidate)),
        work=tuple(_counted(rows, lambda kind: WORK[kind])),
        verdicts=tuple(_counted(rows, str)),
        shops=tuple(_shops(otherwise)),
        unsure=tuple(_unsure(history, otherwise, rows)),
    )


_READ: Final = ("id", "sort", "shop_id", "shop", "amount", "verdict", "buyer", "seller", "platform")


def _rows(requests: Any, judged: Any) -> list[dict[str, Any]]:
    told = requests.select(list(_READ)).to_pylist()
    return [{**own, **verdict} for own, verdict in zip(told, judged.to_pylist(), strict=True)]


def _transitions(changed: list[dict[str, Any]]) -> Iterable[Transition]:
    groups: defaultdict[tuple[str, str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in changed:
        groups[row["before"], row["before_rule"], row["after"], row["after_rule"]].append(row)
    for key, rows in sorted(groups.items(), key=lambda item: (item[0][0] == item[0][2], -len(item[1]), item[0])):
        yield Transition(
            before=key[0],
            before_rule=key[1],
            after=key[2],
            after_rule=key[3],
            requests=len(rows),
            refused=sum(row["sort"] == ATTEMPT for row in rows),
            amount=sum(row["amount"] for row in rows),
            ids=tuple(row["id"] for row in rows[:SHOWN]),
        )


def _money(changed: list[dict[str, Any]]) -> Iterable[Money]:
    closed = [row for row in changed if row["before"] in PASSES and row["after"] == "declined"]
    less = sum(row["amount"] for row in closed)
    more = sum(row["amount"] for row in changed if row["before"] == "declined" and row["after"] in PASSES)
    for party, share in (("buyer", 1), ("seller", -1), ("platform", 0)):
        paid = -sum(row[party] for row in closed if row["sort"] == CASE)
        yield Money(party=party, paid=paid, asked_less=-share * less, asked_more=share * more)


def _deadlines(table: Any, base: Side, candidate: Side) -> Iterable[MovedDeadline]:
    vocabulary = base.book.book.vocabulary
    promises = table.filter(pc.equal(table.column("sort"), PROMISE))
    groups: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    known: dict[Any, tuple[str, str]] = {}
    asked = sorted({*base.topic("deadlines").facts, *candidate.topic("deadlines").facts} & set(promises.column_names))
    kinds, ids = promises.column("deadline").to_pylist(), promises.column("id").to_pylist()
    keys = zip(kinds, *(promises.column(name).to_pylist() for name in asked), strict=True)
    for row, key in enumerate(keys):
        if key not in known:
            facts = facts_at(promises, row, vocabulary)
            known[key] = _length(base, facts, key[0]), _length(candidate, facts, key[0])
        if known[key][0] != known[key][1]:
            groups[key[0], *known[key]].append(ids[row])
    for (kind, before, after), touched in sorted(groups.items(), key=lambda item: -len(item[1])):
        yield MovedDeadline(deadline=kind, before=before, after=after, promises=len(touched), ids=tuple(touched[:SHOWN]))


def _length(side: Side, facts: Mapping[str, Any], kind: str) -> str:
    promise = promise_of(side.topic("deadlines"), facts, kind)
    return write_quantity(promise.within, side.book.book.vocabulary.exponents()) if isinstance(promise, Promise) else ""


def _counted(rows: list[dict[str, Any]], name_of: Any) -> Iterable[Counted]:
    before, after = (Counter(name_of(row[when]) for row in rows) for when in ("before", "after"))
    for name in sorted(before | after, key=lambda name: -before[name]):
        yield Counted(name=name, before=before[name], after=after[name])


def _shops(changed: list[dict[str, Any]]) -> Iterable[Touched]:
    groups: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for row in changed:
        groups[row["shop_id"], row["shop"]].append(row["amount"])
    for (shop_id, shop), amounts in sorted(groups.items(), key=lambda item: -len(item[1]))[:SHOWN]:
        yield Touched(shop_id=shop_id, shop=shop, requests=len(amounts), amount=sum(amounts))


def _unsure(history: History, changed: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Iterable[Unsure]:
    opened = [row for row in changed if row["sort"] == ATTEMPT and row["before"] == "declined" and row["after"] in PASSES]
    counts = {
        "facts_not_recorded": history.not_recorded,
        "proof_never_shown": sum(row["after"] == "needs_proof" for row in opened),
        "seller_never_answered": sum(row["after"] == "allowed" for row in opened),
        "facts_unknown": sum(row["after"] == "needs" for row in rows),
    }
    for why in UNSURE:
        if counts[why]:
            yield Unsure(why=why, requests=counts[why])
