"""Policy can be read rule by rule with its examples, and any situation can be tried without a case (N-06, P-07)."""

from typing import Any

import pytest
from tests.api.marketplace import Market, is_problem

WON = {
    "request.kind": "return_refund",
    "request.reason": "better_price",
    "request.by": "buyer",
    "order.status": "delivered",
    "parcel.status": "delivered",
    "parcel.since_delivered": 3,
    "order.sale_format": "live_auction",
}


async def tried(market: Market, facts: dict[str, Any], where: str = "us", **more: Any) -> dict[str, dict[str, Any]]:
    answer = await market.call("platform", "POST", f"/v1/policies/{where}/try", {"facts": facts, **more})
    assert answer.status_code == 200, answer.text
    return {each["topic"]: each for each in answer.json()["answers"]}


@pytest.mark.requirement("E-02")
async def test_a_situation_is_judged_with_every_reason_its_source_and_what_would_change_it(market: Market) -> None:
    verdict = (await tried(market, WON))["eligibility"]["verdict"]
    assert verdict["kind"] == "declined"
    (reason,) = [reason for reason in verdict["reasons"] if reason["rule"] == "final_sale"]
    assert reason["source"].startswith("TikTok Shop's final-sale rule")
    assert reason["says"]["zh"]
    assert {way["changes"][0]["fact"] for way in verdict["ways"]} >= {"request.reason"}
    shelf = (await tried(market, {**WON, "order.sale_format": "shelf"}))["eligibility"]
    assert shelf["verdict"]["kind"] == "allowed"
    assert "final_sale" in {missed["rule"] for missed in shelf["just_misses"] if missed["fact"] == "order.sale_format"}


async def test_what_is_unknown_is_named_and_a_rule_that_is_overridden_says_by_which(market: Market) -> None:
    money = {"amount": 10001, "currency": "USD"}
    review = {"request.kind": "return_refund", "request.by": "buyer", "request.amount": money}
    told = (await tried(market, review, topics=["deadlines"]))["deadlines"]
    silenced = {rule["rule"]: rule["silenced_by"] for rule in told["silenced"]}
    standing = {rule["rule"] for rule in told["stands"]}
    assert silenced
    assert all(set(by) <= standing | silenced.keys() for by in silenced.values())
    unsure = (await tried(market, {**review, "request.amount": "unknown"}, topics=["deadlines"]))["deadlines"]
    assert "request.amount" in {need["name"] for rule in unsure["may_stand"] for need in rule["needs"]}


async def test_a_fact_that_cannot_be_is_refused_by_name_and_nothing_is_kept(market: Market) -> None:
    before = await market.context.reviewers.fetchval("select count(*) from attempt")
    for facts, code in (
        ({"order.colour": "red"}, "unknown_word"),
        ({"request.kind": "gift"}, "unknown_word"),
        ({"item.used": "yes"}, "wrong_type"),
        ({"parcel.since_delivered": "soon"}, "wrong_type"),
        ({"request.amount": 100}, "wrong_type"),
        ({"request.amount": {"amount": 100, "currency": "XXX"}}, "unknown_word"),
    ):
        answer = await market.call("platform", "POST", "/v1/policies/us/try", {"facts": facts})
        is_problem(answer, 422, code, f"facts.{next(iter(facts))}")
    is_problem(await market.call("platform", "POST", "/v1/policies/atlantis/try", {"facts": {}}), 404, "market_unknown")
    is_problem(await market.call("buyer_1", "POST", "/v1/policies/us/try", {"facts": {}}), 403, "permission_missing")
    await tried(market, WON)
    assert await market.context.reviewers.fetchval("select count(*) from attempt") == before


async def test_a_rule_has_its_examples_and_each_holds_under_the_release_in_force(market: Market) -> None:
    page = (await market.call("seller_a", "GET", "/v1/policies/us/rules/final_sale")).json()
    assert page["rule"]["requirements"] == ["E-01", "E-02"]
    assert {example["fires"] for example in page["examples"]} == {True, False}
    assert all(example["holds"] for example in page["examples"])
    is_problem(await market.call("seller_a", "GET", "/v1/policies/us/rules/nobodys_rule"), 404, "not_found")


async def test_the_facts_to_tell_come_with_the_words_of_the_release(market: Market) -> None:
    said = (await market.call("seller_a", "GET", "/v1/policies/us/facts")).json()
    facts = {fact["name"]: fact for fact in said["facts"]}
    assert {option["word"] for option in facts["request.kind"]["options"]} >= {"cancel", "refund_only", "return_refund"}
    assert "eligibility" in facts["order.sale_format"]["topics"]
    named = said["release"]["hash"]
    policy = (await market.call("seller_a", "GET", f"/v1/policies/us?release={named}")).json()
    assert policy["release"]["hash"] == named
    is_problem(await market.call("seller_a", "GET", f"/v1/policies/us?release={'0' * 64}"), 404, "not_found")


async def test_every_market_says_what_judges_it_now(market: Market) -> None:
    markets = {each["market"]: each for each in (await market.call("seller_a", "GET", "/v1/policies")).json()["markets"]}
    assert markets["us"]["currency"] == "USD"
    assert markets["us"]["words"]["zh"]
    assert markets["us"]["release"]["founding"] is True
    assert len(markets) > 12
