"""docs/lifecycle.md: a picture and every row of every table, with the words of its states and clocks."""

from tools.pages import GENERATED, code, codes, table

from amends.domain.lifecycle.case import CASE
from amends.domain.lifecycle.diagram import TABLES, mermaid
from amends.domain.lifecycle.machine import Row, Table, targets
from amends.domain.lifecycle.moves import DECIDED_BY_TIME
from amends.domain.lifecycle.not_built_yet import NOT_BUILT_YET
from amends.domain.rulebook.shape import Vocabulary

VERBS = ("starts", "stops", "pauses", "resumes", "shrinks")
MOST_CLOCKS = 8


def page(vocabulary: Vocabulary) -> str:
    """The whole page."""
    return "\n".join([_head(), _states(vocabulary), _clocks(vocabulary), _missing(), *(_section(each) for each in TABLES)])


def _head() -> str:
    return (
        f"# Lifecycle\n\n{GENERATED}\n"
        "Each machine is a table: from, event, by whom, to, the action that brings it about, clocks and wishes. Code, picture and this page have one source,\n"
        "[`src/amends/domain/lifecycle`](../src/amends/domain/lifecycle). A wish is an effect that the worker carries out after the commit.\n"
    )


def _states(vocabulary: Vocabulary) -> str:
    rows: list[tuple[object, ...]] = []
    for word, term in vocabulary.words("states").items():
        clock = "final" if word in CASE.final else code(DECIDED_BY_TIME.get(word, ""))
        rows.append((code(word), term.says.en, term.says.zh, clock))
    return "## States of a case\n\n" + table(("state", "in words", "状态", "the clock that ends it"), rows)


def _clocks(vocabulary: Vocabulary) -> str:
    rows: list[tuple[object, ...]] = []
    for word, term in vocabulary.words("deadlines").items():
        begun = sorted({row.number for row in CASE.rows if word in row.starts})
        rows.append(
            (code(word), term.says.en, term.says.zh, term.traits.get("owes", ""), ", ".join(map(str, begun)) or "none yet")
        )
    return (
        "## Clocks\n\nHow long each runs, and what its end brings, is policy: [deadlines](rules/deadlines.md). "
        "Row 0 is one that only a clock or a trace needs.\n\n"
        + table(("clock", "in words", "时限", "who must act", "started by rows"), rows)
    )


def _missing() -> str:
    waiting: dict[str, list[str]] = {}
    for (number, event), what in NOT_BUILT_YET.items():
        waiting.setdefault(what, []).append(f"{number} {code(event)}")
    rows: list[tuple[object, ...]] = [(what, ", ".join(events)) for what, events in waiting.items()]
    return "## Rows that nothing brings about yet\n\n" + table(("what will", "rows"), rows)


def _section(machine: Table) -> str:
    rows = [_line(row) for row in machine.rows]
    head = ("row", "from", "event", "by", "to", "action", "kinds", "clocks", "wishes", "built")
    return f"## {machine.name}\n\n```mermaid\n{mermaid(machine)}```\n\n{table(head, rows)}"


def _line(row: Row) -> tuple[object, ...]:
    return (
        row.number or row.source,
        codes(row.sources),
        code(row.event),
        ", ".join(row.by),
        codes(targets(row)),
        codes(row.action.split()),
        ", ".join(row.kinds) or "all",
        "; ".join(_verb(row, verb) for verb in VERBS if getattr(row, verb)),
        ", ".join(row.wishes),
        "not yet" if (row.number, row.event) in NOT_BUILT_YET else "yes",
    )


def _verb(row: Row, verb: str) -> str:
    named: tuple[str, ...] = getattr(row, verb)
    return f"{verb} {', '.join(named) if len(named) <= MOST_CLOCKS else 'every clock of its kind that runs'}"
