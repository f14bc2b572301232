"""Tables of figures as CSV, and the report of a month as PDF: the same figures as on the screen, to the digit."""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import msgspec

from amends.api.calls import Request
from amends.api.insight import COMMON, PROBLEMS, overview_of, reasons_of, rows_of, tracking_of
from amends.api.insight_bodies import FigureView, InsightQuery, ReportQuery, RowView, TableQuery, TrackingQuery
from amends.api.messages import Problem, Reply
from amends.api.operations import Operation
from amends.exchange.figure_tables import csv_of
from amends.kernel.moments import format_moment

MOST_REJECTIONS: Final = 500
HEAD: Final = {
    "zh": ("项目", "名称", "指标", "指标名称", "数值", "单位", "币种", "计入", "总数", "开始", "结束", "截止", "成熟度（天）", "最新（天）", "最早（天）", "口径", "行业基准"),
    "en": ("part", "name", "figure", "figure name", "value", "unit", "currency", "counted", "of", "from", "to", "cut-off", "maturity (days)",
           "youngest (days)", "oldest (days)", "by", "benchmark"),
}  # fmt: skip
WORDS_HEAD: Final = {"zh": ("词", "名称", "类型", "申请数", "占比"), "en": ("word", "name", "sort", "requests", "share")}
TRACKED: Final = (
    "case_id",
    "order_reference",
    "at",
    "event",
    "ground",
    "kind",
    "reason",
    "amount",
    "currency",
    "outcome",
    "outcome_at",
)
TRACKED_HEAD: Final = {
    "zh": ("售后单", "订单号", "拒绝时间", "动作", "理由", "类型", "原因", "金额（最小单位）", "币种", "结果", "结果时间"),
    "en": TRACKED,
}
Table = tuple[tuple[str, ...], Iterable[tuple[object, ...]]]


async def table_file(request: Request) -> Reply | Problem:
    """A table of figures as CSV."""
    query, name = cast("TableQuery", request.query), request.params["name"]
    made = await _table(request, name, query)
    if isinstance(made, Problem):
        return made
    parts = csv_of(*made)

    async def sent() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    named = (b"content-disposition", f'attachment; filename="insight-{name}.csv"'.encode())
    return Reply(stream=sent(), media_type=b"text/csv; charset=utf-8", headers=(named,))


async def _table(request: Request, name: str, query: TableQuery) -> Table | Problem:
    makers = {"overview": _whole, "breakdown": _rows, "trend": _rows, "reasons": _reasons, "words": _words, "tracking": _tracked}
    return await makers[name](request, name, query) if name in makers else Problem(code="not_found")


async def _whole(request: Request, _: str, query: TableQuery) -> Table | Problem:
    found = await overview_of(request, query)
    if isinstance(found, Problem):
        return found
    lines = [("now", figure) for figure in found.figures] + [("before", figure) for figure in found.previous]
    return HEAD[query.language], [_line(part, "", figure, None, query.language) for part, figure in lines]


async def _rows(request: Request, name: str, query: TableQuery) -> Table | Problem:
    found = await rows_of(request, query, query.dimension if name == "breakdown" else query.grain)
    return found if isinstance(found, Problem) else (HEAD[query.language], _lines(found.rows, query.language))


async def _reasons(request: Request, _: str, query: TableQuery) -> Table | Problem:
    found = await reasons_of(request, query)
    return found if isinstance(found, Problem) else (HEAD[query.language], _lines(found.rows, query.language))


async def _words(request: Request, _: str, query: TableQuery) -> Table | Problem:
    found = await reasons_of(request, query)
    if isinstance(found, Problem):
        return found
    return WORDS_HEAD[query.language], [(w.word, w.words[query.language], w.sort, w.requests, w.share) for w in found.cloud]


async def _tracked(request: Request, _: str, query: TableQuery) -> Table | Problem:
    """Every rejection, page by page."""
    same = {field: getattr(query, field) for field in InsightQuery.__struct_fields__}
    rows: list[tuple[object, ...]] = []
    cursor: str | None = None
    while True:
        page = await tracking_of(request, TrackingQuery(**same, cursor=cursor, limit=MOST_REJECTIONS))
        if isinstance(page, Problem):
            return page
        rows += [tuple(_text(getattr(row, field)) for field in TRACKED) for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            return TRACKED_HEAD[query.language], rows


def _lines(rows: Iterable[RowView], language: str) -> Iterator[tuple[object, ...]]:
    for row in rows:
        for figure in row.figures:
            normal = row.benchmark.at_most if row.benchmark and row.benchmark.of == figure.figure else None
            yield _line(row.part, row.words[language], figure, normal, language)


def _line(part: str, name: str, figure: FigureView, normal: str | None, language: str) -> tuple[object, ...]:
    ripe = figure.maturity
    return (part, name, figure.figure, figure.words[language], figure.value, figure.unit, figure.currency, figure.numerator, figure.denominator,
            _text(figure.period.from_), _text(figure.period.to), _text(figure.cut_off), ripe.days, ripe.youngest, ripe.oldest, figure.by, normal)  # fmt: skip


def _text(value: Any) -> Any:
    return format_moment(value) if isinstance(value, datetime) else value


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
    report = _report(query.month, *(msgspec.to_builtins(found) for found in (overview, categories, reasons, tracking)))
    from amends.exchange.insight_pdf import report_pdf  # what draws paper is heavy, and few ask for it

    body = report_pdf(report, request.context.vocabulary.exponents(), datetime.now(UTC))
    named = (b"content-disposition", f'attachment; filename="after-sales-{query.month}.pdf"'.encode())
    return Reply(body=body, media_type=b"application/pdf", headers=(named,))


def _report(month: str, overview: Any, categories: Any, reasons: Any, tracking: Any) -> dict[str, Any]:
    """The plain rows of the report, in English."""
    was = {figure["figure"]: figure for figure in overview["previous"]}
    figures = [figure | {"words": figure["words"]["en"], "was": was.get(figure["figure"])} for figure in overview["figures"]]
    return {
        "title": f"After-sales in {month}",
        "sentence": overview["sentence"]["en"],
        "cut_off": overview["cut_off"],
        "alarms": [{"words": alarm["words"]["en"], "count": alarm["count"]} for alarm in overview["alarms"]],
        "figures": figures,
        "reasons": [{"words": row["words"]["en"], "figures": row["figures"]} for row in reasons["rows"]],
        "categories": [_category(row) for row in categories["rows"]],
        "rejections": [
            (g["words"]["en"], g["rejections"], g["settled"], g["stood"], g["overturned"], g["survival"])
            for g in tracking["grounds"]
        ],
        "definitions": list(dict.fromkeys((figure["words"], figure["definition"]["en"]) for figure in figures)),
    }


def _category(row: dict[str, Any]) -> tuple[object, ...]:
    by = {figure["figure"]: figure for figure in row["figures"]}
    rate = [by[name]["value"] if name in by else None for name in ("return_rate", "initiated_rate", "refunded_rate")]
    normal = row["benchmark"]["at_most"] if row["benchmark"] else "-"
    return (row["words"]["en"], rate[0], normal, rate[1], rate[2], by["return_rate"]["denominator"] if "return_rate" in by else 0)


OPERATIONS = (
    Operation(id="insight_table", path="/v1/insight/tables/{name}", summary="A table of figures as CSV", handler=table_file, query=TableQuery,
              media_type="text/csv", problems=PROBLEMS, **COMMON),
    Operation(id="insight_report", path="/v1/insight/report", summary="The report of a month as PDF", handler=report_file, query=ReportQuery,
              media_type="application/pdf", problems=PROBLEMS, **COMMON),
)  # fmt: skip
