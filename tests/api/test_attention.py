"""What the machine hands to people stands in one place, says why it is there and since when, and can be settled there."""

from typing import Any

import pytest
from tests.api.marketplace import DAMAGED, NOW, Market, is_problem

from amends.kernel.ids import new_id
from amends.store.database import connect, queries, transaction

LOST = {
    "source": "usps",
    "event_id": "lost-1",
    "tracking_number": "NOBODYS",
    "status": "delivered",
    "occurred_at": "2026-01-01T00:00:00Z",
}


async def waiting(market: Market, **asked: Any) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = await market.call("platform", "GET", f"/v1/attention?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["waiting"]
    return found


async def rejected(market: Market, reference: str) -> dict[str, Any]:
    path = f"/v1/orders/{market.orders[reference]}/cases"
    asked = {**DAMAGED, "proof": [{"kind": "photo_defect", "text": "a crack"}]}
    case = (await market.call("buyer_1", "POST", path, asked, idempotency_key=f"o-{reference}")).json()
    said = {"ground": "other", "note": "It left whole.", "proof": []}
    return await moved(market, "seller_a", case, "reject", said)


async def moved(market: Market, who: str, case: dict[str, Any], move: str, body: dict[str, Any]) -> dict[str, Any]:
    path, key = f"/v1/cases/{case['id']}/moves/{move}", f"{move}-{case['id']}-{case['version']}"
    answer = await market.call(who, "POST", path, body, idempotency_key=key, if_match=f'"{case["version"]}"')
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_signal_that_could_not_be_used_is_settled_once_and_by_name(market: Market) -> None:
    await market.call("carrier", "POST", "/v1/scans", {"scans": [LOST]})
    (parked,) = await waiting(market, kind="signal_parked")
    assert (parked["why"], parked["shop_id"], parked["does"]) == ("parcel_unknown", 0, ["settle"])
    assert all(parked[part][language] for part in ("words", "next") for language in ("zh", "en"))
    path = f"/v1/attention/parked/{parked['id']}/settle"
    is_problem(await market.call("seller_a", "POST", path, {"how": "done"}, idempotency_key="s0"), 403, "permission_missing")
    said = {"how": "not_needed", "note": "a test label"}
    is_problem(await market.call("platform", "POST", path, said), 400, "missing_idempotency_key")
    for again in (False, True):
        settled = await market.call("platform", "POST", path, said, idempotency_key="s1")
        assert (settled.status_code, "idempotency-replayed" in settled.headers) == (204, again)
    assert await waiting(market, kind="signal_parked") == []
    is_problem(await market.call("platform", "POST", path, {"how": "done"}, idempotency_key="s2"), 409, "gone_meanwhile")
    is_problem(await market.call("platform", "POST", path, {"how": "done"}, idempotency_key="s1"), 422, "idempotency_key_reused")
    kept = await market.context.reviewers.fetchrow(
        "select b.person, b.what, p.note from by_hand b join parked p on p.id::text = b.subject where b.subject = $1",
        parked["id"],
    )
    assert tuple(kept) == ("platform:ops", "not_needed", "a test label")


@pytest.mark.requirement("T-05")
async def test_a_dispute_waits_in_its_lane_until_somebody_takes_and_rules_on_it(market: Market) -> None:
    case = await rejected(market, "A30")
    case = await moved(market, "buyer_1", case, "escalate", {"note": "It did not."})
    (dispute,) = await waiting(market, kind="dispute")
    assert (dispute["case_id"], dispute["why"], dispute["detail"]["claimed"]) == (case["id"], "usual", False)
    lanes = {lane["lane"]: lane for lane in (await market.call("platform", "GET", "/v1/review_lanes")).json()["lanes"]}
    assert (lanes["usual"]["waiting"], lanes["usual"]["claimed"]) == (1, 0)
    claimed = (await market.call("platform", "POST", "/v1/reviews:claim", {}, idempotency_key="c1")).json()
    assert claimed["id"] == case["id"]
    whole = (await market.call("platform", "GET", f"/v1/cases/{case['id']}/dispute")).json()
    assert (whole["state"], whole["reviewer"], whole["ground"]) == ("under_review", "platform:ops", "other")
    assert whole["burden"]["falls_on"] in ("seller", "buyer", "neither")
    mine = (await market.call("buyer_1", "GET", f"/v1/cases/{case['id']}/dispute")).json()
    assert mine["reviewer"] is None
    is_problem(await market.call("buyer_2", "GET", f"/v1/cases/{case['id']}/dispute"), 404, "not_found")
    said = {"ruling": "seller", "liability": "buyer", "rationale": "The photo shows another vase."}
    await moved(market, "platform", claimed, "rule", said)
    assert await waiting(market, kind="dispute") == []
    is_problem(await market.call("platform", "POST", "/v1/reviews:claim", {}, idempotency_key="c2"), 409, "nothing_to_claim")
    listed = (await market.call("seller_a", "GET", "/v1/disputes")).json()["disputes"]
    assert [(row["case_id"], row["ruling"]) for row in listed] == [(case["id"], "seller")]
    figures = (await market.call("seller_a", "GET", "/v1/disputes/figures")).json()
    assert (figures["ruled"], figures["merchant_fault"], figures["merchant_fault_rate"]) == (1, 0, "0.0000")


async def test_a_dead_letter_is_sent_again_or_given_up(market: Market) -> None:
    case = await rejected(market, "A31")
    admin = await connect(market.dsn)
    letters = [
        await admin.fetchval(
            "insert into outbox (shop_id, id, case_id, seq, effect, target, state, due_at, created_at, done_at, last_answer)"
            " values ($1, gen_random_uuid(), $2, 1, 'notify', $3, 'dead', moment(), moment(), moment(), '410') returning id",
            market.shops["a"], case["id"], f"platform-{n}",
        )
        for n in range(2)
    ]  # fmt: skip
    await admin.close()
    seen = {row["id"]: row for row in await waiting(market, kind="dead_letter")}
    assert set(seen) == {str(letter) for letter in letters}
    assert {row["why"] for row in seen.values()} == {"410"}
    for letter, what in zip(letters, ("retry", "give_up"), strict=True):
        path = f"/v1/attention/effects/{letter}/{what}"
        for _ in range(2):
            answer = await market.call("platform", "POST", path, {"note": "as agreed"}, idempotency_key=what)
            assert answer.status_code == 204
        is_problem(await market.call("platform", "POST", path, {}, idempotency_key="anew"), 409, "gone_meanwhile")
    states = await market.context.reviewers.fetch("select id, state from outbox where id = any ($1::uuid[])", letters)
    assert {row["id"]: row["state"] for row in states} == dict(zip(letters, ("pending", "done"), strict=True))
    assert await waiting(market, kind="dead_letter") == []


async def test_the_list_goes_on_where_a_page_ended_and_is_for_the_platform_alone(market: Market) -> None:
    for n in range(5):
        await market.call("carrier", "POST", "/v1/scans", {"scans": [LOST | {"event_id": f"page-{n}"}]})
    seen: list[str] = []
    path = "/v1/attention?kind=signal_parked&limit=2"
    while True:
        page = (await market.call("platform", "GET", path)).json()
        seen += [row["id"] for row in page["waiting"]]
        if page["next_cursor"] is None:
            break
        path = f"/v1/attention?kind=signal_parked&limit=2&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 5
    is_problem(await market.call("platform", "GET", "/v1/attention?cursor=x"), 400, "bad_cursor")
    is_problem(await market.call("platform", "GET", "/v1/attention?kind=weather"), 422, "unknown_word")
    is_problem(await market.call("seller_a", "GET", "/v1/attention"), 403, "permission_missing")


async def test_what_a_carrier_calls_a_case_breaks_nobodys_list(market: Market) -> None:
    for n, strange in enumerate(("-" * 36, "0" * 36, "deadbeef-" * 4, "not a case", None, 7)):
        body = {"case_id": strange}
        async with transaction(market.context.pool, [0]) as connection:
            assert await connection.fetchval(queries("park_signal"), 0, new_id(NOW), "usps", f"odd-{n}", "unknown_word", body)
    assert (
        len([each for each in await waiting(market, kind="signal_parked") if each["detail"]["event_id"].startswith("odd-")]) == 6
    )
