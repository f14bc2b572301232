"""What a replay comes to: verdicts that change, money by party, deadlines, work, the shops most touched, and what history cannot answer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from amends.domain.rulebook.quantities import write_quantity
from amends.domain.topics.deadlines import Promise, promise_of
from amends.lab.history import ATTEMPT, CASE, PROMISE, History, facts_at
from amends.lab.replay import Side, verdict_rows
from amends.lab.replayed import (
    SHOWN,
    UNSURE,
    Behind,
    CountedWork,
    MovedDeadline,
    MovedMoney,
    ReplayReport,
    TouchedShop,
    Transition,
    Unsure,
)

PASSES: Final = frozenset({"allowed", "needs", "needs_proof", "undecided"})
WORK: Final[Mapping[str, str]] = {
    "allowed": "seller",
    "needs_proof": "buyer",
    "needs": "platform",
    "undecided": "platform",
    "declined": "nobody",
}
"""Who has to do something next, by the verdict."""

Row = dict[str, Any]


def report(history: History, base: Side, candidate: Side, *, judged: Any = None) -> ReplayReport:
    """Replay a history under two releases and say what changes. `judged` are the rows of `verdict_rows`, where a cluster made them."""
    table = history.table
    requests = table.filter(pc.not_equal(table.column("sort"), PROMISE))
    told = _beside(requests, judged if judged is not None else verdict_rows(table, base, candidate))
    changed = [_with_doubt(row) for row in _changed(told).to_pylist()]
    otherwise = [row for row in changed if row["before"] != row["after"]]
    sorts = _counts(told, "sort")
    return ReplayReport(
        market=history.market,
        currency=base.book.book.currency,
        at=candidate.at,
        cases=sorts[CASE],
        refused=sorts[ATTEMPT],
        agreed=_agreed(told),
        changed=len(otherwise),
        certain=sum(not row["doubt"] for row in otherwise),
        amount=sum(row["amount"] for row in otherwise),
        transitions=tuple(_transitions(changed)),
        money=tuple(_money(otherwise)),
        deadlines=tuple(_deadlines(table, base, candidate)),
        work=tuple(_counted(told, otherwise, WORK)),
        verdicts=tuple(_counted(told, otherwise, {kind: kind for kind in WORK})),
        shops=tuple(_shops(otherwise)),
        unsure=tuple(_unsure(history, told, otherwise)),
    )


_READ: Final = ("id", "sort", "shop_id", "shop", "amount", "verdict", "buyer", "seller", "platform")
_SAID: Final = ("before", "before_rule", "after", "after_rule")


def _beside(requests: Any, judged: Any) -> Any:
    """What is known of each request, and how it is judged before and after."""
    told = requests.select(list(_READ))
    told = told.set_column(told.column_names.index("sort"), "sort", pc.cast(told.column("sort"), pa.string()))
    for name in _SAID:
        told = told.append_column(name, judged.column(name))
    return told


def _changed(told: Any) -> Any:
    return told.filter(
        pc.or_(
            pc.not_equal(told.column("before"), told.column("after")),
            pc.not_equal(told.column("before_rule"), told.column("after_rule")),
        )
    )


def _agreed(told: Any) -> int:
    """How many come out under the base as they were recorded; owing proof is one of the ways to need something."""
    said = pc.replace_substring_regex(told.column("before"), "_proof$", "")
    return int(pc.sum(pc.equal(said, pc.cast(told.column("verdict"), pa.string()))).as_py() or 0)


def _counts(told: Any, name: str) -> Counter[str]:
    return Counter({each["values"]: each["counts"] for each in pc.value_counts(told.column(name)).to_pylist()})


def _with_doubt(row: Row) -> Row:
    """The row with what history does not know of it; nothing where it knows what follows."""
    opened = row["sort"] == ATTEMPT and row["before"] == "declined"
    doubts = {"needs_proof": "proof_never_shown", "allowed": "seller_never_answered", "undecided": "seller_never_answered"}
    return {**row, "doubt": "facts_unknown" if row["after"] == "needs" else doubts.get(row["after"], "") if opened else ""}


def _behind(rows: Iterable[Row]) -> Behind:
    cases, refused = dict[str, None](), dict[str, None]()
    for row in rows:
        ids = refused if row["sort"] == ATTEMPT else cases
        if len(ids) < SHOWN:
            ids[row["id"]] = None
    return Behind(cases=tuple(cases), refused=tuple(refused))


def _transitions(changed: list[Row]) -> Iterable[Transition]:
    groups: defaultdict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
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
            certain=sum(not row["doubt"] for row in rows),
            amount=sum(row["amount"] for row in rows),
            behind=_behind(rows),
        )


def _money(changed: list[Row]) -> Iterable[MovedMoney]:
    closed = [row for row in changed if row["before"] in PASSES and row["after"] == "declined"]
    opened = [row for row in changed if row["before"] == "declined" and row["after"] in PASSES]
    less, more = (sum(row["amount"] for row in rows) for rows in (closed, opened))
    for party, share in (("buyer", 1), ("seller", -1), ("platform", 0)):
        moved = [row for row in closed if row["sort"] == CASE and row[party]]
        yield MovedMoney(
            party=party,
            paid=-sum(row[party] for row in moved),
            asked_less=-share * less,
            asked_more=share * more,
            behind_paid=_behind(moved),
            behind_less=_behind(closed if share else ()),
            behind_more=_behind(opened if share else ()),
        )


def _deadlines(table: Any, base: Side, candidate: Side) -> Iterable[MovedDeadline]:
    vocabulary = base.book.book.vocabulary
    promises = table.filter(pc.equal(table.column("sort"), PROMISE))
    groups: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    known: dict[Any, tuple[str, str]] = {}
    asked = sorted({*base.topic("deadlines").facts, *candidate.topic("deadlines").facts} & set(promises.column_names))
    kinds, ids = promises.column("deadline").to_pylist(), promises.column("id").to_pylist()
    keys = zip(kinds, *(promises.column(name).to_pylist() for name in asked), strict=True)
    for row, key in enumerate(keys):
        if key not in known:
            facts = facts_at(promises, row, vocabulary)
            known[key] = _length(base, facts, key[0]), _length(candidate, facts, key[0])
        if known[key][0] != known[key][1]:
            groups[key[0], *known[key]].append({"sort": PROMISE, "id": ids[row]})
    for (kind, before, after), touched in sorted(groups.items(), key=lambda item: -len(item[1])):
        yield MovedDeadline(deadline=kind, before=before, after=after, promises=len(touched), behind=_behind(touched))


def _length(side: Side, facts: Mapping[str, Any], kind: str) -> str:
    promise = promise_of(side.topic("deadlines"), facts, kind)
    return write_quantity(promise.within, side.book.book.vocabulary.exponents()) if isinstance(promise, Promise) else ""


def _counted(told: Any, changed: list[Row], name_of: Mapping[str, str]) -> Iterable[CountedWork]:
    before, after = (Counter[str](), Counter[str]())
    for when, counter in (("before", before), ("after", after)):
        for kind, count in _counts(told, when).items():
            counter[name_of[kind]] += count
    for name in sorted(before | after, key=lambda name: -before[name]):
        moved = [row for row in changed if (name_of[row["before"]] == name) is not (name_of[row["after"]] == name)]
        yield CountedWork(name=name, before=before[name], after=after[name], behind=_behind(moved))


def _shops(changed: list[Row]) -> Iterable[TouchedShop]:
    groups: defaultdict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in changed:
        groups[row["shop_id"], row["shop"]].append(row)
    for (shop_id, shop), rows in sorted(groups.items(), key=lambda item: -len(item[1]))[:SHOWN]:
        yield TouchedShop(
            shop_id=shop_id, shop=shop, requests=len(rows), amount=sum(row["amount"] for row in rows), behind=_behind(rows)
        )


def _unsure(history: History, told: Any, changed: list[Row]) -> Iterable[Unsure]:
    unknown = told.filter(pc.equal(told.column("after"), "needs"))
    doubted: dict[str, list[Row]] = {why: [row for row in changed if row["doubt"] == why] for why in UNSURE}
    doubted["facts_unknown"] = unknown.select(["id", "sort"]).to_pylist()
    if history.not_recorded:
        behind = Behind(cases=history.not_recorded_ids)
        yield Unsure(why="facts_not_recorded", requests=history.not_recorded, behind=behind)
    for why in UNSURE:
        if doubted[why]:
            yield Unsure(why=why, requests=len(doubted[why]), behind=_behind(doubted[why]))
