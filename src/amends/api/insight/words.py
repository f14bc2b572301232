"""Figures in words: what each is called and means, what is normal in a trade, and one sentence about what changed (Q-08)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from amends.api.door.context import Context
from amends.api.insight.bodies import BenchmarkView, FigureView, MaturityView, Period, RowView
from amends.desk.rulebooks import NotPublished
from amends.domain.rulebook.shape import Vocabulary
from amends.domain.topics.benchmarks import about_category, benchmark

LANGUAGES: Final = ("zh", "en")
COMPOSED: Final = (("cost_per_case_", "cost_per_case", "parties"), ("rejections_", "rejections", "rejection_outcomes"),
                   ("disputes_", "disputes", "events"))  # fmt: skip
"""Figures that are one of several: what they begin with, the figure that they belong to, and the list of the rest of their name."""
LISTS: Final = {"category": "categories", "reason": "reasons", "kind": "kinds"}
OPEN: Final = {"zh": "审理中", "en": "open"}


def says(vocabulary: Vocabulary, name: str, word: str) -> dict[str, str]:
    """A word of a list in both languages."""
    found = vocabulary.says(name, word)
    return {"zh": found.zh, "en": found.en}


def figure_words(vocabulary: Vocabulary, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """What a figure is called, and what it means."""
    for start, whole, rest in COMPOSED:
        if name.startswith(start):
            head, tail = says(vocabulary, "figures", whole), name.removeprefix(start)
            last = OPEN if tail == "open" else says(vocabulary, rest, tail)
            return {each: f"{head[each]} · {last[each]}" for each in LANGUAGES}, _means(vocabulary, whole)
    return says(vocabulary, "figures", name), _means(vocabulary, name)


def _means(vocabulary: Vocabulary, name: str) -> dict[str, str]:
    term = vocabulary.words("figures").get(name)
    return {each: str(dict(term.traits.get("means", {})).get(each, "")) if term else "" for each in LANGUAGES}


def figure_view(vocabulary: Vocabulary, told: Mapping[str, Any]) -> FigureView:
    """A figure as it is shown."""
    words, means = figure_words(vocabulary, told["figure"])
    maturity = MaturityView(**told["maturity"])
    period = Period(from_=told["begin"], to=told["end"])
    same = {name: told[name] for name in ("figure", "unit", "value", "numerator", "denominator", "cut_off", "by", "currency")}
    return FigureView(words=words, definition=means, period=period, maturity=maturity, **same)


def part_words(vocabulary: Vocabulary, dimension: str, part: str, label: str | None) -> dict[str, str]:
    """What a part of a table is called: by its list, by its own name, or by itself."""
    if dimension in LISTS:
        return says(vocabulary, LISTS[dimension], part)
    return dict.fromkeys(LANGUAGES, label or part)


def row_view(
    vocabulary: Vocabulary, dimension: str, told: Mapping[str, Any], normal: Mapping[str, BenchmarkView], trade: str | None = None
) -> RowView:
    """A part of a table as it is shown; the benchmark is that of its own category, or of the one that was asked for."""
    beside = normal.get(told["part"] if dimension == "category" else trade or "")
    words = part_words(vocabulary, dimension, told["part"], told["label"])
    return RowView(
        part=told["part"], words=words, figures=[figure_view(vocabulary, f) for f in told["figures"]], benchmark=beside
    )


async def benchmarks(context: Context, market: str | None, now: datetime) -> dict[str, BenchmarkView]:
    """What is normal in each trade of a market, by the rules in force now."""
    rulebooks, found = context.desk.rulebooks, {}
    if market is None:
        return {}
    async with context.pool.acquire() as connection:
        await rulebooks.refresh(connection)
        try:
            book = await rulebooks.book(connection, market, rulebooks.release_at(market, now).hash)
        except NotPublished:
            return {}
    topic = book.topic("benchmarks", now)
    for category in context.vocabulary.words("categories"):
        sentence = benchmark(topic, about_category(topic, category))
        if sentence is not None:
            at_most = format(Decimal(sentence.outcome.at_most.number) / 10_000, ".1f")
            found[category] = BenchmarkView(category=category, of=sentence.outcome.of, at_most=at_most, rule=sentence.rule.id,
                                            words={"zh": sentence.rule.says.zh, "en": sentence.rule.says.en})  # fmt: skip
    return found


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a sentence is made of: figures of the two periods by name, what moved, and the trades that were looked at."""

    now: Mapping[str, FigureView]
    then: Mapping[str, FigureView]
    moved: Sequence[Mapping[str, Any]]
    trades: Sequence[RowView]


def sentence(vocabulary: Vocabulary, told: Told) -> dict[str, str]:
    """One sentence, in both languages: what changed, what moved it, and why it matters."""
    return {each: _joined(vocabulary, told, each) for each in LANGUAGES}


def _joined(vocabulary: Vocabulary, told: Told, language: str) -> str:
    def say(word: str, **values: Any) -> str:
        return says(vocabulary, "insight_sentences", word)[language].format(**values)

    now, then = told.now["return_rate"], told.then["return_rate"]
    if now.value is None:
        return say("nothing")
    parts = [_change(say, now, then)]
    if then.value is not None:
        change = Decimal(now.value) - Decimal(then.value)
        cause = next((each for each in told.moved if Decimal(each["points"]) * change > 0), None)
        if cause is not None:
            parts.append(_why(vocabulary, say, cause, language))
    parts += _normal(say, told.trades, language)
    orders = (now.denominator + 50) // 100
    if orders:
        parts.append(say(_of(orders, "cost"), orders=orders))
    if not now.maturity.ripe and now.maturity.youngest is not None:
        parts.append(say(_of(now.maturity.youngest, "young"), days=now.maturity.youngest))
    return ("" if language == "zh" else " ").join(parts)


def _of(count: int, word: str) -> str:
    """The sentence about one, or about several."""
    return f"{word}_one" if count == 1 else word


def _change(say: Any, now: FigureView, then: FigureView) -> str:
    if then.value is None:
        return str(say("first", now=now.value, cut_off=f"{now.cut_off:%Y-%m-%d %H:%M} UTC"))
    points = Decimal(now.value or 0) - Decimal(then.value)
    if not points:
        return str(say("same", now=now.value))
    return str(say("up" if points > 0 else "down", now=now.value, then=then.value, points=format(abs(points), ".2f")))


def _why(vocabulary: Vocabulary, say: Any, first: Mapping[str, Any], language: str) -> str:
    reason, share = says(vocabulary, "reasons", first["reason"])[language], f"{Decimal(first['points']) / 100:+.2f}"
    if first["title"]:
        return str(say("why", reason=reason, title=first["title"], share=share))
    return str(say("why_bare", reason=reason, share=share))


def _normal(say: Any, trades: Sequence[RowView], language: str) -> list[str]:
    """The trade that lies furthest over what is normal, or the largest one that lies within."""
    judged = []
    for row in trades:
        rate = next((f for f in row.figures if f.figure == "return_rate"), None)
        if row.benchmark is not None and rate is not None and rate.value is not None:
            judged.append((Decimal(rate.value) - Decimal(row.benchmark.at_most), rate.denominator, row, rate.value))
    if not judged:
        return []
    over = [one for one in judged if one[0] > 0]
    _, _, row, value = max(over, key=lambda one: one[0]) if over else max(judged, key=lambda one: one[1])
    word = "over_benchmark" if over else "within_benchmark"
    return [str(say(word, category=row.words[language], rate=value, at_most=row.benchmark.at_most if row.benchmark else ""))]
