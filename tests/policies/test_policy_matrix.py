"""Who may start what, when: the official table and the base's readings, kind by kind, and every situation has one answer."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest

from amends.domain.facts.unknown import NONE
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.outcomes import Allow, Decline
from amends.domain.rulebook.verdict import Verdict
from amends.domain.topics.eligibility import judge_eligibility
from amends.exchange.policies import Policies

STATUSES = ["unpaid", "on_hold", "awaiting_shipment", "awaiting_collection", "in_transit", "delivered", "completed", "cancelled"]
KINDS = ["cancel", "refund_in_transit", "refund_only", "return_refund", "exchange"]
AFTER_DELIVERY = ("refund_only", "return_refund", "exchange")
OPEN = {
    ("cancel", "buyer"): {"unpaid", "on_hold", "awaiting_shipment"},
    ("cancel", "seller"): {"on_hold", "awaiting_shipment", "awaiting_collection"},
    ("refund_in_transit", "buyer"): {"awaiting_collection", "in_transit"},
    ("refund_in_transit", "seller"): {"awaiting_collection"},
    **{(kind, by): {"delivered"} for kind in AFTER_DELIVERY for by in ("buyer", "seller")},
}
GROUPS_OF_CANCEL = {"change_of_mind", "fulfilment", "risk", "agreement", "other"}
IN_TRANSIT = {"not_received", "late_delivery", "agreed_with_seller", "other"}


class Asker:
    def __init__(self, books: dict[str, CompiledBook], policies: Policies, now: datetime) -> None:
        self._topics = {market: book.topic("eligibility", now) for market, book in books.items()}
        self._groups = policies.vocabulary.reason_groups()
        self._blank = dict.fromkeys(policies.vocabulary.facts, NONE)
        self.reasons = tuple(self._groups)
        self._now = now

    def __call__(self, market: str, kind: str, reason: str, status: str, by: str = "buyer", **more: Any) -> Verdict:
        facts = self._blank | {
            "request.kind": kind,
            "request.reason": reason,
            "request.reason_group": self._groups[reason],
            "request.by": by,
            "order.status": status,
            "order.source": "marketplace",
            "order.sale_format": "shelf",
        }
        facts |= {name.replace("__", "."): value for name, value in more.items()}
        return judge_eligibility(self._topics[market], facts, self._now)


@pytest.fixture(scope="session")
def ask(books: dict[str, CompiledBook], policies: Policies, now: datetime) -> Asker:
    return Asker(books, policies, now)


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


@pytest.mark.parametrize("by", ["buyer", "support", "system", "seller"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_open_exactly_in_the_statuses_of_the_official_table(ask: Asker, kind: str, by: str) -> None:
    wanted = OPEN[kind, "seller" if by == "seller" else "buyer"]
    for status in STATUSES:
        verdict = ask("sg", kind, "agreed_with_seller", status, by)
        assert verdict.kind == ("allowed" if status in wanted else "declined"), status
        if status == "cancelled":
            assert codes(verdict) == {"order_cancelled"}
        elif status not in wanted:
            assert codes(verdict) == {"kind_not_open_in_status"}


def test_a_reason_fits_a_kind_as_the_base_reads_it(ask: Asker, policies: Policies) -> None:
    groups = policies.vocabulary.reason_groups()
    status = {"cancel": "awaiting_shipment", "refund_in_transit": "in_transit"}
    for kind, reason in product(KINDS, ask.reasons):
        if reason in ("withdrawal", "out_of_stock"):
            continue  # one is a road of its own, the other is the seller's word
        fits = {"cancel": groups[reason] in GROUPS_OF_CANCEL, "refund_in_transit": reason in IN_TRANSIT}
        verdict = ask("sg", kind, reason, status.get(kind, "delivered"))
        assert (verdict.kind == "allowed") is fits.get(kind, reason != "not_shipped_in_time"), (kind, reason)
        assert verdict.kind == "allowed" or codes(verdict) == {"reason_does_not_fit_status"}


def test_out_of_stock_is_the_sellers_reason_for_a_cancellation_alone(ask: Asker) -> None:
    for kind, by in product(KINDS, ["buyer", "support", "seller"]):
        status = {"cancel": "awaiting_shipment", "refund_in_transit": "awaiting_collection"}.get(kind, "delivered")
        verdict = ask("sg", kind, "out_of_stock", status, by)
        if (kind, by) == ("cancel", "seller"):
            assert verdict.kind == "allowed"
        else:
            assert codes(verdict) == {"reason_does_not_fit_status"}, (kind, by)


def _on_offer(policies: Policies) -> set[str]:
    return {market for market, book in policies.books.items() if "statutory_withdrawal" in book.packs}


@pytest.mark.requirement("E-19")
def test_withdrawal_is_declined_with_its_code_where_no_law_gives_it(ask: Asker, policies: Policies) -> None:
    assert _on_offer(policies) == {"gb", "gb_2026", "eu"}
    for market, kind in product(policies.books.keys() - _on_offer(policies), KINDS):
        status = {"cancel": "awaiting_shipment", "refund_in_transit": "in_transit"}.get(kind, "delivered")
        assert codes(ask(market, kind, "withdrawal", status)) == {"withdrawal_not_offered"}


@pytest.mark.requirement("E-19")
@pytest.mark.parametrize("sale", ["shelf", "short_video", "live", "live_auction"])
def test_withdrawal_has_one_kind_in_each_status_however_the_item_was_sold(ask: Asker, policies: Policies, sale: str) -> None:
    for market, kind, status in product(_on_offer(policies), KINDS, STATUSES):
        before = status in ("unpaid", "on_hold", "awaiting_shipment")
        fits = status != "cancelled" and kind == ("cancel" if before else "return_refund")
        for by in ("buyer", "support", "system", "seller"):
            verdict = ask(market, kind, "withdrawal", status, by, order__sale_format=sale)
            assert (verdict.kind == "allowed") is (fits and by != "seller"), (kind, status, by)
            assert "withdrawal_not_offered" not in codes(verdict), (kind, status, by)
            assert verdict.review_by is None


@pytest.mark.requirement("P-05")
@pytest.mark.parametrize("source", ["affiliate_only", "independent_site"])
def test_an_order_of_another_source_is_declined_with_its_code(ask: Asker, source: str) -> None:
    assert "order_source_not_eligible" in codes(ask("us", "return_refund", "damaged", "delivered", order__source=source))


@pytest.mark.parametrize(("market", "days"), [("us", 30), ("id", 6), ("vn", 15), ("gb", 14), ("cn", 14), ("br", 14), ("sa", 14)])
@pytest.mark.parametrize("by", ["buyer", "seller"])
@pytest.mark.parametrize("kind", AFTER_DELIVERY)
def test_the_filing_window_closes_after_its_last_day(ask: Asker, market: str, days: int, by: str, kind: str) -> None:
    for age in (0, days - 1, days):
        assert ask(market, kind, "defective", "delivered", by, parcel__since_delivered=age).kind == "allowed"
    for age in (days + 1, days + 100):
        assert codes(ask(market, kind, "defective", "delivered", by, parcel__since_delivered=age)) == {"window_closed"}


def test_who_disputes_a_delivery_asks_for_a_refund_within_the_window(ask: Asker) -> None:
    there: dict[str, Any] = {"parcel__status": "delivered", "parcel__since_promised": -3}
    for age in (0, 14):
        assert ask("sg", "refund_only", "not_received", "delivered", parcel__since_delivered=age, **there).kind == "allowed"
    assert codes(ask("sg", "refund_only", "not_received", "delivered", parcel__since_delivered=15, **there)) == {"window_closed"}


@pytest.mark.parametrize(
    ("reason", "more", "open_"),
    [
        ("not_received", {"parcel__since_promised": -1, "parcel__since_shipped": 40}, False),
        ("not_received", {"parcel__since_promised": 0, "parcel__since_shipped": 3}, True),
        ("late_delivery", {"parcel__since_promised": 0, "parcel__since_shipped": 40}, False),
        ("late_delivery", {"parcel__since_promised": 1, "parcel__since_shipped": 3}, True),
        ("not_received", {"parcel__since_shipped": 29}, False),
        ("not_received", {"parcel__since_shipped": 30}, True),
        ("not_received", {"parcel__since_promised": -9, "parcel__since_shipped": 3, "parcel__status": "lost"}, True),
    ],
)
def test_not_received_opens_on_the_promised_date_or_after_thirty_days(
    ask: Asker,
    reason: str,
    more: dict[str, Any],
    open_: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    verdict = ask("sg", "refund_in_transit", reason, "in_transit", **{"parcel__status": "in_transit", **more})
    assert verdict.kind == ("allowed" if open_ else "declined")
    assert open_ or codes(verdict) == {"window_not_begun"}


@pytest.mark.requirement("E-01", "E-02", "E-03", "E-04", "E-06", "C-01")
def test_an_auction_order_follows_its_own_rules_in_every_market_that_has_them(ask: Asker, policies: Policies) -> None:
    auction: dict[str, Any] = {"order__sale_format": "live_auction"}
    for market in (market for market, book in policies.books.items() if "live_auction" in book.packs):
        for reason in ("misbid", "no_longer_needed", "better_price", "does_not_fit", "style_colour", "other"):
            found = codes(ask(market, "return_refund", reason, "delivered", parcel__since_delivered=1, **auction))
            assert found == {"final_sale"}
        for reason in ("missing_item", "damaged", "not_as_described", "not_received"):
            window = 6 if market == "id" else 14
            assert ask(market, "return_refund", reason, "delivered", parcel__since_delivered=window, **auction).kind == "allowed"
            late = ask(market, "return_refund", reason, "delivered", parcel__since_delivered=15, **auction)
            assert codes(late) == {"window_closed"}
        assert codes(ask(market, "cancel", "misbid", "awaiting_shipment", **auction)) == {"ask_seller_or_support"}
        for by in ("support", "seller"):
            verdict = ask(market, "cancel", "misbid", "awaiting_shipment", by, **auction)
            assert (verdict.kind, verdict.review_by) == ("allowed", "seller")


@pytest.mark.requirement("E-07")
def test_auction_protection_is_withheld_from_a_change_of_mind_alone(ask: Asker) -> None:
    auction: dict[str, Any] = {"order__sale_format": "live_auction", "parcel__since_delivered": 1}
    assert [r.rule for r in ask("us", "return_refund", "misbid", "delivered", **auction).withheld] == ["auction_protection_scope"]
    assert ask("us", "return_refund", "damaged", "delivered", **auction).withheld == ()


@pytest.mark.requirement("E-09")
def test_a_no_reason_return_of_an_exempt_category_is_declined_in_the_united_states_alone(ask: Asker) -> None:
    for category in ("made_to_order", "intimates", "digital"):
        more: dict[str, Any] = {"order__category": category, "parcel__since_delivered": 1}
        assert codes(ask("us", "return_refund", "no_longer_needed", "delivered", **more)) == {"exempt_category"}
        assert ask("us", "return_refund", "damaged", "delivered", **more).kind == "allowed"
        assert ask("sg", "return_refund", "no_longer_needed", "delivered", **more).kind == "allowed"


@pytest.mark.parametrize("market", ["us", "gb", "id", "vn", "eu", "cn", "sa"])
def test_every_situation_is_allowed_or_declined_and_never_left_open(
    books: dict[str, CompiledBook], policies: Policies, now: datetime, market: str
) -> None:
    topic, words = books[market].topic("eligibility", now), policies.vocabulary.words
    blank: dict[str, Any] = dict.fromkeys(policies.vocabulary.facts, NONE)
    sales = ("shelf", "live_auction")
    groups = policies.vocabulary.reason_groups()
    for kind, reason, status, by, sale in product(KINDS, groups, STATUSES, words("requesters"), sales):
        facts = blank | {"request.kind": kind, "request.reason": reason, "request.reason_group": groups[reason]}
        facts |= {"order.status": status, "request.by": by, "order.sale_format": sale}
        match = topic.match(facts)
        assert match.certain == match.possible
        outcomes = [rule.outcome for rule in topic.of(match.certain)]
        declined = [outcome for outcome in outcomes if isinstance(outcome, Decline)]
        allowed = [outcome for outcome in outcomes if isinstance(outcome, Allow)]
        assert declined or allowed, facts
        assert all(kind in outcome.allow for outcome in allowed), facts


def test_rules_that_allow_together_agree_on_who_reviews(
    books: dict[str, CompiledBook], policies: Policies, now: datetime
) -> None:
    words = policies.vocabulary.words
    blank: dict[str, Any] = dict.fromkeys(policies.vocabulary.facts, NONE)
    for book in books.values():
        topic = book.topic("eligibility", now)
        for kind, status, by, sale, age in product(KINDS, STATUSES, words("requesters"), words("sale_formats"), (NONE, 3)):
            facts = blank | {"request.kind": kind, "order.status": status, "request.by": by, "order.sale_format": sale}
            facts |= {"request.reason": "damaged", "request.reason_group": "quality", "parcel.since_delivered": age}
            rules = topic.of(topic.match(facts).certain)
            assert len({getattr(r.outcome, "review_by", None) for r in rules if hasattr(r.outcome, "allow")}) <= 1, facts
