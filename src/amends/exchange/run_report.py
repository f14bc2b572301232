"""What became, or would become, of the rows of a file that was handed in: as its run keeps it and as it is told."""

from typing import Final

import msgspec

from amends.exchange.report import Report

SHOWN: Final = 1_000


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a row; `taken` tells a remark from a refusal."""

    row: int
    column: str
    code: str
    reference: str
    taken: bool


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became, or would become, of the rows. At most 1,000 problems are listed; `by_code` counts all."""

    read: int
    imported: int
    same: int
    refused: int
    by_code: dict[str, int]
    things: dict[str, int]
    problems: list[RowProblem]


def told(report: Report) -> ImportReport:
    """The report, cut to what is kept."""
    total = report.total
    problems = [
        RowProblem(row=p.at.row, column=p.column, code=p.code, reference=p.reference, taken=p.taken)
        for p in report.problems[:SHOWN]
    ]
    return ImportReport(read=total.read, imported=total.imported, same=total.same, refused=total.refused,
                        by_code=dict(report.by_code), things=dict(report.things), problems=problems)  # fmt: skip
