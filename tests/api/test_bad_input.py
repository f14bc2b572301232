"""What bad input gets, row by row: a code, a status, and never the input again."""

import asyncio
import base64
import json
import re
from typing import Any, get_type_hints

import httpx
import pytest
from tests.api.marketplace import DAMAGED, PLANTED, Market, is_problem

from amends.api.door.cursors import has_cursor, mark_of
from amends.api.door.gate import BULK_CAP, CAP
from amends.api.door.operation import Operation
from amends.api.table import OPERATIONS


def post(market: Market, path: str, content: bytes, who: str = "buyer_1", **headers: str) -> Any:
    head = {"content-type": "application/json", "idempotency-key": "k"} | {n.replace("_", "-"): v for n, v in headers.items()}
    return market.client.post(path, content=content, headers=market.auth(who) | head)


def cases_of(market: Market, reference: str = "A1") -> str:
    return f"/v1/orders/{market.orders[reference]}/cases"


BAD_JSON = {
    "broken": b'{"kind":',
    "empty": b"",
    "two documents": b"{} {}",
    "a comma too many": b'{"kind":"refund_only",}',
    "doubled key": b'{"kind":"refund_only","reason":"damaged","reason":"other"}',
    "doubled key with blanks": b'{"kind":"refund_only","reason" :"damaged","reason"  : "other"}',
    "doubled key deep inside": b'{"kind":"refund_only","reason":"damaged","lines":[{"line_id":"x","line_id":"y"}]}',
    "doubled key written otherwise": rb'{"kind":"refund_only","reason":"damaged","\u006bind":"cancel"}',
    "NaN": b'{"kind":"refund_only","reason":"damaged","amount":NaN}',
    "Infinity": b'{"kind":"refund_only","reason":"damaged","amount":-Infinity}',
    "a float out of range": b'{"kind":"refund_only","reason":"damaged","amount":1e400}',
    "a lone surrogate": rb'{"kind":"refund_only","reason":"damaged","note":"\ud800"}',
    "a lone low surrogate": rb'{"kind":"refund_only","reason":"damaged","note":"x\udc00x"}',
    "NUL": rb'{"kind":"refund_only","reason":"damaged","note":"a\u0000b"}',
    "NUL in a key": rb'{"kind":"refund_only","reason":"damaged","a\u0000b":1}',
    "a raw control character": b'{"kind":"refund_only","reason":"damaged","note":"a\nb"}',
    "no UTF-8": b'{"kind":"refund_only","reason":"damaged","note":"\xff\xfe"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "nesting of 65": b'{"kind":' + b"[" * 64 + b"]" * 64 + b"}",
    "nesting of 100,000": b"[" * 100_000,
}


@pytest.mark.parametrize("name", BAD_JSON)
async def test_json_that_is_broken_or_means_two_things_is_400(market: Market, name: str) -> None:
    is_problem(await post(market, cases_of(market), BAD_JSON[name]), 400, "bad_json")


async def test_what_only_looks_like_a_doubled_key_passes_the_gate(market: Market) -> None:
    body = json.dumps({**DAMAGED, "note": '{"kind": 1, "kind": 2} \\u0000 \\', "told": {"item.used": False}}).encode()
    answer = await post(market, cases_of(market) + ":preview", body)
    assert answer.status_code == 200, answer.text


async def test_nesting_of_64_is_read(market: Market) -> None:
    body = b'{"kind":' + b"[" * 63 + b"]" * 63 + b"}"
    is_problem(await post(market, cases_of(market), body), 422, "wrong_type", "kind")


async def test_a_body_over_256_kb_is_413_and_the_connection_closes(market: Market) -> None:
    answer = await post(market, cases_of(market), b'{"note":"' + b"x" * CAP + b'"}')
    assert is_problem(answer, 413, "body_too_large")["limit_bytes"] == CAP
    assert answer.headers["connection"] == "close"


async def test_reading_stops_at_the_cap_where_no_length_was_announced(market: Market) -> None:
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    head = [(b"authorization", market.auth("buyer_1")["authorization"].encode()), (b"content-type", b"application/json"),
            (b"idempotency-key", b"k")]  # fmt: skip
    scope = {"type": "http", "method": "POST", "path": cases_of(market), "query_string": b"", "headers": head}
    await market.app(scope, receive, send)
    assert sent[0]["status"] == 413
    assert asked <= CAP // 65_536 + 1


async def test_bulk_routes_take_more_but_at_most_8_mb_and_1000_rows(market: Market) -> None:
    rows = [{"reference": f"s{n}", "name": "x" * 190, "market": "us", "seller": "x"} for n in range(1001)]
    answer = await post(market, "/v1/shops", json.dumps({"shops": rows}).encode(), who="platform")
    is_problem(answer, 413, "batch_too_large", "shops")
    too_large = await post(market, "/v1/shops", b'{"shops":"' + b"x" * BULK_CAP + b'"}', who="platform")
    is_problem(too_large, 413, "body_too_large")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "", "json"]
)
async def test_another_content_type_is_415(market: Market, kind: str) -> None:
    is_problem(await post(market, cases_of(market), b"{}", content_type=kind), 415, "unsupported_media_type")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, identity"])
async def test_a_compressed_body_is_415(market: Market, encoding: str) -> None:
    is_problem(await post(market, cases_of(market), b"{}", content_encoding=encoding), 415, "unsupported_media_type")


MISFITS: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown field": ({"sorcery": 1}, "unknown_field", "sorcery"),
    "an unknown field inside": ({"lines": [{"line_id": "01a2017c-d979-7497-96ae-48543f864c91", "colour": 1}]}, "unknown_field", "lines[0].colour"),
    "a float": ({"amount": 1.0}, "wrong_type", "amount"),
    "true": ({"amount": True}, "wrong_type", "amount"),
    "digits in quotes": ({"amount": "1"}, "wrong_type", "amount"),
    "an amount of 0": ({"amount": 0}, "amount_not_positive", "amount"),
    "a negative amount": ({"amount": -5}, "amount_not_positive", "amount"),
    "an amount beyond all reason": ({"amount": 10**30}, "value_not_allowed", "amount"),
    "a list for a text": ({"note": ["x"]}, "wrong_type", "note"),
    "null for a word": ({"reason": None}, "wrong_type", "reason"),
    "a long note": ({"note": "x" * 2001}, "text_too_long", "note"),
    "a kind of ours that is none": ({"kind": PLANTED}, "value_not_allowed", "kind"),
    "a reason that is no word": ({"reason": "magic_reason"}, "unknown_word", "reason"),
    "a reason that is no word at all": ({"reason": PLANTED}, "value_not_allowed", "reason"),
    "an id that is none": ({"lines": [{"line_id": PLANTED}]}, "bad_identifier", "lines[0].line_id"),
    "a bidirectional override": ({"note": "a\u202eb"}, "text_not_clean", "note"),
    "a control character": ({"note": "a\x07b"}, "text_not_clean", "note"),
    "a delete character": ({"destination": "a\x7fb"}, "text_not_clean", "destination"),
    "a line break in a line": ({"destination": "a\nb"}, "text_not_clean", "destination"),
    "a told fact that nobody asked": ({"told": {"item.magic": True}}, "unknown_word", "told"),
    "proof of no kind": ({"proof": [{"kind": "crystal_ball"}]}, "unknown_word", "proof[0].kind"),
    "too much proof": ({"proof": [{"kind": "photo_defect"}] * 21}, "value_not_allowed", "proof"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFITS)
async def test_a_field_that_does_not_fit_is_422_with_its_path(market: Market, name: str) -> None:
    more, code, path = MISFITS[name]
    is_problem(await post(market, cases_of(market), json.dumps(DAMAGED | more).encode()), 422, code, path)


async def test_a_missing_field_is_named(market: Market) -> None:
    is_problem(await post(market, cases_of(market), b'{"kind":"cancel"}'), 422, "missing_field", "reason")


async def test_an_unknown_field_with_a_strange_name_is_not_repeated(market: Market) -> None:
    body = json.dumps(DAMAGED | {f"<{PLANTED}>": 1}).encode()
    is_problem(await post(market, cases_of(market), body), 422, "unknown_field")


async def test_a_currency_that_is_none_and_moments_without_a_zone_are_422(market: Market) -> None:
    order = {"shop": "a", "reference": "X1", "buyer": "b", "currency": "XXX", "status": "delivered",
             "placed_at": "2026-01-01T00:00:00Z", "lines": [{"reference": "1", "price": 1}]}  # fmt: skip
    body = json.dumps({"orders": [order]}).encode()
    is_problem(await post(market, "/v1/orders", body, who="seller_a"), 422, "currency_unknown", "orders[0].currency")
    for moment in ("2026-01-01T00:00:00", "yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"):
        body = json.dumps({"orders": [order | {"currency": "USD", "placed_at": moment}]}).encode()
        is_problem(await post(market, "/v1/orders", body, who="seller_a"), 422, "bad_moment", "orders[0].placed_at")


@pytest.mark.requirement("T-07")
async def test_without_an_idempotency_key_nothing_is_decided(market: Market) -> None:
    answer = await market.call("buyer_1", "POST", cases_of(market), DAMAGED)
    is_problem(answer, 400, "missing_idempotency_key")
    for key in ("x" * 256, "a\tb", "schlüssel"):
        head = market.auth("buyer_1") | {"idempotency-key": key.encode("latin-1")}  # type: ignore[dict-item]
        is_problem(await market.client.post(cases_of(market), json=DAMAGED, headers=head), 422, "value_not_allowed")


async def test_one_key_answers_the_same_and_refuses_another_body(market: Market) -> None:
    path = cases_of(market, "A10")
    first = await market.call("buyer_1", "POST", path, DAMAGED, idempotency_key="once")
    again = await market.call("buyer_1", "POST", path, DAMAGED, idempotency_key="once")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert first.status_code == 201, first.text
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    other = await market.call("buyer_1", "POST", path, DAMAGED | {"note": "other"}, idempotency_key="once")
    is_problem(other, 422, "idempotency_key_reused")


async def test_a_refusal_too_is_the_same_under_its_key(market: Market) -> None:
    body = {"kind": "return_refund", "reason": "better_price"}
    path = cases_of(market, "A11")
    answers = [await market.call("buyer_1", "POST", path, body, idempotency_key="no") for _ in range(2)]
    is_problem(answers[0], 409, "final_sale")
    assert answers[0].content == answers[1].content


async def test_versions_are_demanded_and_old_ones_refused(market: Market) -> None:
    opened = await market.call("buyer_1", "POST", cases_of(market, "A12"), DAMAGED, idempotency_key="v")
    case = opened.json()
    path = f"/v1/cases/{case['id']}/moves/withdraw"
    is_problem(await market.call("buyer_1", "POST", path, {}, idempotency_key="v1"), 428, "version_required")
    for wrong in ("*", "x", '"-1"', '"1.0"', '"99999999999"'):
        answer = await market.call("buyer_1", "POST", path, {}, idempotency_key="v1", if_match=wrong)
        is_problem(answer, 428, "version_required")
    stale = await market.call("buyer_1", "POST", path, {}, idempotency_key="v2", if_match='"99"')
    is_problem(stale, 412, "stale_version")
    done = await market.call("buyer_1", "POST", path, {}, idempotency_key="v3", if_match=f'"{case["version"]}"')
    assert done.status_code == 200, done.text
    late = await market.call("buyer_1", "POST", path, {}, idempotency_key="v4", if_match=f'"{done.json()["version"]}"')
    said = is_problem(late, 409, "case_is_final")
    assert {"state", "version", "allowed_actions", "due_at"} <= set(said)


async def test_a_refund_above_what_is_left_names_what_is_left(market: Market) -> None:
    body = DAMAGED | {"amount": 5001, "proof": [{"kind": "chat_in_app", "channel": "platform_messages", "text": "it is broken"}]}
    said = is_problem(
        await market.call("buyer_1", "POST", cases_of(market, "A13"), body, idempotency_key="much"), 409, "exceeds_refundable"
    )
    assert 5000 in said.values(), said


async def test_nobody_without_a_token_gets_in(market: Market) -> None:
    good = market.tokens["buyer_1"]
    for wrong in (
        None,
        "",
        "Bearer",
        "Bearer x",
        "Basic abc",
        f"Bearer {good[:-1]}{'1' if good[-1] == '0' else '0'}",
        f"Bearer {good}x",
        "Bearer " + good.replace("live", "test"),
        "Bearer \xff",
    ):
        head = {} if wrong is None else {"authorization": wrong.encode("latin-1")}
        answer = await market.client.get("/v1/cases", headers=head)  # type: ignore[arg-type]
        is_problem(answer, 401, "not_signed_in")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.requirement("P-02", "F-03")
async def test_staff_without_the_permission_are_told_its_name(market: Market) -> None:
    opened = await market.call("buyer_1", "POST", cases_of(market, "A14"), DAMAGED, idempotency_key="p")
    path = f"/v1/cases/{opened.json()['id']}/moves/approve"
    answer = await market.call("staff_a", "POST", path, {}, idempotency_key="p", if_match='"1"')
    assert is_problem(answer, 403, "permission_missing")["permission"] == "cases.handle"
    missing = await market.call("staff_a", "GET", "/v1/webhooks")
    assert is_problem(missing, 403, "permission_missing")["permission"] == "webhooks.manage"


async def test_unknown_routes_and_methods_are_told_apart(market: Market) -> None:
    for path in ("/v1", "/v2/cases", "/v1/cases/", "/v1/orders//cases", "/v1/casesx", "/%00"):
        is_problem(await market.client.get(path), 404, "not_found")
    answer = await market.client.put("/v1/cases")
    is_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD"
    both = await market.client.delete("/v1/orders")
    assert both.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "state=magic", "sorcery=1", "limit=1&limit=2", "updated_since=x"]
)
async def test_a_query_that_does_not_fit_is_422(market: Market, query: str) -> None:
    answer = await market.call("seller_a", "GET", f"/v1/cases?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


async def test_a_cursor_that_is_not_ours_is_400(market: Market) -> None:
    for cursor in ("x", "!!", "AAAA", "WyIyMDI2IiwxXQ", "%00"):
        answer = await market.call("seller_a", "GET", f"/v1/cases?cursor={cursor}")
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["code"] in ("bad_cursor", "text_not_clean")
    is_problem(await market.call("seller_a", "GET", "/v1/orders?cursor=x"), 400, "bad_cursor")


async def test_a_cursor_goes_on_in_the_list_that_gave_it_and_in_no_other(market: Market) -> None:
    async def asked(path: str) -> httpx.Response:
        return await market.call("seller_a", "GET", path)

    first = (await asked("/v1/orders?limit=2")).json()
    on = f"cursor={first['next_cursor']}"
    rest = (await asked(f"/v1/orders?limit=3&{on}")).json()["orders"]
    assert not {order["id"] for order in rest} & {order["id"] for order in first["orders"]}
    for other in ("/v1/orders?reference=A2&", "/v1/refunds?", "/v1/evidence?", "/v1/cases?"):
        is_problem(await asked(other + on), 400, "bad_cursor")
    assert (await asked("/v1/orders?cursor=")).status_code == 200
    for order in ("A37", "A38"):
        body = DAMAGED | {"proof": [{"kind": "photo_defect", "text": "x"}]}
        await market.call("buyer_1", "POST", f"/v1/orders/{market.orders[order]}/cases", body, idempotency_key=f"cursor-{order}")
    listed = {order: (await asked(f"/v1/cases?order={order}&limit=1")).json()["next_cursor"] for order in ("newest", "urgent")}
    is_problem(await asked(f"/v1/cases?order=urgent&cursor={listed['newest']}"), 400, "bad_cursor")
    is_problem(await asked(f"/v1/cases?order=newest&cursor={listed['urgent']}"), 400, "bad_cursor")
    is_problem(await asked(f"/v1/cases?order=urgent&kind=exchange&cursor={listed['urgent']}"), 400, "bad_cursor")
    assert (await asked(f"/v1/cases?order=urgent&cursor={listed['urgent']}")).status_code == 200


def _ours_by_its_look(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


def _marked(operation: Operation, path: str) -> str:
    """The mark of the list with nothing asked; none where something must be."""
    try:
        return mark_of(path, operation.query()) if has_cursor(operation.query) else ""
    except TypeError:
        return ""


FIRST_OF_ALL, LAST_OF_ALL = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"
SOME = "01a2017c-d979-7497-96ae-48543f864c91"


async def test_no_cursor_and_no_moment_of_a_query_is_our_fault(market: Market) -> None:
    """Every list of the platform's, with cursors that look like ours and hold what no database does."""
    strange = [_ours_by_its_look(*parts) for parts in (
        (FIRST_OF_ALL, SOME), (LAST_OF_ALL, SOME), ("2026-01-01T00:00:00", SOME), ("2026-01-01T00:00:00Z", SOME, "USD", 2**63),
        ("\0", "2026-01-01T00:00:00Z"), ("x", LAST_OF_ALL), ("\0", "\0", "\0"), (FIRST_OF_ALL, "1", "x"),
        (LAST_OF_ALL, "x", FIRST_OF_ALL), ("1", SOME, "\0"))]  # fmt: skip
    tried = 0
    for operation in OPERATIONS:
        if operation.query is None or operation.method != "GET" or "platform" not in operation.who or "stream" in operation.path:
            continue
        path = re.sub(r"{[a-z_]+}", "1", operation.path)
        fields = get_type_hints(operation.query)
        asked = [("cursor", _marked(operation, path) + text) for text in strange] if "cursor" in fields else []
        moments = [name.rstrip("_") for name, hint in fields.items() if "datetime" in str(hint)]
        asked += [(name, text) for name in moments for text in (FIRST_OF_ALL, LAST_OF_ALL)]
        for name, text in asked:
            answer = await market.client.get(path, params={name: text}, headers=market.auth("platform"))
            assert answer.status_code < 500, (path, name, text, answer.text)
            tried += 1
    assert tried > 300


@pytest.mark.parametrize(
    ("asked", "language"),
    [("zh-CN,zh;q=0.9", "zh"), ("en", "en"), ("fr, zh;q=0.4, en;q=0.3", "zh"), ("", "en"), ("xx;q=y", "en")],
)
async def test_the_title_speaks_the_language_that_is_asked_for(market: Market, asked: str, language: str) -> None:
    answer = await market.client.get("/v1/cases", headers={"accept-language": asked})
    said = answer.json()
    assert said["title"] == said["words"][language]
    assert answer.headers["content-language"] == language


async def test_our_own_fault_is_500_with_nothing_but_an_id(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    async def break_down(*_: Any) -> None:
        raise RuntimeError(PLANTED)

    monkeypatch.setattr(market.context.places, "order", break_down)
    answer = await market.call("buyer_1", "GET", f"/v1/orders/{market.orders['A1']}")
    is_problem(answer, 500, "internal_error")


@pytest.mark.parametrize("problem", [ConnectionRefusedError, TimeoutError])
async def test_while_the_database_is_away_it_is_503_with_retry_after(
    market: Market, monkeypatch: pytest.MonkeyPatch, problem: type[Exception]
) -> None:
    async def away(*_: Any) -> None:
        raise problem

    monkeypatch.setattr(market.context.group, "handle", away)
    answer = await market.call("buyer_1", "POST", cases_of(market), DAMAGED, idempotency_key="away")
    is_problem(answer, 503, "database_away")
    assert int(answer.headers["retry-after"]) > 0


async def test_the_same_key_twice_at_once_is_done_once(market: Market) -> None:
    path = cases_of(market, "A15")
    answers = await asyncio.gather(*(market.call("buyer_1", "POST", path, DAMAGED, idempotency_key="race") for _ in range(12)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_every_answer_carries_an_id_and_is_kept_by_nobody(market: Market) -> None:
    for answer in (
        await market.client.get("/health"),
        await market.call("buyer_1", "GET", "/v1/cases"),
        await market.client.get("/x"),
    ):
        assert answer.headers["x-request-id"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_head_answers_like_get_without_a_body(market: Market) -> None:
    answer = await market.client.head("/health")
    assert answer.status_code == 200
    assert answer.content == b""
