"""A dispute, and its further rounds, the appeals; time never decides one (N-08; rows 23 to 26 and 37)."""

from typing import Final

from amends.domain.lifecycle.machine import SAME, START, Row, Table


def _row(event: str, sources: str, to: str, by: str, action: str, source: str) -> Row:
    return Row(number=0, sources=tuple(sources.split()), event=event, by=tuple(by.split()), to=to, action=action, source=source)


DISPUTE: Final = Table(
    "dispute",
    (
        _row("opened", START, "under_review", "buyer", "escalate", "T-05"),
        _row("overdue", "under_review under_appeal", SAME, "system", "fire_deadline", "N-08"),
        _row("claimed", "under_review under_appeal", SAME, "platform", "claim_review", "C-03"),
        _row("proposed", "under_review under_appeal", SAME, "platform", "rule", "four eyes above a limit"),
        _row("ruled", "under_review under_appeal", "ruled", "platform", "rule confirm_ruling", "T-05, N-08"),
        _row("ruled_finally", "under_review under_appeal", "settled", "platform", "rule confirm_ruling", "N-08"),
        _row("appealed", "ruled", "under_appeal", "buyer seller", "appeal", "N-08"),
        _row("lapsed", "ruled", "settled", "system", "fire_deadline", "N-08"),
        _row("cancelled", "under_review under_appeal", "cancelled", "buyer", "cancel_dispute withdraw", "T-05"),
    ),
    final=("settled", "cancelled"),
)
