"""What reviewers and operators sit in front of: the re-check queue, who must agree with a ruling, and what stands behind an outage."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.api.marketplace import DAMAGED, Market, is_problem
from tests.api.test_attention import moved, rejected, waiting
from tests.api.test_evidence import blurred, upload

from amends.actions.extend_deadlines import NOBODYS
from amends.store.database import connect, queries
from amends.store.tokens import create_token


async def unclear(market: Market, reference: str, seed: int) -> str:
    """A case whose photo nobody can read."""
    sent = (await upload(market, reference, blurred(seed))).json()
    asked = DAMAGED | {"proof": [{"kind": "photo_defect", "upload_id": sent["id"]}]}
    path = f"/v1/orders/{market.orders[reference]}/cases"
    opened = await market.call("buyer_1", "POST", path, asked, idempotency_key=f"unclear-{reference}")
    assert opened.status_code == 201, opened.text
    assert opened.json()["state"] == "in_recheck"
    found: str = opened.json()["id"]
    return found


@pytest.mark.requirement("V-17", "F-01")
async def test_unclear_proof_waits_in_a_queue_with_its_clock_and_what_was_measured(market: Market) -> None:
    first, second = await unclear(market, "A12", 41), await unclear(market, "A13", 42)
    page = (await market.call("platform", "GET", "/v1/rechecks?limit=1")).json()
    rest = (await market.call("platform", "GET", f"/v1/rechecks?cursor={page['next_cursor']}")).json()
    queue = page["rechecks"] + rest["rechecks"]
    assert [one["case_id"] for one in queue] == [first, second]
    assert [one["due_at"] for one in queue] == sorted(one["due_at"] for one in queue)
    (proof,) = queue[0]["proof"]
    assert (proof["finding"], proof["legible"]) == ("blurred", False)
    assert proof["sharpness"] < 500
    assert queue[0]["overdue"] == 0
    assert queue[0]["shop"] == "Shop a"
    is_problem(await market.call("seller_a", "GET", "/v1/rechecks"), 403, "permission_missing")
    is_problem(await market.call("platform", "GET", "/v1/rechecks?lane=fast"), 422, "unknown_word")
    case = (await market.call("platform", "GET", f"/v1/cases/{first}")).json()
    await moved(market, "platform", case, "decide_recheck", {"decision": "admit"})
    left = (await market.call("platform", "GET", "/v1/rechecks")).json()["rechecks"]
    assert [one["case_id"] for one in left] == [second]


@pytest.mark.requirement("T-05")
async def test_a_dispute_says_from_which_amount_two_must_agree_and_whose_it_is(market: Market) -> None:
    case = await rejected(market, "A31")
    case = await moved(market, "buyer_1", case, "escalate", {"note": "It did not."})
    row = next(d for d in (await disputes(market, "platform")) if d["case_id"] == case["id"])
    assert (row["mine"], row["proposed"]) == (False, False)
    case = (await market.call("platform", "GET", f"/v1/cases/{case['id']}")).json()
    await moved(market, "platform", case, "claim_review", {})
    row = next(d for d in (await disputes(market, "platform")) if d["case_id"] == case["id"])
    assert row["mine"] is True
    whole = (await market.call("platform", "GET", f"/v1/cases/{case['id']}/dispute")).json()
    assert whole["four_eyes"]["limit"] > case["amount"]["amount"]
    assert (whole["four_eyes"]["needs_two"], whole["four_eyes"]["waits_for"]) == (False, None)
    choices = {one["ruling"]: one for one in whole["choices"]}
    assert [word for word, one in choices.items() if one["moves_money"]] == ["buyer", "return_first"]
    assert [word for word, one in choices.items() if one["part"]] == ["buyer"]
    assert all(word not in one["liable"] for word, one in choices.items())
    theirs = (await market.call("buyer_1", "GET", f"/v1/cases/{case['id']}/dispute")).json()
    assert (theirs["four_eyes"], theirs["choices"]) == (None, [])
    assert all(d["proposed"] is None for d in await disputes(market, "seller_a"))


async def disputes(market: Market, who: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await market.call(who, "GET", "/v1/disputes?undecided=true")).json()["disputes"]
    return found


async def test_an_outage_says_whom_it_holds_back_and_whom_it_excused(market: Market) -> None:
    await rejected(market, "A32")
    since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    outage = (await market.call("platform", "POST", "/v1/outages", {"from_at": since, "why": "a cut cable"})).json()
    path = f"/v1/outages/{outage['id']}/excused"
    told = (await market.call("platform", "GET", path)).json()
    assert told["excused"] == []
    assert told["waiting"] == await market.context.reviewers.fetchval(
        "select count(distinct (shop_id, case_id)) from deadline where state = 'running' and kind <> all ($1)", sorted(NOBODYS)
    )
    assert told["waiting"] > 0
    assert (await market.call("platform", "GET", "/v1/backlog")).json()["outage"] is True
    await market.call("platform", "POST", f"/v1/outages/{outage['id']}/end", {})
    is_problem(await market.call("platform", "GET", "/v1/outages/999999/excused"), 404, "not_found")
    is_problem(await market.call("platform", "GET", f"{path}?cursor=nonsense"), 400, "bad_cursor")
    is_problem(await market.call("seller_a", "GET", path), 403, "permission_missing")
    await market.context.pool.execute(queries("outage_excused"), outage["id"])


async def test_an_outage_that_is_declared_twice_gives_its_hours_back_once(market: Market) -> None:
    since, until = (datetime.now(UTC) - timedelta(days=n) for n in (10, 9))
    body = {"from_at": since.isoformat(), "to_at": until.isoformat(), "why": "a cut cable"}
    first = await market.call("platform", "POST", "/v1/outages", body)
    again = await market.call("platform", "POST", "/v1/outages", body)
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 201, first.json()["id"])
    pressed = body | {"from_at": (since + timedelta(seconds=2)).isoformat()}
    refused = is_problem(await market.call("platform", "POST", "/v1/outages", pressed), 409, "outage_overlaps")
    assert refused["outage"] == first.json()["id"]
    before = body | {"from_at": (since - timedelta(hours=2)).isoformat(), "to_at": since.isoformat()}
    assert (await market.call("platform", "POST", "/v1/outages", before)).status_code == 201, "one that ends where it begins"
    await market.context.pool.execute("update amends.outage set excused_at = amends.moment() where excused_at is null")


async def test_an_endpoint_that_takes_nothing_waits_for_a_person(market: Market) -> None:
    made = await market.call(
        "platform", "POST", "/v1/webhooks", {"url": "https://example.com/hook", "shop_id": market.shops["a"]}
    )
    await rejected(market, "A33")
    assert await waiting(market, kind="webhook_failing") == []
    async with market.context.pool.acquire() as connection, connection.transaction():
        await connection.execute("select set_config('amends.shops', $1, true)", str([market.shops["a"]])[1:-1])
        await connection.execute(
            "update outbox set attempts = 3, last_answer = 'timeout' where shop_id = $1 and effect = 'webhook' and target = $2",
            market.shops["a"],
            made.json()["id"],
        )
    (failing,) = await waiting(market, kind="webhook_failing")
    assert (failing["id"], failing["why"], failing["does"]) == (made.json()["id"], "timeout", ["test"])
    assert failing["detail"]["url"] == "https://example.com/hook"
    assert failing["detail"]["pending"] > 0


async def test_a_calendar_that_is_not_confirmed_waits_once_and_lanes_can_be_left_out(market: Market) -> None:
    for reference in ("A35", "A36"):
        await rejected(market, reference)
    async with market.context.pool.acquire() as connection, connection.transaction():
        await connection.execute("select set_config('amends.shops', $1, true)", str([market.shops["a"]])[1:-1])
        rested = await connection.fetchval(
            "with those as (update deadline set provisional = true where shop_id = $1 and state = 'running' and calendar is not null returning 1)"
            " select count(*) from those",
            market.shops["a"],
        )
    (calendar,) = await waiting(market, kind="calendar_provisional")
    assert calendar["detail"] == {"deadlines": rested, "shops": 1, "calendars": "us"}
    assert (calendar["id"], calendar["why"]) == ("us", "holidays_unannounced")
    assert calendar["shop"] is None
    everything = {item["kind"] for item in await waiting(market)}
    left = {item["kind"] for item in await waiting(market, lanes="false")}
    assert everything - left <= {"dispute", "recheck"}
    assert "dispute" in everything - left


async def test_calendars_that_run_out_wait_weeks_before_anything_rests_on_them(market: Market) -> None:
    connection = await connect(market.dsn)
    try:
        offset = await connection.fetchval("select offset_by from amends.clock")
        for day, short in (("2026-11-01", {}), ("2026-11-02", {"2026-12-31": "ae, cn, id, my, ph, sa, th, vn"})):
            moment = datetime.fromisoformat(f"{day}T12:00:00+00:00")
            await connection.execute("update amends.clock set offset_by = $1::timestamptz - clock_timestamp()", moment)
            found = await waiting(market, kind="calendar_short")
            assert {one["detail"]["confirmed_until"]: one["detail"]["calendars"] for one in found} == short
            market.context.gauges.asked_at = -100.0
            text = (await market.client.get("/metrics")).text
            left = (date(2026, 12, 31) - moment.date()).days
            assert f'\namends_calendar_days_left{{calendar="cn"}} {left}\n' in text
        assert found[0]["due_at"] == "2026-12-31T16:00:00Z", "the earliest of their midnights"
    finally:
        await connection.execute("update amends.clock set offset_by = $1", offset)
        await connection.close()


async def test_what_must_be_kept_and_which_sessions_have_a_lane_can_be_listed(market: Market) -> None:
    hold = (await market.call("platform", "POST", "/v1/legal-holds", {"buyer": "buyer-2", "why": "a claim in court"})).json()
    listed = (await market.call("platform", "GET", "/v1/legal-holds?open=true")).json()["holds"]
    assert [one["id"] for one in listed] == [hold["id"]]
    assert (await market.call("platform", "DELETE", f"/v1/legal-holds/{hold['id']}")).status_code == 204
    assert (await market.call("platform", "GET", "/v1/legal-holds?open=true")).json()["holds"] == []
    lane = {"shop_id": market.shops["a"], "review_lane": "independent", "orders": ["A34"]}
    await market.call("platform", "PUT", "/v1/live-rooms/room-9/lane", lane)
    (sent,) = (await market.call("platform", "GET", "/v1/live-lanes")).json()["sessions"]
    assert (sent["room"], sent["review_lane"], sent["orders_in_lane"]) == ("room-9", "independent", 1)
    only = await create_token(
        market.context.pool,
        kind="platform",
        subject="helper",
        permissions=("policies.read",),
        live=not market.context.settings.sandbox,
    )
    market.tokens["helper"] = only.text
    for path in ("/v1/live-lanes", "/v1/legal-holds", "/v1/backlog", "/v1/rechecks"):
        is_problem(await market.call("helper", "GET", path), 403, "permission_missing")
