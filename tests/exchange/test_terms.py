"""The terms that buyers, search engines and programs read are the rules that are enforced: change a rule and each of them changes."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from amends.domain.rulebook.book import assemble
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import MarketBook, Rule
from amends.domain.rulebook.situations import declared_of
from amends.domain.topics.eligibility import judge_eligibility
from amends.exchange.policies import Policies, read_policies
from amends.exchange.return_policy import return_policies
from amends.exchange.terms import Terms, dated_offers, market_terms
from amends.exchange.terms_page import page_of

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)
POLICIES: Policies = read_policies()


def terms_of(book: MarketBook) -> Terms:
    return market_terms(CompiledBook(book, release="a" * 64), NOW)


def with_rule(book: MarketBook, rule_id: str, change: Callable[[Rule], Rule]) -> MarketBook:
    rules = [change(rule) if rule.id == rule_id else rule for rules in book.rules.values() for rule in rules]
    return assemble(replace(book, rules={}), rules).book


def seven_days(rule: Rule) -> Rule:
    return replace(
        rule,
        conditions=tuple(replace(c, value=Quantity(7, "days")) if isinstance(c.value, Quantity) else c for c in rule.conditions),
    )


def order_sheet(book: MarketBook, **told: Any) -> dict[str, Any]:
    usual = {fact: each.usual for fact, each in declared_of(book.vocabulary, book.currency).items()}
    return usual | {"parcel.since_delivered": 2, **told}


def returned(terms: Terms) -> Any:
    return next(
        row.offer
        for row in terms.rows
        if row.kind == "return_refund" and "damaged" in row.reasons and "shelf" in row.sale_formats
    )


def last_day(book: MarketBook) -> date | None:
    dated = dated_offers(lambda name: CompiledBook(book).topic(name, NOW), order_sheet(book), NOW, book.zone)
    return next(each.last_day for each in dated if each.offer.kind == "return_refund" and each.offer.reason == "damaged")


def test_a_shorter_window_is_read_on_the_page_by_search_engines_and_for_an_order() -> None:
    old = POLICIES.books["my"]
    new = with_rule(old, "filing_window", seven_days)
    for book, days, day in ((old, 14, date(2026, 12, 8)), (new, 7, date(2026, 12, 1))):
        terms = terms_of(book)
        assert returned(terms).days == days
        assert f"{days} days after delivery" in page_of(terms, "en")
        assert f"签收后 {days} 天内" in page_of(terms, "zh")
        assert return_policies(terms)[0]["merchantReturnDays"] == days
        assert last_day(book) == day


def test_another_payer_of_the_way_back_is_read_in_each_of_them() -> None:
    old = POLICIES.books["my"]
    new = with_rule(
        old, "return_freight_by_buyer", lambda rule: replace(rule, outcome=replace(rule.outcome, return_freight="platform"))
    )  # type: ignore[call-arg]
    fees = [return_policies(terms_of(book))[0]["customerRemorseReturnFees"].rsplit("/", 1)[1] for book in (old, new)]
    assert fees == ["ReturnFeesCustomerResponsibility", "FreeReturn"]
    assert page_of(terms_of(old), "en") != page_of(terms_of(new), "en")
    for book, payer in ((old, "buyer"), (new, "platform")):
        dated = dated_offers(lambda name, book=book: CompiledBook(book).topic(name, NOW), order_sheet(book), NOW, book.zone)  # type: ignore[misc]
        assert {
            each.offer.freight for each in dated if (each.offer.kind, each.offer.group) == ("return_refund", "change_of_mind")
        } == {payer}


def test_a_rule_that_is_not_in_force_yet_is_in_no_terms() -> None:
    book = POLICIES.books["us"]
    before = market_terms(CompiledBook(book), datetime(2026, 6, 1, tzinfo=UTC))
    assert not [row for row in before.rows if not row.offer.open and "live_auction" in row.sale_formats]
    assert [row for row in terms_of(book).rows if not row.offer.open and row.sale_formats == ("live_auction",)]


@pytest.mark.parametrize("market", sorted(POLICIES.books))
def test_every_open_row_passes_on_its_last_day_and_not_on_the_day_after(market: str) -> None:
    book = POLICIES.books[market]
    topic = CompiledBook(book).topic("eligibility", NOW)
    rows = [row for row in terms_of(book).rows if row.offer.open and row.offer.days is not None]
    assert rows
    for row in rows:
        for reason in row.reasons:
            asked = {"request.kind": row.kind, "request.reason": reason, "request.reason_group": book.vocabulary.reason_groups()[reason],
                     "order.sale_format": row.sale_formats[0]}  # fmt: skip
            kinds = [judge_eligibility(topic, order_sheet(book, **asked | {"parcel.since_delivered": day}), NOW).kind
                     for day in (row.offer.days, row.offer.days + 1)]  # fmt: skip
            assert kinds == ["allowed", "declined"], (row.kind, reason)


def test_final_sale_is_no_return_for_a_change_of_mind_and_says_so_to_search_engines() -> None:
    auction = next(each for each in return_policies(terms_of(POLICIES.books["us"])) if each["@id"].endswith("live_auction"))
    assert auction["returnPolicyCategory"] == "https://schema.org/MerchantReturnNotPermitted"
    assert "14 days" in auction["description"]


def test_the_page_runs_nothing_loads_nothing_and_reads_in_both_languages() -> None:
    terms = terms_of(POLICIES.books["gb"])
    for language in ("zh", "en"):
        page = page_of(terms, language)  # type: ignore[arg-type]
        assert not re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", page)
        assert re.findall(r"<script[^>]*>", page) == ['<script type="application/ld+json">']
        data = re.search(r"<script[^>]*>(.*?)</script>", page)
        assert data is not None
        assert json.loads(data[1]) == return_policies(terms)
        assert f'<html lang="{language}">' in page


def test_an_order_that_is_not_delivered_yet_has_its_terms_without_a_date() -> None:
    book = POLICIES.books["us"]
    sheet = order_sheet(
        book, **{"order.status": "awaiting_shipment", "parcel.status": "not_shipped", "parcel.since_delivered": "none"}
    )
    dated = dated_offers(lambda name: CompiledBook(book).topic(name, NOW), sheet, NOW, book.zone)
    assert {each.last_day for each in dated} == {None}
    assert {each.offer.kind for each in dated if each.offer.open} == {"cancel"}


def test_categories_without_a_no_reason_return_are_named() -> None:
    rows = [
        row
        for row in terms_of(POLICIES.books["us"]).rows
        if row.kind == "return_refund" and "no_longer_needed" in row.reasons and row.offer.open
    ]
    assert {frozenset(row.offer.except_categories) for row in rows} == {frozenset({"made_to_order", "intimates", "digital"})}
