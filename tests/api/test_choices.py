"""What a case offers its people, over HTTP: grounds with their proof, what approving does, and the buyer's history (U-05, U-13)."""

from typing import Any

import pytest
from tests.api.marketplace import DAMAGED, Market, is_problem


async def opened(market: Market, reference: str, **more: Any) -> dict[str, Any]:
    """A case of buyer 1, with a proof that is admitted."""
    body = DAMAGED | {"proof": [{"kind": "photo_defect", "text": "cracked"}]} | more
    path = f"/v1/orders/{market.orders[reference]}/cases"
    said = await market.call("buyer_1", "POST", path, body, idempotency_key=f"open-{reference}-{body['kind']}")
    assert said.status_code == 201, said.text
    return dict(said.json())


async def choices(market: Market, case: dict[str, Any], who: str = "seller_a") -> dict[str, Any]:
    said = await market.call(who, "GET", f"/v1/cases/{case['id']}/choices")
    assert said.status_code == 200, said.text
    return dict(said.json())


@pytest.mark.requirement("U-05")
async def test_each_ground_of_the_stage_says_whether_it_is_open_and_which_proof_it_still_demands(market: Market) -> None:
    case = await opened(market, "A10")
    seen = await choices(market, case)
    assert seen["stage"] == "rejection_1"
    grounds = {each["ground"]: each for each in seen["grounds"]}
    assert "packed_awaiting_pickup" not in grounds  # of another stage
    assert grounds["other"]["max_note"] == 200
    demanding = next(each for each in seen["grounds"] if each["open"] and each["proof"])
    refused = await market.call("seller_a", "POST", f"/v1/cases/{case['id']}/moves/reject",
                                {"ground": demanding["ground"], "note": "no"}, idempotency_key="no-1",
                                if_match=f'"{case["version"]}"')  # fmt: skip
    said = is_problem(refused, 409, "proof_demanded")
    named = [kind for need in demanding["proof"] for kind in (*need.get("any_of", ()), *need.get("all_of", ()))]
    assert set(named) == {*said.get("any_of", ()), *said.get("all_of", ())}


@pytest.mark.requirement("U-05")
async def test_a_closed_ground_names_what_would_have_to_hold(market: Market) -> None:
    seen = await choices(market, await opened(market, "A11"))
    closed = [each for each in seen["grounds"] if not each["open"]]
    assert closed
    assert all(each["reasons"] or each["unmet"] for each in closed)


@pytest.mark.requirement("U-06")
async def test_what_approving_pays_is_said_before_it_is_done(market: Market) -> None:
    case = await opened(market, "A12")
    seen = await choices(market, case)
    assert seen["approve"] == {"to_state": "refund_approved", "pays": True, "amount": 5000, "problem": None}
    back = await opened(market, "A13", kind="return_refund")
    seen = await choices(market, back)
    assert (seen["approve"]["to_state"], seen["approve"]["pays"]) == ("awaiting_buyer_ship", False)
    assert (seen["keep_goods"]["pays"], seen["keep_goods"]["amount"]) == (True, 5000)


async def test_the_rules_behind_the_deadlines_stand_with_their_words_and_source(market: Market) -> None:
    case = await opened(market, "A14")
    rules = {each["rule"]: each for each in (await choices(market, case))["rules"]}
    for deadline in case["deadlines"]:
        said = rules[deadline["rule"]]
        assert said["says"]["zh"]
        assert said["says"]["en"]
        assert said["source"]


@pytest.mark.requirement("U-13")
async def test_a_buyers_history_counts_what_was_bought_and_asked_in_that_shop_alone(market: Market) -> None:
    case = await opened(market, "A15")
    seen = (await market.call("seller_a", "GET", "/v1/buyers/buyer-1/history")).json()
    assert seen["shops"] == [market.shops["a"]]
    assert seen["bought"][0]["orders"] >= 30
    assert case["id"] in {each["id"] for each in seen["cases"]}
    assert sum(each["n"] for each in seen["asked"]) >= 1
    is_problem(await market.call("seller_b", "GET", "/v1/buyers/buyer-1/history"), 404, "not_found")
    is_problem(await market.call("buyer_1", "GET", "/v1/buyers/buyer-1/history"), 403, "permission_missing")
    is_problem(await market.call("platform", "GET", "/v1/buyers/buyer-1/history"), 422, "missing_field")
    ours = await market.call("platform", "GET", f"/v1/buyers/buyer-1/history?shop_id={market.shops['a']}")
    assert ours.status_code == 200


async def test_nobody_sees_the_choices_of_somebody_elses_case(market: Market) -> None:
    case = await opened(market, "A16")
    is_problem(await market.call("seller_b", "GET", f"/v1/cases/{case['id']}/choices"), 404, "not_found")
    is_problem(await market.call("buyer_1", "GET", f"/v1/cases/{case['id']}/choices"), 403, "permission_missing")
    assert (await choices(market, case, "platform"))["grounds"] == []


async def test_what_a_condition_asks_about_has_a_name(market: Market) -> None:
    named = {each["word"]: each for each in (await market.call(None, "GET", "/v1/vocabulary/facts")).json()["words"]}
    seen = await choices(market, await opened(market, "A17"))
    asked = {condition["fact"] for ground in seen["grounds"] for condition in ground["unmet"]}
    assert asked
    assert all(named[fact]["zh"] and named[fact]["en"] for fact in asked)


@pytest.mark.requirement("U-06")
async def test_a_closed_move_is_told_with_the_states_that_open_it(market: Market) -> None:
    case = await opened(market, "A18", kind="return_refund")
    opens = (await choices(market, case))["opens"]
    assert opens["inspect_return"] == ["return_delivered"]
    assert "pending_review" in opens["approve"]
    assert opens["ship_replacement"] == []  # a return is not an exchange
    assert {move["move"] for move in case["moves"]} != set(opens)  # the buyer's moves are not the seller's
    seen = (await market.call("seller_a", "GET", f"/v1/cases/{case['id']}")).json()
    assert {move["move"] for move in seen["moves"]} == set(opens)


async def grounds(market: Market, cases: list[str], who: str = "seller_a") -> dict[str, Any]:
    said = await market.call(who, "POST", "/v1/cases:grounds", {"cases": cases})
    assert said.status_code == 200, said.text
    return dict(said.json())


@pytest.mark.requirement("U-05", "U-16")
async def test_the_grounds_of_many_are_one_answer_and_the_same_as_of_each(market: Market) -> None:
    asked = [await opened(market, "A25"), await opened(market, "A26", kind="return_refund"), await opened(market, "A27")]
    ids = [one["id"] for one in asked]
    seen = await grounds(market, [*ids, ids[0], "01a2017c-0000-7000-8000-000000000000"])
    assert [one["case_id"] for one in seen["cases"]] == ids
    assert [one["version"] for one in seen["cases"]] == [one["version"] for one in asked]
    for one, case in zip(seen["cases"], asked, strict=True):
        alone, among = await choices(market, case), seen["choices"][one["choice"]]
        assert (among["stage"], among["grounds"]) == (alone["stage"], alone["grounds"])
    assert seen["cases"][0]["choice"] == seen["cases"][2]["choice"]  # what is alike is said once


@pytest.mark.requirement("U-05", "P-01")
async def test_grounds_are_told_to_the_seller_of_the_case_alone_and_up_to_the_size_of_a_batch(market: Market) -> None:
    case = await opened(market, "A28")
    assert await grounds(market, [case["id"]], "seller_b") == {"choices": [], "cases": []}
    is_problem(await market.call("buyer_1", "POST", "/v1/cases:grounds", {"cases": [case["id"]]}), 403, "permission_missing")
    many = [f"01a2017c-0000-7000-8000-{n:012d}" for n in range(999)]
    seen = await grounds(market, [*many, case["id"]])
    assert [one["case_id"] for one in seen["cases"]] == [case["id"]]
    assert (await market.call("seller_a", "POST", "/v1/cases:grounds", {"cases": [*many, *many]})).status_code == 422
