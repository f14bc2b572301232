"""A chargeback: the card network's own dispute, with the deadline that it stamps."""

from typing import Final

from amends.domain.lifecycle.machine import START, Row, Table


def _row(event: str, sources: str, to: str, by: str, action: str) -> Row:
    return Row(number=0, sources=tuple(sources.split()), event=event, by=(by,), to=to, action=action, source="docs/glossary.md")


CHARGEBACK: Final = Table(
    "chargeback",
    (
        _row("raised", START, "open", "provider", "record_chargeback"),
        _row("answered", "open", "answered", "seller", "answer_chargeback"),
        _row("won", "open answered", "won", "provider", "record_chargeback"),
        _row("lost", "open answered", "lost", "provider", "record_chargeback"),
        _row("withdrawn", "open answered", "withdrawn", "provider", "record_chargeback"),
    ),
    final=("won", "lost", "withdrawn"),
)
