"""A candidate release over what was asked in the past: the kernel says what production says, and the report what changes."""

import asyncio
import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.marketplace import Marketplace
from typer.testing import CliRunner

from amends.cli import command_line
from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.conditions import standing
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Condition, FactShape, MarketBook, Vocabulary
from amends.domain.topics.eligibility import judge_eligibility
from amends.exchange.policies import policies_folder, read_policies
from amends.lab.history import opened, read_history, save, scale_of
from amends.lab.kernel import Kernel, numbers_of, words_of
from amends.lab.replay import Side, verdict_rows
from amends.lab.replayed import Replay, ReplayReport
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


@pytest.mark.parametrize("market", ["us", "sg"])
def test_a_market_without_a_history_has_no_situations(market: str) -> None:
    book = CompiledBook(POLICIES.books[market])
    kernel, made = columns([book.topic("eligibility", NOW), book.topic("deadlines", NOW)], book.book.vocabulary, [])
    found = kernel.situations(made, 0)
    assert len(found.ids) == 0
    for place in range(2):
        assert [side.shape[1] for side in kernel.match(found, place)] == [0, 0]
    assert len(decide(kernel, found, 0).kind) == 0


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


async def _late_cases(market: Marketplace) -> set[str]:
    """The cases about goods that were delivered ten days ago."""
    rows = await market.administrator.fetch(
        "select c.id from cases c join orders o on o.shop_id = c.shop_id and o.id = c.order_id where c.opened_at - o.delivered_at > interval '9 days'"
    )
    return {str(row["id"]) for row in rows}


async def _replays(market: Marketplace) -> tuple[Any, Side, dict[int, ReplayReport]]:
    """The history of the US, its rules, and what windows of 7 and of 30 days would have changed."""
    await _asked(market)
    book = POLICIES.books["us"]
    base = Side(book=CompiledBook(book, release="old"), at=NOW)
    connection = await connect(market.dsn, "amends_reviewer")
    try:
        async with connection.transaction(readonly=True):
            history = await read_history(connection, "us", book.vocabulary)
    finally:
        await connection.close()
    return history, base, {days: report(history, base, _window(days)) for days in (7, 30)}


def _window(days: int) -> Side:
    return Side(book=CompiledBook(shorter(POLICIES.books["us"], "auction_filing_window", days), release="new"), at=NOW)


async def test_what_if_the_window_were_shorter_is_answered_case_by_case(marketplace: Marketplace) -> None:
    _, _, found_ = await _replays(marketplace)
    found = found_[7]
    assert (found.cases, found.refused, found.agreed) == (4, 5, 9), "the rules that were in force say again what they said"
    otherwise = [each for each in found.transitions if each.before != each.after]
    (change_with, change_without) = sorted(otherwise, key=lambda each: each.before)
    assert (change_with.before, change_with.after, change_with.after_rule) == ("allowed", "declined", "auction_filing_window")
    assert (change_without.before, change_without.after, change_without.requests) == ("needs_proof", "declined", 1)
    assert (found.changed, found.certain, found.amount) == (2, 2, 10_000), "of what would not have been opened history knows all"
    assert {each.name: (each.before, each.after) for each in found.work} == {"nobody": (5, 7), "seller": (2, 1), "buyer": (2, 1)}
    assert not found.deadlines
    assert {each.party: each.asked_less for each in found.money} == {"buyer": -10_000, "seller": 10_000, "platform": 0}
    assert [(each.shop, each.requests) for each in found.shops] == [("Shop of anna", 2)]


async def test_exactly_the_cases_that_change_stand_behind_each_figure(marketplace: Marketplace) -> None:
    _, _, found_ = await _replays(marketplace)
    found, late = found_[7], await _late_cases(marketplace)
    assert len(late) == 2
    assert {case for each in found.transitions if each.before != each.after for case in each.behind.cases} == late
    assert set(found.shops[0].behind.cases) == late
    assert set(next(each for each in found.work if each.name == "nobody").behind.cases) == late
    assert {each.party: set(each.behind_less.cases) for each in found.money} == {"buyer": late, "seller": late, "platform": set()}


async def test_what_history_cannot_answer_is_said_of_which_requests(marketplace: Marketplace) -> None:
    _, _, found = await _replays(marketplace)
    back = found[30]
    assert {each.why: each.requests for each in back.unsure} == {"proof_never_shown": 1, "seller_never_answered": 1}
    assert {each.party: each.asked_more for each in back.money} == {"buyer": 10_000, "seller": -10_000, "platform": 0}
    assert (back.changed, back.certain) == (2, 0), "what a refused buyer or their seller would have done, nobody knows"
    assert len({refused for each in back.unsure for refused in each.behind.refused}) == 2
    assert not any(each.behind.cases for each in back.transitions if each.before != each.after)


async def test_a_kept_history_comes_to_the_same(marketplace: Marketplace, tmp_path: Path) -> None:
    history, base, found = await _replays(marketplace)
    save(history, tmp_path / "history.parquet")
    again, candidate = opened(tmp_path / "history.parquet"), _window(7)
    assert report(again, base, candidate) == found[7]
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


async def test_every_market_that_the_candidate_has_rules_for_is_replayed_the_most_touched_first(
    demo: str, tmp_path: Path
) -> None:
    candidate = tmp_path / "policies"
    shutil.copytree(policies_folder(), candidate)
    base = candidate / "packs" / "base"
    (base / "eligibility.yaml").write_text(
        (base / "eligibility.yaml").read_text("utf-8").replace("{over: 14 days}", "{over: 1 days}"), "utf-8"
    )
    (base / "deadlines.yaml").write_text((base / "deadlines.yaml").read_text("utf-8").replace("10 days", "9 days"), "utf-8")
    asked = ["policy", "replay", "--to", str(candidate), "--json"]
    done = await asyncio.to_thread(CliRunner().invoke, command_line(), asked, env={"DATABASE_URL": demo, "COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    told = msgspec.json.decode(done.stdout, type=Replay)
    assert len(told.reports) == len(POLICIES.books)
    assert [each.market for each in told.markets] == [each.market for each in told.reports]
    changed = [each.changed for each in told.markets]
    assert changed == sorted(changed, reverse=True)
    assert changed[0] > 0 == changed[-1]
    assert sum(each.promises for each in told.markets) > 0
    for report_ in told.reports:
        for moved in report_.deadlines:
            assert (moved.before, moved.after) == ("10 days", "9 days")
            assert 0 < len(moved.behind.cases) <= moved.promises
    shown = await asyncio.to_thread(CliRunner().invoke, command_line(), asked[:-1], env={"DATABASE_URL": demo, "COLUMNS": "200"})
    assert shown.exit_code == 0, shown.output
    assert "decided otherwise" in shown.output
