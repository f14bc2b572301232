"""Tables to take along say what the lists say, to the digit, and nobody else's."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from tests.api.marketplace import DAMAGED, Market, is_problem

from amends.exchange.cells import plain

EVIL = '=HYPERLINK("http://evil.example","x")'


async def _opened(market: Market, *references: str) -> None:
    for reference in references:
        buyer = "buyer_1" if reference != "A2" else "buyer_2"
        path = f"/v1/orders/{market.orders[reference]}/cases"
        assert (await market.call(buyer, "POST", path, DAMAGED, idempotency_key=f"x-{reference}")).status_code == 201


async def _rows(market: Market, who: str, query: str = "") -> list[dict[str, str]]:
    answer = await market.call(who, "GET", f"/v1/exports/cases?language=codes{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return [{k: plain(v) for k, v in row.items()} for row in csv.DictReader(io.StringIO(answer.content.decode(), newline=""))]


@pytest.mark.requirement("Q-07")
async def test_the_table_the_workbook_and_the_list_agree_to_the_digit(market: Market, tmp_path: Path) -> None:
    await _opened(market, "A10", "A11", "A2")
    listed = (await market.call("seller_a", "GET", "/v1/cases")).json()["cases"]
    rows = await _rows(market, "seller_a")
    assert [row["case_id"] for row in rows] == [case["id"] for case in listed]
    for row, case in zip(rows, listed, strict=True):
        assert Decimal(row["amount"]) == Decimal(case["amount"]["amount"]) / 100
        for column in ("state", "kind", "reason", "order_reference", "opened_at", "deadline_at", "deadline_kind"):
            assert row[column] == (case[column] or ""), column
    made = await market.call("seller_a", "GET", "/v1/exports/cases?language=codes&form=xlsx")
    (tmp_path / "t.xlsx").write_bytes(made.content)
    header, *cells = CalamineWorkbook.from_path(tmp_path / "t.xlsx").get_sheet_by_index(0).to_python()
    for row, told in zip(rows, cells, strict=True):
        for name, cell in zip(header, told, strict=True):
            same = Decimal(str(cell)) == Decimal(row[name]) if isinstance(cell, float) else cell == row[name]
            assert same, (name, cell, row[name])


async def test_a_filter_of_the_list_is_a_filter_of_the_table(market: Market) -> None:
    await _opened(market, "A12", "A13")
    assert len(await _rows(market, "seller_a", "&q=A12")) == 1
    assert await _rows(market, "seller_a", "&state=completed") == []
    is_problem(await market.call("seller_a", "GET", "/v1/exports/cases?tab=nothing"), 422, "unknown_word", "tab")


async def test_headers_and_words_are_in_the_language_asked_for(market: Market) -> None:
    await _opened(market, "A14")
    chinese = (await market.call("seller_a", "GET", "/v1/exports/cases?language=zh")).content
    assert chinese.startswith(b"\xef\xbb\xbf")
    assert "售后单号" in chinese.decode()
    assert "refund_only" not in chinese.decode()


async def test_tags_of_rules_are_told_in_words_and_those_of_people_as_they_wrote_them(market: Market) -> None:
    await _opened(market, "A16")
    (case,) = (await market.call("seller_a", "GET", "/v1/cases?q=A16")).json()["cases"]
    tags = {"tags": ["ask the warehouse", "live_auction"]}
    assert (await market.call("seller_a", "PUT", f"/v1/cases/{case['id']}/tags", tags)).status_code == 200
    for language, told in (("en", "ask the warehouse, live auction"), ("zh", "ask the warehouse, 直播拍卖")):
        table = (await market.call("seller_a", "GET", f"/v1/exports/cases?language={language}&q=A16")).content.decode()
        assert f'"{told}"' in table
    assert (await _rows(market, "seller_a", "&q=A16"))[0]["tags"] == "ask the warehouse, live_auction"


async def test_what_a_buyer_is_called_is_never_run(market: Market) -> None:
    from tests.api.marketplace import told_order

    from amends.desk.orders import take_orders

    (taken,) = await take_orders(market.context.desk, [told_order("a", EVIL, "buyer-1")])
    market.orders[EVIL] = str(taken.order_id)
    answer = (await market.call("seller_a", "GET", "/v1/exports/orders?language=codes")).content.decode()
    cells = [cell for row in csv.reader(io.StringIO(answer, newline="")) for cell in row]
    assert f"'{EVIL}" in cells
    assert EVIL not in cells


async def test_nobody_takes_along_what_is_not_theirs(market: Market) -> None:
    await _opened(market, "A15")
    assert await _rows(market, "seller_b") == []
    is_problem(await market.call("seller_b", "GET", f"/v1/exports/cases?shop_id={market.shops['a']}"), 404, "not_found")
    is_problem(await market.call("buyer_1", "GET", "/v1/exports/cases"), 403, "permission_missing")


@pytest.mark.requirement("R-09")
async def test_refunds_and_rejections_are_tables_too(market: Market) -> None:
    for table in ("refunds", "rejections"):
        answer = await market.call("seller_a", "GET", f"/v1/exports/{table}?language=codes")
        assert answer.status_code == 200
        assert answer.text.splitlines()[0].split(",")[1] == "shop"
