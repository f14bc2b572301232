"""A refund: its id is the provider's key for ever, so an unknown outcome is asked about and never repeated under another one (rows 27 and 28)."""

from typing import Final

from amends.domain.lifecycle.machine import SAME, START, Row, Table

_PROVIDER: Final = ("provider", "system")


def _row(event: str, sources: str, to: str, by: tuple[str, ...] = _PROVIDER, action: str = "record_refund_result") -> Row:
    return Row(number=0, sources=tuple(sources.split()), event=event, by=by, to=to, action=action, source="docs/glossary.md")


REFUND: Final = Table(
    "refund",
    (
        _row("planned", START, "pending", ("seller", "platform", "system"), "approve"),
        _row("sent", "pending unknown", "sent"),
        _row("succeeded", "pending sent unknown failed", "succeeded"),
        _row("failed", "pending sent unknown", "failed"),
        _row("unknown", "pending sent", "unknown"),
        _row("came_back", "succeeded", "failed"),
        _row("replaced", "failed", SAME, ("platform", "system"), "retry_refund"),
        _row("given_up", "failed", "given_up", ("platform",), "give_up_refund"),
    ),
    final=("succeeded", "given_up"),
)
