"""A candidate release over what was asked in the past: every request judged by both, by production's bitsets, and what that comes to."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from amends.actions.asking import judge_sheet
from amends.domain.facts.recorded import Told
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.outcomes import Demand
from amends.domain.rulebook.verdict import Verdict
from amends.kernel.working_time import Calendar
from amends.lab.deriving import pieces
from amends.lab.history import PROMISE, columns_of, facts_at, proof_at, scale_of
from amends.lab.kernel import Kernel, Situations, lined
from amends.lab.verdicts import ALLOWED, KINDS, decide, probes

NO_RULE: Final = ""
NEEDS_PROOF: Final = "needs_proof"
"""The buyer owes proof; a plain `needs` waits for a fact, and goes to a person."""
_TOPICS: Final = ("eligibility", "evidence")
_NO_CALENDAR: Final = Calendar(
    code="", version="", zone="UTC", weekends=(), holidays=frozenset(), workdays=frozenset(), confirmed_until=date.max
)


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two releases: its rules at the moment that is asked about."""

    book: CompiledBook
    at: datetime

    def topic(self, name: Any) -> CompiledTopic:
        """The rules of a topic in force then."""
        return self.book.topic(name, self.at)

    @property
    def rules(self) -> Rules:
        """Both pins at once: a request that is made then."""
        name = self.book.origin.release or "draft"
        return Rules(asking=self.book, handling=self.book, asking_release=name, asking_at=self.at, handling_release=name,
                     handling_at=self.at, calendar=_NO_CALENDAR, zone=self.book.book.zone)  # fmt: skip


def verdict_rows(table: Any, base: Side, candidate: Side, *, threads: int = 2) -> Any:
    """One row a request, in the table's order: `id`, and verdict and first rule `before` and `after`. Promises are left out."""
    requests = table.filter(pc.not_equal(table.column("sort"), PROMISE))
    judged = _judged(requests, (base, candidate), threads)
    columns = {"id": requests.column("id")}
    for name, (kinds, rules) in zip(("before", "after"), judged, strict=True):
        columns[name] = pa.array(kinds, type=pa.string())
        columns[f"{name}_rule"] = pa.array(rules, type=pa.string())
    return pa.table(columns)


def _judged(table: Any, sides: Sequence[Side], threads: int) -> list[tuple[list[str], list[str]]]:
    vocabulary = sides[0].book.book.vocabulary
    topics = [side.topic(name) for side in sides for name in _TOPICS]
    kernel = Kernel(topics, lambda fact: scale_of(vocabulary, fact), probes(*topics[:: len(_TOPICS)]))
    columns = columns_of(table, vocabulary)
    found = kernel.situations(columns, table.num_rows, threads=threads)
    proven = np.asarray(pc.is_valid(table.column("proof")).to_numpy(zero_copy_only=False), dtype=np.bool_)
    return [_side(table, kernel, found, place * len(_TOPICS), side, proven) for place, side in enumerate(sides)]


def _side(
    table: Any, kernel: Kernel, found: Situations, place: int, side: Side, proven: NDArray[np.bool_]
) -> tuple[list[str], list[str]]:
    topic = kernel.topics[place]
    decided = decide(kernel, found, place)
    names = [*(rule.id for rule in topic.rules), NO_RULE]
    kinds = [KINDS[kind] for kind in decided.kind[found.ids].tolist()]
    rules = [names[rule] for rule in decided.rule[found.ids].tolist()]
    open_ = (decided.kind == ALLOWED)[found.ids] & (_demanded(kernel, found, place + 1)[found.ids] | proven)
    for row, (kind, rule) in _with_proof(table, found.ids, np.flatnonzero(open_), kernel.topics[place + 1], side):
        kinds[row], rules[row] = kind, rule
    return kinds, rules


def _demanded(kernel: Kernel, found: Situations, place: int) -> NDArray[np.bool_]:
    """The situations in which the buyer owes proof when asking, or may owe it."""
    topic = kernel.topics[place]
    _, possible = kernel.match(found, place)
    mine = topic.bits(
        lambda rule: isinstance(rule.outcome, Demand) and (rule.outcome.of, rule.outcome.at) == ("buyer", "opening")
    )
    return np.asarray((possible & lined(mine, len(possible))).any(axis=0), dtype=np.bool_)


def _with_proof(
    table: Any, ids: NDArray[np.int32], rows: NDArray[Any], evidence: CompiledTopic, side: Side
) -> Iterable[tuple[int, tuple[str, str]]]:
    """Requests that rest on proof too, judged by production itself; alike ones once."""
    vocabulary = side.book.book.vocabulary
    asked = [name for name in evidence.facts if name in table.column_names]
    chosen = table.select([*asked, "proof"]).take(rows)
    keys = zip(ids[rows].tolist(), *(chosen.column(name).to_pylist() for name in (*asked, "proof")), strict=True)
    known: dict[Any, tuple[str, str]] = {}
    rules = side.rules
    for row, key in zip(rows.tolist(), keys, strict=True):
        if key not in known:
            told = Told(judged=True, facts=facts_at(table, row, vocabulary), proof=proof_at(table, row))
            verdict = judge_sheet(rules, told.facts, pieces(told, side.at), side.at).verdict
            known[key] = _said(verdict)
        yield row, known[key]


def _said(verdict: Verdict) -> tuple[str, str]:
    if verdict.kind == "needs" and all(need.kind == "proof" for need in verdict.needs):
        return NEEDS_PROOF, verdict.needs[0].rule
    return verdict.kind, next(iter(verdict.rules), NO_RULE)
