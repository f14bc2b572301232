"""What follows from what was recorded, and what is owed beside the refund: pure, from the file, the event and the rules."""

from datetime import timedelta
from typing import Any

import pytest
from casebook import PLATFORM, QUALITY, SELLER, T0, Book, an_order, rules_of
from msgspec.structs import replace

from amends.actions.commands import AskForProof, FireDeadline
from amends.actions.conduct import consequences, moves_scores
from amends.actions.conduct_commands import ChargeFreight, ExtendDeadlines, WarnOfDeadline
from amends.actions.outcome import Recorded, Unchanged
from amends.domain.facts.conduct import STARTS, ScoreEntry, folded, reversal, violation
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import SYSTEM, Actor
from amends.domain.topics.scores import starts_at

MACHINE = Actor(kind="seller", id="robot", permissions=SELLER.permissions, human=False)


def british(paid: int = 5000) -> Book:
    file = an_order(paid=paid)
    order = replace(file.order, market="gb", currency="GBP")
    return Book(replace(file, order=order), "gb").open("refund_only", "defective", proof=QUALITY)


def followed(book: Book, outcome: Recorded, file: CaseFile) -> Any:
    topic = rules_of("gb").topic("scores") if moves_scores(outcome) else None
    return consequences(file, outcome, topic, "r1", book.now, book.new_id)


@pytest.mark.requirement("C-04")
@pytest.mark.parametrize(
    ("paid", "owed"), [(1, 100), (1999, 100), (2000, 100), (2010, 100), (2030, 102), (20_000, 1000), (99_999, 1000)]
)
def test_compensation_is_a_twentieth_between_one_and_ten(paid: int, owed: int) -> None:
    outcome = british(paid).timed_out("first_response")
    assert [(c.amount, c.by_party, c.to_party, c.status) for c in outcome.compensations] == [(owed, "seller", "buyer", "pending")]
    event = outcome.events[0]
    assert event.body["compensation"] == owed
    assert [wish.effect for wish in event.wishes] == ["pay_compensation", "notify"]
    assert next(wish.target for wish in event.wishes) == str(outcome.compensations[0].id)
    assert event.from_state == event.to_state == "pending_review"


@pytest.mark.requirement("C-04")
def test_only_a_persons_answer_stops_the_first_response() -> None:
    book = british()
    book.do(AskForProof, MACHINE, kinds=("photo_six_view",))
    assert book.live["first_response"].state == "running"
    book = british()
    book.do(AskForProof, SELLER, kinds=("photo_six_view",))
    assert "first_response" not in book.live


@pytest.mark.requirement("Q-02")
def test_an_overdue_response_costs_half_a_point_for_ninety_days_by_the_rules_in_force() -> None:
    book = british()
    before = book.file
    outcome = book.timed_out("first_response")
    (entry,) = followed(book, outcome, before).scores
    assert (entry.score, entry.delta, entry.why, entry.seq) == ("service", -500, "response_overdue", 2)
    assert entry.expires_at == entry.at + timedelta(days=90)
    assert entry.due_at == book.now


def test_a_silent_review_costs_no_score() -> None:
    book = Book(an_order()).open("refund_only", "defective", proof=QUALITY)
    assert not moves_scores(book.timed_out("review"))


def test_a_fold_forgets_what_expired_and_what_was_taken_back_and_never_falls_under_nothing() -> None:
    def entry(n: int, delta: int, days: int | None = None) -> ScoreEntry:
        at = T0 - timedelta(days=10)
        expires = at + timedelta(days=days) if days else None
        return ScoreEntry(id=rules_id(n), score="service", delta=delta, at=at, expires_at=expires, why="response_overdue")

    one, two = entry(1, -500, 90), entry(2, -500, 5)
    assert folded("service", [one, two], T0) == 4500
    assert folded("service", [one, two], T0 - timedelta(days=9)) == 4000
    assert folded("service", [one, reversal(one, rules_id(3), T0, "appeal")], T0) == 5000
    assert folded("service", [entry(n, -900) for n in range(10)], T0) == 0
    told = [violation(rules_id(n), f"V{n}", T0 - timedelta(days=20 * n), "ops") for n in range(3)]
    assert folded("major_violations", told, T0) == 2000, "the third is 40 days old"


def rules_id(n: int) -> Any:
    return Book(an_order()).new_id().__class__(int=n)


def test_scores_start_where_the_vocabulary_says() -> None:
    words = rules_of().vocabulary
    assert {score: int(starts_at(words, score) * 1000) for score in words.words("scores")} == STARTS


def test_an_alarm_is_told_once_and_not_when_the_deadline_is_answered() -> None:
    book = british()
    review = book.live["review"]
    warn = {"kind": "review", "started_seq": review.started_seq}
    assert isinstance(book.ask(WarnOfDeadline, SYSTEM, alarm="2_hours", **warn), Unchanged), "too early"
    book.now = review.due_at - timedelta(hours=2)
    told = book.do(WarnOfDeadline, SYSTEM, alarm="2_hours", **warn)
    assert told.events[0].body["due_at"] == review.due_at.isoformat().replace("+00:00", "Z")
    assert told.case is not None
    assert told.case.version == 1, "a form that is open stays good"
    assert isinstance(book.ask(WarnOfDeadline, SYSTEM, alarm="2_hours", **warn), Unchanged)
    assert isinstance(book.ask(WarnOfDeadline, SYSTEM, alarm="half", **warn), Unchanged), "the later one stands for it"


def test_an_outage_gives_each_clock_back_what_it_took_and_no_more() -> None:
    book = british()
    review, first = book.live["review"], book.live["first_response"]
    book.now = first.due_at - timedelta(hours=1)
    outage = {"outage": 1, "from_at": book.now, "to_at": first.due_at + timedelta(hours=1)}
    book.do(ExtendDeadlines, SYSTEM, **outage)
    assert book.live["first_response"].due_at == first.due_at + timedelta(hours=2)
    assert book.live["review"].due_at == review.due_at + timedelta(hours=2)
    assert isinstance(book.ask(ExtendDeadlines, SYSTEM, **outage), Unchanged), "once for each outage"
    assert isinstance(book.ask(ExtendDeadlines, SYSTEM, outage=2, from_at=T0 - timedelta(days=3), to_at=T0), Unchanged), (
        "one that was over before the clocks began took nothing"
    )
    book.now = first.due_at + timedelta(minutes=1)
    early = book.ask(FireDeadline, SYSTEM, kind="first_response", started_seq=first.started_seq)
    assert isinstance(early, Unchanged)


@pytest.mark.requirement("L-08")
@pytest.mark.parametrize(
    ("market", "currency", "reason", "first", "last"),
    [
        ("us", "USD", "defective", "platform:costs", "shop:7"),
        ("gb", "GBP", "defective", "platform:costs", "shop:7"),
        ("br", "BRL", "defective", "shop:7", "shop:7"),
    ],
)
def test_each_leg_is_posted_to_whoever_bears_it(market: str, currency: str, reason: str, first: str, last: str) -> None:
    file = an_order()
    book = Book(replace(file, order=replace(file.order, market=market, currency=currency)), market)
    book.open("return_refund", reason, proof=QUALITY)
    for leg, account in (("first_leg", first), ("to_warehouse", last)):
        (posted,) = book.do(ChargeFreight, PLATFORM, leg=leg, amount=700, carrier="usps").transactions
        assert {p.account: p.amount for p in posted.postings} == {"carrier:usps": 700, account: -700}
    assert book.refused(ChargeFreight, PLATFORM, leg="moon", amount=1, carrier="usps").code == "value_not_allowed"
    assert book.refused(ChargeFreight, PLATFORM, leg="first_leg", amount=0, carrier="usps").code == "amount_not_positive"
