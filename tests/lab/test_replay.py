"""A candidate release over what was asked in the past: the kernel says what production says, and the report what changes."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.marketplace import Marketplace

from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.conditions import standing
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Condition, FactShape, MarketBook, Vocabulary
from amends.domain.topics.eligibility import judge_eligibility
from amends.exchange.policies import read_policies
from amends.lab.history import opened, read_history, save, scale_of
from amends.lab.kernel import Kernel, numbers_of, words_of
from amends.lab.replay import Side, verdict_rows
from amends.lab.report import report
from amends.lab.verdicts import KINDS, decide, probes
from amends.store.database import connect

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
POLICIES = read_policies()
SHEETS = 1_500


def drawn(rng: random.Random, shape: FactShape, vocabulary: Vocabulary) -> Any:
    """A value of a fact: any word, thresholds and their neighbours, now and then NONE or UNKNOWN."""
    if rng.random() < 0.12:
        return rng.choice([NONE, UNKNOWN])
    match shape.type:
        case "word":
            return rng.choice(list(vocabulary.words(shape.words or "")))
        case "flag":
            return rng.random() < 0.5
        case "money":
            return rng.choice([rng.randrange(300_000), 100_000, 99_999, 100_001]), "USD"
        case "hours":
            return rng.randrange(400_000)
    return rng.choice([*range(-3, 40), 60, 90])


def columns(topics: list[Any], vocabulary: Vocabulary, sheets: list[dict[str, Any]]) -> tuple[Kernel, dict[str, Any]]:
    kernel = Kernel(topics, lambda fact: scale_of(vocabulary, fact), probes(*topics[:1]))
    made: dict[str, Any] = {}
    for fact in kernel.facts:
        values = [sheet[fact][0] if isinstance(sheet[fact], tuple) else sheet[fact] for sheet in sheets]
        plain = vocabulary.facts[fact].type in ("word", "flag")
        made[fact] = words_of(values) if plain else numbers_of(values, scale_of(vocabulary, fact))
    return kernel, made


@pytest.mark.parametrize("market", ["us", "vn", "cn"])
def test_kernel_production_and_reference_agree_on_random_sheets(market: str) -> None:
    rng, book = random.Random(market), CompiledBook(POLICIES.books[market])  # noqa: S311 -- the same sheets every time
    vocabulary = book.book.vocabulary
    eligibility = book.topic("eligibility", NOW)
    topics = [eligibility, *(book.topic(name, NOW) for name in ("evidence", "deadlines", "rejections"))]
    facts = sorted({fact for topic in topics for fact in topic.facts} | {"request.kind"})
    currency = book.book.currency
    sheets = []
    for _ in range(SHEETS):
        sheet = {fact: drawn(rng, vocabulary.facts[fact], vocabulary) for fact in facts}
        sheets.append({f: (v[0], currency) if isinstance(v, tuple) else v for f, v in sheet.items()})
    kernel, made = columns(topics, vocabulary, sheets)
    found = kernel.situations(made, len(sheets))
    matches = [kernel.match(found, place) for place in range(len(topics))]
    decided = decide(kernel, found, 0)
    for row, sheet in enumerate(sheets):
        place = found.ids[row]
        for topic, (certain, possible) in zip(topics, matches, strict=True):
            ours = tuple(sum(int(line) << 64 * n for n, line in enumerate(side[:, place])) for side in (certain, possible))
            assert ours == tuple(topic.match(sheet)), sheet
        verdict = judge_eligibility(eligibility, sheet, NOW)
        rule = eligibility.rules[decided.rule[place]].id if decided.rule[place] >= 0 else ""
        assert (KINDS[decided.kind[place]], rule) == (verdict.kind, verdict.rules[0])
    for row in range(0, len(sheets), 50):
        said = standing(eligibility.rules, sheets[row])
        certain, possible = (side[:, found.ids[row]] for side in matches[0])
        for n, rule_ in enumerate(eligibility.rules):
            has = [bool(int(side[n // 64]) >> n % 64 & 1) for side in (certain, possible)]
            assert said[rule_.id] is {(True, True): True, (False, True): None, (False, False): False}[has[0], has[1]]


def shorter(book: MarketBook, rule_id: str, days: int) -> MarketBook:
    """The book with another number of days in one rule."""

    def changed(condition: Condition) -> Condition:
        value = condition.value
        if isinstance(value, Quantity) and value.unit == "days":
            return msgspec.structs.replace(condition, value=Quantity(days, "days"))
        return condition

    rules = {
        topic: tuple(
            msgspec.structs.replace(rule, conditions=tuple(map(changed, rule.conditions))) if rule.id == rule_id else rule
            for rule in those
        )
        for topic, those in book.rules.items()
    }
    return msgspec.structs.replace(book, rules=rules)


async def _asked(market: Marketplace) -> None:
    """Auctions delivered 3, 10 and 20 days ago, each asked about with and without proof, and once for a change of mind."""
    for days in (3, 10, 20):
        for reason, proof in (("damaged", ("photo_defect",)), ("damaged", ()), ("no_longer_needed", ())):
            sold = await market.order(sale_format="live_auction", delivered_ago=timedelta(days=days))
            await market.ask(sold, "return_refund", reason, proof=proof)


async def test_what_if_the_window_were_shorter_is_answered_case_by_case(marketplace: Marketplace, tmp_path: Path) -> None:
    await _asked(marketplace)
    book = POLICIES.books["us"]
    base = Side(book=CompiledBook(book, release="old"), at=NOW)
    candidate = Side(book=CompiledBook(shorter(book, "auction_filing_window", 7), release="new"), at=NOW)
    connection = await connect(marketplace.dsn, "amends_reviewer")
    try:
        async with connection.transaction(readonly=True):
            history = await read_history(connection, "us", book.vocabulary)
    finally:
        await connection.close()
    found = report(history, base, candidate)
    assert (found.cases, found.refused, found.agreed) == (4, 5, 9), "the rules that were in force say again what they said"
    otherwise = [each for each in found.transitions if each.before != each.after]
    (change_with, change_without) = sorted(otherwise, key=lambda each: each.before)
    assert (change_with.before, change_with.after, change_with.after_rule) == ("allowed", "declined", "auction_filing_window")
    assert (change_without.before, change_without.after, change_without.requests) == ("needs_proof", "declined", 1)
    assert found.changed == 2
    assert {each.name: (each.before, each.after) for each in found.work} == {"nobody": (5, 7), "seller": (2, 1), "buyer": (2, 1)}
    assert not found.deadlines
    assert {each.party: each.asked_less for each in found.money} == {"buyer": -10_000, "seller": 10_000, "platform": 0}
    assert [(each.shop, each.requests) for each in found.shops] == [("Shop of anna", 2)]
    wider = Side(book=CompiledBook(shorter(book, "auction_filing_window", 30), release="new"), at=NOW)
    back = report(history, base, wider)
    assert {each.why: each.requests for each in back.unsure} == {"proof_never_shown": 1, "seller_never_answered": 1}
    assert {each.party: each.asked_more for each in back.money} == {"buyer": 10_000, "seller": -10_000, "platform": 0}
    save(history, tmp_path / "history.parquet")
    again = opened(tmp_path / "history.parquet")
    assert report(again, base, candidate) == found
    assert verdict_rows(again.table, base, candidate).equals(verdict_rows(history.table, base, candidate))


async def test_the_demo_comes_out_as_it_was_recorded_and_a_release_changes_nothing_beside_itself(demo: str) -> None:
    connection = await connect(demo, "amends_reviewer")
    try:
        for market in ("us", "cn", "gb"):
            side = Side(book=CompiledBook(POLICIES.books[market], release="r"), at=NOW)
            async with connection.transaction(readonly=True):
                history = await read_history(connection, market, POLICIES.vocabulary)
            found = report(history, side, side)
            assert found.agreed == found.cases + found.refused > 5
            assert (found.changed, found.transitions, found.deadlines) == (0, (), ())
    finally:
        await connection.close()
