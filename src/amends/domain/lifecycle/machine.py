"""What a table of transitions is: rows, the one way to look one up, and what every table must keep to."""

from collections.abc import Iterable, Iterator
from typing import Final, get_args

import msgspec

from amends.domain.facts.words import CaseKind, DeadlineKind, Effect

START: Final = "start"
"""Where a case comes from before it is one."""
SAME: Final = "same"
"""The row keeps the state."""
STORED: Final = "stored"
"""The row goes back to the state that an earlier row kept (`Case.return_to`)."""
CASE_KINDS: Final[tuple[str, ...]] = get_args(CaseKind)
EVERY_CLOCK: Final[tuple[DeadlineKind, ...]] = get_args(DeadlineKind)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One transition. `number` is the row of the case table in docs/lifecycle.md; 0 is one that only a clock or a trace needs, with its `source`.

    `action` names the files under `actions/` that bring it about. `starts` starts a clock unless one of that kind lives
    already, and only where a rule promises one; `until` names the event that resumes what the row pauses. `decides` says
    whether something changes that a decision rests on, so that forms opened before it are stale.
    """

    number: int
    sources: tuple[str, ...]
    event: str
    by: tuple[str, ...]
    to: str | dict[str, str]
    action: str
    kinds: tuple[str, ...] = ()
    starts: tuple[DeadlineKind, ...] = ()
    stops: tuple[DeadlineKind, ...] = ()
    pauses: tuple[DeadlineKind, ...] = ()
    resumes: tuple[DeadlineKind, ...] = ()
    shrinks: tuple[DeadlineKind, ...] = ()
    wishes: tuple[Effect, ...] = ()
    until: str | None = None
    decides: bool = True
    source: str = ""

    def target(self, state: str, kind: str = "", stored: str | None = None) -> str:
        """The state after the row, for a case of that kind in that state."""
        to = self.to if isinstance(self.to, str) else self.to[kind]
        if to == SAME:
            return state
        return (stored or state) if to == STORED else to

    def fires(self) -> str | None:
        """The deadline kind whose end is this row's event."""
        kind = self.event.removesuffix("_expired")
        return kind if kind != self.event else None


class Table:
    """Rows, and an index of them by state, kind, event and actor. Two rows that answer one question raise ValueError."""

    def __init__(self, name: str, rows: Iterable[Row], *, final: Iterable[str], kinds: tuple[str, ...] = ("",)) -> None:
        self.name = name
        self.rows = tuple(rows)
        self.final = frozenset(final)
        self.kinds = kinds
        self.index: dict[tuple[str, str, str, str], Row] = {}
        for row in self.rows:
            for key in _keys(row, kinds):
                if key in self.index:
                    raise ValueError(f"{name}: two rows for {key}")
                self.index[key] = row

    @property
    def states(self) -> frozenset[str]:
        """Every state that a row starts from or leads to."""
        found = {source for row in self.rows for source in row.sources} | self.final
        return frozenset(found | {to for row in self.rows for to in targets(row)}) - {START, SAME, STORED}


def _keys(row: Row, kinds: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
    for state in row.sources:
        for kind in row.kinds or kinds:
            for by in row.by:
                yield state, kind, row.event, by


def find(table: Table, state: str, kind: str, event: str, by: str) -> Row | None:
    """The row for an event by an actor of that kind, on something of that kind in that state; None where there is none."""
    return table.index.get((state, kind, event, by))


def targets(row: Row) -> tuple[str, ...]:
    """The states that a row may lead to, `SAME` and `STORED` as such."""
    return (row.to,) if isinstance(row.to, str) else tuple(dict.fromkeys(row.to.values()))


def never_left(table: Table) -> frozenset[str]:
    """States that are not final and that no row leaves."""
    left = {state for row in table.rows for state in row.sources if set(targets(row)) - {SAME, state}}
    return table.states - table.final - left


def reached(table: Table, kind: str) -> frozenset[str]:
    """The states that a chain of rows leads a thing of that kind to, from the start on."""
    rows = [row for row in table.rows if kind in (row.kinds or table.kinds)]
    found, grown = {START}, True
    while grown:
        more = {row.target(source, kind, source) for row in rows for source in found.intersection(row.sources)}
        grown = not more <= found
        found |= more
    return frozenset(found - {START})


def never_reached(table: Table) -> frozenset[str]:
    """States that no chain of rows leads to from the start, for no kind."""
    return table.states.difference(*(reached(table, kind) for kind in table.kinds))


class Waiting(msgspec.Struct, frozen=True):
    """What a thing waits for: its state, the clocks that run and that are paused, and the state to return to."""

    state: str
    running: frozenset[str] = frozenset()
    paused: frozenset[str] = frozenset()
    stored: str | None = None


def after(row: Row, at: Waiting, kind: str, optional: frozenset[str]) -> Waiting | None:
    """What is waited for after a row, or None where it cannot happen because its clock does not run."""
    fired = row.fires()
    if fired and fired not in at.running:
        return None
    running = at.running - {fired} - set(row.stops) - set(row.pauses)
    paused = (at.paused | (at.running & set(row.pauses))) - set(row.stops) - set(row.resumes)
    running |= at.paused & set(row.resumes)
    running |= set(row.starts) - optional - paused
    stored = at.state if "negotiating" in targets(row) else at.stored
    return Waiting(row.target(at.state, kind, at.stored), frozenset(running), frozenset(paused), stored)


def hanging(table: Table, optional: frozenset[str]) -> frozenset[Waiting]:
    """Every reachable situation that is not final and in which no clock runs; clocks in `optional` are not counted on."""
    found: set[Waiting] = set()
    for kind in table.kinds:
        rows = [row for row in table.rows if kind in (row.kinds or table.kinds)]
        seen: set[Waiting] = set()
        open_ = [Waiting(START)]
        while open_:
            at = open_.pop()
            for row in rows:
                if at.state not in row.sources:
                    continue
                new = after(row, at, kind, optional)
                if new and new not in seen:
                    seen.add(new)
                    open_.append(new)
        found |= {at for at in seen if at.state not in table.final and not at.running}
    return frozenset(found)
