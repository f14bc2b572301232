"""What is not yours is not there: every operation that names a thing is tried by somebody whose thing it is not."""

import json
import re
from typing import Any

import pytest
from tests.api.marketplace import DAMAGED, Market

from amends.api.door.operation import Operation
from amends.api.table import OPERATIONS

NOBODYS = "01a2017c-0000-7000-8000-000000000000"
STRANGERS = {"order_id": ("seller_b", "buyer_2"), "case_id": ("seller_b", "buyer_2"), "webhook_id": ("seller_b",), "token_id": ("seller_b",),
             "evidence_id": ("seller_b", "buyer_2"), "chargeback_id": ("seller_b",), "address_id": ("seller_b",), "shop_id": ("seller_b",), "view_id": ("seller_b",), "import_id": ("seller_b",), "draft_id": (), "outage_id": (), "parked_id": (), "effect_id": (), "refund_id": (), "invitation_id": ()}  # fmt: skip
ANYBODYS = frozenset(
    {
        "move_batch",
        "my_seat",
        "put_me",
        "accept_invitation",
        "list_sessions",
        "end_session",
        "log_out_everywhere",
        "confirm_session",
        "change_password",
        "start_second_factor",
        "confirm_second_factor",
        "renew_recovery_codes",
        "remove_second_factor",
    }
)  # asks for no permission, or for one by the row, or is about oneself alone
NOT_A_THING = frozenset(
    {"market", "name", "source", "file_token", "room", "hold_id", "subject", "buyer", "guest_token", "session_id", "feed", "kind"}
)
BODIES: dict[str, Any] = {
    "open_case": DAMAGED,
    "preview_case": DAMAGED,
    "list_ways": DAMAGED,
    "ship_order": {"carrier": "usps", "tracking_number": "T1"},
    "reject": {"ground": "other", "note": "x"},
    "submit_evidence": {"proof": [{"kind": "text_statement", "text": "x"}]},
    "ask_for_proof": {"kinds": ["photo_defect"]},
    "decide_recheck": {"decision": "admit"},
    "ship_return": {"carrier": "usps", "tracking_number": "T1"},
    "correct_return_number": {"carrier": "usps", "tracking_number": "T1"},
    "inspect_return": {"lines": [{"line_id": NOBODYS, "accepted": 1}]},
    "ship_replacement": {"carrier": "usps", "tracking_number": "9400111899223100001234"},
    "propose": {"what": "withdraw"},
    "answer_proposal": {"answer": "decline"},
    "settle_return": {"decision": "found"},
    "rule": {"ruling": "seller", "liability": "buyer", "rationale": "x"},
    "give_up_refund": {"refund_id": NOBODYS},
    "override_chargeback": {"why": "x"},
    "retry_refund": {"refund_id": NOBODYS},
    "put_stream_moment": {"room": "R1", "from_ms": 0, "to_ms": 1},
    "apply_for_use": {"why": "x"},
    "decide_use": {"decision": "granted", "why": "x"},
    "replay_deliveries": {"since": "2026-01-01T00:00:00Z"},
    "appeal_score_entry": {"note": "x"},
    "decide_score_appeal": {"decision": "upheld", "answer": "x"},
    "tell_violation": {"reference": "V1"},
    "charge_freight": {"leg": "first_leg", "amount": 1, "carrier": "usps"},
    "put_notice_setting": {"address": "a@example.com", "language": "en"},
    "send_message": {"text": "hello"},
    "assign_case": {"assignee": None},
    "put_note": {"text": "x"},
    "put_tags": {"tags": ["x"]},
    "put_quick_replies": {"replies": []},
    "make_shop_rule": {"name": "x", "does": "approve"},
    "change_shop_rule": {"name": "x", "does": "approve"},
    "change_saved_view": {"name": "x", "filter": {}},
    "put_macro": {"name": "x", "zh": "好", "en": "ok", "move": "approve"},
    "change_macro": {"name": "x", "zh": "好", "en": "ok", "move": "approve"},
    "put_member": {"role": "viewer"},
    "put_invitation": {"subject": "x", "role": "viewer"},
    "put_provider": {"name": "x", "permissions": ["cases.read"]},
}


def names_a_thing(operation: Operation) -> str | None:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    return names[0] if names and names[0] not in NOT_A_THING else None


NAMING = [operation for operation in OPERATIONS if names_a_thing(operation)]


@pytest.fixture(scope="module")
def things() -> dict[str, str]:
    return {}


def _posted(market: Market) -> dict[str, tuple[str, dict[str, Any]]]:
    """What a seller makes with one call."""
    shop = market.shops["a"]
    return {
        "webhook_id": ("/v1/webhooks", {"url": "https://hooks.example-shop.com/a"}),
        "view_id": ("/v1/saved-views", {"name": "Mine", "filter": {}, "shop_id": shop}),
        "address_id": ("/v1/return-addresses", {"name": "Returns", "line": "1 Road", "city": "Austin", "country": "US"}),
        "token_id": ("/v1/tokens", {"kind": "seller", "subject": "new", "shops": [shop], "permissions": ["cases.read"]}),
    }


async def thing(market: Market, things: dict[str, str], name: str) -> str:
    """A thing of shop a and buyer 1."""
    if name in things:
        return things[name]
    if name == "order_id":
        made = market.orders["A1"]
    elif name == "shop_id":
        made = str(market.shops["a"])
    elif name == "case_id":
        answer = await market.call("buyer_1", "POST", f"/v1/orders/{market.orders['A20']}/cases", DAMAGED, idempotency_key="mine")
        made = answer.json()["id"]
    elif name == "chargeback_id":
        payment = await market.context.reviewers.fetchval("select id from payment where order_id = $1", market.orders["A21"])
        told = {"payment": str(payment), "source": "bank", "reference": "iso", "state": "open", "amount": 1, "currency": "USD"}
        assert (await market.call("platform", "POST", "/v1/chargebacks", told, idempotency_key="iso")).status_code == 200
        made = (await market.call("seller_a", "GET", "/v1/chargebacks")).json()["chargebacks"][0]["id"]
    elif name == "import_id":
        headers = market.auth("seller_a", content_type="application/octet-stream")
        answer = await market.client.post("/v1/imports?kind=decisions", content=b"case,decision\n", headers=headers)
        made = answer.json()["id"]
    elif name in (posted := _posted(market)):
        made = (await market.call("seller_a", "POST", *posted[name])).json()["id"]
    else:
        upload = await market.client.post(
            f"/v1/orders/{market.orders['A1']}/evidence?kind=condition_statement",
            content=b"%PDF-1.4",
            headers=market.auth("buyer_1", content_type="application/pdf"),
        )
        made = upload.json().get("id", NOBODYS)
    things[name] = made
    return made


async def attempt(market: Market, who: str, operation: Operation, name: str, value: str) -> tuple[int, dict[str, Any]]:
    headers = market.auth(who, idempotency_key=f"try-{operation.id}-{who}", if_match='"1"')
    content = None
    if operation.raw:
        content, headers = b"%PDF-1.4", headers | {"content-type": "application/pdf"}
    elif operation.body is not None:
        content, headers = json.dumps(BODIES.get(operation.id, {})).encode(), headers | {"content-type": "application/json"}
    path = re.sub(r"\{\w+\}", NOBODYS, operation.path.replace(f"{{{name}}}", value))
    if operation.id == "put_evidence":
        path += "?kind=photo_defect"
    answer = await market.client.request(operation.method, path, content=content, headers=headers)
    return answer.status_code, answer.json() if answer.content else {}


def test_every_operation_says_who_may_call_it_or_that_anybody_may() -> None:
    open_to_all = {operation.id for operation in OPERATIONS if not operation.who}
    assert open_to_all == {"take_inbound", "list_problems", "get_vocabulary", "health", "ready", "metrics", "openapi",
        "get_terms", "get_terms_page", "guest_order", "withdraw_as_guest", "ship_as_guest", "log_in", "log_out", "join", "look_at_invitation", "demo_people", "demo_log_in", *(
        {"get_file"} & {operation.id for operation in OPERATIONS}
    )}  # fmt: skip
    for operation in OPERATIONS:
        moved = operation.path.startswith("/v1/cases/{case_id}/moves/") or operation.id in ANYBODYS
        assert operation.permission or not operation.who or moved, operation.id


@pytest.mark.parametrize("operation", NAMING, ids=lambda op: op.id)
@pytest.mark.requirement("P-01")
async def test_somebody_elses_thing_and_no_thing_at_all_get_the_same_answer(
    market: Market, things: dict[str, str], operation: Operation
) -> None:
    name = names_a_thing(operation)
    assert name is not None
    mine = await thing(market, things, name)
    tried = 0
    for who in STRANGERS[name]:
        if who.split("_")[0] not in operation.who:
            continue
        theirs = await attempt(market, who, operation, name, mine)
        nobodys = await attempt(market, who, operation, name, NOBODYS)
        for one in (theirs, nobodys):
            one[1].pop("request_id", None)
        assert theirs == nobodys
        if theirs[0] != 403:
            assert theirs[0] == 404, theirs
            tried += 1
    assert tried or not operation.who & {"seller", "buyer"} or operation.id in ("settle_return", "decide_recheck", "retry_refund")


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if op.who], ids=lambda op: op.id)
async def test_no_operation_answers_without_a_token(market: Market, operation: Operation) -> None:
    path = operation.path
    for part in operation.path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, NOBODYS)
    answer = await market.client.request(operation.method, path)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(
    "operation",
    [op for op in OPERATIONS if op.who and op.who != {"platform", "seller", "buyer", "carrier"}],
    ids=lambda op: op.id,
)
async def test_a_kind_of_token_that_an_operation_does_not_name_is_refused(
    market: Market, things: dict[str, str], operation: Operation
) -> None:
    outsiders = {"platform": "platform", "seller": "seller_a", "buyer": "buyer_1", "carrier": "carrier"}
    path = operation.path
    for part in operation.path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, NOBODYS)
    for kind, who in outsiders.items():
        if kind not in operation.who:
            answer = await market.call(who, operation.method, path)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing"), (who, answer.text)


async def test_lists_show_only_what_is_ones_own(market: Market, things: dict[str, str]) -> None:
    await thing(market, things, "case_id")
    for who, shops, buyers in (
        ("seller_a", {"a"}, {"buyer-1", "buyer-2"}),
        ("seller_b", {"b"}, {"buyer-2"}),
        ("buyer_2", {"a", "b"}, {"buyer-2"}),
    ):
        orders = (await market.call(who, "GET", "/v1/orders?limit=100")).json()["orders"]
        assert {order["shop_id"] for order in orders} == {market.shops[shop] for shop in shops}
        assert {order["buyer"] for order in orders} == buyers
    for who, count in (("seller_a", 1), ("buyer_1", 1), ("seller_b", 0), ("buyer_2", 0), ("platform", 1)):
        for order in ("newest", "urgent"):
            found = (await market.call(who, "GET", f"/v1/cases?order={order}")).json()["cases"]
            assert len(found) == count, (who, order)
    assert (await market.call("seller_b", "GET", f"/v1/events?shop_id={market.shops['a']}")).status_code == 404


async def test_orders_of_another_shop_cannot_be_told(market: Market) -> None:
    order = {"shop": "b", "reference": "X", "buyer": "x", "currency": "USD", "status": "delivered",
             "placed_at": "2026-01-01T00:00:00Z", "lines": [{"reference": "1", "price": 1}]}  # fmt: skip
    answer = await market.call("seller_a", "POST", "/v1/orders", {"orders": [order]})
    assert answer.status_code == 200
    assert answer.json()["orders"][0]["result"] == "refused"


async def test_a_batch_reaches_only_ones_own_cases(market: Market, things: dict[str, str]) -> None:
    case = await thing(market, things, "case_id")
    rows = [
        {"id": "1", "case_id": case, "move": "withdraw", "version": 1},
        {"id": "2", "case_id": NOBODYS, "move": "withdraw", "version": 1},
    ]
    for who in ("seller_b", "buyer_2"):
        answer = await market.call(who, "POST", "/v1/moves:batch", {"moves": rows}, idempotency_key=f"b-{who}")
        assert [row["status"] for row in answer.json()["rows"]] in ([404, 404], [403, 403])


async def test_a_seller_cannot_give_more_than_they_hold(market: Market) -> None:
    shops = [market.shops["a"]]
    staff = {"kind": "seller", "subject": "x", "shops": shops, "permissions": ["tokens.manage", "cases.read"]}
    made = (await market.call("seller_a", "POST", "/v1/tokens", staff)).json()
    market.tokens["manager"] = made["token"]
    more = await market.call("manager", "POST", "/v1/tokens", staff | {"permissions": ["refunds.handle"]})
    assert (more.status_code, more.json()["permission"]) == (403, "refunds.handle")
    for body in (
        staff | {"shops": [market.shops["b"]]},
        {"kind": "platform", "subject": "x"},
        {"kind": "buyer", "subject": "buyer-1"},
    ):
        answer = await market.call("seller_a", "POST", "/v1/tokens", body)
        assert answer.status_code in (404, 422), answer.text
