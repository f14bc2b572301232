"""One marketplace, several markets: the same act counts in one and not in the other, because their rules say so (E-10, V-04, V-08, C-04)."""

from typing import Any

import pytest
from tests.stories.over_http import Body, Person, Refused, Sandbox

WHATSAPP = {"kind": "chat_external", "channel": "whatsapp", "text": "Keep it, we agreed on a discount. - All right."}
E_SIGNED = {"kind": "e_sign_record", "text": "Signed on the screen at 10:12."}
CURRENCY = {"us": "USD", "th": "THB", "sa": "SAR", "gb": "GBP", "ca": "CAD"}


async def asked(sandbox: Sandbox, market: str, kind: str, reason: str, **more: Any) -> tuple[Person, Body]:
    """A case of a market's own shop, and its seller."""
    await sandbox.shop(market, market)
    buyer = await sandbox.person("buyer", "mei")
    seller = await sandbox.person("seller", f"seller-{market}", shop=market)
    order = await sandbox.sell(market, f"{len(sandbox.shops)}77", CURRENCY[market])
    return seller, await buyer.ask(order, kind, reason, **more)


async def rejects(seller: Person, case: Body, ground: str, proof: Body) -> str:
    """The state after a no, or the code and reasons with which it was refused."""
    try:
        return str((await seller.move(case, "reject", ground=ground, proof=[proof]))["state"])
    except Refused as no:
        return " ".join([no.code, *no.problem.get("reasons", [])])


@pytest.mark.requirement("V-08", "V-07")
async def test_a_whatsapp_chat_counts_in_thailand_and_not_in_the_united_states(sandbox: Sandbox) -> None:
    in_thailand = await asked(sandbox, "th", "return_refund", "defective")
    assert await rejects(*in_thailand, "agreed_with_buyer", WHATSAPP) == "rejected_1"
    in_the_states = await asked(sandbox, "us", "return_refund", "defective")
    refused = await rejects(*in_the_states, "agreed_with_buyer", WHATSAPP)
    assert "proof_demanded" in refused
    assert "channel_not_accepted" in refused


@pytest.mark.requirement("V-04", "V-02")
async def test_an_electronic_sign_for_counts_in_saudi_arabia_and_not_in_great_britain(sandbox: Sandbox) -> None:
    words = [{"kind": "text_statement", "text": "It never came."}]
    there = await asked(sandbox, "sa", "refund_only", "not_received", proof=words)
    assert await rejects(*there, "delivered_to_address", E_SIGNED) == "rejected_1"
    here = await asked(sandbox, "gb", "refund_only", "not_received", proof=words)
    assert "evidence_kind_not_admitted" in await rejects(*here, "delivered_to_address", E_SIGNED)


@pytest.mark.requirement("E-10")
async def test_what_is_no_longer_needed_must_be_unused_in_thailand(sandbox: Sandbox) -> None:
    with pytest.raises(Refused) as no:
        await asked(sandbox, "th", "return_refund", "no_longer_needed", told={"item.used": True})
    assert no.value.code == "must_be_unused"
    _, unused = await asked(sandbox, "th", "return_refund", "no_longer_needed", told={"item.used": False})
    assert unused["state"] == "pending_review"
    _, in_the_states = await asked(sandbox, "us", "return_refund", "no_longer_needed", told={"item.used": True})
    assert in_the_states["state"] == "pending_review"


@pytest.mark.requirement("C-04", "C-02", "U-16")
async def test_a_market_s_clocks_start_by_themselves(sandbox: Sandbox) -> None:
    running = {}
    for market in ("gb", "us", "ca"):
        _, case = await asked(sandbox, market, "return_refund", "defective")
        running[market] = {clock["kind"]: clock["rule"] for clock in case["deadlines"]}
    assert running["gb"] == {"review": "review_base", "first_response": "first_response_within_a_day"}
    assert running["us"] == {"review": "us_review"}
    assert running["ca"] == {"review": "review_base"}
