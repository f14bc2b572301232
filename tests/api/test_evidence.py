"""Proof over HTTP: what is taken, what is refused, and who gets to see it."""

import io
import random
from typing import Any

import httpx
import pytest
import structlog
from PIL import Image, ImageFilter
from tests.api.marketplace import DAMAGED, Market, is_problem
from tools.photos import made

from amends.api.proof import evidence
from amends.gateways.clarity import BLURRED_BELOW
from amends.gateways.inspection import Refused
from amends.store.tokens import revoke_token


def picture(colour: str = "red", size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> bytes:
    """A clear photo, another one for each colour."""
    written = io.BytesIO()
    grain = Image.frombytes("L", size, random.Random(colour).randbytes(size[0] * size[1]))  # noqa: S311 - the same every time
    Image.merge("RGB", (grain, grain, Image.new("L", size, 90))).save(written, kind)
    return written.getvalue()


def blurred(seed: int) -> bytes:
    """A photo as a buyer may send it, out of focus."""
    written = io.BytesIO()
    made(seed, (640, 480)).filter(ImageFilter.GaussianBlur(8)).save(written, "JPEG", quality=85)
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


@pytest.mark.requirement("V-17", "F-01")
async def test_a_blurred_photo_of_the_buyer_goes_to_a_person_and_its_measures_stand_beside_it(market: Market) -> None:
    sent = (await upload(market, "A10", blurred(1))).json()
    assert (sent["state"], sent["finding"]) == ("clean", "blurred")
    seen = (await market.call("seller_a", "GET", f"/v1/evidence/{sent['id']}")).json()
    assert seen["legible"] is False
    assert seen["check"]["finding"] == "blurred"
    assert seen["check"]["sharpness"] < BLURRED_BELOW
    path = f"/v1/orders/{market.orders['A10']}/cases"
    proof = [{"kind": "photo_defect", "upload_id": sent["id"]}]
    opened = await market.call("buyer_1", "POST", path, DAMAGED | {"proof": proof}, idempotency_key="blurred")
    assert (opened.status_code, opened.json()["state"]) == (201, "in_recheck"), opened.text


@pytest.mark.requirement("V-17")
async def test_a_sellers_blurred_photo_is_marked_and_not_turned_away(market: Market) -> None:
    sent = (await upload(market, "A11", blurred(2), who="seller_a")).json()
    seen = (await market.call("seller_a", "GET", f"/v1/evidence/{sent['id']}")).json()
    assert (seen["check"]["finding"], seen["legible"], seen["matches_claim"]) == ("blurred", None, None)


@pytest.mark.requirement("V-17")
@pytest.mark.parametrize("quality", [None, 40], ids=["the same bytes", "saved anew"])
async def test_a_photo_that_was_given_for_another_order_is_named_and_goes_to_a_person(
    market: Market, quality: int | None
) -> None:
    first, second = ("A12", "A13") if quality is None else ("A14", "A15")
    shown = made(10 if quality is None else 11, (640, 480))
    versions = []
    for chosen in (90, quality or 90):
        written = io.BytesIO()
        shown.save(written, "JPEG", quality=chosen)
        versions.append(written.getvalue())
    before = (await upload(market, first, versions[0])).json()
    path = f"/v1/orders/{market.orders[first]}/cases"
    proof = [{"kind": "photo_defect", "upload_id": before["id"]}]
    opened = await market.call("buyer_1", "POST", path, DAMAGED | {"proof": proof}, idempotency_key=f"first {quality}")
    assert opened.json()["state"] == "pending_review", opened.text
    again = (await upload(market, second, versions[1])).json()
    seen = (await market.call("seller_a", "GET", f"/v1/evidence/{again['id']}")).json()
    assert seen["check"]["seen"] == ("exact" if quality is None else "alike")
    assert seen["check"]["seen_before"] == before["id"]
    assert (seen["legible"], seen["matches_claim"]) == (True, False)
    mine = (await market.call("buyer_1", "GET", f"/v1/evidence/{again['id']}")).json()
    assert mine["check"]["seen_before"] is None
    path = f"/v1/orders/{market.orders[second]}/cases"
    proof = [{"kind": "photo_defect", "upload_id": again["id"]}]
    opened = await market.call("buyer_1", "POST", path, DAMAGED | {"proof": proof}, idempotency_key=f"second {quality}")
    assert opened.json()["state"] == "in_recheck", opened.text


@pytest.mark.requirement("V-17")
async def test_a_photo_that_a_buyer_gave_to_another_shop_is_known_without_saying_where(market: Market) -> None:
    before = await upload(market, "B1", picture("olive"), who="buyer_2")
    path = f"/v1/orders/{market.orders['B1']}/cases"
    proof = [{"kind": "photo_defect", "upload_id": before.json()["id"]}]
    await market.call("buyer_2", "POST", path, DAMAGED | {"proof": proof}, idempotency_key="shop b")
    again = (await upload(market, "A2", picture("olive"), who="buyer_2")).json()
    seen = (await market.call("seller_a", "GET", f"/v1/evidence/{again['id']}")).json()
    assert (seen["check"]["seen"], seen["check"]["seen_before"], seen["matches_claim"]) == ("exact", None, False)


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


@pytest.mark.parametrize("path", ["/v1/orders/{order}/evidence?kind=photo_defect", "/v1/imports?kind=decisions"])
async def test_an_upload_that_its_sender_breaks_off_is_no_outage_of_ours(market: Market, path: str) -> None:
    bare, _, query = path.replace("{order}", market.orders["A1"]).partition("?")
    head = [(b"authorization", market.auth("seller_a")["authorization"].encode()), (b"content-type", b"image/jpeg")]
    coming = iter([{"type": "http.request", "body": b"x" * 1000, "more_body": True}, {"type": "http.disconnect"}])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(message: Any) -> None:
        sent.append(message)

    with structlog.testing.capture_logs() as logs:
        scope = {"type": "http", "method": "POST", "path": bare, "query_string": query.encode(), "headers": head}
        await market.app(scope, receive, send)
    assert sent[0]["status"] == 422
    assert [each["event"] for each in logs if each["log_level"] != "info"] == []
