"""An interception and the complaint about it: two small machines beside the case (L-01, L-02, F-05)."""

from typing import Final

from amends.domain.lifecycle.machine import START, Row, Table


def _row(event: str, sources: str, to: str, by: str, action: str, source: str) -> Row:
    return Row(number=0, sources=tuple(sources.split()), event=event, by=tuple(by.split()), to=to, action=action, source=source)


INTERCEPTION: Final = Table(
    "interception",
    (
        _row("ordered", START, "ordered", "seller", "order_interception", "L-01"),
        _row("accepted", "ordered", "accepted", "carrier platform", "record_interception", "L-01"),
        _row("declined", "ordered", "declined", "carrier platform", "record_interception", "L-01"),
        _row("succeeded", "ordered accepted", "succeeded", "carrier platform", "record_interception record_scan", "L-01"),
        _row("failed", "ordered accepted", "failed", "carrier platform", "record_interception record_scan", "L-01"),
    ),
    final=("declined", "succeeded", "failed"),
)
COMPLAINT: Final = Table(
    "complaint",
    (
        _row("lodged", START, "lodged", "seller", "complain_to_carrier", "L-02"),
        _row("accepted", "lodged", "accepted", "carrier platform", "answer_complaint", "L-02"),
        _row("declined", "lodged", "declined", "carrier platform", "answer_complaint", "L-02"),
        _row("goods_back", "lodged", "goods_back", "carrier platform", "answer_complaint record_scan", "L-02"),
    ),
    final=("accepted", "declined", "goods_back"),
)
