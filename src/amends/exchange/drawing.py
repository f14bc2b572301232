"""A process of its own that draws paper: `python -m amends.exchange.drawing` reads what to draw as JSON and writes the PDF.

What draws is heavy, its font heavier, and few ask for it: it costs whoever serves people neither memory nor turns of its loop.
"""

import sys
from datetime import datetime
from typing import Any, Literal

import msgspec

from amends.exchange.case_file import CaseFolder
from amends.kernel.money import Exponents


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What to draw: the report of a month, or a case (its `case`, `timeline` and `parts`)."""

    kind: Literal["report", "case"]
    language: str
    words: dict[str, str]
    exponents: Exponents
    made_at: datetime
    body: dict[str, Any]


def draw(wanted: Drawn) -> bytes:
    """The PDF."""
    if wanted.kind == "report":
        from amends.exchange.insight_pdf import report_pdf

        return report_pdf(wanted.body, wanted.exponents, wanted.words, wanted.made_at)
    from amends.exchange.case_pdf import case_pdf

    folder = CaseFolder(**wanted.body, proof={})
    return case_pdf(folder, wanted.exponents, wanted.words, wanted.language)


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(msgspec.json.decode(sys.stdin.buffer.read(), type=Drawn)))
