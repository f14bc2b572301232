"""Figures of after-sales (Q-04, Q-05, Q-06, Q-08, C-12, C-13, R-09): computed from a copy of columns, by definitions that stand once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, cast

import structlog

from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import shop_of
from amends.api.insight.bodies import (
    LONGEST,
    AlarmView,
    BreakdownQuery,
    Choice,
    Choices,
    Drill,
    DrillQuery,
    DrillRow,
    GroundRow,
    InsightQuery,
    Overview,
    Reasons,
    Rows,
    ScoreMove,
    ScoreMoves,
    TrackedRow,
    Tracking,
    TrackingQuery,
    TrendQuery,
    WordCount,
)
from amends.api.insight.words import COMPOSED, Told, benchmarks, figure_view, part_words, row_view, says, sentence
from amends.domain.facts.conduct import POINT, STARTS
from amends.store.columns.client import Broken, NotReady
from amends.store.columns.question import Question, percent
from amends.store.database import queries
from amends.store.reading import read_keys, write_keys

log = structlog.get_logger()
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
ASK_AGAIN: Final = Problem(code="insight_preparing")
_ALARMS: Final = {
    "unknown_statuses": {"zh": "有未识别状态的申请，只计入发起率", "en": "requests with a status that is not known count as initiated only"},
    "told_without_history": {"zh": "平台文件只说明当前状态，早于导入时的成熟度按当前状态计", "en": "a host's file tells how a request stands and not how it stood, so that an earlier maturity counts it as it stands"},
}  # fmt: skip


async def question_of(request: Request, query: InsightQuery) -> Question | Problem:
    """The question of a query, about shops that the caller may see and no others."""
    context, caller = request.context, request.caller
    if query.shop_id is not None:
        shop = await shop_of(context, caller, query.shop_id)
        if shop is None:
            return Problem(code="not_found")
        shops = [shop]
    else:
        shops = await shops_of(context, caller)
    now: datetime = await context.pool.fetchval(queries("domain_now"))
    said = [moment for moment in (query.from_, query.to, query.cut_off) if moment is not None]
    end = query.to or _minute_after(min(query.cut_off or now, now))
    if not all(EARLIEST <= moment <= LATEST for moment in said) or not _orderly(
        begin := query.from_ or end - timedelta(days=query.days), end
    ):
        return Problem(code="period_invalid", errors=(FieldError("from", "period_invalid"),))
    same = {
        name: getattr(query, name)
        for name in ("cut_off", "maturity", "by", "market", "category", "sku", "room", "host", "reason", "kind")
    }
    return Question(shops=shops, begin=begin, end=end, offset=query.zone, **same)


def _orderly(begin: datetime, end: datetime) -> bool:
    return begin < end and end - begin <= LONGEST


def _minute_after(moment: datetime) -> datetime:
    """Where a period ends that nobody named: the minute after now, so that the tables of one screen ask one question."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


async def told(request: Request, do: str, question: Question, **more: Any) -> dict[str, Any] | Problem:
    """What the copy answers, or that one has to ask again."""
    try:
        return await request.context.insight.ask(do, question, **more)
    except NotReady:
        return ASK_AGAIN
    except Broken as problem:
        log.error("insight_broke", do=do, problem=str(problem))  # noqa: TRY400 - what broke, broke elsewhere
        raise


async def market_of(request: Request, question: Question) -> str | None:
    """The market whose trades are looked at: the one that is asked for, else that of the first shop."""
    if question.market or not question.shops:
        return question.market
    row = await request.context.pool.fetchrow(queries("market_of_shop"), question.shops[0])
    return str(row["market"]) if row else None


async def overview(request: Request) -> Reply | Problem:
    """Every figure of a period beside the one before it."""
    made = await overview_of(request, cast("InsightQuery", request.query))
    return made if isinstance(made, Problem) else json_reply(made)


async def overview_of(request: Request, query: InsightQuery) -> Overview | Problem:
    """The overview, for whoever shows it."""
    question = await question_of(request, query)
    if isinstance(question, Problem):
        return question
    answer = await told(request, "overview", question)
    trades = await told(request, "breakdown", question, dimension="category", most=50)
    if isinstance(answer, Problem) or isinstance(trades, Problem):
        return ASK_AGAIN
    words = request.context.vocabulary
    normal = await benchmarks(request.context, await market_of(request, question), answer["cut_off"])
    figures = [figure_view(words, f) for f in answer["figures"]]
    previous = [figure_view(words, f) for f in answer["previous"]]
    rows = [row_view(words, "category", row, normal) for row in trades["rows"]]
    said = Told(now={f.figure: f for f in figures}, then={f.figure: f for f in previous}, moved=answer["moved"], trades=rows)
    alarms = [AlarmView(words=_ALARMS[alarm["code"]], **alarm) for alarm in answer["alarms"]]
    sold = [row.benchmark for row in rows if row.benchmark is not None]
    return Overview(
        figures=figures,
        previous=previous,
        sentence=sentence(words, said),
        benchmarks=sold,
        alarms=alarms,
        cut_off=answer["cut_off"],
    )


async def trend(request: Request) -> Reply | Problem:
    """Figures by day or by week."""
    query = cast("TrendQuery", request.query)
    made = await rows_of(request, query, query.grain)
    return made if isinstance(made, Problem) else json_reply(made)


async def breakdown(request: Request) -> Reply | Problem:
    """Figures by a dimension."""
    query = cast("BreakdownQuery", request.query)
    made = await rows_of(request, query, query.dimension)
    return made if isinstance(made, Problem) else json_reply(made)


async def rows_of(request: Request, query: InsightQuery, dimension: str) -> Rows | Problem:
    """A table of figures, for whoever shows it."""
    question = await question_of(request, query)
    if isinstance(question, Problem):
        return question
    answer = await told(request, "breakdown", question, dimension=dimension)
    if isinstance(answer, Problem):
        return answer
    words = request.context.vocabulary
    normal = await benchmarks(request.context, await market_of(request, question), answer["cut_off"])
    rows = [row_view(words, dimension, row, normal, question.category) for row in answer["rows"]]
    return Rows(rows=rows, benchmarks=list(normal.values()), cut_off=answer["cut_off"])


async def reasons(request: Request) -> Reply | Problem:
    """Reasons, the three most frequent, and the words of the cloud."""
    made = await reasons_of(request, cast("InsightQuery", request.query))
    return made if isinstance(made, Problem) else json_reply(made)


async def reasons_of(request: Request, query: InsightQuery) -> Reasons | Problem:
    """The same, for whoever shows it."""
    question = await question_of(request, query)
    if isinstance(question, Problem):
        return question
    answer = await told(request, "reasons", question)
    if isinstance(answer, Problem):
        return answer
    words, whole = request.context.vocabulary, answer["requests"]
    rows = [row_view(words, "reason", row, {}) for row in answer["rows"]]
    cloud = [
        WordCount(word=row.part, sort="reason", words=row.words, requests=row.figures[0].numerator, share=row.figures[0].value)
        for row in rows
    ]
    cloud += [WordCount(word=w["word"], sort="phrase", words=says(words, "phrases", w["word"]), requests=w["requests"],
                        share=percent(w["requests"], whole)) for w in answer["words"]]  # fmt: skip
    return Reasons(rows=rows, top=answer["top"], cloud=cloud, requests=whole, cut_off=answer["cut_off"])


async def drill(request: Request) -> Reply | Problem:
    """The cases, requests or orders that a figure counted."""
    query = cast("DrillQuery", request.query)
    if not known_figure(request, query.figure):
        return Problem(code="unknown_word", errors=(FieldError("figure", "unknown_word"),))
    found = await _page(request, query, "drill", figure=query.figure, part=query.part)
    if isinstance(found, Problem):
        return found
    answer, more = found
    rows = [DrillRow(at=row["moment"], **{n: row[n] for n in DrillRow.__struct_fields__ if n != "at"}) for row in answer["rows"]]
    return json_reply(Drill(rows=rows, next_cursor=more, cut_off=answer["cut_off"]))


def known_figure(request: Request, name: str) -> bool:
    """Whether it is a figure, or one of several that have a name in common."""
    return name in request.context.vocabulary.words("figures") or name.startswith(tuple(start for start, _, _ in COMPOSED))


async def tracking(request: Request) -> Reply | Problem:
    """Each rejection and what became of it (R-09)."""
    made = await tracking_of(request, cast("TrackingQuery", request.query))
    return made if isinstance(made, Problem) else json_reply(made)


async def tracking_of(request: Request, query: TrackingQuery) -> Tracking | Problem:
    """The same, for whoever shows it."""
    found = await _page(request, query, "tracking", outcome=query.outcome, ground=query.ground)
    if isinstance(found, Problem):
        return found
    answer, more = found
    words = request.context.vocabulary
    rows = [
        TrackedRow(at=row["moment"], **{n: row[n] for n in TrackedRow.__struct_fields__ if n != "at"}) for row in answer["rows"]
    ]
    grounds = [
        GroundRow(words=says(words, "grounds", g["ground"]), survival=percent(g["stood"], g["settled"]), **g)
        for g in answer["grounds"]
    ]
    figures = [figure_view(words, f) for f in answer["figures"]]
    return Tracking(rows=rows, grounds=grounds, figures=figures, next_cursor=more, cut_off=answer["cut_off"])


async def _page(
    request: Request, query: DrillQuery | TrackingQuery, do: str, **more: Any
) -> tuple[dict[str, Any], str | None] | Problem:
    """A page of rows that are ordered by a moment and a key, and where the next one begins."""
    after = read_keys(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    question = await question_of(request, query)
    if isinstance(question, Problem):
        return question
    at, key = (after.at, after.name) if after else (None, None)
    answer = await told(request, do, question, after_at=at, after_key=key, limit=query.limit + 1, **more)
    if isinstance(answer, Problem):
        return answer
    page = answer["rows"][: query.limit]
    following = write_keys(page[-1]["key"], page[-1]["moment"]) if len(answer["rows"]) > query.limit else None
    return answer | {"rows": page}, following


async def score_moves(request: Request) -> Reply | Problem:
    """How the scores moved, and what moved them."""
    made = await scores_of(request, cast("InsightQuery", request.query))
    return made if isinstance(made, Problem) else json_reply(made)


async def scores_of(request: Request, query: InsightQuery) -> ScoreMoves | Problem:
    """The same, for whoever shows it."""
    question = await question_of(request, query)
    if isinstance(question, Problem):
        return question
    answer = await told(request, "scores", question)
    if isinstance(answer, Problem):
        return answer
    return ScoreMoves(moves=[_moved(row) for row in answer["rows"]], cut_off=answer["cut_off"])


def _moved(row: dict[str, Any]) -> ScoreMove:
    value = max(0, STARTS.get(row["score"], 0) + row["moved"])
    same = {name: row[name] for name in ("entry_id", "shop_id", "shop", "score", "why", "rule", "case_id", "reverses")}
    return ScoreMove(at=row["moment"], delta=_points(row["delta"]), value=_points(value), **same)


def _points(thousandths: int) -> str:
    return format((Decimal(thousandths) / POINT).normalize(), "f")


async def choices(request: Request) -> Reply | Problem:
    """What there is to filter by."""
    question = await question_of(request, cast("InsightQuery", request.query))
    if isinstance(question, Problem):
        return question
    answer = await told(request, "choices", question)
    if isinstance(answer, Problem):
        return answer
    words = request.context.vocabulary
    found = [Choice(dimension=r["dimension"], word=r["word"], words=part_words(words, r["dimension"], r["word"], r["label"]), count=r["n"])
             for r in answer["rows"]]  # fmt: skip
    return json_reply(Choices(choices=found, cut_off=answer["cut_off"]))


COMMON: Final[dict[str, Any]] = {"method": "GET", "who": TRADE, "permission": "insight.read"}
PROBLEMS: Final = ("not_found", "period_invalid", "insight_preparing")
OPERATIONS = (
    Operation(id="insight_overview", path="/v1/insight/overview", summary="Every figure of a period beside the one before it", handler=overview,
              query=InsightQuery, answer=Overview, problems=PROBLEMS, **COMMON),
    Operation(id="insight_trend", path="/v1/insight/trend", summary="Figures by day or by week", handler=trend, query=TrendQuery, answer=Rows,
              problems=PROBLEMS, **COMMON),
    Operation(id="insight_breakdown", path="/v1/insight/breakdown", summary="Figures by a dimension", handler=breakdown, query=BreakdownQuery,
              answer=Rows, problems=PROBLEMS, **COMMON),
    Operation(id="insight_reasons", path="/v1/insight/reasons", summary="Reasons, and the words of the cloud", handler=reasons, query=InsightQuery,
              answer=Reasons, problems=PROBLEMS, **COMMON),
    Operation(id="insight_drill", path="/v1/insight/drill", summary="What a figure counted", handler=drill, query=DrillQuery, answer=Drill,
              problems=(*PROBLEMS, "unknown_word"), **COMMON),
    Operation(id="insight_tracking", path="/v1/insight/tracking", summary="Each rejection and what became of it", handler=tracking,
              query=TrackingQuery, answer=Tracking, problems=PROBLEMS, **COMMON),
    Operation(id="insight_scores", path="/v1/insight/scores", summary="How scores moved, and what moved them", handler=score_moves,
              query=InsightQuery, answer=ScoreMoves, problems=PROBLEMS, **COMMON),
    Operation(id="insight_choices", path="/v1/insight/choices", summary="What figures can be filtered by", handler=choices, query=InsightQuery,
              answer=Choices, problems=PROBLEMS, **COMMON),
)  # fmt: skip
