"""Source 004 over HTTP: the parcel is refused at the door; agreed at once, then intercepted, refused, signed for, or forgotten (Douyin shop)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.stories.over_http import Body, Person, Refused, Sandbox

from amends.gateways.carriers import Intercepting

ZTO = "zto"
DRESS = [{"reference": "1", "sku": "D", "title": "连衣裙", "category": "apparel", "price": 8900}]
OUT = f"9400{'4001':0>18}"


async def on_its_way(sandbox: Sandbox, reference: str = "4001", **more: Any) -> tuple[Person, Person, str]:
    """A dress of 89.00 yuan is with ZTO and promised in three days; the shop sells at home and pays duty."""
    await sandbox.shop("lin", "cn", cross_border=False, duty_free_hainan=False)
    mei, lin = await sandbox.person("buyer", "mei"), await sandbox.person("seller", "lin", shop="lin")
    promised = await sandbox.now() + timedelta(days=3)
    known: dict[str, Any] = {"lines": DRESS, "promised_at": promised.isoformat(), "delivered_ago": timedelta()}
    return mei, lin, await sandbox.sell("lin", reference, "CNY", status="in_transit", carrier=ZTO, **(known | more))


async def agreed(sandbox: Sandbox) -> tuple[Person, Person, Body]:
    mei, lin, dress = await on_its_way(sandbox)
    case = await mei.ask(dress, "refund_in_transit", "not_received")
    assert case["state"] == "refuse_sign_agreed", "nobody had to agree"
    return mei, lin, case


def due(case: Body) -> datetime:
    return datetime.fromisoformat(next(d["due_at"] for d in case["deadlines"] if d["kind"] == "refuse_sign"))


def paid(sandbox: Sandbox) -> list[int]:
    return [done.amount for done in sandbox.payments.executions.values()]


@pytest.mark.requirement("E-12", "E-13", "C-07", "L-01", "L-04", "T-03")
async def test_an_interception_stops_the_parcel_and_pays_at_once(sandbox: Sandbox) -> None:
    mei, lin, case = await agreed(sandbox)
    assert timedelta(days=6) < due(case) - await sandbox.now() <= timedelta(days=8)
    await lin.move(case, "order_interception")
    assert await lin.closed(case, "order_interception") == ["interception_under_way"]
    await sandbox.later(minutes=5)  # the worker asks the carrier meanwhile
    (stopping,) = (await lin.case(case))["interceptions"]
    assert (stopping["state"], stopping["cost"]) == ("accepted", {"amount": 300, "currency": "CNY"})
    assert [what for what, _ in sandbox.carrier.calls] == ["intercept"], "asked once"
    await sandbox.scan("lin", OUT, "intercepted", ZTO)
    await sandbox.later(seconds=1)
    assert (await mei.case(case))["state"] == "completed"
    assert paid(sandbox) == [8900]


@pytest.mark.requirement("L-08", "Q-10")
async def test_what_the_carrier_charges_in_another_currency_waits_for_a_person_who_posts_it(sandbox: Sandbox) -> None:
    _, lin, case = await agreed(sandbox)
    sandbox.carrier.intercepting = Intercepting(can=True, cost=300, currency="USD", reference="S-1")
    await lin.move(case, "order_interception")
    await sandbox.later(minutes=5)
    (parked,) = (await sandbox.platform.get("/v1/attention", kind="freight_parked"))["waiting"]
    assert (parked["case_id"], parked["why"], parked["does"]) == (case["id"], "currency_differs", ["settle"])
    detail = parked["detail"]
    assert (detail["leg"], detail["amount"], detail["currency"], detail["carrier"]) == ("interception", 300, "USD", ZTO)
    freight = {"leg": "interception", "amount": 2100, "carrier": ZTO}
    await sandbox.platform.post(f"/v1/cases/{case['id']}/freight", freight)
    await sandbox.platform.post(f"/v1/attention/parked/{parked['id']}/settle", {"how": "done"})
    assert (await sandbox.platform.get("/v1/attention", kind="freight_parked"))["waiting"] == []
    costs = await sandbox.platform.get(f"/v1/cases/{case['id']}/costs")
    assert 2100 in [leg["amount"]["amount"] for leg in costs["postings"]]


@pytest.mark.requirement("Q-10")
async def test_a_refund_that_was_paid_and_came_back_is_told_once_and_wakes_its_case(sandbox: Sandbox) -> None:
    _, lin, case = await agreed(sandbox)
    await lin.move(case, "order_interception")
    await sandbox.later(minutes=5)
    await sandbox.scan("lin", OUT, "intercepted", ZTO)
    await sandbox.later(seconds=1)
    (refund,) = (await lin.get("/v1/refunds"))["refunds"]
    path = f"/v1/refunds/{refund['id']}/came_back"
    with pytest.raises(Refused) as barred:
        await lin.post(path)
    assert barred.value.code == "permission_missing"
    told = [await sandbox.platform.post(path, **{"idempotency-key": "once"}) for _ in range(2)]
    assert told[0] == told[1]
    assert (told[0]["state"], (await lin.events(case)).count("refund_came_back")) == ("refund_failed", 1)
    (waiting,) = (await sandbox.platform.get("/v1/attention", kind="refund_failed"))["waiting"]
    assert (waiting["id"], waiting["why"]) == (refund["id"], "came_back")


@pytest.mark.requirement("L-02", "F-05")
async def test_goods_that_do_not_come_back_are_complained_of_after_a_week(sandbox: Sandbox) -> None:
    _, lin, case = await agreed(sandbox)
    await lin.move(case, "order_interception")
    await sandbox.later(minutes=5)
    await sandbox.scan("lin", OUT, "intercepted", ZTO)
    await sandbox.later(days=6)
    with pytest.raises(Refused) as early:
        await lin.move(case, "complain_to_carrier")
    assert early.value.code == "complaint_too_early"
    await sandbox.later(days=1)
    await lin.move(case, "complain_to_carrier", note="仓库没有收到")
    await sandbox.later(minutes=5)
    assert [what for what, _ in sandbox.carrier.calls] == ["intercept", "complain"]
    assert (await lin.events(case))[-1] == "carrier_complained"


@pytest.mark.requirement("L-01", "C-08")
async def test_a_carrier_that_cannot_stop_it_and_a_refusal_that_shortens_the_clock(sandbox: Sandbox) -> None:
    mei, lin, case = await agreed(sandbox)
    sandbox.carrier.intercepting = Intercepting(can=False, reason="already_sorted")
    await lin.move(case, "order_interception")
    await sandbox.later(days=1)
    assert (await lin.case(case))["interceptions"][0]["reason"] == "already_sorted"
    before = due(await lin.case(case))
    await sandbox.scan("lin", OUT, "refused", ZTO)
    case = await lin.case(case)
    assert due(case) < before
    assert due(case) - await sandbox.now() <= timedelta(hours=48)
    assert paid(sandbox) == []
    await sandbox.until(due(case))
    await sandbox.later(minutes=1)
    assert (await mei.case(case))["state"] == "completed"
    assert paid(sandbox) == [8900]


@pytest.mark.requirement("R-07", "C-08")
async def test_a_buyer_who_signs_after_all_sends_it_back(sandbox: Sandbox) -> None:
    mei, lin, case = await agreed(sandbox)
    with pytest.raises(Refused) as early:
        await lin.move(case, "reject", ground="needs_return_first")
    assert early.value.code == "parcel_not_signed"
    await sandbox.scan("lin", OUT, "delivered", ZTO)
    assert (await lin.move(case, "reject", ground="needs_return_first"))["state"] == "rejected_1"
    await mei.move(case, "withdraw")
    back = await mei.ask(case["order_id"], "return_refund", "no_longer_needed")
    assert back["state"] == "pending_review"
    assert paid(sandbox) == []


@pytest.mark.requirement("C-07")
async def test_a_seller_who_does_nothing_pays_after_seven_days(sandbox: Sandbox) -> None:
    mei, _, case = await agreed(sandbox)
    await sandbox.until(due(case))
    await sandbox.later(minutes=1)
    assert (await mei.case(case))["state"] == "completed"
    assert paid(sandbox) == [8900]


@pytest.mark.requirement("F-04", "E-12", "E-14")
async def test_a_thousand_yuan_is_too_much_and_says_so(sandbox: Sandbox) -> None:
    dear = [{"reference": "1", "sku": "D", "title": "大衣", "category": "apparel", "price": 100_000}]
    mei, _, coat = await on_its_way(sandbox, "4002", lines=dear)
    with pytest.raises(Refused) as no:
        await mei.ask(coat, "refund_in_transit", "not_received")
    assert no.value.code == "window_not_begun"
    assert no.value.problem["unmet"] == {"refuse_the_parcel": ["refusal_amount_too_high"]}
