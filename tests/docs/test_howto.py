"""What the how-to pages show is done here, over the running interface."""

import base64
import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.api.marketplace import DAMAGED, Market, is_problem
from tests.docs.reading import ROOT

from amends.domain.rulebook.outcomes import Admit
from amends.exchange.policies import read_policies
from amends.gateways.signatures import secret_of, sign_message
from amends.store.tokens import create_token

CONNECT = (ROOT / "docs" / "howto" / "connect-a-marketplace.md").read_text("utf-8")
SHOWN = [
    (path, json.loads(body)) for path, body in re.findall(r"curl -s \$AMENDS(\S+) .*?--json '(\{.*?\})'\n", CONNECT, re.DOTALL)
]
PROOF = [{"kind": "chat_in_app", "channel": "platform_messages", "text": "It came in two pieces."}]


async def test_shops_and_orders_can_be_told_as_the_page_tells_them(market: Market) -> None:
    assert [path for path, _ in SHOWN] == ["/v1/shops", "/v1/orders"]
    for path, body in SHOWN:
        for _again in range(2):
            answer = await market.call("platform", "POST", path, body)
            assert answer.status_code == 200, answer.text
    assert answer.json()["orders"][0]["order_id"], answer.text


def test_the_check_of_a_signature_on_the_page_is_right() -> None:
    code = CONNECT.split("```python\n")[1].split("```")[0]
    scope: dict[str, Any] = {}
    exec(code, scope)  # noqa: S102 - the page's own code is what is tried
    secret, body = secret_of(secrets.token_bytes(32)), b'{"type": "approved"}'
    headers = sign_message([secret], "msg_1", datetime.now(UTC), body)
    genuine = scope["genuine"]
    assert genuine(secret, headers, body)
    assert not genuine(secret, headers, body + b" ")
    assert not genuine(secret_of(secrets.token_bytes(32)), headers, body)
    assert not genuine(secret, sign_message([secret], "msg_1", datetime.now(UTC) - timedelta(minutes=6), body), body)
    assert base64.b64decode(secret.removeprefix("whsec_"))


@pytest.mark.requirement("P-06")
async def test_one_token_speaks_for_the_shops_that_it_names_and_for_no_other(market: Market) -> None:
    made = await create_token(
        market.context.pool,
        kind="seller",
        subject="agency",
        shops=[market.shops["a"], market.shops["b"]],
        permissions=("*",),
        live=True,
    )
    market.tokens["agency"] = made.text
    both = (await market.call("agency", "GET", "/v1/shops")).json()["shops"]
    assert {shop["id"] for shop in both} == {market.shops["a"], market.shops["b"]}
    one = (await market.call("seller_a", "GET", "/v1/shops")).json()["shops"]
    assert {shop["id"] for shop in one} == {market.shops["a"]}


async def opened(market: Market, reference: str, body: dict[str, Any]) -> dict[str, Any]:
    path = f"/v1/orders/{market.orders[reference]}/cases"
    answer = await market.call("buyer_1", "POST", path, body | {"proof": PROOF}, idempotency_key=f"howto-{reference}")
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.requirement("U-03", "T-01", "T-03")
async def test_a_seller_sees_every_kind_that_waits_and_answers_them_in_one_call(market: Market) -> None:
    cases = [
        await opened(market, "A10", DAMAGED),
        await opened(market, "A12", DAMAGED | {"kind": "return_refund"}),
    ]
    listed = (await market.call("seller_a", "GET", "/v1/cases?state=pending_review")).json()["cases"]
    assert {case["id"] for case in cases} <= {case["id"] for case in listed}
    assert {"refund_only", "return_refund"} <= {case["kind"] for case in listed}
    moves = [{"id": case["id"], "case_id": case["id"], "move": "approve", "version": case["version"]} for case in cases]
    answer = await market.call("seller_a", "POST", "/v1/moves:batch", {"moves": moves}, idempotency_key="howto-batch")
    assert answer.status_code == 200, answer.text
    rows = answer.json()["rows"]
    assert [row["status"] for row in rows] == [200, 200]
    assert [row["case"]["state"] for row in rows] == ["refund_approved", "awaiting_buyer_ship"]


@pytest.mark.requirement("U-05", "R-05")
async def test_another_ground_needs_words_and_not_more_than_two_hundred_of_them(market: Market) -> None:
    case = await opened(market, "A13", DAMAGED)
    path, match = f"/v1/cases/{case['id']}/moves/reject", f'"{case["version"]}"'
    bare = await market.call("seller_a", "POST", path, {"ground": "other"}, idempotency_key="bare", if_match=match)
    is_problem(bare, 422, "note_required")
    long = {"ground": "other", "note": "字" * 201}
    is_problem(await market.call("seller_a", "POST", path, long, idempotency_key="long", if_match=match), 422, "note_too_long")


@pytest.mark.requirement("V-18")
def test_every_kind_of_proof_has_one_name_one_medium_and_a_side_that_may_hand_it_in() -> None:
    policies = read_policies()
    kinds = policies.vocabulary.words("evidence_kinds")
    admitted = {
        kind
        for rules in policies.rules.values()
        for rule in rules
        if isinstance(rule.outcome, Admit)
        for kind in rule.outcome.admit
    }
    assert all(term.traits.get("media") for term in kinds.values())
    assert not admitted - kinds.keys()
