"""Files that people hand in: reported row by row before anything changes, applied once, and never beyond what the person may do."""

import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from tests.api.marketplace import Market, is_problem

from amends.cli.import_runs import Run


async def handed(market: Market, who: str, kind: str, content: bytes, *, apply: bool = True) -> dict[str, Any]:
    """Hand a file in, let it be read and, if wanted, applied, the way the worker's process does it; the run as it then stands."""
    headers = {**market.auth(who), "content-type": "application/octet-stream"}
    taken = await market.client.post(f"/v1/imports?kind={kind}&name={kind}.csv", content=content, headers=headers)
    assert taken.status_code == 202, taken.text
    made = taken.json()
    assert made["state"] == "reading"
    path = f"/v1/imports/{made['id']}"
    run = Run(market.context.desk, market.context.vocabulary, market.context.settings.home, made["shop_id"], UUID(made["id"]))
    assert await run.carry_out() in ("previewed", "failed")
    if apply:
        assert (await market.call(who, "POST", f"{path}/apply", {})).status_code == 202
        assert await run.carry_out() == "done"
    found: dict[str, Any] = (await market.call(who, "GET", path)).json()
    return found


async def _case(market: Market, reference: str, kind: str = "refund_only") -> str:
    told = {"kind": "chat_in_app", "channel": "platform_messages", "text": "The glaze is grey, the stream showed it blue."}
    asked = {"kind": kind, "reason": "not_as_described", "proof": [told]}
    path = f"/v1/orders/{market.orders[reference]}/cases"
    answer = await market.call("buyer_1", "POST", path, asked, idempotency_key=f"i-{reference}")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _state(market: Market, case_id: str) -> str:
    return str((await market.call("seller_a", "GET", f"/v1/cases/{case_id}")).json()["state"])


@pytest.mark.requirement("U-13")
async def test_decisions_are_previewed_with_row_errors_then_applied_once(market: Market) -> None:
    one, two = await _case(market, "A10"), await _case(market, "A11")
    text = f"Case or order ID,Decision,Ground,Note\n{one},approve,,\nA11,拒绝,other,见备注\nA11,perhaps,,\nnobody,approve,,\n"
    found = await handed(market, "seller_a", "decisions", text.encode(), apply=False)
    assert (found["state"], found["report"]["read"], found["report"]["imported"]) == ("previewed", 4, 2), found["report"][
        "by_code"
    ]
    assert [(p["row"], p["column"], p["code"]) for p in found["report"]["problems"]] == [
        (4, "Decision", "import_unknown_word"),
        (5, "Case or order ID", "import_no_case"),
    ]
    assert {await _state(market, one), await _state(market, two)} == {"pending_review"}, "a preview changes nothing"
    done = await handed(market, "seller_a", "decisions", text.encode())
    again = await market.call("seller_a", "POST", f"/v1/imports/{done['id']}/apply", {})
    assert (again.status_code, again.json()["state"]) == (202, "done"), "a lost answer, asked again"
    assert await _state(market, one) != "pending_review"
    assert await _state(market, two) == "rejected_1"
    assert done["report"]["imported"] == 2


@pytest.mark.requirement("U-13")
async def test_a_preview_says_what_the_desk_then_says_row_by_row(market: Market) -> None:
    cases = [await _case(market, f"A{n}") for n in (16, 17, 18)]
    text = (
        "Case or order ID,Decision,Ground,Note\n"
        f"{cases[0]},reject,no_such_ground,\n"
        f"{cases[0]},reject,delivered_to_address,\n"  # open as a move, and refused for want of proof
        f"{cases[1]},approve,,\n"
        f"{cases[1]},reject,other,the row before has decided it\n"
        f"{cases[2]},reject,other,\n"
    )
    told = await handed(market, "seller_a", "decisions", text.encode(), apply=False)
    assert {await _state(market, case) for case in cases} == {"pending_review"}, "a preview changes nothing"
    done = await handed(market, "seller_a", "decisions", text.encode())

    def said(run: dict[str, Any]) -> list[tuple[int, str]]:
        return [(problem["row"], problem["code"]) for problem in run["report"]["problems"]]

    assert said(told) == said(done)
    assert [row for row, _ in said(told)] == [2, 3, 5, 6]
    assert {code for _, code in said(told)} > {"import_unknown_word", "move_not_open"}
    assert (told["report"]["imported"], done["report"]["imported"]) == (1, 1)


@pytest.mark.requirement("U-13")
async def test_return_reasons_come_in_by_the_template_and_stand_as_tags(market: Market) -> None:
    case_id = await _case(market, "A12")
    blank = await market.call("seller_a", "GET", "/v1/import-templates/reasons?language=zh")
    header = CalamineWorkbook.from_filelike(io.BytesIO(blank.content)).get_sheet_by_index(0).to_python()[0]
    filled = io.BytesIO()
    with xlsxwriter.Workbook(filled, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, ["A12", "wrong_item", "colour"])
    found = await handed(market, "seller_a", "reasons", filled.getvalue())
    assert (found["state"], found["report"]["imported"]) == ("done", 1)
    work = (await market.call("seller_a", "GET", f"/v1/cases/{case_id}/work")).json()
    assert "reason:wrong_item" in work["tags"]
    again = await handed(market, "seller_a", "reasons", filled.getvalue())
    assert again["report"]["same"] == 1


@pytest.mark.requirement("T-03")
async def test_a_tracking_number_goes_where_one_is_waited_for(market: Market) -> None:
    case_id = await _case(market, "A13", "return_refund")
    version = (await market.call("seller_a", "GET", f"/v1/cases/{case_id}")).headers["etag"].strip('"')
    await market.call("seller_a", "POST", f"/v1/cases/{case_id}/moves/approve", {}, idempotency_key="ok", if_match=version)
    text = f"case,carrier,tracking_number\n{case_id},usps,9400111899223100005678\nA14,usps,9400111899223100005685\n"
    found = await handed(market, "seller_a", "tracking", text.encode())
    codes = {p["row"]: p["code"] for p in found["report"]["problems"]}
    assert set(codes) <= {2, 3}, "an order that was shipped already takes no second number"
    assert 3 in codes


async def test_a_file_without_its_columns_is_refused_whole_and_says_which(market: Market) -> None:
    found = await handed(market, "seller_a", "decisions", b"Case or order ID,Colour\nA10,red\n", apply=False)
    assert found["state"] == "failed"
    assert [(p["row"], p["column"], p["code"]) for p in found["report"]["problems"]] == [(0, "Decision", "import_missing_column")]


async def test_orders_and_requests_come_in_through_the_same_door(market: Market) -> None:
    orders = (
        "Order ID,Order Status,SKU ID,Seller SKU,Product Name,Quantity,SKU Subtotal After Discount,Order Amount,Created Time,Paid Time,"
        "Shipped Time,Delivered Time,Buyer Username\n"
        "5760000000000000001\t,Delivered,17290,MUG,Mug,1,12.00,12.00,2026-11-01 10:00:00,2026-11-01 10:01:00,2026-11-02 10:00:00,"
        "2026-11-20 10:00:00,ann\n"
    )
    found = await handed(market, "seller_a", "orders", orders.encode())
    assert (found["state"], found["report"]["imported"]) == ("done", 1), found
    asked = await handed(
        market,
        "seller_a",
        "requests",
        b"order,reason,kind\n5760000000000000001,damaged,refund_only\nnone,damaged,\n",
        apply=False,
    )
    assert {p["code"] for p in asked["report"]["problems"]} >= {"import_missing_order"}


ONE_ORDER = (
    "Order ID,Order Status,SKU ID,Seller SKU,Product Name,Quantity,SKU Subtotal After Discount,Order Amount,Created Time,Buyer Username\n"
    "5760000000000000009\t,To ship,17290,MUG,Mug,1,12.00,12.00,2026-11-01 10:00:00,ann\n"
)


@pytest.mark.requirement("E-12", "U-13")
async def test_a_file_of_orders_changes_nothing_of_what_is_known_of_its_shop(market: Market) -> None:
    told = {"reference": "a", "name": "Anna's vases", "market": "us", "seller": "anna", "cross_border": True, "local": False}
    assert (await market.call("platform", "POST", "/v1/shops", {"shops": [told]})).status_code == 200
    before = (await market.call("seller_a", "GET", "/v1/shops")).json()
    assert before["shops"][0]["cross_border"] is True
    assert (await handed(market, "seller_a", "orders", ONE_ORDER.encode()))["report"]["imported"] == 1
    assert (await market.call("seller_a", "GET", "/v1/shops")).json() == before


@pytest.mark.requirement("P-02", "U-13")
async def test_what_somebody_may_in_one_shop_lets_them_hand_in_nothing_for_another(market: Market) -> None:
    for shop, role in (("a", "main_account"), ("b", "viewer")):
        path = f"/v1/shops/{market.shops[shop]}/members/multi"
        assert (await market.call("platform", "PUT", path, {"role": role})).status_code == 200
    seat = {"kind": "seller", "subject": "multi", "shops": [market.shops["a"]], "seat": True}
    market.tokens["multi"] = (await market.call("platform", "POST", "/v1/tokens", seat)).json()["token"]
    headers = {**market.auth("multi"), "content-type": "application/octet-stream"}
    for kind in ("orders", "returns", "decisions"):
        there = await market.client.post(f"/v1/imports?kind={kind}&shop_id={market.shops['b']}", content=b"x", headers=headers)
        is_problem(there, 403, "permission_missing")
        here = await market.client.post(f"/v1/imports?kind={kind}&shop_id={market.shops['a']}", content=b"x", headers=headers)
        assert here.status_code == 202, here.text


async def test_nobody_hands_in_for_another_shop_or_without_the_permission(market: Market) -> None:
    headers = {**market.auth("seller_a"), "content-type": "application/octet-stream"}
    other = await market.client.post(f"/v1/imports?kind=decisions&shop_id={market.shops['b']}", content=b"x", headers=headers)
    is_problem(other, 404, "not_found")
    run = await handed(market, "seller_a", "decisions", b"case,decision\n", apply=False)
    is_problem(await market.call("seller_b", "GET", f"/v1/imports/{run['id']}"), 404, "not_found")
    is_problem(await market.call("buyer_1", "GET", "/v1/imports"), 403, "permission_missing")
    assert (await market.call("seller_a", "DELETE", f"/v1/imports/{run['id']}")).status_code == 204
    assert not (Path(market.context.settings.home) / "imports" / run["id"]).exists()
