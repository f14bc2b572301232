"""A piece of proof: it waits for its check, counts once it is clean, and is sealed by the first decision that rests on it."""

from typing import Final

from amends.domain.lifecycle.machine import SAME, START, Row, Table

EVIDENCE: Final = Table(
    "evidence",
    (
        Row(
            number=0,
            sources=(START,),
            event="uploaded",
            by=("buyer", "seller", "platform"),
            to="quarantined",
            action="upload",
            source="V-18",
        ),
        Row(
            number=0,
            sources=(START,),
            event="written",
            by=("buyer", "seller", "platform"),
            to="clean",
            action="submit_evidence",
            source="V-18",
        ),
        Row(number=0, sources=("quarantined",), event="cleared", by=("system",), to="clean", action="upload", source="V-18"),
        Row(number=0, sources=("quarantined",), event="refused", by=("system",), to="refused", action="upload", source="V-18"),
        Row(
            number=0,
            sources=("clean",),
            event="sealed",
            by=("seller", "platform", "system"),
            to=SAME,
            action="approve",
            source="V-12",
        ),
    ),
    final=("refused", "clean"),
)
