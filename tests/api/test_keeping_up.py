"""Whoever keeps a copy asks for what changed since a moment and misses nothing; whoever watches sees what is due, owed and on its way."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.api.marketplace import DAMAGED, Market

from amends.store.database import connect

PROOF = {"proof": [{"kind": "photo_defect", "text": "x"}]}


async def opened(market: Market, reference: str) -> dict[str, Any]:
    path = f"/v1/orders/{market.orders[reference]}/cases"
    answer = await market.call("buyer_1", "POST", path, DAMAGED | PROOF, idempotency_key=f"up-{reference}")
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def seen(market: Market, path: str, since: str | None = None) -> dict[str, Any]:
    mark = f"{'&' if '?' in path else '?'}updated_since={since.replace('+', '%2B')}" if since else ""
    answer = await market.call("seller_a", "GET", path + mark)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(("path", "what"), [("/v1/cases", "cases"), ("/v1/evidence", "evidence")])
async def test_what_changed_since_the_last_question_is_told(market: Market, path: str, what: str) -> None:
    mark = (await seen(market, path))["as_of"]
    assert not (await seen(market, path, mark))[what]
    case = await opened(market, "A30" if what == "cases" else "A31")
    changed = await seen(market, path, mark)
    assert [one.get("case_id", one["id"]) for one in changed[what]] == [case["id"]]
    assert not (await seen(market, path, changed["as_of"]))[what]


async def test_orders_and_refunds_are_told_when_they_change(market: Market) -> None:
    orders, refunds = (await seen(market, "/v1/orders"))["as_of"], (await seen(market, "/v1/refunds"))["as_of"]
    case = await opened(market, "A32")
    assert not (await seen(market, "/v1/orders", orders))["orders"], "a request changes no order"
    path = f"/v1/cases/{case['id']}/moves/approve"
    approved = await market.call("seller_a", "POST", path, {}, idempotency_key="up", if_match=f'"{case["version"]}"')
    assert approved.status_code == 200, approved.text
    (refund,) = (await seen(market, "/v1/refunds", refunds))["refunds"]
    assert (refund["case_id"], refund["status"]) == (case["id"], "pending")
    assert [one["id"] for one in (await seen(market, "/v1/refunds?status=succeeded"))["refunds"]] == []
    connection = await connect(market.dsn)
    try:
        await connection.execute("update amends.orders set status = 'completed' where reference = 'A33'")
    finally:
        await connection.close()
    assert [one["reference"] for one in (await seen(market, "/v1/orders", orders))["orders"]] == ["A33"]


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/cases"])
async def test_what_changes_while_pages_are_read_comes_the_next_time_whichever_page_told_it(market: Market, path: str) -> None:
    what = path.removeprefix("/v1/")
    for order in ("A36", "A37"):
        await opened(market, order)
    first = await seen(market, f"{path}?limit=1")
    (told,) = first[what]
    connection = await connect(market.dsn)
    try:
        await connection.execute(f"update amends.{what} set updated_at = amends.moment() where id = $1", UUID(told["id"]))  # noqa: S608
    finally:
        await connection.close()
    page = first
    while page["next_cursor"] is not None:
        page = await seen(market, f"{path}?limit=1&cursor={page['next_cursor']}")
        assert page["as_of"] == first["as_of"]
    assert told["id"] in [one["id"] for one in (await seen(market, path, page["as_of"]))[what]]


async def test_what_is_committed_late_is_not_skipped(market: Market) -> None:
    """A copy that went on from the last change it had seen never heard of one that began earlier and was committed later."""
    writer = await connect(market.dsn)
    try:
        writing = writer.transaction()
        await writing.start()
        await writer.execute("update amends.orders set status = 'completed' where reference = 'A34'")  # early mark, not committed
        other = await connect(market.dsn)
        await other.execute("update amends.orders set status = 'completed' where reference = 'A35'")
        await other.close()
        first = await seen(market, "/v1/orders")
        late = {one["reference"]: one["status"] for one in first["orders"]}
        assert (late["A34"], late["A35"]) == ("delivered", "completed")
        await writing.commit()
    finally:
        await writer.close()
    told = {one["reference"] for one in (await seen(market, "/v1/orders", first["as_of"]))["orders"]}
    assert {"A34", "A35"} <= told
    last = max(datetime.fromisoformat(one["updated_at"]) for one in first["orders"]) + timedelta(microseconds=1)
    naive = {one["reference"] for one in (await seen(market, "/v1/orders", last.isoformat()))["orders"]}
    assert "A34" not in naive, "the last change seen would have skipped it: the test tests something"


async def test_buyers_see_their_own_refunds_and_proof_alone(market: Market) -> None:
    for path, what in (("/v1/refunds", "refunds"), ("/v1/evidence", "evidence")):
        assert (await market.call("buyer_2", "GET", path)).json()[what] == []
        assert (await market.call("seller_b", "GET", path)).json()[what] == []
    assert (await market.call("buyer_1", "GET", "/v1/evidence")).json()["evidence"]


async def test_the_metrics_say_what_is_due_owed_late_and_on_its_way(market: Market) -> None:
    text = (await market.client.get("/metrics")).text
    said = {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if not line.startswith("#")}
    assert said["amends_database_up"] == 1
    assert said["amends_money_held"] == 0
    assert said["amends_money_explained_ratio"] == 1
    assert said["amends_deadlines_due"] == 0
    for name in (
        "amends_deadlines_late_seconds",
        "amends_refunds_in_flight",
        "amends_refunds_in_flight_oldest_seconds",
        "amends_outbox_dead",
    ):
        assert name in said
    market.context.gauges.asked_at = -100.0
    connection = await connect(market.dsn)
    try:
        await connection.execute("update amends.deadline set due_at = due_at - interval '90 days' where state = 'running'")
        await connection.execute("update amends.hold set held = true")
        text = (await market.client.get("/metrics")).text
        assert "\namends_money_held 1\n" in text
        (due,) = [line for line in text.splitlines() if line.startswith("amends_deadlines_due ")]
        (late,) = [line for line in text.splitlines() if line.startswith("amends_deadlines_late_seconds ")]
        assert int(due.split()[1]) > 0
        assert float(late.split()[1]) > 86_400
        assert 'amends_outbox_pending{effect="pay_refund"} 1' in text
        assert "\namends_refunds_in_flight 1\n" in text
        assert "amends_batch_commands_count" in text
    finally:
        await connection.execute("update amends.hold set held = false")
        await connection.close()
