"""The tables as Mermaid text for docs/lifecycle.md; drawn from the tables, so that the picture cannot be wrong."""

from collections.abc import Iterable

from amends.domain.lifecycle.case import CASE
from amends.domain.lifecycle.chargeback import CHARGEBACK
from amends.domain.lifecycle.dispute import DISPUTE
from amends.domain.lifecycle.evidence import EVIDENCE
from amends.domain.lifecycle.interception import COMPLAINT, INTERCEPTION
from amends.domain.lifecycle.machine import SAME, START, STORED, Row, Table, targets
from amends.domain.lifecycle.not_built_yet import NOT_BUILT_YET
from amends.domain.lifecycle.parcel import FORWARD, RETURN
from amends.domain.lifecycle.proposal import PROPOSAL
from amends.domain.lifecycle.refund import REFUND
from amends.domain.lifecycle.replacement import REPLACEMENT

TABLES: tuple[Table, ...] = (
    CASE,
    FORWARD,
    RETURN,
    REFUND,
    PROPOSAL,
    DISPUTE,
    CHARGEBACK,
    EVIDENCE,
    REPLACEMENT,
    INTERCEPTION,
    COMPLAINT,
)


def mermaid(table: Table) -> str:
    """A state diagram of a table, without rows that keep their state; arrows between two states carry all their events."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in table.rows:
        for source in row.sources:
            for to in targets(row):
                if to not in (SAME, source):
                    events = arrows.setdefault((source, to), [])
                    if row.event not in events:
                        events.append(row.event)
    drawn = [f"    {_named(source)} --> {_named(to)}: {', '.join(events)}" for (source, to), events in arrows.items()]
    ends = [f"    {state} --> [*]" for state in sorted(table.final)]
    return "\n".join(["stateDiagram-v2", *drawn, *ends]) + "\n"


def _named(state: str) -> str:
    return {START: "[*]", STORED: "the_state_before"}.get(state, state)


def listing(table: Table) -> str:
    """Every row of a table as a Markdown table."""
    head = "| row | from | event | by | to | kinds | clocks | wishes | built |\n|---|---|---|---|---|---|---|---|---|\n"
    return head + "".join(_line(row) for row in table.rows)


def _line(row: Row) -> str:
    clocks = [
        f"{verb} {', '.join(getattr(row, verb))}"
        for verb in ("starts", "stops", "pauses", "resumes", "shrinks")
        if getattr(row, verb)
    ]
    cells = (
        str(row.number or row.source),
        ", ".join(row.sources),
        row.event,
        ", ".join(row.by),
        ", ".join(targets(row)),
        ", ".join(row.kinds) or "all",
        "; ".join(clocks),
        ", ".join(row.wishes),
        NOT_BUILT_YET.get((row.number, row.event), "yes"),
    )
    return f"| {' | '.join(cells)} |\n"


def document(tables: Iterable[Table] = TABLES) -> str:
    """docs/lifecycle.md, whole: a picture and all rows of every table."""
    parts = [f"## {table.name}\n\n```mermaid\n{mermaid(table)}```\n\n{listing(table)}" for table in tables]
    return "# Lifecycle\n\nGenerated from `src/amends/domain/lifecycle`; `make docs` writes it again.\n\n" + "\n".join(parts)
