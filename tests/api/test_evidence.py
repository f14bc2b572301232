"""Proof over HTTP: what is taken, what is refused, and who gets to see it."""

import io
from typing import Any

import httpx
import pytest
from PIL import Image
from tests.api.marketplace import DAMAGED, Market, is_problem

from amends.api import evidence
from amends.gateways.inspection import Refused
from amends.store.tokens import revoke_token


def picture(colour: str = "red", size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind)
    return written.getvalue()


def upload(
    market: Market, order: str, content: bytes, who: str = "buyer_1", kind: str = "photo_defect", media_type: str = "image/jpeg"
) -> Any:
    path = f"/v1/orders/{market.orders[order]}/evidence?kind={kind}"
    return market.client.post(path, content=content, headers=market.auth(who) | {"content-type": media_type})


@pytest.mark.requirement("V-05", "E-05")
async def test_a_photo_is_taken_looked_at_and_handed_out_as_a_copy(market: Market) -> None:
    taken = await upload(market, "A1", picture())
    assert taken.status_code == 201, taken.text
    assert taken.json()["state"] == "clean"
    shown = (await market.call("seller_a", "GET", f"/v1/evidence/{taken.json()['id']}")).json()
    assert shown["url"].startswith("/v1/files/")
    file = await market.client.get(shown["url"])
    assert file.status_code == 200
    assert file.headers["content-type"] == "image/jpeg"
    assert file.headers["content-disposition"].startswith("attachment; filename=")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["referrer-policy"] == "no-referrer"
    assert Image.open(io.BytesIO(file.content)).size == (64, 48)


async def test_the_original_is_handed_out_as_bytes_and_nothing_else(market: Market) -> None:
    content = picture("blue")
    taken = (await upload(market, "A1", content)).json()
    shown = (await market.call("buyer_1", "GET", f"/v1/evidence/{taken['id']}?variant=original")).json()
    file = await market.client.get(shown["url"])
    assert file.content == content
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].endswith('.bin"')


async def test_the_same_file_twice_is_one_piece_of_proof(market: Market) -> None:
    ids = {(await upload(market, "A21", picture("green"))).json()["id"] for _ in range(2)}
    assert len(ids) == 1


async def test_proof_that_was_uploaded_lets_a_request_through(market: Market) -> None:
    proof = [{"kind": "photo_defect", "upload_id": (await upload(market, "A22", picture("white"))).json()["id"]}]
    path = f"/v1/orders/{market.orders['A22']}/cases"
    opened = await market.call("buyer_1", "POST", path, DAMAGED | {"proof": proof}, idempotency_key="proof")
    assert opened.status_code == 201, opened.text
    assert opened.json()["state"] == "pending_review"


async def test_another_buyers_upload_is_no_proof(market: Market) -> None:
    proof = [{"kind": "photo_defect", "upload_id": (await upload(market, "A2", picture("pink"), who="buyer_2")).json()["id"]}]
    path = f"/v1/orders/{market.orders['A23']}/cases"
    opened = await market.call("buyer_1", "POST", path, DAMAGED | {"proof": proof}, idempotency_key="stolen")
    is_problem(opened, 404, "upload_not_found")


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj trailer<</Root 1 0 R>>"
REFUSED: dict[str, tuple[bytes, str, int, tuple[str, ...]]] = {
    "empty": (b"", "image/jpeg", 422, ("upload_empty",)),
    "html": (b"<script>", "text/html", 415, ("upload_type_not_allowed",)),
    "svg": (b"<svg/>", "image/svg+xml", 415, ("upload_type_not_allowed",)),
    "zip": (b"PK\x03\x04", "application/zip", 415, ("upload_type_not_allowed",)),
    "a png called jpeg": (picture(kind="PNG"), "image/jpeg", 415, ("upload_contents_disagree",)),
    "html called jpeg": (b"<html>" * 200, "image/jpeg", 422, ("upload_unreadable",)),
    "half a jpeg": (picture(size=(400, 400))[:300], "image/jpeg", 422, ("upload_unreadable",)),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_file_that_is_not_what_it_says_is_refused(market: Market, name: str) -> None:
    content, media_type, status, codes = REFUSED[name]
    answer: httpx.Response = await upload(market, "A24", content, media_type=media_type)
    assert (answer.status_code, answer.json()["code"] in codes) == (status, True), answer.text


async def test_a_file_over_the_cap_is_413_before_it_is_read(market: Market) -> None:
    answer = await upload(market, "A24", b"x" * (evidence.CAP + 1))
    assert is_problem(answer, 413, "upload_too_large")["limit_bytes"] == evidence.CAP
    assert answer.headers["connection"] == "close"


async def test_a_file_without_a_length_is_read_to_the_cap_only(market: Market) -> None:
    given = 0

    async def receive() -> dict[str, Any]:
        nonlocal given
        given += 1
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    head = [(b"authorization", market.auth("buyer_1")["authorization"].encode()), (b"content-type", b"image/jpeg")]
    path = f"/v1/orders/{market.orders['A24']}/evidence"
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"kind=photo_defect", "headers": head}
    await market.app(scope, receive, send)
    assert sent[0]["status"] == 413
    assert given <= evidence.CAP // 1_000_000 + 2


async def test_a_bomb_of_pixels_is_422(market: Market) -> None:
    written = io.BytesIO()
    Image.new("1", (9000, 9000)).save(written, "PNG")
    is_problem(await upload(market, "A24", written.getvalue(), media_type="image/png"), 422, "upload_too_many_pixels")


async def test_each_side_has_room_for_twenty_files(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_FILES", 2)
    for colour in ("red", "green"):
        assert (await upload(market, "A25", picture(colour))).status_code == 201
    is_problem(await upload(market, "A25", picture("blue")), 409, "upload_quota")
    assert (await upload(market, "A25", picture("blue"), who="seller_a")).status_code == 201


async def test_while_nobody_can_look_the_file_waits_in_quarantine(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: Any) -> Refused:
        return Refused(code="scanner_away")

    content = picture("gold")
    with monkeypatch.context() as patched:
        patched.setattr(evidence, "inspect", away)
        answer = await upload(market, "A26", content)
    said = is_problem(answer, 503, "scanner_away")
    assert int(answer.headers["retry-after"]) > 0
    shown = (await market.call("buyer_1", "GET", f"/v1/evidence/{said['id']}")).json()
    assert (shown["state"], shown["url"]) == ("quarantined", None)
    path = f"/v1/orders/{market.orders['A26']}/cases"
    proof = [{"kind": "photo_defect", "upload_id": said["id"]}]
    early = await market.call("buyer_1", "POST", path, DAMAGED | {"proof": proof}, idempotency_key="early")
    is_problem(early, 409, "upload_in_quarantine")
    again = await upload(market, "A26", content)
    assert (again.json()["id"], again.json()["state"]) == (said["id"], "clean")


async def test_a_link_is_worth_nothing_to_whom_it_should_not(market: Market) -> None:
    taken = (await upload(market, "A27", picture("grey"))).json()
    body = {"kind": "seller", "subject": "leaver", "shops": [market.shops["a"]], "permissions": ["evidence.read"]}
    made = (await market.call("platform", "POST", "/v1/tokens", body)).json()
    market.tokens["leaver"] = made["token"]
    url = (await market.call("leaver", "GET", f"/v1/evidence/{taken['id']}")).json()["url"]
    assert (await market.client.get(url)).status_code == 200
    for wrong in (url[:-1], url + "x", "/v1/files/x", "/v1/files/x.y", url.replace(".", "x", 1)):
        is_problem(await market.client.get(wrong), 403, "link_expired")
    await revoke_token(market.context.pool, made["id"])
    is_problem(await market.client.get(url), 403, "link_expired")


async def test_only_those_who_may_see_the_order_see_its_proof(market: Market) -> None:
    taken = (await upload(market, "A28", picture("black"))).json()
    for who, status in (
        ("buyer_1", 200),
        ("seller_a", 200),
        ("platform", 200),
        ("staff_a", 403),
        ("seller_b", 404),
        ("buyer_2", 404),
    ):
        answer = await market.call(who, "GET", f"/v1/evidence/{taken['id']}")
        assert answer.status_code == status, (who, answer.text)
