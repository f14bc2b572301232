"""Working together: one gets the case, notes stay with their side, and nothing of it makes an open form stale."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from tests.api.marketplace import DAMAGED, Market

from amends.store.database import connect, queries


async def opened(market: Market, order: str) -> dict[str, Any]:
    body = DAMAGED | {"proof": [{"kind": "photo_defect", "text": "bent"}]}
    made = await market.call("buyer_1", "POST", f"/v1/orders/{market.orders[order]}/cases", body, idempotency_key=f"w-{order}")
    case: dict[str, Any] = made.json()
    return case


async def colleague(market: Market, name: str) -> None:
    path = f"/v1/shops/{market.shops['a']}/members/{name}"
    await market.call("seller_a", "PUT", path, {"role": "after_sales_agent"})
    body = {"kind": "seller", "subject": name, "shops": [market.shops["a"]]}
    market.tokens[name] = (await market.call("platform", "POST", "/v1/tokens", body)).json()["token"]


async def listed(market: Market, who: str, **filters: str) -> set[str]:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    answer = await market.call(who, "GET", f"/v1/cases?limit=100&{query}")
    assert answer.status_code == 200, answer.text
    return {case["id"] for case in answer.json()["cases"]}


async def test_of_many_who_claim_a_case_one_gets_it(market: Market) -> None:
    for name in ("ana", "ben", "cai", "dee"):
        await colleague(market, name)
    case = await opened(market, "A10")
    tried = await asyncio.gather(
        *(market.call(who, "POST", f"/v1/cases/{case['id']}/claim") for who in ("ana", "ben", "cai", "dee"))
    )
    assert sorted(answer.status_code for answer in tried) == [200, 409, 409, 409]
    (won,) = [answer.json()["assignee"] for answer in tried if answer.status_code == 200]
    assert {a.json()["assignee"] for a in tried if a.status_code == 409} == {won}
    again = await market.call(won.partition(":")[2], "POST", f"/v1/cases/{case['id']}/claim")
    assert again.status_code == 200
    assert case["id"] in await listed(market, won.partition(":")[2], assignee="me")
    assert case["id"] in await listed(market, "seller_a", assignee=won.partition(":")[2], order="urgent")
    assert case["id"] not in await listed(market, "seller_a", assignee="nobody")
    assert (
        await market.call("platform", "POST", f"/v1/cases/{case['id']}/claim")
    ).status_code == 200  # the other side has its own hand


async def test_the_queue_gives_each_case_to_one_the_most_urgent_first_and_then_is_empty(market: Market) -> None:
    cases = [await opened(market, order) for order in ("A11", "A12", "A13")]
    waiting = await listed(market, "seller_a", assignee="nobody")
    assert {case["id"] for case in cases} <= waiting
    took = await asyncio.gather(
        *(
            market.call("ana" if n % 2 else "ben", "POST", "/v1/queue:claim", {}, idempotency_key=f"q{n}")
            for n in range(len(waiting) + 1)
        )
    )
    given = [answer.json()["case_id"] for answer in took if answer.status_code == 200]
    while (answer := await market.call("ana", "POST", "/v1/queue:claim", {}, idempotency_key=str(uuid4()))).status_code == 200:
        given.append(answer.json()["case_id"])
    assert answer.json()["code"] == "queue_empty"
    assert len(given) == len(set(given))
    assert set(given) == waiting
    back = await market.call("seller_a", "PUT", f"/v1/cases/{cases[0]['id']}/assignee", {"assignee": None})
    assert back.json()["assignee"] is None
    nobody = await market.call("seller_a", "PUT", f"/v1/cases/{cases[0]['id']}/assignee", {"assignee": "stan"})
    assert (nobody.json()["code"], nobody.json()["permission"]) == ("member_holds_less", "cases.work")
    assert (await market.call("staff_a", "POST", "/v1/queue:claim", {}, idempotency_key="q")).json()["permission"] == "cases.work"


async def test_a_claim_and_a_note_whose_answers_were_lost_are_answered_as_at_first_when_they_are_asked_again(
    market: Market,
) -> None:
    case = await opened(market, "A34")
    answers = [await market.call("seller_a", "POST", "/v1/queue:claim", {}, idempotency_key="lost") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"
    path, said = f"/v1/cases/{case['id']}/notes", {"text": "Called back."}
    twice = await asyncio.gather(*(market.call("seller_a", "POST", path, said, idempotency_key="note") for _ in range(2)))
    assert [answer.status_code for answer in twice] == [201, 201]
    assert len({answer.json()["id"] for answer in twice}) == 1
    other = await market.call("seller_a", "POST", path, {"text": "Something else."}, idempotency_key="note")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    notes = (await market.call("seller_a", "GET", path)).json()["notes"]
    assert [note["text"] for note in notes if note["sort"] == "note"] == ["Called back."]


async def test_what_a_note_said_goes_with_its_buyer_also_from_the_answer_that_was_kept(market: Market) -> None:
    body = DAMAGED | {"proof": [{"kind": "photo_defect", "text": "bent"}]}
    asked = await market.call("buyer_2", "POST", f"/v1/orders/{market.orders['A2']}/cases", body, idempotency_key="w-A2")
    case, said = asked.json(), {"text": "Lives at the blue gate."}
    await market.call("seller_a", "POST", f"/v1/cases/{case['id']}/notes", said, idempotency_key="gate")
    connection = await connect(market.dsn)
    try:
        kept = "select count(*) from amends.idempotency where position('blue gate' in encode(answer, 'escape')) > 0"
        assert await connection.fetchval(kept) == 1
        await connection.execute(queries("forget_answers"), [market.shops["a"]], "buyer-2", "erased-2")
        assert await connection.fetchval(kept) == 0
    finally:
        await connection.close()


async def test_notes_and_tags_stay_with_their_side_and_make_no_form_stale(market: Market) -> None:
    case = await opened(market, "A14")
    path = f"/v1/cases/{case['id']}"
    await market.call("seller_a", "POST", f"{path}/notes", {"text": "The buyer called twice."}, idempotency_key="n1")
    await market.call("platform", "POST", f"{path}/notes", {"text": "Known to us."}, idempotency_key="n1")
    own = (await market.call("seller_a", "GET", f"{path}/work")).json()["tags"]
    tagged = await market.call("seller_a", "PUT", f"{path}/tags", {"tags": ["vip", "fragile", *own]})
    assert tagged.json()["tags"] == sorted(["fragile", "vip", *own])
    await market.call("seller_a", "PUT", f"{path}/tags", {"tags": ["vip", *own]})
    notes = (await market.call("seller_a", "GET", f"{path}/notes")).json()["notes"]
    assert [(n["sort"], n["text"]) for n in notes] == [
        ("note", "The buyer called twice."),
        ("tagged", "fragile, vip"),
        ("untagged", "fragile"),
    ]
    assert [n["text"] for n in (await market.call("platform", "GET", f"{path}/notes")).json()["notes"]] == ["Known to us."]
    log = (await market.call("seller_a", "GET", f"{path}/log")).json()["entries"]
    assert [e["detail"]["text"] for e in log if e["sort"] == "note"] == [n["text"] for n in notes]
    assert case["id"] in await listed(market, "seller_a", tag="vip")
    assert case["id"] not in await listed(market, "seller_a", tag="fragile")
    assert case["id"] not in await listed(market, "platform", tag="vip")
    for buyers in ("notes", "work", "log"):
        assert (await market.call("buyer_1", "GET", f"{path}/{buyers}")).status_code == 403
    await market.call("seller_a", "POST", f"{path}/claim")
    done = await market.call(
        "seller_a", "POST", f"{path}/moves/approve", {}, idempotency_key="w1", if_match=f'"{case["version"]}"'
    )
    assert done.status_code == 200, done.text


@pytest.mark.requirement("U-11", "C-04")
async def test_colleagues_see_who_else_looks_and_a_macro_of_one_who_looks_is_a_personal_reply(market: Market) -> None:
    case = await opened(market, "A15")
    path = f"/v1/cases/{case['id']}"
    assert (await market.call("ana", "POST", f"{path}/presence", {})).json()["looking"] == []
    seen = (await market.call("ben", "POST", f"{path}/presence", {})).json()["looking"]
    assert [one["person"] for one in seen] == ["seller:ana"]
    assert (await market.call("platform", "POST", f"{path}/presence", {})).json()["looking"] == []
    macro = {"name": "ask", "zh": "好", "en": "Fine.", "move": "approve", "body": {}}
    made = (await market.call("seller_a", "POST", f"/v1/shops/{market.shops['a']}/macros", macro)).json()["id"]
    ran = await market.call("ana", "POST", f"{path}/macros/{made}", {}, idempotency_key="look", if_match='"1"')
    assert ran.json()["move"]["case"]["state"] == "refund_approved"
    (said,) = (await market.call("ana", "GET", f"{path}/messages")).json()["messages"]
    assert (said["sort"], said["personal"]) == ("macro", True)
    await market.call("ana", "POST", f"{path}/presence", {"leaving": True})
    assert (await market.call("ben", "GET", f"{path}/work")).json()["looking"] == []


@pytest.mark.requirement("T-05")
async def test_a_case_comes_with_its_tags_for_both_sides_and_a_side_may_take_them_off(market: Market) -> None:
    case = await opened(market, "A12")
    work = f"/v1/cases/{case['id']}/work"
    mine = (await market.call("seller_a", "GET", work)).json()["tags"]
    assert mine
    assert (await market.call("platform", "GET", work)).json()["tags"] == mine
    assert case["id"] in await listed(market, "seller_a", tag=mine[0])
    named = (await market.call(None, "GET", "/v1/vocabulary/tags")).json()["words"]
    assert set(mine) <= {word["word"] for word in named}
    assert (await market.call("seller_a", "PUT", f"/v1/cases/{case['id']}/tags", {"tags": []})).json()["tags"] == []
    assert case["id"] not in await listed(market, "seller_a", tag=mine[0])
    assert (await market.call("platform", "GET", work)).json()["tags"] == mine
