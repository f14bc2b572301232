"""A live auction is a final sale: a change of mind gives no return and no refund, and the buyer hears why (E-01, E-02, E-07)."""

import json

import pytest
from tests.stories.telling import Story


@pytest.mark.requirement("E-01", "E-02", "E-07", "T-07")
@pytest.mark.parametrize("reason", ["misbid", "no_longer_needed", "better_price"])
@pytest.mark.parametrize("kind", ["return_refund", "refund_only"])
async def test_auction_change_of_mind(story: Story, kind: str, reason: str) -> None:
    card = await story.order(sale_format="live_auction")
    said = await story.ask(card, kind, reason)
    assert said.code == "final_sale"
    (why,) = [each for each in said.body["verdict"]["reasons"] if each["code"] == "final_sale"]
    assert why["rule"] == "final_sale"
    assert why["source"].endswith("2026-06-28")
    assert "直播拍卖" in why["says"]["zh"]
    assert await story.count("cases") == 0
    row = await story.administrator.fetchrow("select code, reasons, facts, release from amends.attempt")
    assert (row["code"], row["reasons"]) == ("final_sale", ["final_sale"])
    assert json.loads(json.dumps(row["facts"]))["order.sale_format"] == "live_auction"
    assert row["release"] is not None


@pytest.mark.requirement("E-03")
async def test_the_same_reason_passes_where_nobody_bid(story: Story) -> None:
    shelf = await story.order(sale_format="shelf")
    assert (await story.open(shelf, "return_refund", "no_longer_needed")).said.state == "pending_review"


@pytest.mark.requirement("E-02", "E-03", "E-05")
async def test_the_refusal_says_what_would_pass(story: Story) -> None:
    card = await story.order(sale_format="live_auction")
    said = await story.ask(card, "return_refund", "no_longer_needed")
    ways = json.dumps(said.body["verdict"])
    assert "request.reason" in ways
