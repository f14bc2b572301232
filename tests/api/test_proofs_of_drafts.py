"""A draft is proved while it is typed; one that is wrong in some situation is not handed in, and the situation is shown."""

from typing import Any

from tests.api.marketplace import Market, is_problem
from tests.api.test_drafts import SHORTER, begun, edit, move, staff

SHIP_BACK = {
    "file": "policies/markets/us/logistics.yaml",
    "id": "us_prepaid_label",
    "overrides": None,
}


async def proved(market: Market, *edits: dict[str, Any], **more: Any) -> dict[str, Any]:
    await staff(market)
    answer = await market.call("ada", "POST", "/v1/lab/proofs", {"market": "us", "edits": list(edits)} | more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_shorter_window_is_shown_with_exactly_the_situations_that_change(market: Market) -> None:
    told = await proved(market, SHORTER)
    assert told["errors"] == []
    assert told["proof"]["complete"]
    sides = {(change["topic"], change["before"], change["after"]) for change in told["proof"]["changes"]}
    assert ("eligibility", "allowed", "declined") in sides
    for change in told["proof"]["changes"]:
        assert change["after_rules"] == ["auction_filing_window"]
        for group in change["groups"]:
            assert 7 < group["situation"]["facts"]["parcel.since_delivered"] <= 14
            assert group["words"]["zh"] != group["words"]["en"]
    promises = [each["other"] for each in told["proof"]["findings"] if each["promise"] and "us" in each["markets"]]
    assert promises == ["auction_claims_within_14_days"]


async def test_what_changes_nothing_is_proved_to_change_nothing(market: Market) -> None:
    told = await proved(market)
    assert (told["proof"]["findings"], told["proof"]["changes"]) == ([], [])
    assert told["proof"]["laws"] > 50


async def test_a_contradiction_keeps_a_draft_from_being_handed_in(market: Market) -> None:
    told = await proved(market, SHIP_BACK)
    (found,) = told["proof"]["findings"]
    assert (found["kind"], {found["rule"], found["other"]}) == ("contradiction", {"us_prepaid_label", "label_by_buyer"})
    assert found["situation"]["facts"]["request.kind"] in ("return_refund", "exchange")
    draft = await begun(market, "Two labels")
    changed = await edit(market, "ada", draft, SHIP_BACK)
    assert changed.status_code == 200, changed.text
    refused = is_problem(await move(market, "ada", changed.json(), "hand-in"), 409, "draft_has_errors")
    assert [each["code"] for each in refused["policy"]] == ["contradiction"]


async def test_a_file_that_cannot_be_read_is_not_proved(market: Market) -> None:
    told = await proved(
        market, {"file": "policies/markets/us/logistics.yaml", "id": "us_prepaid_label", "outcome": {"label": "gold"}}
    )
    assert told["proof"] is None
    assert told["errors"]


async def test_only_those_who_draft_may_prove(market: Market) -> None:
    await staff(market)
    is_problem(await market.call("cy", "POST", "/v1/lab/proofs", {"market": "us"}), 403, "permission_missing")
    is_problem(await market.call("ada", "POST", "/v1/lab/proofs", {"market": "atlantis"}), 404, "market_unknown")
