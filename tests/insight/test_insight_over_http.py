"""Figures over HTTP: what the copy says, for the shops of whoever asks and no others."""

import asyncio
import subprocess
import sys
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from tests.api.marketplace import DAMAGED, Market, is_problem

from amends.store.database import transaction

FIGURES = {"initiated_rate", "effective_rate", "refunded_rate", "return_rate", "cancellation_rate", "proactive_refund_rate",
           "platform_intervention_rate", "first_response", "first_response_median", "first_response_95", "handling_time", "closed_in_72h",
           "silent_approvals", "rejection_survival"}  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def asked(market: Market) -> dict[str, str]:
    """Three requests: two of shop a, one of them rejected, and one of shop b."""
    cases = {}
    for name, buyer in (("A1", "buyer_1"), ("A2", "buyer_2"), ("B1", "buyer_2")):
        body = DAMAGED | {
            "proof": [{"kind": "text_statement", "text": "broken"}],
            "reason": "not_received",
            "note": "色差 and the box was an empty box",
        }
        answer = await market.call(buyer, "POST", f"/v1/orders/{market.orders[name]}/cases", body, idempotency_key=f"open-{name}")
        assert answer.status_code == 201, answer.text
        cases[name] = answer.json()["id"]
    return cases


def by_name(body: dict[str, Any], key: str = "figures") -> dict[str, dict[str, Any]]:
    return {figure["figure"]: figure for figure in body[key]}


@pytest.mark.requirement("C-13")
async def test_a_seller_sees_every_figure_of_the_last_thirty_days_with_period_cut_off_and_maturity(
    market: Market, asked: dict[str, str]
) -> None:
    answer = await market.call("seller_a", "GET", "/v1/insight/overview?days=30")
    assert answer.status_code == 200, answer.text
    figures = by_name(answer.json())
    assert figures.keys() >= FIGURES
    rate = figures["initiated_rate"]
    assert (rate["numerator"], rate["denominator"], rate["value"]) == (2, 32, "6.25")
    assert rate["period"]["from"] < rate["period"]["to"]
    assert rate["period"]["to"] <= rate["cut_off"] or rate["cut_off"]
    assert rate["maturity"] == {"days": None, "youngest": 8, "oldest": 8, "ripe": False}
    assert rate["words"]["zh"]
    assert rate["definition"]["en"]


async def test_what_is_not_yours_is_in_no_figure(market: Market, asked: dict[str, str]) -> None:
    b = market.shops["b"]
    is_problem(await market.call("seller_a", "GET", f"/v1/insight/overview?shop_id={b}"), 404, "not_found")
    mine = by_name((await market.call("seller_b", "GET", "/v1/insight/overview")).json())
    assert (mine["initiated_rate"]["numerator"], mine["initiated_rate"]["denominator"]) == (1, 1)
    both = by_name((await market.call("platform", "GET", "/v1/insight/overview")).json())
    assert both["initiated_rate"]["denominator"] == 33
    rows = (await market.call("seller_a", "GET", "/v1/insight/drill?figure=initiated_rate")).json()["rows"]
    assert {row["case_id"] for row in rows} == {asked["A1"], asked["A2"]}
    for path in ("trend", "breakdown?dimension=shop", "breakdown?dimension=product", "reasons", "tracking", "scores", "choices"):
        text = (await market.call("seller_a", "GET", f"/v1/insight/{path}")).text
        assert asked["B1"] not in text
        assert market.orders["B1"] not in text
    assert [
        row["part"] for row in (await market.call("seller_a", "GET", "/v1/insight/breakdown?dimension=shop")).json()["rows"]
    ] == [str(market.shops["a"])]


async def test_only_who_may_see_figures_sees_them(market: Market) -> None:
    is_problem(await market.call("staff_a", "GET", "/v1/insight/overview"), 403, "permission_missing")
    is_problem(await market.call("buyer_1", "GET", "/v1/insight/overview"), 403, "permission_missing")


@pytest.mark.requirement("Q-06")
async def test_reasons_come_with_the_three_most_frequent_and_the_words_that_buyers_use(
    market: Market, asked: dict[str, str]
) -> None:
    body = (await market.call("seller_a", "GET", "/v1/insight/reasons?days=30")).json()
    assert body["top"] == ["not_received"]
    words = {word["word"]: word["requests"] for word in body["cloud"]}
    assert words == {"not_received": 2, "colour_difference": 2, "empty_parcel": 2}


async def test_a_period_that_ends_before_it_begins_is_refused(market: Market) -> None:
    path = "/v1/insight/overview?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z"
    is_problem(await market.call("seller_a", "GET", path), 422, "period_invalid")


async def test_a_drill_goes_on_where_its_page_ended(market: Market, asked: dict[str, str]) -> None:
    seen: list[str] = []
    path = "/v1/insight/drill?figure=initiated_rate&part=denominator&limit=10"
    cursor = ""
    while True:
        page = (await market.call("seller_a", "GET", path + cursor)).json()
        seen += [row["order_id"] for row in page["rows"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 32


async def listed(market: Market, who: str, counted: dict[str, Any], more: str = "") -> list[str]:
    answer = await market.call(who, "GET", f"/v1/cases?{urlencode({'counted': urlencode(counted)})}{more}")
    assert answer.status_code == 200, answer.text
    return [case["id"] for case in answer.json()["cases"]]


@pytest.mark.requirement("Q-06")
async def test_the_list_holds_exactly_the_cases_that_a_figure_counted(market: Market, asked: dict[str, str]) -> None:
    told = by_name((await market.call("seller_a", "GET", "/v1/insight/overview?days=30")).json())["initiated_rate"]
    pinned = {"from": told["period"]["from"], "to": told["period"]["to"], "cut_off": told["cut_off"], "figure": "initiated_rate"}
    assert set(await listed(market, "seller_a", pinned)) == {asked["A1"], asked["A2"]}
    assert await listed(market, "seller_a", pinned | {"reason": "damaged"}) == []
    assert await listed(market, "seller_a", pinned | {"figure": "refunded_rate"}) == []
    assert await listed(market, "seller_b", pinned) == [asked["B1"]], "whoever follows the link sees their own"
    assert await listed(market, "seller_a", pinned, "&q=A1") == [asked["A1"]], "and it can be narrowed further"
    text = (await market.call("seller_a", "GET", f"/v1/exports/cases?{urlencode({'counted': urlencode(pinned)})}")).text
    assert asked["A1"] in text
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize(
    "counted", ["", "figure", "figure=nothing", "figure=return_rate&from=yesterday", "figure=return_rate&x=1"]
)
async def test_a_list_is_not_narrowed_by_what_cannot_be_read(market: Market, counted: str) -> None:
    answer = await market.call("seller_a", "GET", f"/v1/cases?{urlencode({'counted': counted})}")
    assert answer.status_code == 422, answer.text


async def test_whoever_may_not_see_figures_does_not_list_by_them(market: Market) -> None:
    path = f"/v1/cases?{urlencode({'counted': 'figure=return_rate'})}"
    is_problem(await market.call("staff_a", "GET", path), 403, "permission_missing")


@pytest.mark.requirement("R-09")
async def test_what_became_of_rejections_and_disputes_leads_to_their_cases(market: Market, asked: dict[str, str]) -> None:
    version = (await market.call("seller_a", "GET", f"/v1/cases/{asked['A1']}")).headers["etag"].strip('"')
    said = {"ground": "delivered_to_address", "note": "signed", "proof": [{"kind": "proof_of_delivery", "text": "signed for"}]}
    path = f"/v1/cases/{asked['A1']}/moves/reject"
    rejected = await market.call("seller_a", "POST", path, said, idempotency_key="no", if_match=version)
    assert rejected.status_code == 200, rejected.text
    for _ in range(40):
        figures = by_name((await market.call("seller_a", "GET", "/v1/insight/overview")).json())
        if "rejections_waiting" in figures:
            break
        await asyncio.sleep(0.5)
    drill = "/v1/insight/drill?figure=rejections_waiting&part="
    for part in ("numerator", "denominator"):
        rows = (await market.call("seller_a", "GET", drill + part)).json()["rows"]
        assert [row["case_id"] for row in rows] == [asked["A1"]]
    assert await listed(market, "seller_a", {"figure": "rejections_waiting"}) == [asked["A1"]]
    other = await market.call("seller_a", "GET", "/v1/insight/drill?figure=rejections_overturned")
    assert other.json()["rows"] == []


def test_the_process_that_serves_people_never_loads_the_engine() -> None:
    script = "import sys, amends.api.app; print(sorted(m for m in ('duckdb', 'pyarrow', 'fpdf', 'numpy') if m in sys.modules))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


async def test_every_move_of_a_score_names_its_shop(market: Market, asked: dict[str, str]) -> None:
    insert = "insert into score_event (shop_id, id, score, delta, at, why) values ($1, gen_random_uuid(), 'compliance', -500, now(), 'told')"
    for shop in market.shops.values():
        async with transaction(market.context.pool, [shop]) as connection:
            await connection.execute(insert, shop)
    for _ in range(100):
        moves = (await market.call("platform", "GET", "/v1/insight/scores?days=30")).json()["moves"]
        if len(moves) >= len(market.shops):
            break
        await asyncio.sleep(0.1)
    assert {move["shop_id"]: move["shop"] for move in moves} == {shop: f"Shop {name}" for name, shop in market.shops.items()}
