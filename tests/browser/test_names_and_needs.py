"""People read names where a name is known, and the permission that is really missing where one is."""

import pytest
from playwright.async_api import expect
from tests.browser.conftest import EITHER, Browsing
from tests.browser.entering import account, enter
from tests.browser.served import Served
from tests.browser.test_operations_desk import OPERATOR
from tests.browser.test_reviewers_desk import REVIEWER, as_person, disputed

NAMED = "Dana 达娜"


async def named(market: Served, subject: str) -> None:
    """Give somebody of the platform their name."""
    await market.platform.call("PUT", f"/v1/platform/members/{subject}", {"role": "custom", "permissions": ["*"], "name": NAMED})


@EITHER
@pytest.mark.requirement("T-05")
async def test_who_declared_an_outage_and_placed_a_hold_stands_there_by_name(
    marketplace: Served, browsing: Browsing, *, language: str, phone: bool
) -> None:
    subject = f"dana-{language}"
    dana = await marketplace.person("platform", subject, permissions=[*OPERATOR, "privacy.manage"])
    await named(marketplace, subject)
    outage = await dana.post(
        "/v1/outages", {"from_at": (await marketplace.now()).isoformat(), "why": f"a cut cable of {subject}"}
    )
    await dana.post("/v1/legal-holds", {"buyer": f"buyer-{subject}", "why": f"a claim of {subject}"})
    page = await as_person(browsing, dana, language, phone=phone)
    for path, what in (("outages", "a cut cable"), ("privacy", "a claim")):
        await page.goto(f"/operations/{path}")
        row = page.get_by_role("listitem").filter(has_text=f"{what} of {subject}")
        await expect(row).to_contain_text(NAMED)
        await expect(row).not_to_contain_text("platform:")
    await marketplace.later(minutes=1)
    await dana.post(f"/v1/outages/{outage['id']}/end", {})
    await marketplace.later(minutes=1)


@EITHER
@pytest.mark.requirement("Q-03")
async def test_an_appeal_names_its_shop_and_a_ruling_who_made_it(
    marketplace: Served, browsing: Browsing, *, language: str, phone: bool
) -> None:
    name, subject = f"named{language}", f"rhea-{language}"
    case = await disputed(marketplace, name)
    rhea = await marketplace.person("platform", subject, permissions=[*REVIEWER, "scores.decide"])
    await named(marketplace, subject)
    seen = await marketplace.platform.case(case)
    ruling = {"ruling": "buyer", "liability": "seller", "rationale": "The crack is old."}
    claimed = await rhea.move(seen, "claim_review")
    await rhea.move(claimed, "rule", **ruling)
    shop = f"/v1/shops/{marketplace.shops[name]}"
    await rhea.post(f"{shop}/violations", {"reference": f"V-{name}"})
    seller = await marketplace.person("seller", f"seller-{name}", shop=name)
    entry = (await seller.get(f"{shop}/score-entries"))["entries"][0]
    await seller.post(f"{shop}/score-entries/{entry['id']}/appeal", {"note": f"It was not {name}."})
    page = await as_person(browsing, rhea, language, phone=phone)
    await page.goto("/appeals")
    row = page.get_by_role("listitem").filter(has_text=f"It was not {name}.")
    await expect(row.locator(".request-head")).to_contain_text(name.title())
    await page.goto(f"/reviews/{case['id']}")
    ruled = page.get_by_role("article").filter(has_text="The crack is old.").first
    await expect(ruled).to_contain_text(NAMED)
    await expect(page.get_by_text("platform:")).to_have_count(0)


@EITHER
@pytest.mark.requirement("P-02")
async def test_a_part_of_the_shop_shows_what_one_may_see_and_says_which_permission_the_rest_needs(
    marketplace: Served, browsing: Browsing, *, language: str, phone: bool
) -> None:
    name = f"halves{language}"
    shop = await marketplace.shop(name, "us")
    path = f"/v1/shops/{shop}/members/{name}"
    page = await browsing(phone=phone)
    await marketplace.platform.call("PUT", path, {"role": "custom", "permissions": ["scores.read", "tokens.manage"]})
    await enter(page, await account(marketplace, f"seller:{name}", language=language))
    refused = page.locator(".state", has=page.locator("code"))
    for part, missing in (("standing", "cases.read"), ("connections", "webhooks.manage")):
        await page.goto(f"/shop/{part}")
        await expect(page.locator(".shop-card").first).to_be_visible()
        await expect(refused).to_have_count(1)
        await expect(refused.locator("code")).to_have_text(missing)
        await expect(refused).to_contain_text(await said(marketplace, missing, language))
    await marketplace.platform.call("PUT", path, {"role": "custom", "permissions": ["cases.read", "webhooks.manage"]})
    for part, missing in (("standing", "scores.read"), ("connections", "tokens.manage")):
        await page.goto(f"/shop/{part}")
        await expect(page.locator(".shop-card").first).to_be_visible()
        await expect(refused.locator("code")).to_have_text(missing)


async def said(market: Served, permission: str, language: str) -> str:
    words = (await market.platform.get("/v1/vocabulary/permissions"))["words"]
    return str(next(one[language] for one in words if one["word"] == permission))
