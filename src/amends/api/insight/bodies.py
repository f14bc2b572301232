"""What is asked of figures, and what figures look like outside."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Moment, Positive, Word
from amends.api.door.tables_out import Form
from amends.exchange.sheets import Language

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Page = Annotated[str, Meta(max_length=500)]
Many = Annotated[int, Meta(ge=1, le=500)]
Dimension = Literal["shop", "category", "product", "room", "host", "market", "reason", "kind"]
LONGEST = timedelta(days=5 * 366)


class InsightQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which orders and cases, seen when.

    The period is `from` (inclusive) to `to` (exclusive), or the last `days` before the cut-off. `cut_off` sees nothing later than it.
    `maturity` sees each order that many days after its creation (7, 14, 30). `by=line` counts each order with each of its articles.
    `zone` is how many minutes the asker's clock is ahead of UTC, for days and weeks.
    """

    from_: Moment | None = msgspec.field(default=None, name="from")
    to: Moment | None = None
    days: Annotated[int, Meta(ge=1, le=1826)] = 30
    cut_off: Moment | None = None
    maturity: Annotated[int, Meta(ge=1, le=365)] | None = None
    by: Literal["order", "line"] = "order"
    shop_id: Positive | None = None
    market: Annotated[str, Meta(max_length=8)] | None = None
    category: Name | None = None
    sku: Name | None = None
    room: Name | None = None
    host: Name | None = None
    reason: Word | None = None
    kind: Word | None = None
    zone: Annotated[int, Meta(ge=-840, le=840)] = 0


class TrendQuery(InsightQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure by day or by week."""

    grain: Literal["day", "week"] = "day"


class BreakdownQuery(InsightQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Figures by a dimension."""

    dimension: Dimension = "category"


class DrillQuery(InsightQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a figure counted: its numerator, or what it is over."""

    figure: Word = "return_rate"
    part: Literal["numerator", "denominator"] = "numerator"
    cursor: Page | None = None
    limit: Many = 50


class TrackingQuery(InsightQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rejections by what became of them, or by their ground."""

    outcome: Word | None = None
    ground: Word | None = None
    cursor: Page | None = None
    limit: Many = 50


class TableQuery(BreakdownQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table as a file, with words in a language, or in codes for programs; `outcome` and `ground` narrow the tracking table."""

    grain: Literal["day", "week"] = "day"
    form: Form = "csv"
    language: Language = "en"
    outcome: Word | None = None
    ground: Word | None = None


class ReportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A month of the asker's calendar, as `2026-10`."""

    month: Annotated[str, Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])\Z")]
    language: Literal["zh", "en"] = "en"
    shop_id: Positive | None = None
    zone: Annotated[int, Meta(ge=-840, le=840)] = 0


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """From (inclusive) to (exclusive)."""

    from_: datetime = msgspec.field(name="from")
    to: datetime


class MaturityView(msgspec.Struct, frozen=True, kw_only=True):
    """How long the orders had to ripen: `days` as asked; youngest and oldest in whole days at the cut-off. `ripe` is false while the figure can still move."""

    days: int | None
    youngest: int | None
    oldest: int | None
    ripe: bool


class FigureView(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with everything that it needs to be understood. `value` is exact text; null where there is nothing to divide by."""

    figure: str
    words: dict[str, str]
    definition: dict[str, str]
    unit: Literal["percent", "seconds", "minor", "count"]
    value: str | None
    numerator: int
    denominator: int
    period: Period
    cut_off: datetime
    maturity: MaturityView
    by: str
    currency: str | None


class BenchmarkView(msgspec.Struct, frozen=True, kw_only=True):
    """What is normal in a trade (Q-05): shown beside a figure, and never a reason to decide anything."""

    category: str
    of: str
    at_most: str
    rule: str
    words: dict[str, str]


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a table: its key, what people call it, its figures, and the benchmark of its trade."""

    part: str
    words: dict[str, str]
    figures: list[FigureView]
    benchmark: BenchmarkView | None


class AlarmView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the figures could not know, and how often."""

    code: str
    count: int
    words: dict[str, str]


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Every figure, the same figures of the period before it at the same maturity, and one sentence that says what changed and why it matters."""

    figures: list[FigureView]
    previous: list[FigureView]
    sentence: dict[str, str]
    benchmarks: list[BenchmarkView]
    alarms: list[AlarmView]
    cut_off: datetime


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """A table of figures."""

    rows: list[RowView]
    benchmarks: list[BenchmarkView]
    cut_off: datetime


class WordCount(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the cloud: a reason, or a phrase that buyers' notes hold; `requests` of all requests of the question."""

    word: str
    sort: Literal["reason", "phrase"]
    words: dict[str, str]
    requests: int
    share: str | None


class Reasons(msgspec.Struct, frozen=True, kw_only=True):
    """Reasons with their figures, the three most frequent, and the words of the cloud."""

    rows: list[RowView]
    top: list[str]
    cloud: list[WordCount]
    requests: int
    cut_off: datetime


class DrillRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a figure counted. `case_id` is null for an order, and for a request that only a host's file tells of."""

    key: str
    shop_id: int
    case_id: UUID | None
    order_id: UUID
    order_reference: str
    source: str
    kind: str | None
    reason: str | None
    status: str | None
    at: datetime


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """A page of them, the newest first."""

    rows: list[DrillRow]
    next_cursor: str | None
    cut_off: datetime


class TrackedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rejection and what became of it (R-09)."""

    key: str
    shop_id: int
    case_id: UUID
    order_id: UUID
    order_reference: str
    at: datetime
    event: str
    ground: str | None
    kind: str
    reason: str
    amount: int
    currency: str
    outcome: str
    outcome_at: datetime | None


class GroundRow(msgspec.Struct, frozen=True, kw_only=True):
    """How often a ground was used, how often it is settled, how often it stood, how often it was overturned."""

    ground: str
    words: dict[str, str]
    rejections: int
    settled: int
    stood: int
    overturned: int
    survival: str | None


class Tracking(msgspec.Struct, frozen=True, kw_only=True):
    """The tracking table, the frequent grounds, and the figures about them."""

    rows: list[TrackedRow]
    grounds: list[GroundRow]
    figures: list[FigureView]
    next_cursor: str | None
    cut_off: datetime


class ScoreMove(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a score and where the score stood after it; in points."""

    entry_id: UUID
    shop_id: int
    shop: str | None
    score: str
    at: datetime
    delta: str
    value: str
    why: str
    rule: str | None
    case_id: UUID | None
    reverses: UUID | None


class ScoreMoves(msgspec.Struct, frozen=True, kw_only=True):
    """How the scores moved in the period, and what moved them."""

    moves: list[ScoreMove]
    cut_off: datetime


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to filter by, and how often it occurs."""

    dimension: str
    word: str
    words: dict[str, str]
    count: int


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to filter by."""

    choices: list[Choice]
    cut_off: datetime


Plain = dict[str, Any]
