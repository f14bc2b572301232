"""Return and refund with free return shipping (退货退款包运费): who pays the way back is said before anybody asks, by the rule that decides it (T-02)."""

import pytest
from casebook import BUYER, Book, an_order

from amends.actions.commands import OpenCase
from amends.actions.outcome import Previewed
from amends.domain.topics.costs import WayBack


def previewed(market: str, kind: str, reason: str, status: str = "delivered") -> WayBack | None:
    outcome = Book(an_order(status), market).ask(OpenCase, BUYER, kind=kind, reason=reason, note="…", preview=True)
    assert isinstance(outcome, Previewed), outcome
    return outcome.way_back


@pytest.mark.requirement("T-02", "L-08")
@pytest.mark.parametrize(
    ("market", "reason", "by", "rule"),
    [
        ("us", "no_longer_needed", "platform", "first_leg_by_platform"),
        ("eu", "not_as_described", "seller", "return_freight_by_seller"),
        ("eu", "no_longer_needed", "buyer", "return_freight_by_buyer"),
    ],
)
def test_it_is_free_where_the_reason_or_the_market_says_so_and_the_rule_is_named(
    market: str, reason: str, by: str, rule: str
) -> None:
    back = previewed(market, "return_refund", reason)
    assert back is not None
    assert (back.by, back.rule) == (by, rule)
    assert back.says.zh
    assert back.says.en


@pytest.mark.requirement("T-02")
def test_nobody_pays_for_a_way_back_that_there_is_not() -> None:
    assert previewed("eu", "refund_only", "damaged") is None
    assert previewed("eu", "cancel", "no_longer_needed", "awaiting_shipment") is None
