"""Tables of figures to take along, as CSV or as a workbook: the same figures as on the screen, to the digit (Q-07)."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any, Final, cast

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply
from amends.api.door.operation import Operation
from amends.api.door.tables_out import MEDIA_TYPES, Pages, table_reply
from amends.api.insight.bodies import FigureView, InsightQuery, RowView, TableQuery, TrackingQuery
from amends.api.insight.insight import COMMON, PROBLEMS, overview_of, reasons_of, rows_of, scores_of, tracking_of
from amends.exchange.sheets import Column, Row, Sheet, Writer

MOST_REJECTIONS: Final = 500
PAGE: Final = 1000
FIGURES: Final = (
    Column("part"), Column("name"), Column("figure"), Column("figure_name"), Column("value", "number"), Column("unit"), Column("currency"),
    Column("counted", "whole"), Column("of", "whole"), Column("from", "moment"), Column("to", "moment"), Column("cut_off", "moment"),
    Column("maturity_days", "whole"), Column("youngest_days", "whole"), Column("oldest_days", "whole"), Column("by"),
    Column("benchmark", "number"),
)  # fmt: skip
WORDS: Final = (Column("word"), Column("name"), Column("sort"), Column("requests", "whole"), Column("share", "number"))
TRACKED: Final = (
    Column("case_id"), Column("order_reference"), Column("rejected_at", "moment"), Column("event", "word", "events"),
    Column("ground", "word", "grounds"), Column("kind", "word", "kinds"), Column("reason", "word", "reasons"), Column("amount", "money"),
    Column("currency"), Column("outcome", "word", "rejection_outcomes"), Column("outcome_at", "moment"),
)  # fmt: skip
MOVED: Final = (
    Column("entry_id"), Column("shop"), Column("score", "word", "scores"), Column("moved_at", "moment"), Column("delta", "number"),
    Column("stands_at", "number"), Column("why", "word", "score_reasons"), Column("rule"), Column("case_id"),
)  # fmt: skip
Told = Mapping[str, Any]
Made = Iterable[Told] | AsyncGenerator[list[Told]]
Maker = Callable[[Request, str, TableQuery], Awaitable[Made | Problem]]


async def table_file(request: Request) -> Reply | Problem:
    """A table of figures as CSV or as a workbook."""
    query, name = cast("TableQuery", request.query), request.params["name"]
    if name not in TABLES:
        return Problem(code="not_found")
    columns, make = TABLES[name]
    made = await make(request, name, query)
    if isinstance(made, Problem):
        return made
    writer = Writer(Sheet(name, columns), request.context.vocabulary, query.language)
    return table_reply(writer, query.form, f"insight-{name}", _pages(writer, made))


async def _pages(writer: Writer, made: Made) -> Pages:
    if isinstance(made, AsyncGenerator):
        async for page in made:
            yield [writer.row(told) for told in page]
        return
    held: list[Row] = []
    for told in made:
        held.append(writer.row(told))
        if len(held) == PAGE:
            yield held
            held = []
    yield held


async def _whole(request: Request, _: str, query: TableQuery) -> Made | Problem:
    found = await overview_of(request, query)
    if isinstance(found, Problem):
        return found
    lines = [("now", figure) for figure in found.figures] + [("before", figure) for figure in found.previous]
    return [_line(part, "", figure, None, query.language) for part, figure in lines]


async def _rows(request: Request, name: str, query: TableQuery) -> Made | Problem:
    found = await rows_of(request, query, query.dimension if name == "breakdown" else query.grain)
    return found if isinstance(found, Problem) else _lines(found.rows, query.language)


async def _reasons(request: Request, _: str, query: TableQuery) -> Made | Problem:
    found = await reasons_of(request, query)
    return found if isinstance(found, Problem) else _lines(found.rows, query.language)


async def _words(request: Request, _: str, query: TableQuery) -> Made | Problem:
    found = await reasons_of(request, query)
    if isinstance(found, Problem):
        return found
    return [
        {
            "word": w.word,
            "name": _named(w.words, w.word, query.language),
            "sort": w.sort,
            "requests": w.requests,
            "share": w.share,
        }
        for w in found.cloud
    ]


async def _tracked(request: Request, _: str, query: TableQuery) -> Made | Problem:
    """Every rejection that the screen's filter leaves, page by page."""
    same = {field: getattr(query, field) for field in InsightQuery.__struct_fields__}
    same |= {"outcome": query.outcome, "ground": query.ground, "limit": MOST_REJECTIONS}
    first = await tracking_of(request, TrackingQuery(**same))
    if isinstance(first, Problem):
        return first

    async def pages() -> AsyncGenerator[list[Told]]:
        page = first
        while True:
            yield [{name: getattr(row, name) for name in row.__struct_fields__} | {"rejected_at": row.at} for row in page.rows]
            if page.next_cursor is None:
                return
            following = await tracking_of(request, TrackingQuery(**same, cursor=page.next_cursor))
            if isinstance(following, Problem):
                raise RuntimeError(following.code)  # noqa: TRY004 - what was sent is no whole table, and must not look like one
            page = following

    return pages()


async def _moved(request: Request, _: str, query: TableQuery) -> Made | Problem:
    found = await scores_of(request, query)
    if isinstance(found, Problem):
        return found
    return [
        {name: getattr(move, name) for name in move.__struct_fields__} | {"moved_at": move.at, "stands_at": move.value}
        for move in found.moves
    ]


def _lines(rows: Iterable[RowView], language: str) -> Iterator[Told]:
    for row in rows:
        for figure in row.figures:
            normal = row.benchmark.at_most if row.benchmark and row.benchmark.of == figure.figure else None
            yield _line(row.part, _named(row.words, row.part, language), figure, normal, language)


def _line(part: str, name: str, figure: FigureView, normal: str | None, language: str) -> Told:
    ripe = figure.maturity
    return {
        "part": part, "name": name, "figure": figure.figure, "figure_name": _named(figure.words, figure.figure, language),
        "value": figure.value, "unit": figure.unit, "currency": figure.currency, "counted": figure.numerator, "of": figure.denominator,
        "from": figure.period.from_, "to": figure.period.to, "cut_off": figure.cut_off, "maturity_days": ripe.days,
        "youngest_days": ripe.youngest, "oldest_days": ripe.oldest, "by": figure.by, "benchmark": normal,
    }  # fmt: skip


def _named(words: Mapping[str, str], code: str, language: str) -> str:
    return words.get(language, code)


TABLES: Final[dict[str, tuple[tuple[Column, ...], Maker]]] = {
    "overview": (FIGURES, _whole),
    "breakdown": (FIGURES, _rows),
    "trend": (FIGURES, _rows),
    "reasons": (FIGURES, _reasons),
    "words": (WORDS, _words),
    "tracking": (TRACKED, _tracked),
    "scores": (MOVED, _moved),
}
OPERATIONS = (
    Operation(id="insight_table", path="/v1/insight/tables/{name}", summary="A table of figures as CSV or as a workbook", handler=table_file,
              query=TableQuery, media_types=MEDIA_TYPES, problems=PROBLEMS, **COMMON),
)  # fmt: skip
