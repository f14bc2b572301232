"""A seller's own terms may be better for the buyer than the platform's, never worse; where they are worse, a situation shows it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from situations import possible, rule_text

from amends.domain.facts.shop_rule import ShopRule
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.shape import TOPICS
from amends.exchange.policies import Policies
from amends.lab.favour import worse
from amends.lab.logic import Plain, seen_in
from amends.lab.seller_terms import SellerTerms, beside, prove_shop_rule, read_terms, worse_terms

WORSE: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "worse_terms.yaml").read_text("utf-8"))


def terms_of(policies: Policies, market: str, terms: dict[str, list[dict[str, Any]]]) -> SellerTerms:
    written = {
        "seller": "a shop",
        "market": market,
        "terms": {t: [rule_text(rule) for rule in rules] for t, rules in terms.items()},
    }
    read = read_terms(file="terms.yaml", text=yaml.safe_dump(written, allow_unicode=True), vocabulary=policies.vocabulary)
    assert read.errors == ()
    return read.terms


@pytest.mark.parametrize("planted", WORSE, ids=[each["name"] for each in WORSE])
def test_a_worse_term_is_named_with_a_true_witness(planted: dict[str, Any], policies: Policies, now: datetime) -> None:
    book = policies.books[planted["market"]]
    terms = terms_of(policies, planted["market"], planted["terms"])
    found = worse_terms(book, terms, now)
    about = [each for each in found if each.rule == planted["rule"] and planted["other"] in each.other.split()]
    assert about, [each.key for each in found]
    for each in found:
        assert each.witness is not None
        assert possible(each.witness.facts, book)
        name = next(topic for topic in TOPICS if topic == each.topic)
        old, new = (CompiledBook(one).topic(name, now) for one in (book, beside(book, terms)[0]))
        facts = each.witness.facts
        assert any(one.where for one in worse(Plain(), seen_in(old, facts), seen_in(new, facts)))


BETTER: list[tuple[str, str, dict[str, Any]]] = [
    ("eligibility", "id", {"id": "longer", "overrides": ["id_filing_window"], "when": {"order.status": {"is": "delivered"}, "request.by": {"is": "buyer"},
     "request.kind": {"is": "return_refund"}, "parcel.since_delivered": {"under": "30 days"}}, "allow": ["return_refund"]}),
    ("costs", "gb", {"id": "we_pay", "overrides": ["return_freight_by_buyer"], "when": {"request.kind": {"is": "exchange"}}, "return_freight": "seller"}),
    ("deadlines", "us", {"id": "within_a_day", "overrides": ["us_review", "us_review_high_value", "review_base"], "deadline": "review", "within": "24 hours", "on_expiry": "approve"}),
    ("deadlines", "th", {"id": "take_your_time", "overrides": ["ship_back_base"], "deadline": "ship_back", "within": "20 days", "on_expiry": "close"}),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "market", "rule"), BETTER, ids=[each[2]["id"] for each in BETTER])
def test_a_better_term_is_proved_to_be_nowhere_worse(
    topic: str, market: str, rule: dict[str, Any], policies: Policies, now: datetime
) -> None:
    assert worse_terms(policies.books[market], terms_of(policies, market, {topic: [rule]}), now) == []


def test_terms_without_a_rule_are_as_the_platforms(policies: Policies, now: datetime) -> None:
    assert worse_terms(policies.books["us"], terms_of(policies, "us", {}), now) == []


def test_a_file_of_terms_with_errors_names_each_with_its_line(policies: Policies) -> None:
    text = "seller: a\nmarket: us\nterms:\n  costs:\n    - {id: x, return_freight: nobody}\n  weather: []\nother: 1\n"
    read = read_terms(file="t.yaml", text=text, vocabulary=policies.vocabulary)
    assert {(error.code, error.line) for error in read.errors} >= {("unknown_word", 5), ("unknown_topic", 6), ("unknown_key", 7)}


def test_a_shops_rule_that_can_act_shows_where(policies: Policies, now: datetime) -> None:
    proof = prove_shop_rule(policies.books["us"], ShopRule(does="let_keep", reasons=("damaged",), amount_at_most=2000), now)
    assert proof.acts
    assert proof.facts["request.amount"] <= (2000, "USD")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        (ShopRule(does="approve", kinds=("return_refund",), amount_at_least=5000, amount_at_most=4000), "never_applies"),
        (ShopRule(does="approve", kinds=("exchange",), reasons=("out_of_stock",)), "shadowed"),
        (ShopRule(does="let_keep", kinds=("return_refund",), reasons=("not_shipped_in_time",)), "shadowed"),
    ],
)
def test_a_shops_rule_that_can_never_act_says_why(rule: ShopRule, kind: str, policies: Policies, now: datetime) -> None:
    proof = prove_shop_rule(policies.books["us"], rule, now)
    assert not proof.acts
    assert proof.finding is not None
    assert proof.finding.kind == kind
