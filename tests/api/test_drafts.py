"""Drafts of policy: edited as rules, tried while they are typed, approved by a second person, published from a moment on, rolled back."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.marketplace import DAMAGED, Market

FILE = "policies/packs/live_auction/eligibility.yaml"
SHORTER = {
    "file": FILE,
    "id": "auction_filing_window",
    "when": {
        "order.sale_format": {"is": "live_auction"},
        "request.kind": {"in": ["refund_in_transit", "refund_only", "return_refund", "exchange"]},
        "parcel.since_delivered": {"over": "7 days"},
    },
}
ROOT = Path(__file__).resolve().parents[2]


async def staff(market: Market) -> None:
    """Two people of the platform who may do everything, and one who may only read."""
    for name, permissions in {"ada": ["*"], "bo": ["*"], "cy": ["policies.read"]}.items():
        if name not in market.tokens:
            body = {"kind": "platform", "subject": name, "permissions": permissions}
            made = await market.call("platform", "POST", "/v1/tokens", body)
            market.tokens[name] = made.json()["token"]


async def move(market: Market, who: str, draft: dict[str, Any], name: str, body: Any = None) -> httpx.Response:
    return await market.call(who, "POST", f"/v1/lab/drafts/{draft['id']}/{name}", body or {}, if_match=f'"{draft["version"]}"')


async def edit(market: Market, who: str, draft: dict[str, Any], *edits: dict[str, Any]) -> httpx.Response:
    return await market.call(
        who, "PATCH", f"/v1/lab/drafts/{draft['id']}", {"edits": list(edits)}, if_match=f'"{draft["version"]}"'
    )


async def begun(market: Market, title: str = "A shorter window", **more: Any) -> dict[str, Any]:
    await staff(market)
    made = await market.call("ada", "POST", "/v1/lab/drafts", {"market": "us", "title": title} | more)
    assert made.status_code == 201, made.text
    draft: dict[str, Any] = made.json()
    return draft


async def a_case(market: Market, order: str) -> str:
    body = DAMAGED | {"proof": [{"kind": "photo_defect", "text": "The corner is bent."}]}
    asked = await market.call("buyer_1", "POST", f"/v1/orders/{market.orders[order]}/cases", body, idempotency_key=f"lab-{order}")
    assert asked.status_code == 201, asked.text
    return str(asked.json()["id"])


async def in_force(market: Market) -> str:
    return str((await market.call("platform", "GET", "/v1/policies/us")).json()["release"]["hash"])


def open_moves(draft: dict[str, Any]) -> set[str]:
    return {each["move"] for each in draft["moves"] if each["open"]}


async def test_an_edited_rule_reads_as_it_was_written_and_becomes_a_patch(market: Market, tmp_path: Path) -> None:
    draft = await begun(market)
    assert open_moves(draft) == {"edit", "drop"}
    assert (await move(market, "ada", draft, "hand-in")).json()["code"] == "draft_empty"
    draft = (await edit(market, "ada", draft, SHORTER)).json()
    rules = (await market.call("cy", "GET", f"/v1/lab/rules/us?topic=eligibility&draft_id={draft['id']}")).json()
    changed = {rule["id"]: rule for rule in rules["rules"] if rule["changed"]}
    assert changed.keys() == {"auction_filing_window"}
    assert changed["auction_filing_window"]["when"] == SHORTER["when"]
    assert not rules["errors"]
    patch = await market.call("cy", "GET", f"/v1/lab/drafts/{draft['id']}/patch")
    assert "-    parcel.since_delivered: {over: 14 days}" in patch.text
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_bytes((ROOT / FILE).read_bytes())
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.text, text=True, check=True)  # noqa: ASYNC221 -- Git is what must take it
    assert "{over: 7 days}" in (tmp_path / FILE).read_text("utf-8")
    assert not draft["base_differs"]


async def test_what_cannot_be_read_is_named_by_file_and_line_and_not_handed_in(market: Market) -> None:
    draft = await begun(market)
    wrong = SHORTER | {"when": {"parcel.since_delivered": {"over": "a while"}}}
    tried = (
        await market.call("ada", "POST", "/v1/lab/replays", {"market": "us", "draft_id": draft["id"], "edits": [wrong]})
    ).json()
    (error,) = tried["errors"]
    assert (error["file"], error["code"]) == (FILE, "value_does_not_fit")
    assert tried["report"] is None
    line = (ROOT / FILE).read_text("utf-8").splitlines().index("- id: auction_filing_window") + 1
    assert line < error["line"] < line + 10
    draft = (await edit(market, "ada", draft, wrong)).json()
    refused = await move(market, "ada", draft, "hand-in")
    assert (refused.status_code, refused.json()["code"], refused.json()["policy"][0]["file"]) == (409, "draft_has_errors", FILE)
    outside = await edit(market, "ada", draft, SHORTER | {"file": "policies/vocabulary/facts.yaml"})
    assert outside.json()["code"] == "value_not_allowed"
    outside = await edit(market, "ada", draft, SHORTER | {"file": "policies/packs/../../../etc/eligibility.yaml"})
    assert outside.json()["code"] == "value_not_allowed"


@pytest.mark.requirement("P-07")
async def test_a_draft_is_tried_handed_in_approved_by_another_published_and_rolled_back(market: Market) -> None:
    before = await in_force(market)
    await a_case(market, "A1")
    draft = await begun(market)
    tried = await market.call("ada", "POST", "/v1/lab/replays", {"market": "us", "draft_id": draft["id"], "edits": [SHORTER]})
    report = tried.json()["report"]
    assert report["cases"] >= 1
    assert report["agreed"] == report["cases"] + report["refused"]
    assert any("auction_filing_window" in each["en"] for each in tried.json()["examples"]), (
        "its examples are to be changed with it"
    )
    assert "gb" in tried.json()["also_in"]
    draft = (await edit(market, "ada", draft, SHORTER)).json()

    late = datetime.now(UTC) + timedelta(days=3)
    past = await move(market, "ada", draft, "hand-in", {"takes_effect_at": "2020-01-01T00:00:00Z"})
    assert past.json()["code"] == "release_back_dated"
    draft = (await move(market, "ada", draft, "hand-in", {"takes_effect_at": late.isoformat()})).json()
    assert draft.get("state") == "handed_in", draft.get("policy")
    own = await move(market, "ada", draft, "approve")
    assert (own.status_code, own.json()["code"]) == (409, "own_draft")
    assert (await move(market, "cy", draft, "approve")).json()["permission"] == "policies.approve"
    assert (await move(market, "bo", draft, "publish")).json()["code"] == "draft_state"
    approved = (await move(market, "bo", draft, "approve")).json()
    assert (await move(market, "bo", draft, "approve")).json()["code"] == "stale_version"
    published = (await move(market, "ada", approved, "publish")).json()
    assert published["state"] == "published"
    assert [act["act"] for act in published["acts"]] == ["made", "edited", "handed_in", "approved", "published"]
    assert {act["actor"] for act in published["acts"]} == {"platform:ada", "platform:bo"}
    assert await in_force(market) == before, "it takes effect at its moment, not before"
    later = (await market.call("platform", "GET", f"/v1/policies/us?as_of={(late + timedelta(days=1)).date()}")).json()
    assert later["release"]["hash"] == published["hash"] != before


@pytest.mark.requirement("P-07")
async def test_an_earlier_release_comes_into_force_again(market: Market) -> None:
    before = await in_force(market)
    now = await begun(market, "At once")
    now = (await edit(market, "ada", now, SHORTER | {"until": "2031-01-01"})).json()
    now = (await move(market, "ada", now, "hand-in")).json()
    now = (await move(market, "bo", now, "approve")).json()
    now = (await move(market, "bo", now, "publish")).json()
    assert await in_force(market) == now["hash"]
    back = await begun(market, "Back", rolls_back_to=before)
    back = (await move(market, "ada", back, "hand-in")).json()
    back = (await move(market, "bo", back, "approve")).json()
    back = (await move(market, "bo", back, "publish")).json()
    assert await in_force(market) == back["hash"] == before
    again = await begun(market, "Nothing", rolls_back_to=before)
    again = (await move(market, "ada", again, "hand-in")).json()
    again = (await move(market, "bo", again, "approve")).json()
    assert (await move(market, "bo", again, "publish")).json()["code"] == "draft_changes_nothing"


async def test_an_edit_takes_an_approval_back_and_whoever_edited_cannot_approve(market: Market) -> None:
    draft = await begun(market)
    draft = (await edit(market, "ada", draft, SHORTER)).json()
    draft = (await move(market, "ada", draft, "hand-in")).json()
    draft = (await move(market, "bo", draft, "approve")).json()
    assert draft["approved_by"] == "platform:bo"
    draft = (await edit(market, "bo", draft, SHORTER | {"source": "another source"})).json()
    assert (draft["state"], draft["approved_by"], draft["hash"]) == ("open", None, None)
    draft = (await move(market, "bo", draft, "hand-in")).json()
    for who in ("ada", "bo"):
        assert (await move(market, who, draft, "approve")).json()["code"] == "own_draft"
    dropped = (await move(market, "bo", draft, "drop")).json()
    assert dropped["state"] == "dropped"
    assert open_moves(dropped) == set()


async def test_nobody_but_the_platform_sees_a_draft(market: Market) -> None:
    draft = await begun(market)
    for who in ("seller_a", "buyer_1"):
        assert (await market.call(who, "GET", f"/v1/lab/drafts/{draft['id']}")).status_code == 403
        assert (await market.call(who, "POST", "/v1/lab/drafts", {"market": "us", "title": "mine"})).status_code == 403
    assert (await market.call("cy", "POST", "/v1/lab/drafts", {"market": "us", "title": "mine"})).json()[
        "permission"
    ] == "policies.draft"
    listed = (await market.call("cy", "GET", "/v1/lab/drafts?limit=1")).json()
    assert listed["drafts"][0]["id"] == draft["id"]
    assert listed["next_cursor"].endswith(draft["id"])


async def test_the_decisions_of_a_case_are_derived_again_for_the_platform(market: Market) -> None:
    case_id = await a_case(market, "A10")
    derived = (await market.call("platform", "GET", f"/v1/cases/{case_id}/rederive")).json()
    assert derived["result"] == "equal"
    assert {each["topic"] for each in derived["decisions"]} == {"eligibility", "deadlines"}
    assert (await market.call("buyer_1", "GET", f"/v1/cases/{case_id}/rederive")).status_code == 403
