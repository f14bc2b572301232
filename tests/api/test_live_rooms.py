"""What was said and shown on a stream is kept with its moments, looked through for sensitive words, and pointed at as proof (V-16, U-12)."""

from datetime import datetime
from typing import Any

import pytest
from tests.api.marketplace import DAMAGED, Market, is_problem

STARTED = "2026-11-20T12:00:00Z"
SAID = [
    {"from_ms": 0, "to_ms": 4000, "text": "Good evening, this is the blue vase, no cracks at all."},
    {"from_ms": 61_000, "to_ms": 65_000, "text": "全网最低价,加微信拿货"},
    {"from_ms": 65_000, "to_ms": 70_000, "text": "It holds one litre and it is glazed inside."},
]


async def room(market: Market, name: str, **more: Any) -> None:
    answer = await market.call("seller_a", "POST", "/v1/live-rooms", {"room": name, "started_at": STARTED} | more)
    assert answer.status_code == 201, answer.text


@pytest.mark.requirement("U-12", "V-16")
async def test_captions_are_scanned_as_they_come_and_hits_keep_their_moments(market: Market) -> None:
    await room(market, "R1")
    answer = await market.call("seller_a", "POST", "/v1/live-rooms/R1/captions", {"captions": SAID})
    assert answer.status_code == 202, answer.text
    taken = answer.json()
    assert taken["taken"] == 3
    (flagged,) = taken["flagged"]
    assert (flagged["from_ms"], flagged["at"]) == (61_000, "2026-11-20T12:01:01Z")
    words = {hit["word"]: (hit["start"], hit["end"], hit["level"]) for hit in flagged["hits"]}
    assert words == {"best_of_all": (0, 4, "warn"), "contact_outside": (6, 9, "refuse")}
    shown = (await market.call("seller_a", "GET", "/v1/live-rooms/R1/captions?flagged=true")).json()
    assert [(c["from_ms"], [h["word"] for h in c["hits"]]) for c in shown["captions"]] == [
        (61_000, ["best_of_all", "contact_outside"])
    ]


async def test_captions_are_read_page_by_page_and_a_caption_posted_again_replaces_itself(market: Market) -> None:
    await room(market, "R2")
    path = "/v1/live-rooms/R2/captions"
    for _ in range(2):
        await market.call("seller_a", "POST", path, {"captions": SAID})
    await market.call("seller_a", "POST", path, {"captions": [SAID[1] | {"text": "the lowest price"}]})
    first = (await market.call("seller_a", "GET", f"{path}?limit=2")).json()
    second = (await market.call("seller_a", "GET", f"{path}?limit=2&cursor={first['next_cursor']}")).json()
    assert [c["text"] for page in (first, second) for c in page["captions"]] == [
        SAID[0]["text"],
        "the lowest price",
        SAID[2]["text"],
    ]
    assert second["next_cursor"] is None
    assert not (await market.call("seller_a", "GET", f"{path}?flagged=true")).json()["captions"]


@pytest.mark.parametrize(
    ("captions", "code"),
    [
        ([{"from_ms": 5, "to_ms": 4, "text": "x"}], "value_not_allowed"),
        ([{"from_ms": 0, "to_ms": 1, "text": "a\u0000b"}], "bad_json"),
    ],
)
async def test_captions_that_make_no_sense_are_refused(market: Market, captions: list[dict[str, Any]], code: str) -> None:
    await room(market, "R3")
    answer = await market.call("seller_a", "POST", "/v1/live-rooms/R3/captions", {"captions": captions})
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] == code


@pytest.mark.requirement("V-16")
async def test_a_moment_of_the_stream_is_proof_with_the_words_that_were_said_and_the_place_of_the_film(market: Market) -> None:
    await room(market, "R4", recording="s3://films/r4.mp4", recording_sha256="ab" * 32)
    await market.call("seller_a", "POST", "/v1/live-rooms/R4/captions", {"captions": SAID})
    path = f"/v1/orders/{market.orders['A16']}/stream-moments"
    made = await market.call("buyer_1", "POST", path, {"room": "R4", "from_ms": 0, "to_ms": 3000})
    assert made.status_code == 201, made.text
    shown = (await market.call("seller_a", "GET", f"/v1/evidence/{made.json()['id']}")).json()
    assert shown["kind"] == "live_recording"
    assert shown["text"].splitlines()[1:] == [f"00:00:00 {SAID[0]['text']}"]
    assert shown["stream"]["recording_sha256"] == "ab" * 32
    assert datetime.fromisoformat(shown["stream"]["started_at"]) == datetime.fromisoformat(STARTED)
    asked = DAMAGED | {"reason": "not_as_described", "proof": [{"kind": "live_recording", "upload_id": made.json()["id"]}]}
    opened = await market.call("buyer_1", "POST", f"/v1/orders/{market.orders['A16']}/cases", asked, idempotency_key="stream")
    assert (opened.status_code, opened.json()["state"]) == (201, "pending_review"), opened.text


async def test_a_stream_of_another_shop_is_not_there(market: Market) -> None:
    await room(market, "R5")
    is_problem(await market.call("seller_b", "GET", "/v1/live-rooms/R5/captions"), 404, "not_found")
    is_problem(await market.call("seller_b", "POST", "/v1/live-rooms/R5/captions", {"captions": SAID}), 404, "not_found")
    path = f"/v1/orders/{market.orders['B1']}/stream-moments"
    is_problem(await market.call("buyer_2", "POST", path, {"room": "R5", "from_ms": 0, "to_ms": 1}), 404, "not_found")
    body = {"captions": SAID, "shop_id": market.shops["a"]}
    is_problem(await market.call("seller_b", "POST", "/v1/live-rooms/R5/captions", body), 404, "not_found")


@pytest.mark.requirement("V-10")
async def test_the_use_of_an_avatar_recording_is_applied_for_and_granted_by_the_platform_alone(market: Market) -> None:
    body = {"room": "R6", "started_at": STARTED}
    await market.call("seller_a", "POST", "/v1/live-rooms", body)
    made = await market.call(
        "seller_a", "POST", f"/v1/orders/{market.orders['A17']}/stream-moments", {"room": "R6", "from_ms": 0, "to_ms": 9}
    )
    proof = made.json()["id"]
    path = f"/v1/evidence/{proof}/use"
    is_problem(
        await market.call("seller_a", "POST", f"{path}/decision", {"decision": "granted", "why": "x"}), 403, "permission_missing"
    )
    is_problem(await market.call("platform", "POST", f"{path}/decision", {"decision": "granted", "why": "x"}), 404, "not_found")
    applied = await market.call("seller_a", "POST", path, {"why": "The host appears as an avatar."})
    assert (applied.status_code, applied.json()["state"]) == (201, "applied")
    waiting = (await market.call("platform", "GET", "/v1/evidence-uses?state=applied")).json()["applications"]
    assert proof in [one["evidence_id"] for one in waiting]
    granted = await market.call("platform", "POST", f"{path}/decision", {"decision": "granted", "why": "Culture-sensitive."})
    assert (granted.json()["state"], granted.json()["decided_why"]) == ("granted", "Culture-sensitive.")
    again = await market.call("platform", "POST", f"{path}/decision", {"decision": "refused", "why": "x"})
    assert is_problem(again, 409, "move_not_open")["state"] == "granted"
