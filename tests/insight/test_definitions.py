"""The definitions say what the text says: held against slow loops over made-up marketplaces, and each word of them matters."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.insight.made_up import DAY0, MadeUp
from tests.insight.slow import Slow

from amends.exchange.policies import read_policies
from amends.store.columns import asking, named
from amends.store.columns.asking import asked, before
from amends.store.columns.copying import open_copy
from amends.store.columns.question import Question, mean, percent

BEGIN = DAY0.replace(tzinfo=UTC)
CUT_OFF = DAY0 + timedelta(days=31)
NAMES = ("units", "paid_units", "initiated", "effective", "refunded", "returned", "called_off", "platform", "unknown")


def question(**more: Any) -> Question:
    return Question(**({"shops": [1], "begin": BEGIN, "end": BEGIN + timedelta(days=30)} | more))


def counted(db: duckdb.DuckDBPyConnection, q: Question) -> dict[str, int]:
    with asked(db, q) as one:
        rows = one.counts("")
        return {name: sum(row[name] for row in rows) for name in (*NAMES, "proactive")}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    made = open_copy(tmp_path_factory.mktemp("copy") / "columns.duckdb")
    yield made
    made.close()


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    by=st.sampled_from(["order", "line"]),
    maturity=st.sampled_from([None, 7, 14]),
    narrowed=st.sampled_from(
        [{}, {"category": "apparel"}, {"sku": "B"}, {"reason": "damaged"}, {"room": "R1"}, {"market": "gb"}]
    ),
    age=st.integers(1, 40),
)
def test_fast_and_slow_count_the_same(
    db: duckdb.DuckDBPyConnection, seed: int, by: Any, maturity: Any, narrowed: Any, age: int
) -> None:
    world = MadeUp(seed)
    cut_off = DAY0 + timedelta(days=age)
    world.lay(db, cut_off)
    q = question(by=by, maturity=maturity, **narrowed)
    fast, slow = counted(db, q), Slow(world.rows, q, cut_off).counts()
    assert fast == {name: slow[name] for name in fast}


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    made = open_copy(tmp_path_factory.mktemp("copy") / "columns.duckdb")
    MadeUp(7, 1_500).lay(made, CUT_OFF)
    yield made
    made.close()


def everything(db: duckdb.DuckDBPyConnection) -> list[Any]:
    found: list[Any] = []
    for q in (question(), question(maturity=7, by="line")):
        with asked(db, q) as one:
            found += [
                one.rates(""),
                one.rates("reason"),
                one.rates("category"),
                one.handling(""),
                one.costs(""),
                one.survival(),
                one.alarms(),
            ]
    return found


@pytest.fixture(scope="module")
def healthy(rich: duckdb.DuckDBPyConnection) -> list[Any]:
    return everything(rich)


MUTANTS = [
    ("asked_line", "not o.replacement", "true"),
    ("asked_line", "s.paid_at <= s.horizon", "true"),
    ("asked_line", "placed_at >= $from", "placed_at is not null"),
    ("asked_line", "to_days($maturity::integer)", "to_days($maturity::integer + 3)"),
    ("asked_line", "coalesce(s.cancelled_at <= s.horizon, false)", "s.cancelled_at is not null"),
    ("asked_line", "(s.status = 'cancelled' and s.cancelled_at is null) or", "false or"),
    ("asked_line", "coalesce(nullif(l.sku, ''), l.line_id::text)", "l.line_id::text"),
    ("asked_request", "r.asked_at <= a.horizon", "r.asked_at <= $cut_off + to_days(60)"),
    ("asked_request", "s.from_at <= l.horizon and (s.until_at is null or s.until_at > l.horizon)", "s.until_at is null"),
    ("asked_request", "p.proposer = 'platform'", "true"),
    ("asked_request", "coalesce(k.disputed_at <= s.horizon, false)", "false"),
    ("asked_request", "k.granted_at < k.late_at", "true"),
    ("asked_request", "'first_response_expired', 'review_expired'", "'review_expired'"),
    ("asked_request", "m.effective is null as unknown", "false as unknown"),
    ("request", "t.sku = '' or l.sku = t.sku", "l.sku = t.sku"),
    ("request", "t.sku = '' or l.sku = t.sku", "true"),
    ("rates", "coalesce(bool_or(r.effective and r.kind <> 'cancel'), false)", "coalesce(bool_or(r.effective), false)"),
    ("rates", "coalesce(bool_or(r.effective), false)", "coalesce(bool_and(r.effective), false)"),
    ("rates", "count(*) filter (where not cancelled) as units", "count(*) as units"),
    ("rates", "count(*) filter (where called_off)", "count(*) filter (where called_off and not cancelled)"),
    (
        "rates",
        "group by p.part, p.shop_id, p.order_id, p.article",
        "group by p.part, p.shop_id, p.order_id, p.article, p.line_id",
    ),
    ("reasons", "where not r.cancelled group by", "group by"),
    ("asked_case", "not c.historical", "true"),
    ("asked_case", "c.opened_at >= $from", "true"),
    ("asked_case", "'replied', ", ""),
    ("asked_case", "e.actor_kind = 'seller' and", ""),
    ("asked_case", "where e.moment <= $cut_off", "where true"),
    ("handling", "handling_s <= 259200", "handling_s <= 172800"),
    ("handling", "opened_at + to_hours(72) <= $cut_off) as ripe", "true) as ripe"),
    ("handling", "quantile_disc(response_s, 0.95)", "quantile_disc(response_s, 0.9)"),
    ("handling", "quantile_disc(handling_s, 0.5)", "quantile_disc(handling_s, 0.4)"),
    ("costs", "m.moment <= $cut_off", "true"),
    ("asked_rejection", "f.seq < n.next_seq", "true"),
    ("asked_rejection", "s.last.overturned", "false"),
    ("asked_dispute", "max_by(f.type, f.seq)", "min(f.type)"),
]


@pytest.mark.parametrize(("name", "was", "becomes"), MUTANTS, ids=lambda text: str(text)[:48])
def test_every_word_of_a_definition_changes_a_figure(
    rich: duckdb.DuckDBPyConnection, healthy: list[Any], monkeypatch: pytest.MonkeyPatch, name: str, was: str, becomes: str
) -> None:
    text = named.said(name)
    assert was in text
    monkeypatch.setattr(
        asking, "said", lambda asked_for: text.replace(was, becomes) if asked_for == name else named.said(asked_for)
    )
    try:
        found = everything(rich)
    except duckdb.Error as broken:
        pytest.fail(f"the mutant does not run: {broken}")
    assert found != healthy


OWN = {
    "initiated_rate": (
        "rates",
        "bool_or(r.request_id is not null) as",
        "bool_or(r.request_id is not null and r.kind <> 'cancel') as",
    ),
    "effective_rate": (
        "rates",
        "coalesce(bool_or(r.effective), false) as effective",
        "coalesce(bool_and(r.effective), false) as effective",
    ),
    "refunded_rate": ("rates", "coalesce(bool_or(r.refunded), false)", "coalesce(bool_and(r.refunded), false)"),
    "return_rate": ("rates", "bool_or(r.effective and r.kind <> 'cancel')", "bool_or(r.effective and r.kind <> 'exchange')"),
    "cancellation_rate": ("rates", "bool_or(r.effective and r.kind = 'cancel')", "bool_or(r.kind = 'cancel')"),
    "proactive_refund_rate": ("asked_request", "k.granted_at < k.late_at", "true"),
    "platform_intervention_rate": ("asked_request", "coalesce(k.disputed_at <= s.horizon, false)", "false"),
    "first_response": ("asked_case", "e.actor_kind = 'seller' and", ""),
    "first_response_median": ("handling", "quantile_disc(response_s, 0.5)", "quantile_disc(response_s, 0.6)"),
    "first_response_95": ("handling", "quantile_disc(response_s, 0.95)", "quantile_disc(response_s, 0.9)"),
    "handling_time": ("asked_case", "e.to_state in ('completed', 'closed')", "e.to_state = 'closed'"),
    "handling_time_median": ("handling", "quantile_disc(handling_s, 0.5)", "quantile_disc(handling_s, 0.4)"),
    "handling_time_95": ("handling", "quantile_disc(handling_s, 0.95)", "quantile_disc(handling_s, 0.9)"),
    "closed_in_72h": ("handling", "opened_at + to_hours(72) <= $cut_off and handling_s", "handling_s"),
    "silent_approvals": ("asked_case", "('review_expired', 'review_return_expired')", "('review_expired')"),
    "rejection_survival": ("asked_rejection", "'ruled_for_seller') then 'upheld'", "'ruled_for_seller') then 'overturned'"),
    "rejections": ("asked_rejection", "f.seq < n.next_seq", "true"),
    "disputes": ("asked_dispute", "max_by(f.type, f.seq)", "min(f.type)"),
    "cost_per_case": ("costs", "m.moment <= $cut_off", "true"),
}
"""For each figure that people see, one word of its own definition."""


def said_of(db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    with asked(db, question()) as one:
        rows = [row for rows in (one.rates(""), one.handling(""), one.costs("")) for row in rows]
        figures = [figure for row in rows for figure in row.figures] + one.survival()
    return {f"{figure.figure} {figure.currency}": (figure.value, figure.numerator, figure.denominator) for figure in figures}


def test_no_figure_is_shown_whose_definition_could_be_changed_unseen(
    rich: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert OWN.keys() == read_policies().vocabulary.words("figures").keys()
    before = said_of(rich)
    for figure, (name, was, becomes) in OWN.items():
        text = named.said(name)
        assert was in text, figure
        mutant = text.replace(was, becomes)
        monkeypatch.setattr(
            asking, "said", lambda wanted, name=name, mutant=mutant: mutant if wanted == name else named.said(wanted)
        )
        after = said_of(rich)
        mine = {key for key in before.keys() | after.keys() if key.startswith(figure)}
        assert {key: before.get(key) for key in mine} != {key: after.get(key) for key in mine}, figure


def told_of_all(db: duckdb.DuckDBPyConnection) -> list[Any]:
    """What the rates are made of, seen at the end and when each order was a week old, by order and by article."""
    questions = (question(shops=[1, 2], by="line"), question(shops=[1, 2], by="line", maturity=7))
    return [counted(db, q) for q in questions]


def test_no_status_could_count_otherwise_unseen(rich: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row of the map, turned over: effective or not, refunded or not."""
    text = named.said("status_map")
    before = told_of_all(rich)
    rows = re.findall(r"\('(case|told)', '(\w+)', (null|'\w+'), ([01]), ([01])\)", text)
    assert len(rows) == text.count("('")
    for source, status, event, effective, refunded in rows:
        was = f"('{source}', '{status}', {event}, {effective}, {refunded})"
        for turned in {(0, 0), (1, 0), (1, 1)} - {(int(effective), int(refunded))}:
            mutant = text.replace(was, f"('{source}', '{status}', {event}, {turned[0]}, {turned[1]})")
            monkeypatch.setattr(
                asking, "said", lambda wanted, mutant=mutant: mutant if wanted == "status_map" else named.said(wanted)
            )
            assert told_of_all(rich) != before, (was, turned)


def test_nothing_of_another_shop_is_counted_whatever_is_asked(rich: duckdb.DuckDBPyConnection) -> None:
    both = question(shops=[1, 2])
    one, two, all_ = (counted(rich, question(shops=shops)) for shops in ([1], [2], [1, 2]))
    assert {name: one[name] + two[name] for name in one} == all_
    assert counted(rich, question(shops=[]))["units"] == 0
    with asked(rich, both) as opened:
        for name in named.all_said():
            text = named.said(name)
            if name not in named.LAID_OUT and not name.startswith("bury_") and name not in ("scope", "cut_off"):
                assert "kept." not in text, name
        assert opened.rates("shop")[0].part in ("1", "2")


def test_the_period_before_is_seen_as_much_earlier_as_it_lies_earlier() -> None:
    q = question(maturity=14)
    earlier = before(q, datetime(2026, 11, 3, tzinfo=UTC))
    assert (earlier.begin, earlier.end, earlier.maturity) == (q.begin - timedelta(days=30), q.begin, 14)
    assert earlier.cut_off == datetime(2026, 10, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("numerator", "denominator", "says"),
    [
        (619, 9595, "6.45"),
        (264, 9595, "2.75"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 8, "12.50"),
        (1, 20_000, "0.01"),
        (0, 5, "0.00"),
        (5, 5, "100.00"),
        (1, 0, None),
    ],
)
def test_a_share_is_exact_text(numerator: int, denominator: int, says: str | None) -> None:
    assert percent(numerator, denominator) == says


def test_a_mean_is_rounded_away_from_zero() -> None:
    assert [mean(5, 2), mean(-5, 2), mean(4, 3), mean(0, 3), mean(1, 0)] == ["3", "-3", "1", "0", None]
