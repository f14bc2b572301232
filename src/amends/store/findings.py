"""What the doctor finds, and how it is said."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

SHOWN: Final = 5


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One statement and how often it is broken; 0 is health. `samples` are at most five of what breaks it. A warning breaks nothing yet."""

    name: str
    statement: str
    count: int
    samples: tuple[str, ...] = ()
    warning: bool = False


def sick(findings: Iterable[Finding]) -> list[Finding]:
    """Those that do not hold; warnings left out."""
    return [finding for finding in findings if finding.count and not finding.warning]


def lines(findings: Sequence[Finding]) -> list[str]:
    """What the command line prints: one line a statement with its count, what breaks it below, and a sentence at the end."""
    said = []
    for finding in findings:
        word = "ok" if not finding.count else "warn" if finding.warning else "BROKEN"
        said.append(f"{word:6} {finding.name:8} {finding.count:>6}  {finding.statement}")
        said += [f"{'':24}{sample}" for sample in finding.samples]
    bad, warnings = len(sick(findings)), sum(1 for f in findings if f.count and f.warning)
    said.append(f"{len(findings)} statements asked: {bad} broken, {warnings} warnings")
    return said
