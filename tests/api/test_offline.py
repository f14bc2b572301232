"""Decisions taken offline come in together; each gets its own answer, and none is an error to try again."""

from typing import Any

import pytest
from tests.api.marketplace import DAMAGED, Market

AT = "2026-11-20T08:00:00Z"


def action(name: str, case: str, move: str, version: int = 1, **body: Any) -> dict[str, Any]:
    return {"id": name, "case_id": case, "move": move, "version": version, "device_at": AT, "body": body}


@pytest.mark.requirement("U-09")
async def test_a_batch_of_offline_decisions_is_answered_one_by_one(market: Market) -> None:
    cases = []
    for order in ("A10", "A11", "A12"):
        body = DAMAGED | {"proof": [{"kind": "photo_defect", "text": "bent"}]}
        made = await market.call(
            "buyer_1", "POST", f"/v1/orders/{market.orders[order]}/cases", body, idempotency_key=f"o-{order}"
        )
        cases.append(made.json()["id"])
    await market.call("seller_a", "POST", f"/v1/cases/{cases[1]}/moves/approve", {}, idempotency_key="now", if_match='"1"')
    asked = {
        "actions": [
            action("tunnel-01", cases[0], "approve"),
            action("tunnel-02", cases[1], "reject", ground="other", note="no"),
            action("tunnel-03", cases[2], "reject", ground="other", note="x" * 300),
            action("tunnel-04", "01a2017c-0000-7000-8000-000000000000", "approve"),
            action("tunnel-05", cases[2], "fly"),
        ]
    }
    answer = await market.call("seller_a", "POST", "/v1/offline-actions:sync", asked)
    assert answer.status_code == 200, answer.text
    told = answer.json()["answers"]
    assert [(one["id"], one["result"]) for one in told] == [
        ("tunnel-01", "applied"),
        ("tunnel-02", "rejected_conflict"),
        ("tunnel-03", "refused"),
        ("tunnel-04", "refused"),
        ("tunnel-05", "refused"),
    ]
    assert told[0]["case"]["state"] == "refund_approved"
    assert (told[1]["problem"]["code"], told[1]["problem"]["because"]) == ("rejected_conflict", "move_not_open")
    assert told[1]["stands"]["event"] == "approved"
    assert [one["problem"]["code"] for one in told[2:]] == ["note_too_long", "not_found", "unknown_word"]
    again = (await market.call("seller_a", "POST", "/v1/offline-actions:sync", asked)).json()["answers"]
    assert [one["result"] for one in again] == [one["result"] for one in told]
    assert again[0]["replayed"]
    other = {"actions": [action("tunnel-01", cases[2], "approve")]}
    reused = (await market.call("seller_a", "POST", "/v1/offline-actions:sync", other)).json()["answers"][0]
    assert (reused["result"], reused["problem"]["code"]) == ("refused", "idempotency_key_reused")
    log = (await market.call("seller_a", "GET", f"/v1/cases/{cases[1]}/log")).json()["entries"]
    assert [entry["detail"]["result"] for entry in log if entry["sort"] == "offline"] == ["rejected_conflict"]
    twice = {"actions": [action("tunnel-09", cases[2], "approve")] * 2}
    assert (await market.call("seller_a", "POST", "/v1/offline-actions:sync", twice)).status_code == 422
