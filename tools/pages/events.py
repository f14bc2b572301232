"""docs/events.md: everything that can happen to a case, with its words and a body as the tests of every row make it."""

import importlib
import sys
from pathlib import Path
from typing import Any, Final

import msgspec
from tools.pages import GENERATED, code, codes

from amends.domain.lifecycle.case import CASE
from amends.domain.lifecycle.machine import START, Row, targets
from amends.domain.rulebook.shape import Vocabulary

ROOT: Final = Path(__file__).resolve().parents[2]
MESSAGE: Final = """```json
{"id": "<case>#<seq>", "type": "case.deadline_near", "timestamp": "2026-11-17T13:00:00Z",
 "data": {"shop_id": 7, "case_id": "…", "seq": 2, "order_id": "…", "order_reference": "O-1", "kind": "refund_only", "reason": "damaged",
          "market": "gb", "currency": "GBP", "from_state": "pending_review", "state": "pending_review", "by": "system", "details": {…}}}
```
"""


def page(vocabulary: Vocabulary) -> str:
    """The whole page."""
    bodies = examples()
    sections = [_section(vocabulary, event, bodies.get(event)) for event in vocabulary.words("events")]
    return "\n".join([_head(), *sections])


def _head() -> str:
    return (
        f"# Events\n\n{GENERATED}\n"
        "Each is a link in its shop's chain, a row of the feed (`GET /v1/events`, `GET /v1/cases/{case_id}/events`) and, where an endpoint listens, "
        "a webhook. An endpoint names the types that it wants, or none and gets all; what was sent can be looked up and sent again "
        "(`GET`, `POST /v1/webhooks/{webhook_id}/…`). A webhook's type is the event with `case.` before it (`deadline_near` is "
        "told as `case.deadline_near`, `case_opened` as `case.opened`); endpoints may name either.\n\n"
        "A message, signed as Standard Webhooks has it; `details` is the body below. Bodies hold ids, words, amounts in minor units and hashes, "
        "never personal data, and a reader takes no harm from fields that it does not know. `based_on`, beside the fields shown here, is the version "
        "of the case that whoever decided had before them, where they named one (`If-Match`).\n\n" + MESSAGE
    )


def _section(vocabulary: Vocabulary, event: str, body: dict[str, Any] | None) -> str:
    says, rows = vocabulary.says("events", event), [row for row in CASE.rows if row.event == event]
    lines = [f"## {event}\n", f"{says.en} · {says.zh}\n"]
    if rows:
        lines.append("\n".join(_line(row) for row in rows) + "\n")
    else:
        lines.append("Named by clocks that wait for it; it stands for whatever ends a proposal.\n")
    if body is not None:
        lines.append(
            f"```json\n{msgspec.json.format(msgspec.json.encode(body, order='deterministic'), indent=0).decode()}\n```\n"
        )
    return "\n".join(lines)


def _line(row: Row) -> str:
    froms = "nothing" if row.sources == (START,) else codes(row.sources)
    to = (
        "the same state"
        if targets(row) == ("same",)
        else "the state before"
        if targets(row) == ("stored",)
        else codes(targets(row))
    )
    return f"- by {', '.join(row.by)}: {froms} → {to}" + (f"; wishes {code(' '.join(row.wishes))}" if row.wishes else "")


def examples() -> dict[str, dict[str, Any]]:
    """A body of each event, from the test that drives every row of the table."""
    folder = str(ROOT / "tests" / "actions")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    driving: Any = importlib.import_module("test_every_row")
    found: dict[str, dict[str, Any]] = {}
    for row in driving.BUILT:
        if row.event not in found:
            body = _driven(driving, row)
            if body is not None:
                found[row.event] = body
    return found


def _driven(driving: Any, row: Row) -> dict[str, Any] | None:
    for source, kind, by in driving.ways(row):
        if driving.skipped(row, source, kind, by):
            continue
        _, outcome = driving.drive(row, source, kind, by)
        for part in driving.all_of(outcome):
            for event in part.events:
                if event.type == row.event:
                    body: dict[str, Any] = event.body
                    return body
    return None
