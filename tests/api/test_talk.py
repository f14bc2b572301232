"""Conversations over HTTP: saying, checking, quick replies, macros, proof out of what was said, and the log of it all."""

from typing import Any

import pytest
from tests.api.marketplace import DAMAGED, Market

QUICK = {"replies": [{"zh": f"回复{n}，请稍候", "en": f"Reply {n}, please wait."} for n in range(5)]}


async def opened(market: Market, order: str) -> dict[str, Any]:
    body = DAMAGED | {"proof": [{"kind": "photo_defect", "text": "The corner is bent."}]}
    answer = await market.call("buyer_1", "POST", f"/v1/orders/{market.orders[order]}/cases", body, idempotency_key=f"o-{order}")
    made: dict[str, Any] = answer.json()
    return made


async def say(market: Market, who: str, case: dict[str, Any], text: str, key: str) -> Any:
    return await market.call(who, "POST", f"/v1/cases/{case['id']}/messages", {"text": text}, idempotency_key=key)


@pytest.mark.requirement("U-10", "T-07")
async def test_a_message_is_said_once_reaches_both_sides_and_makes_no_form_stale(market: Market) -> None:
    case = await opened(market, "A10")
    first = await say(market, "buyer_1", case, "It is broken, please help.", "m1")
    again = await say(market, "buyer_1", case, "It is broken, please help.", "m1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["message_id"] == again.json()["message_id"]
    assert again.headers["idempotency-replayed"] == "true"
    answer = await say(market, "seller_a", case, "We look into it.", "m2")
    assert answer.json()["case"]["version"] == case["version"]
    for who in ("buyer_1", "seller_a", "platform"):
        talk = (await market.call(who, "GET", f"/v1/cases/{case['id']}/messages")).json()["messages"]
        assert [(m["side"], m["text"]) for m in talk] == [("buyer", "It is broken, please help."), ("seller", "We look into it.")]
        assert (talk[1]["author"] == "seller:anna") is (who == "seller_a")
    events = (await market.call("seller_a", "GET", f"/v1/cases/{case['id']}/events")).json()["events"]
    assert [e["type"] for e in events][-2:] == ["message_sent", "replied"]
    assert "broken" not in str(events)
    assert events[-2]["body"]["sha256"] == talk[0]["sha256"]
    assert (await say(market, "staff_a", case, "hello", "m3")).json()["permission"] == "messages.write"
    assert (await say(market, "buyer_2", case, "hello", "m4")).status_code == 404


@pytest.mark.requirement("U-12")
async def test_a_text_is_looked_at_before_it_goes_out_and_what_must_not_go_out_does_not(market: Market) -> None:
    case = await opened(market, "A11")
    seen = (await market.call("seller_a", "POST", "/v1/messages:check", {"text": "加 微 信 再说"})).json()
    assert seen["may_be_sent"] is False
    assert seen["hits"][0]["instead"]["en"]
    refused = await say(market, "seller_a", case, "好的，加 微 信 再说", "s1")
    assert (refused.status_code, refused.json()["code"]) == (409, "sensitive_words")
    (hit,) = refused.json()["hits"]
    assert "好的，加 微 信 再说"[hit["start"] : hit["end"]] == "加 微 信"
    warned = await say(market, "seller_a", case, "This is 100% genuine.", "s2")
    assert warned.status_code == 201
    assert [w["word"] for w in warned.json()["warnings"]] == ["best_of_all"]
    talk = (await market.call("buyer_1", "GET", f"/v1/cases/{case['id']}/messages")).json()["messages"]
    assert [m["text"] for m in talk] == ["This is 100% genuine."]
    log = (await market.call("seller_a", "GET", f"/v1/cases/{case['id']}/log")).json()["entries"]
    attempt = next(e for e in log if e["sort"] == "attempt")
    assert (attempt["code"], attempt["words"]["en"]) == ("sensitive_words", "The message has words that must not go out.")


@pytest.mark.requirement("U-11", "P-03")
async def test_a_shop_has_five_quick_replies_and_no_sixth(market: Market) -> None:
    path = f"/v1/shops/{market.shops['a']}/quick-replies"
    empty = (await market.call("seller_a", "GET", path)).json()
    assert empty["most"] == 5
    assert empty["presets"][0]["zh"] == "已为您安排极速退款，预计2小时内到账"
    six = await market.call("seller_a", "PUT", path, {"replies": [*QUICK["replies"], {"zh": "多", "en": "more"}]})
    assert (six.json()["code"], six.json()["most"]) == ("too_many", 5)
    bad = await market.call("seller_a", "PUT", path, {"replies": [{"zh": "加微信", "en": "x"}]})
    assert (bad.json()["code"], bad.json()["errors"][0]["path"]) == ("sensitive_words", "replies[0].zh")
    assert len((await market.call("seller_a", "PUT", path, QUICK)).json()["replies"]) == 5
    points = (await market.call("seller_a", "GET", f"/v1/shops/{market.shops['a']}/onboarding")).json()["points"]
    assert next(p["state"] for p in points if p["check"] == "quick_replies") == "met"
    case = await opened(market, "A12")
    body = {"quick_reply": 2, "language": "zh"}
    sent = await market.call("seller_a", "POST", f"/v1/cases/{case['id']}/messages", body, idempotency_key="q1")
    assert sent.status_code == 201
    (said,) = (await market.call("buyer_1", "GET", f"/v1/cases/{case['id']}/messages")).json()["messages"]
    assert (said["text"], said["sort"], said["personal"]) == ("回复1，请稍候", "quick_reply", True)
    unknown = await market.call("seller_a", "POST", f"/v1/cases/{case['id']}/messages", {"quick_reply": 9}, idempotency_key="q2")
    assert unknown.json()["code"] == "quick_reply_unknown"


@pytest.mark.requirement("U-11", "C-04")
async def test_a_macro_replies_and_acts_and_each_is_answered_on_its_own(market: Market) -> None:
    shop, case = f"/v1/shops/{market.shops['a']}", await opened(market, "A13")
    strange = {"name": "x", "zh": "好", "en": "ok", "move": "approve", "body": {"keep": 1}}
    assert (await market.call("seller_a", "POST", f"{shop}/macros", strange)).status_code == 422
    macro = {
        "name": "ask",
        "zh": "请补充照片",
        "en": "Please add a photo.",
        "move": "ask_for_proof",
        "body": {"kinds": ["photo_defect"]},
    }
    made = (await market.call("seller_a", "POST", f"{shop}/macros", macro)).json()["id"]
    path = f"/v1/cases/{case['id']}/macros/{made}"
    ran = (await market.call("seller_a", "POST", path, {}, idempotency_key="r1", if_match=f'"{case["version"]}"')).json()
    assert (ran["reply"]["status"], ran["move"]["status"]) == (200, 200)
    again = (await market.call("seller_a", "POST", path, {}, idempotency_key="r1", if_match=f'"{case["version"]}"')).json()
    assert again["reply"]["replayed"]
    assert again["move"]["replayed"]
    late = (await market.call("seller_a", "POST", path, {}, idempotency_key="r2", if_match=f'"{case["version"]}"')).json()
    assert (late["reply"]["status"], late["move"]["problem"]["code"]) == (200, "proof_already_asked")
    talk = (await market.call("seller_a", "GET", f"/v1/cases/{case['id']}/messages")).json()["messages"]
    assert [(m["sort"], m["personal"]) for m in talk] == [("macro", False)] * 2  # nobody had the case before them


@pytest.mark.requirement("V-07")
async def test_a_message_is_kept_as_sealed_proof_with_its_neighbours(market: Market) -> None:
    case = await opened(market, "A14")
    ids = [(await say(market, "buyer_1", case, f"number {n}", f"p{n}")).json()["message_id"] for n in range(9)]
    path = f"/v1/cases/{case['id']}/messages/{ids[4]}/pin"
    pinned = await market.call("seller_a", "POST", path, {}, idempotency_key="pin", if_match=f'"{case["version"]}"')
    assert pinned.status_code == 200, pinned.text
    assert pinned.json()["version"] == case["version"] + 1
    event = (await market.call("seller_a", "GET", f"/v1/cases/{case['id']}/events")).json()["events"][-1]
    assert (event["type"], event["body"]["messages"]) == ("message_pinned", ids[1:8])
    piece = (await market.call("seller_a", "GET", f"/v1/evidence/{event['body']['evidence'][0]}")).json()
    assert (piece["kind"], piece["channel"], piece["state"]) == ("chat_in_app", "platform_messages", "clean")
    assert piece["sealed_at"] is not None
    assert [line.count('"pinned":true') for line in piece["text"].splitlines()] == [0, 0, 0, 1, 0, 0, 0]
    stale = await market.call("seller_a", "POST", path, {}, idempotency_key="pin2", if_match=f'"{case["version"]}"')
    assert stale.status_code == 412
    other = await opened(market, "A15")
    wrong = f"/v1/cases/{other['id']}/messages/{ids[4]}/pin"
    assert (await market.call("seller_a", "POST", wrong, {}, idempotency_key="pin3", if_match='"1"')).status_code == 404


@pytest.mark.requirement("U-04", "T-07")
async def test_the_log_of_a_case_shows_all_in_order_with_codes_and_a_page_at_a_time(market: Market) -> None:
    case = await opened(market, "A16")
    await say(market, "buyer_1", case, "hello", "l1")
    path = f"/v1/cases/{case['id']}/moves/reject"
    await market.call("seller_a", "POST", path, {"ground": "other", "note": "x" * 300}, idempotency_key="l2", if_match='"1"')
    path = f"/v1/cases/{case['id']}/moves/approve"
    await market.call("seller_a", "POST", path, {}, idempotency_key="l3", if_match='"1"')
    seen: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (
            await market.call("seller_a", "GET", f"/v1/cases/{case['id']}/log?limit=2{cursor and '&cursor=' + cursor}")
        ).json()
        seen += page["entries"]
        cursor = page["next_cursor"]
    codes = [(entry["sort"], entry["code"]) for entry in seen]
    assert codes == sorted(codes, key=lambda one: [e["at"] for e in seen][codes.index(one)])
    assert {
        ("event", "case_opened"),
        ("event", "message_sent"),
        ("message", "said"),
        ("attempt", "note_too_long"),
        ("event", "approved"),
    } <= set(codes)
    assert all(entry["words"]["zh"] for entry in seen)
    assert (await market.call("seller_b", "GET", f"/v1/cases/{case['id']}/log")).status_code == 404


@pytest.mark.requirement("U-04", "L-07")
async def test_a_number_that_cannot_be_one_stands_in_the_log_with_the_code_that_sellers_know(market: Market) -> None:
    body = {"kind": "return_refund", "reason": "damaged", "proof": [{"kind": "photo_defect", "text": "bent"}]}
    path = f"/v1/orders/{market.orders['A17']}/cases"
    case = (await market.call("buyer_1", "POST", path, body, idempotency_key="o-A17")).json()
    moves = f"/v1/cases/{case['id']}/moves"
    approved = await market.call("seller_a", "POST", f"{moves}/approve", {}, idempotency_key="t1", if_match='"1"')
    assert approved.json()["state"] == "awaiting_buyer_ship", approved.text
    number = {"carrier": "usps", "tracking_number": "!!"}
    sent = await market.call("buyer_1", "POST", f"{moves}/ship_return", number, idempotency_key="t2", if_match='"2"')
    assert sent.json()["code"] == "tracking_number_invalid"
    log = (await market.call("seller_a", "GET", f"/v1/cases/{case['id']}/log")).json()["entries"]
    assert [e["error_code"] for e in log if e["sort"] == "attempt"] == ["ERR_LOG_204"]


@pytest.mark.requirement("T-07")
async def test_each_side_is_told_in_its_language_what_concerns_it_and_nothing_of_the_others(market: Market) -> None:
    case = await opened(market, "A18")
    body = {"kinds": ["photo_defect"]}
    path = f"/v1/cases/{case['id']}/moves/ask_for_proof"
    assert (await market.call("seller_a", "POST", path, body, idempotency_key="n1", if_match='"1"')).status_code == 200
    told = (await market.call("buyer_1", "GET", "/v1/notices?unread=true")).json()["notices"]
    mine = [one for one in told if one["case_id"] == case["id"]]
    assert [(one["word"], one["language"], one["says"]) for one in mine] == [
        ("more_proof_asked", "en", "seller asked for more proof")
    ]
    ids = {"notices": [one["id"] for one in mine]}
    assert (await market.call("buyer_2", "POST", "/v1/notices:read", ids)).json()["read"] == []
    assert (await market.call("buyer_1", "POST", "/v1/notices:read", ids)).json()["read"] == ids["notices"]
    unread = (await market.call("buyer_1", "GET", "/v1/notices?unread=true")).json()["notices"]
    assert ids["notices"][0] not in {one["id"] for one in unread}
    for who in ("buyer_2", "seller_a", "seller_b"):
        others = (await market.call(who, "GET", "/v1/notices?limit=100")).json()["notices"]
        assert case["id"] not in {one["case_id"] for one in others}
    log = (await market.call("seller_a", "GET", f"/v1/cases/{case['id']}/log")).json()["entries"]
    assert [(e["code"], e["detail"]["to"]) for e in log if e["sort"] == "notice"] == [("more_proof_asked", "buyer")]
