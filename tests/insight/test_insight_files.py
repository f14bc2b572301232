"""Console, API and files say the same to the digit; feeds go on where they stopped and tell of what is gone."""

import asyncio
import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pypdfium2
import pytest
import pytest_asyncio
from python_calamine import CalamineWorkbook
from tests.api.marketplace import DAMAGED, Market, is_problem

from amends.exchange.cells import plain


@pytest_asyncio.fixture(scope="module")
async def cases(market: Market) -> dict[str, str]:
    found = {}
    for name, buyer in (("A1", "buyer_1"), ("A2", "buyer_2"), ("B1", "buyer_2")):
        body: dict[str, Any] = DAMAGED | {
            "reason": "not_received",
            "kind": "return_refund" if name == "A2" else "refund_only",
            "note": "色差",
        }
        answer = await market.call(buyer, "POST", f"/v1/orders/{market.orders[name]}/cases", body, idempotency_key=f"open-{name}")
        if answer.status_code != 201:
            body["kind"] = "refund_only"
            answer = await market.call(
                buyer, "POST", f"/v1/orders/{market.orders[name]}/cases", body, idempotency_key=f"again-{name}"
            )
        assert answer.status_code == 201, answer.text
        found[name] = answer.json()["id"]
    return found


def read(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))


@pytest.mark.requirement("Q-07")
@pytest.mark.parametrize(
    ("table", "path"),
    [("breakdown", "breakdown?dimension=category"), ("trend", "trend?grain=week"), ("reasons", "reasons?days=30")],
)
async def test_a_table_says_the_same_as_the_interface_to_the_digit(
    market: Market, cases: dict[str, str], table: str, path: str
) -> None:
    moment = (await market.call("seller_a", "GET", "/v1/insight/overview")).json()["cut_off"]
    pinned = f"cut_off={moment}".replace("+", "%2B")
    told = (await market.call("seller_a", "GET", f"/v1/insight/{path}&{pinned}")).json()["rows"]
    query = path.partition("?")[2]
    answer = await market.call("seller_a", "GET", f"/v1/insight/tables/{table}?{query}&{pinned}&language=en")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = read(answer.content)
    want = [
        (row["part"], f["figure"], f["value"] or "", str(f["numerator"]), str(f["denominator"]), f["unit"])
        for row in told
        for f in row["figures"]
    ]
    assert [(r["part"], r["figure"], r["value"], r["counted"], r["of"], r["unit"]) for r in rows] == want
    assert want
    book = await market.call("seller_a", "GET", f"/v1/insight/tables/{table}?{query}&{pinned}&language=en&form=xlsx")
    header, *cells = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert header == list(rows[0])
    for row, told_row in zip(rows, cells, strict=True):
        for name, cell in zip(header, told_row, strict=True):
            if name in ("value", "counted", "of"):
                assert cell == (float(row[name]) if row[name] else ""), name
            elif not isinstance(cell, float):
                assert cell == plain(row[name]), name


async def test_the_overview_is_a_table_too_in_either_language(market: Market, cases: dict[str, str]) -> None:
    answer = await market.call("seller_a", "GET", "/v1/insight/tables/overview?language=zh")
    rows = read(answer.content)
    assert {"指标名称", "数值", "截止", "成熟度（天）"} <= rows[0].keys()
    assert {row["指标名称"] for row in rows} >= {"退货率", "售后发起率"}
    is_problem(await market.call("seller_a", "GET", "/v1/insight/tables/nothing"), 404, "not_found")


async def test_a_month_is_a_page_with_the_same_figures(market: Market, cases: dict[str, str]) -> None:
    month = datetime.now(UTC).strftime("%Y-%m")
    answer = await market.call("seller_a", "GET", f"/v1/insight/report?month={month}")
    assert answer.status_code == 200, answer.text
    pdf = pypdfium2.PdfDocument(answer.content)
    text = " ".join(page.get_textpage().get_text_range() for page in pdf)
    for words in ("After-sales in", "initiated rate", "closed within 72 hours", "Reasons"):
        assert words in text
    begin = f"{month}-01T00:00:00Z"
    told = (
        await market.call(
            "seller_a",
            "GET",
            f"/v1/insight/overview?from={begin}&to=2099-01-01T00:00:00Z".replace("2099", str(datetime.now(UTC).year + 1)),
        )
    ).json()
    rate = next(f for f in told["figures"] if f["figure"] == "initiated_rate")
    assert f"{rate['value']} %" in text


async def test_the_page_of_a_month_speaks_chinese_too(market: Market, cases: dict[str, str]) -> None:
    month = datetime.now(UTC).strftime("%Y-%m")
    answer = await market.call("seller_a", "GET", f"/v1/insight/report?month={month}&language=zh")
    assert answer.status_code == 200, answer.text
    text = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))
    for words in ("售后月报", "售后发起率", "未收到", "行业基准", "指标口径"):
        assert words in text, words
    assert "another script" not in text


async def test_scores_and_rejections_are_tables_in_words(market: Market, cases: dict[str, str]) -> None:
    for table, first in (("scores", "entry ID"), ("tracking", "Case ID")):
        answer = await market.call("seller_a", "GET", f"/v1/insight/tables/{table}?language=en")
        assert answer.status_code == 200, answer.text
        assert answer.content.decode("utf-8-sig").split(",")[0] == first


async def whole(market: Market, who: str, path: str) -> tuple[list[dict[str, Any]], str]:
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        body = (await market.call(who, "GET", path + cursor)).json()
        rows += body["rows"]
        if body["next_cursor"] is None:
            return rows, body["as_of"]
        cursor = f"&cursor={body['next_cursor']}"


@pytest.mark.parametrize("feed", ["orders", "order_lines", "cases", "case_lines", "refunds", "returns", "costs"])
async def test_a_feed_holds_what_is_yours_and_goes_on_where_it_stopped(market: Market, cases: dict[str, str], feed: str) -> None:
    mine, as_of = await whole(market, "seller_a", f"/v1/erp/{feed}?limit=7")
    theirs, _ = await whole(market, "seller_b", f"/v1/erp/{feed}?limit=7")
    keys = [row["key"] for row in mine]
    assert len(keys) == len(set(keys))
    assert not set(keys) & {row["key"] for row in theirs}
    assert {row["shop_id"] for row in mine} <= {market.shops["a"]}
    again, _ = await whole(market, "seller_a", f"/v1/erp/{feed}?limit=7&updated_since={as_of.replace('+', '%2B')}")
    assert {row["key"] for row in again} <= set(keys)
    if feed in ("orders", "order_lines"):
        assert len(keys) == 32
    text = str(mine)
    assert "buyer-1" not in text
    assert "色差" not in text


async def test_what_changed_comes_the_next_time(market: Market, cases: dict[str, str]) -> None:
    _, as_of = await whole(market, "seller_a", "/v1/erp/cases?limit=500")
    order = market.orders["A10"]
    made = await market.call(
        "buyer_1", "POST", f"/v1/orders/{order}/cases", DAMAGED | {"reason": "not_received"}, idempotency_key="erp"
    )
    assert made.status_code == 201, made.text
    market.context.insight._begin = (
        market.context.insight._begin
    )  # the copy is two seconds old at most; a new process looks at once
    for _ in range(40):  # what is shown may be two seconds older than what was done
        rows, _ = await whole(market, "seller_a", f"/v1/erp/cases?limit=500&updated_since={as_of.replace('+', '%2B')}")
        if made.json()["id"] in {row["key"] for row in rows}:
            return
        await asyncio.sleep(0.5)
    pytest.fail("a case that was opened twenty seconds ago is not in the feed")


async def test_parquet_holds_the_same_rows(market: Market, cases: dict[str, str], tmp_path: Path) -> None:
    rows, _ = await whole(market, "seller_a", "/v1/erp/orders?limit=500")
    answer = await market.call("seller_a", "GET", "/v1/erp/orders/parquet")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert answer.headers["x-as-of"].endswith("Z")
    path = tmp_path / "orders.parquet"
    path.write_bytes(answer.content)
    found = duckdb.sql(f"select key, reference, shop_id from '{path}'").fetchall()  # noqa: S608 - our own file
    assert sorted(found) == sorted((row["key"], row["reference"], row["shop_id"]) for row in rows)
    is_problem(await market.call("seller_a", "GET", "/v1/erp/nothing"), 404, "not_found")
