"""The report of a month as PDF: the same figures as on the screen, to the digit."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply
from amends.api.door.operation import Operation
from amends.api.door.paper import drawn
from amends.api.insight.bodies import ReportQuery, TrackingQuery
from amends.api.insight.insight import COMMON, PROBLEMS, overview_of, reasons_of, rows_of, tracking_of


async def report_file(request: Request) -> Reply | Problem:
    """The report of a month as PDF."""
    query = cast("ReportQuery", request.query)
    year, month = (int(part) for part in query.month.split("-"))
    begin = datetime(year, month, 1, tzinfo=UTC) - timedelta(minutes=query.zone)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC) - timedelta(minutes=query.zone)
    asked = TrackingQuery(from_=begin, to=end, shop_id=query.shop_id, zone=query.zone, limit=1)
    overview = await overview_of(request, asked)
    categories, reasons = await rows_of(request, asked, "category"), await reasons_of(request, asked)
    tracking = await tracking_of(request, asked)
    for found in (overview, categories, reasons, tracking):
        if isinstance(found, Problem):
            return found
    parts = (msgspec.to_builtins(found) for found in (overview, categories, reasons, tracking))
    report = _report(query.month, query.language, *parts)
    body = await drawn(request.context, "report", query.language, report, datetime.now(UTC))
    named = (b"content-disposition", f'attachment; filename="after-sales-{query.month}.pdf"'.encode())
    return Reply(body=body, media_type=b"application/pdf", headers=(named,))


def _report(month: str, language: str, overview: Any, categories: Any, reasons: Any, tracking: Any) -> dict[str, Any]:
    """The plain rows of the report, in a language."""
    was = {(figure["figure"], figure["currency"]): figure for figure in overview["previous"]}
    figures = [
        figure | {"words": figure["words"][language], "was": was.get((figure["figure"], figure["currency"]))}
        for figure in overview["figures"]
    ]
    return {
        "month": month,
        "sentence": overview["sentence"][language],
        "cut_off": overview["cut_off"],
        "alarms": [{"words": alarm["words"][language], "count": alarm["count"]} for alarm in overview["alarms"]],
        "figures": figures,
        "reasons": [{"words": row["words"][language], "figures": row["figures"]} for row in reasons["rows"]],
        "categories": [_category(row, language) for row in categories["rows"]],
        "rejections": [
            (g["words"][language], g["rejections"], g["settled"], g["stood"], g["overturned"], g["survival"])
            for g in tracking["grounds"]
        ],
        "definitions": list(dict.fromkeys((figure["words"], figure["definition"][language]) for figure in figures)),
    }


def _category(row: dict[str, Any], language: str) -> tuple[object, ...]:
    by = {figure["figure"]: figure for figure in row["figures"]}
    rate = [by[name]["value"] if name in by else None for name in ("return_rate", "initiated_rate", "refunded_rate")]
    normal = row["benchmark"]["at_most"] if row["benchmark"] else "-"
    orders = by["return_rate"]["denominator"] if "return_rate" in by else 0
    return (row["words"][language], rate[0], normal, rate[1], rate[2], orders)


OPERATIONS = (
    Operation(id="insight_report", path="/v1/insight/report", summary="The report of a month as PDF", handler=report_file, query=ReportQuery,
              media_types=("application/pdf",), problems=PROBLEMS, **COMMON),
)  # fmt: skip
