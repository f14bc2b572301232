"""Rules that a shop owns never make anything worse for a buyer, whatever they say and whatever is asked."""

from datetime import timedelta
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from casebook import BUYER, QUALITY, SELLER, T0, Book, an_order
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from amends.actions.commands import AnswerProposal, OpenCase, Reject
from amends.actions.outcome import Recorded
from amends.domain.facts.shop_rule import Asked, Does, ShopRule, Standing, fits
from amends.domain.facts.words import CaseKind

RULE = UUID(int=77)
AHEAD = {"pending_review": 0, "negotiating": 1, "awaiting_buyer_ship": 2, "refund_approved": 3, "completed": 4}
"""How far a state is from what the buyer asked for: none of these is a no."""


def ruled(*rules: ShopRule, used: int = 0, quantity: int = 1, paid: int = 5000) -> Book:
    standing = tuple(Standing(UUID(int=RULE.int + n), 3, rule, used, used) for n, rule in enumerate(rules))
    return Book(replace(an_order(quantity=quantity, paid=paid), shop_rules=standing))


def opened(b: Book, kind: str = "refund_only", **asked: Any) -> Recorded:
    return b.do(OpenCase, BUYER, kind=kind, reason="damaged", proof=QUALITY, **asked)


def test_a_rule_has_no_word_for_less() -> None:
    assert get_args(Does) == ("approve", "let_keep", "propose")
    assert not {"reject", "deduct", "lower", "amount"} & set(ShopRule.__struct_fields__)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"does": "reject"}, ShopRule)


def test_a_rule_approves_at_once_and_the_event_names_it() -> None:
    b = ruled(ShopRule(does="approve", kinds=("refund_only",), amount_at_most=5000, currency="USD"))
    recorded = opened(b)
    assert [event.type for event in recorded.events] == ["case_opened", "approved"]
    event = recorded.events[-1]
    assert (event.actor_kind, event.actor) == ("system", f"rule:{RULE}")
    assert event.body["by_rule"] == {"id": str(RULE), "version": 3}
    assert [(use.number, use.buyer) for use in recorded.rule_uses] == [(1, "b1")]
    assert [refund.amount for refund in recorded.refunds] == [5000]


def test_a_rule_lets_the_buyer_keep_the_goods_of_a_return() -> None:
    b = ruled(ShopRule(does="let_keep"))
    opened(b, "return_refund")
    assert (b.case.state, [r.amount for r in b.file.refunds]) == ("refund_approved", [5000])


def test_a_rules_proposal_is_the_sellers_and_costs_the_buyer_nothing() -> None:
    b = ruled(ShopRule(does="propose", offer_kind="return_refund"))
    opened(b)
    assert b.case.state == "negotiating"
    assert (b.file.proposals[0].by, b.live["review"].state) == ("seller", "running")
    b.do(AnswerProposal, BUYER, answer="decline")
    assert (b.case.state, b.case.kind, b.case.amount) == ("pending_review", "refund_only", 5000)


@pytest.mark.parametrize(
    "rule",
    [
        ShopRule(does="approve", kinds=("exchange",)),
        ShopRule(does="approve", reasons=("defective",)),
        ShopRule(does="approve", categories=("shoes",)),
        ShopRule(does="approve", amount_at_most=4999, currency="USD"),
        ShopRule(does="approve", amount_at_least=5001, currency="USD"),
        ShopRule(does="approve", currency="EUR"),
        ShopRule(does="approve", per_buyer=2),
        ShopRule(does="approve", begins=T0 + timedelta(seconds=1)),
        ShopRule(does="approve", ends=T0),
    ],
    ids=lambda rule: str({n: v for n, v in msgspec.to_builtins(rule).items() if v and n not in ("does", "per_buyer_days")}),
)
def test_a_rule_that_just_misses_leaves_the_case_to_people(rule: ShopRule) -> None:
    b = ruled(rule, used=2)
    recorded = opened(b)
    assert b.case.state == "pending_review"
    assert recorded.rule_uses == ()
    b.do(Reject, SELLER, ground="other", note="in our words")


def test_the_first_rule_that_grants_goes_before_one_that_proposes() -> None:
    b = ruled(ShopRule(does="propose", offer_kind="return_refund"), ShopRule(does="approve"))
    opened(b)
    assert b.case.state == "refund_approved"
    assert b.file.proposals == ()


_rules = st.builds(
    ShopRule,
    does=st.sampled_from(get_args(Does)),
    kinds=st.lists(st.sampled_from(get_args(CaseKind)), max_size=3).map(tuple),
    reasons=st.lists(st.sampled_from(["damaged", "defective"]), max_size=2).map(tuple),
    amount_at_least=st.none() | st.integers(0, 6000),
    amount_at_most=st.none() | st.integers(0, 6000),
    currency=st.sampled_from([None, "USD", "EUR"]),
    per_buyer=st.none() | st.integers(1, 3),
    offer_kind=st.none() | st.sampled_from(get_args(CaseKind)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rules=st.lists(_rules, max_size=4),
    kind=st.sampled_from(["refund_only", "return_refund", "exchange"]),
    amount=st.none() | st.integers(1, 5000),
    used=st.integers(0, 3),
)
def test_no_set_of_rules_ever_makes_an_outcome_worse_for_the_buyer(
    rules: list[ShopRule], kind: str, amount: int | None, used: int
) -> None:
    """Beside the same case without rules: the same state or one nearer to what was asked, no money less, and a way back from every proposal."""
    plain = ruled()
    opened(plain, kind, amount=amount)
    b = ruled(*rules, used=used)
    opened(b, kind, amount=amount)
    assert AHEAD[b.case.state] >= AHEAD[plain.case.state]
    assert b.case.ended in (None, "refunded")
    assert sum(r.amount for r in b.file.refunds) in (0, plain.case.amount)
    assert b.case.state != "refund_approved" or b.file.refunds
    if b.case.state == "negotiating":
        b.do(AnswerProposal, BUYER, answer="decline")
    if b.case.state == "pending_review":
        assert (b.case.kind, b.case.amount) == (plain.case.kind, plain.case.amount)
        assert b.live["review"].due_at <= plain.live["review"].due_at


@given(rule=_rules, used=st.integers(0, 4))
def test_a_cap_is_never_passed(rule: ShopRule, used: int) -> None:
    asked = Asked(kind="refund_only", reason="damaged", amount=100, currency="USD", categories=frozenset({"home"}))
    if rule.per_buyer is not None and used >= rule.per_buyer:
        assert not fits(Standing(RULE, 1, rule, used, used), asked, T0)
