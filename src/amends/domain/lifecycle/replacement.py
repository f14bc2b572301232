"""A replacement: shipped by the seller, accepted by the buyer or by time (rows 19, 35 and 36)."""

from typing import Final

from amends.domain.lifecycle.machine import SAME, START, Row, Table


def _row(event: str, sources: str, to: str, by: str, action: str) -> Row:
    return Row(number=0, sources=tuple(sources.split()), event=event, by=tuple(by.split()), to=to, action=action, source="T-01")


REPLACEMENT: Final = Table(
    "replacement",
    (
        _row("owed", START, "owed", "seller system", "inspect_return"),
        _row("overdue", "owed", SAME, "system", "fire_deadline"),
        _row("shipped", "owed", "shipped", "seller", "ship_replacement"),
        _row("delivered", "shipped", "delivered", "carrier", "record_scan"),
        _row("accepted", "shipped delivered", "accepted", "buyer system", "accept_replacement"),
        _row("converted", "owed", "converted", "buyer seller system", "convert_to_refund"),
        _row("withdrawn", "owed", "withdrawn", "buyer", "withdraw"),
    ),
    final=("accepted", "converted", "withdrawn"),
)
