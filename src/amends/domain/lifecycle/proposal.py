"""A proposal: one is open at a time, and the platform's takes the place of the seller's (N-01 to N-07; rows 6 to 9)."""

from typing import Final

from amends.domain.lifecycle.machine import START, Row, Table


def _row(event: str, sources: str, to: str, by: tuple[str, ...], action: str, source: str) -> Row:
    return Row(number=0, sources=tuple(sources.split()), event=event, by=by, to=to, action=action, source=source)


PROPOSAL: Final = Table(
    "proposal",
    (
        _row("made", START, "open", ("seller", "platform", "system"), "propose", "N-05"),
        _row("accepted", "open", "accepted", ("buyer",), "answer_proposal", "N-07"),
        _row("declined", "open", "declined", ("buyer",), "answer_proposal", "N-07"),
        _row("lapsed", "open", "lapsed", ("system",), "fire_deadline", "C-05"),
        _row(
            "overtaken", "open", "overtaken", ("seller", "platform", "system", "carrier"), "approve propose fire_deadline", "C-06"
        ),
        _row("withdrawn", "open", "withdrawn", ("buyer",), "withdraw", "N-07"),
    ),
    final=("accepted", "declined", "lapsed", "overtaken", "withdrawn"),
)
