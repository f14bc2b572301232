"""A reviewer's whole work in a browser: claim, read both sides, rule; a second person agrees; unclear proof is settled (T-05, V-17, V-11)."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect
from tests.api.test_evidence import blurred
from tests.browser.axe import Axe
from tests.browser.conftest import EITHER, Browsing
from tests.browser.served import Served
from tests.stories.over_http import Body, Person

REVIEWER = ["orders.read", "cases.read", "cases.recheck", "cases.work", "disputes.rule", "attention.read", "evidence.read",
            "messages.write", "policies.read", "scores.read"]  # fmt: skip
WORDS = {
    "en": {"claim": "Claim", "propose": "Propose a refund of $600.00 (a second person confirms)", "waits": "Second person",
           "agree": "Agree and refund $600.00", "seller": "seller", "seller side": "seller", "buyer side": "buyer", "mine": "Mine", "taken": "Taken", "admit": "Admit",
           "admitted": "Admitted", "blurred": "blurred"},
    "zh": {"claim": "领取", "propose": "提议退款 $600.00（需第二人确认）", "waits": "第二人确认", "agree": "同意并退款 $600.00", "seller": "商家责任",
           "seller side": "商家", "buyer side": "买家", "mine": "我已领取", "taken": "他人已领取", "admit": "受理", "admitted": "已受理", "blurred": "模糊"},
}  # fmt: skip


async def as_person(browsing: Browsing, person: Person, language: str = "en", **more: Any) -> Page:
    """A page of somebody, in the language that they chose: every call of it is theirs."""
    page = await browsing(extra_http_headers={"authorization": f"Bearer {person.token}"}, language=language, **more)
    await page.add_init_script(f"localStorage.setItem('amends.language', '{language}')")
    return page


async def reviewer(market: Served, subject: str) -> Person:
    return await market.person("platform", subject, permissions=REVIEWER)


async def disputed(market: Served, name: str, price: int = 60_000, **told: Any) -> Body:
    """A request that the seller rejected and the buyer took to the platform."""
    await market.shop(name, "us")
    line = {"reference": "1", "sku": "CLOCK", "title": "Wall clock", "category": "home", "price": price}
    order = await market.sell(name, f"{name}-1", "USD", buyer=f"buyer-{name}", lines=[line], **told)
    buyer, seller = await market.person("buyer", f"buyer-{name}"), await market.person("seller", f"seller-{name}", shop=name)
    case = await buyer.ask(order, "refund_only", "damaged", proof=[{"kind": "photo_defect", "text": "a crack on the left"}])
    await seller.move(
        case, "reject", ground="other", note="It left whole.", proof=[{"kind": "video_packing", "text": "packed whole"}]
    )
    return await buyer.move(case, "escalate", note="It did not.")


async def agreed_by_keys(page: Page, name: str) -> None:
    """A second person agrees: no single key pays, it leads to the button that says the amount."""
    agree = page.get_by_role("button", name=name)
    await expect(agree).to_be_enabled()
    await page.keyboard.press("1")
    await expect(agree).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(agree).to_have_count(0)


@EITHER
@pytest.mark.requirement("T-05", "N-08")
async def test_a_reviewer_claims_reads_both_sides_and_rules_and_a_second_person_agrees(
    marketplace: Served, browsing: Browsing, axe: Axe, *, language: str, phone: bool
) -> None:
    said, name = WORDS[language], f"rv{language}"
    case = await disputed(marketplace, name)
    first, second = await reviewer(marketplace, f"first-{name}"), await reviewer(marketplace, f"second-{name}")
    page = await as_person(browsing, first, language, phone=phone)
    await page.goto("/reviews?lane=usual")
    row = page.get_by_role("listitem").filter(has_text=f"{name}-1")
    await row.get_by_role("button", name=said["claim"]).click()
    await expect(row.get_by_text(said["mine"])).to_be_visible()
    await row.get_by_role("link").first.click()
    for side, proof in (("buyer side", "a crack on the left"), ("seller side", "packed whole")):
        region = page.get_by_role("region", name=said[side], exact=True)
        await expect(region.get_by_text(proof)).to_be_visible()
    await page.keyboard.press("1")
    form = page.get_by_role("form")
    await form.get_by_role("radio", name=said["seller"], exact=True).check()
    await form.locator("#ruling-rationale").fill("The crack is old; the packing film shows another item.")
    await axe(page, outside=(".head",))
    await form.get_by_role("button", name=said["propose"]).click()
    await expect(page.get_by_role("heading", name=said["waits"])).to_be_visible()
    agree = page.get_by_role("button", name=said["agree"])
    await expect(agree).to_be_disabled()
    assert (await marketplace.platform.case(case))["state"] == "in_dispute"
    other = await as_person(browsing, second, language, phone=phone)
    await other.goto(f"/reviews/{case['id']}")
    await agreed_by_keys(other, said["agree"])
    ruled = await marketplace.platform.get(f"/v1/cases/{case['id']}/dispute")
    assert [(one["ruling"], one["liability"], one["amount"]) for one in ruled["rulings"]] == [("buyer", "seller", 60_000)]


@pytest.mark.requirement("T-05", "U-06")
async def test_who_declared_an_interest_reads_why_they_may_not_rule(marketplace: Served, browsing: Browsing) -> None:
    case = await disputed(marketplace, "rvown", 5000)
    linked = await reviewer(marketplace, "linked")
    shop = str(marketplace.shops["rvown"])
    await linked.post("/v1/interests", {"kind": "shop", "of": shop, "why": "a cousin works there"})
    problems = {one["code"]: one for one in (await marketplace.platform.get("/v1/problems"))["problems"]}
    page = await as_person(browsing, linked)
    await page.goto(f"/reviews/{case['id']}")
    claim = page.get_by_role("button", name="Claim", exact=True)
    await expect(claim).to_be_disabled()
    await expect(page.get_by_text(problems["own_case"]["words"]["en"]).first).to_be_attached()
    await expect(page.get_by_role("form").get_by_role("button", name="Rule", exact=True)).to_be_disabled()


async def unclear(market: Served, name: str, seed: int) -> Body:
    """A request whose photo nobody can read."""
    await market.shop(name, "us")
    order = await market.sell(name, f"{name}-1", "USD", buyer=f"buyer-{name}")
    buyer = await market.person("buyer", f"buyer-{name}")
    head = {"authorization": f"Bearer {buyer.token}", "content-type": "image/jpeg"}
    path = f"/v1/orders/{order}/evidence?kind=photo_defect"
    sent = (await market.client.post(path, content=blurred(seed), headers=head)).json()
    return await buyer.ask(order, "refund_only", "damaged", proof=[{"kind": "photo_defect", "upload_id": sent["id"]}])


@EITHER
@pytest.mark.requirement("V-17", "F-01")
async def test_unclear_proof_is_looked_at_with_its_figures_and_admitted(
    marketplace: Served, browsing: Browsing, axe: Axe, *, language: str, phone: bool
) -> None:
    said, name = WORDS[language], f"rc{language}"
    case = await unclear(marketplace, name, 71 if phone else 72)
    assert case["state"] == "in_recheck"
    page = await as_person(browsing, await reviewer(marketplace, f"recheck-{name}"), language, phone=phone)
    await page.goto("/rechecks")
    await page.get_by_role("button").filter(has_text=f"{name}-1").click()
    detail = page.get_by_role("region", name=f"{name}-1")
    await expect(detail.locator("img")).to_be_visible()
    await expect(detail.get_by_text(said["blurred"], exact=True)).to_be_visible()
    measured = (await marketplace.platform.get("/v1/rechecks"))["rechecks"]
    sharpness = next(one for one in measured if one["case_id"] == case["id"])["proof"][0]["sharpness"]
    await expect(detail.get_by_text(str(sharpness)).first).to_be_visible()
    await axe(page, outside=(".head",))
    await detail.get_by_role("button", name=said["admit"], exact=True).click()
    await expect(page.get_by_text(said["admitted"])).to_be_visible()
    assert (await marketplace.platform.case(case))["state"] == "pending_review"


@EITHER
@pytest.mark.requirement("U-10", "P-08")
async def test_what_is_said_in_an_open_dispute_appears_by_itself(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    name = f"live{language}"
    case = await disputed(marketplace, name)
    page = await as_person(browsing, await reviewer(marketplace, f"hears-{name}"), language, phone=phone)
    async with page.expect_request(re.compile("/v1/stream")):
        await page.goto(f"/reviews/{case['id']}")
    await expect(page.get_by_text("<b>The crack was there.</b>")).to_have_count(0)
    buyer = await marketplace.person("buyer", f"buyer-{name}")
    await buyer.post(f"/v1/cases/{case['id']}/messages", {"text": "<b>The crack was there.</b>"})
    await expect(page.get_by_text("<b>The crack was there.</b>")).to_be_visible()
    await expect(page.locator(".ant-notification-notice")).to_have_count(0)  # who reads the case is not told of it twice


AT_ONCE_MS = 15_000
"""Far less than the time between two questions of a desk that hears nothing."""


@EITHER
@pytest.mark.requirement("T-05", "U-10")
async def test_two_reviewers_see_what_comes_what_the_other_took_and_what_was_ruled_without_asking(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    said, name = WORDS[language], f"lane{language}"
    await marketplace.shop(name, "us")
    first, second = await reviewer(marketplace, f"one-{name}"), await reviewer(marketplace, f"two-{name}")
    pages = []
    for person in (first, second):
        page = await as_person(browsing, person, language, phone=phone)
        async with page.expect_response(re.compile("/v1/review_lanes/stream")):
            await page.goto("/reviews?lane=usual")
        await expect(page.locator('[data-lane="usual"]').first).to_be_visible()
        pages.append(page)
    case = await disputed(marketplace, name, 5000)
    rows = [page.get_by_role("listitem").filter(has_text=f"{name}-1") for page in pages]
    for row in rows:
        await expect(row).to_be_visible(timeout=AT_ONCE_MS)
    await rows[0].get_by_role("button", name=said["claim"]).click()
    await expect(rows[1].get_by_text(said["taken"])).to_be_visible(timeout=AT_ONCE_MS)
    ruling = {"ruling": "seller", "liability": "buyer", "rationale": "The film shows it whole."}
    await first.move(case, "rule", **ruling)
    for row in rows:
        await expect(row).to_have_count(0, timeout=AT_ONCE_MS)


@pytest.mark.requirement("V-17", "U-10")
async def test_a_recheck_appears_before_who_looks_and_goes_when_a_colleague_settled_it(
    marketplace: Served, browsing: Browsing
) -> None:
    looks, works = await reviewer(marketplace, "rc-looks"), await reviewer(marketplace, "rc-works")
    page = await as_person(browsing, looks)
    async with page.expect_response(re.compile("/v1/review_lanes/stream")):
        await page.goto("/rechecks")
    case = await unclear(marketplace, "rclive", 77)
    row = page.get_by_role("button").filter(has_text="rclive-1")
    await expect(row).to_be_visible(timeout=AT_ONCE_MS)
    await works.move(case, "decide_recheck", decision="admit")
    await expect(row).to_have_count(0, timeout=AT_ONCE_MS)


@pytest.mark.requirement("V-17", "C-03")
async def test_what_a_reviewer_looks_at_stays_before_them_when_something_more_urgent_comes(
    marketplace: Served, browsing: Browsing
) -> None:
    for seed, name in ((78, "rcstays"), (79, "rccomes")):
        await unclear(marketplace, name, seed)
    turned = False

    async def both(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        mine = [row for row in told["rechecks"] if row["order_reference"] in ("rcstays-1", "rccomes-1")]
        mine.sort(key=lambda row: (row["order_reference"] == "rcstays-1") == turned)
        await route.fulfill(response=answer, json=told | {"rechecks": mine})

    page = await as_person(browsing, await reviewer(marketplace, "rc-stays"))
    await page.clock.install()
    await page.route(re.compile(r"/v1/rechecks\?"), both)
    await page.goto("/rechecks")
    await expect(page.get_by_role("region", name="rcstays-1")).to_be_visible()
    turned = True
    async with page.expect_response(re.compile(r"/v1/rechecks\?")):
        await page.clock.fast_forward(61_000)
    await expect(page.locator(".recheck-row").first).to_contain_text("rccomes-1")
    await expect(page.get_by_role("region", name="rcstays-1")).to_be_visible()


@pytest.mark.requirement("T-05")
async def test_a_desk_that_cannot_hear_goes_on_asking(marketplace: Served, browsing: Browsing) -> None:
    await marketplace.shop("deaf", "us")
    page = await as_person(browsing, await reviewer(marketplace, "deaf"))
    await page.clock.install()
    await page.route("**/v1/review_lanes/stream", lambda route: route.fulfill(status=204))
    async with page.expect_response(re.compile("/v1/disputes")):
        await page.goto("/reviews?lane=usual")
    await disputed(marketplace, "deaf", 5000)
    row = page.get_by_role("listitem").filter(has_text="deaf-1")
    await expect(row).to_have_count(0)
    await page.clock.fast_forward(21_000)
    await expect(row).to_be_visible()


async def test_a_whole_dispute_is_worked_off_by_keys_alone(marketplace: Served, browsing: Browsing) -> None:
    case = await disputed(marketplace, "rvkeys", 5000)
    page = await as_person(browsing, await reviewer(marketplace, "keys"))
    await page.goto(f"/reviews/{case['id']}")
    await expect(page.get_by_role("button", name="Claim", exact=True)).to_be_enabled()
    await page.keyboard.press("c")
    await expect(page.get_by_role("button", name="Give back")).to_be_visible()
    await page.keyboard.press("3")
    await page.get_by_role("radio", name="buyer", exact=True).focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.type("The photo shows another clock.")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("The ruling stands")).to_be_visible()
    assert (await marketplace.platform.case(case))["state"] == "closed"


@pytest.mark.requirement("V-10")
async def test_the_use_of_a_recording_is_granted_with_its_reason(marketplace: Served, browsing: Browsing, axe: Axe) -> None:
    await marketplace.shop("souk", "sa")
    order = await marketplace.sell("souk", "souk-1", "SAR", buyer="buyer-souk", carrier="aramex")
    buyer, seller = (
        await marketplace.person("buyer", "buyer-souk"),
        await marketplace.person("seller", "seller-souk", shop="souk"),
    )
    case = await buyer.ask(order, "refund_only", "damaged", proof=[{"kind": "photo_defect", "text": "a crack"}])
    shown = [{"kind": "avatar_recording", "text": "packed before the camera"}]
    await seller.move(case, "reject", ground="other", note="It left whole.", proof=shown)
    given = (await seller.get("/v1/evidence", order_id=order))["evidence"]
    recording = next(one["id"] for one in given if one["kind"] == "avatar_recording")
    await seller.post(f"/v1/evidence/{recording}/use", {"why": "The host wishes to stay unseen."})
    granting = await marketplace.person("platform", "grants", permissions=[*REVIEWER, "evidence.grant"])
    page = await as_person(browsing, granting)
    await page.goto("/appeals")
    row = page.get_by_role("listitem").filter(has_text="The host wishes to stay unseen.")
    grant = row.get_by_role("button", name="Grant its use")
    await expect(grant).to_be_disabled()
    await row.get_by_role("textbox").fill("It shows the item before it was packed.")
    await axe(page, outside=(".head",))
    await grant.click()
    await expect(row).to_have_count(0)
    uses = (await marketplace.platform.get("/v1/evidence-uses", state="granted"))["applications"]
    assert (recording, "It shows the item before it was packed.") in [(one["evidence_id"], one["decided_why"]) for one in uses]
