"""The buyer's page: where the goods go, the label, the nearest place to hand them in, and a number that is scanned."""

from io import BytesIO
from typing import Any

import barcode
import pytest
from barcode.writer import ImageWriter
from playwright.async_api import Page, expect
from tests.browser.axe import Axe
from tests.browser.buying import Sale, opened, sale
from tests.browser.conftest import Browsing
from tests.browser.served import Served

CRACK = [{"kind": "photo_defect", "text": "a crack from rim to foot"}]


def label(number: str) -> dict[str, Any]:
    """A picture of a label with this number as bars."""
    out = BytesIO()
    barcode.get("code128", number, writer=ImageWriter()).write(out, {"module_width": 0.4, "module_height": 20, "quiet_zone": 8})
    return {"name": "label.png", "mimeType": "image/png", "buffer": out.getvalue()}


async def agreed(made: Sale, page: Page) -> Any:
    """The seller agrees, and the buyer looks at it."""
    case = await made.buyer.ask(made.order, "return_refund", "damaged", proof=CRACK)
    await made.seller.move(case, "approve")
    await opened(page, made)
    await page.locator(".rows a").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Agreed. Please send it back.")
    return case


@pytest.mark.requirement("U-08", "L-07")
async def test_a_tracking_number_is_scanned_from_a_picture(marketplace: Served, browsing: Browsing, axe: Axe) -> None:
    made = await sale(marketplace)
    page = await browsing(phone=True)
    case = await agreed(made, page)
    await page.get_by_label("Who carries it?").select_option("other")
    scan = page.locator("form label.file input")
    await scan.set_input_files([label(f"SCAN{made.reference}")])
    await expect(page.get_by_text(f"Found: SCAN{made.reference}")).to_be_visible()
    await expect(page.get_by_label("Tracking number")).to_have_value(f"SCAN{made.reference}")
    await axe(page)
    await page.get_by_role("button", name="I have sent it", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your parcel is on its way back.")
    assert (await made.buyer.get(f"/v1/cases/{case['id']}/return"))["tracking_number"] == f"SCAN{made.reference}"
    await expect(page.locator("strong.figures")).to_have_text(f"SCAN{made.reference}")


@pytest.mark.requirement("L-05", "T-02")
async def test_a_prepaid_label_is_opened_and_its_number_stands_there_already(marketplace: Served, browsing: Browsing) -> None:
    made = await sale(marketplace)
    home = {"shop_id": marketplace.shops[made.name], "name": "Vases", "line": "12 Mill Road", "city": "Albany", "region": "NY",
            "postcode": "12207", "country": "US", "preferred": True}  # fmt: skip
    await made.seller.post("/v1/return-addresses", home)
    page = await browsing(phone=True)
    await agreed(made, page)
    await expect(page.get_by_text("Sending it back costs you nothing: the platform pays.")).to_be_visible()
    await expect(page.locator("address")).to_contain_text("12 Mill Road")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Open the label (PDF)").click()
    assert (await (await download.value).path()).read_bytes().startswith(b"%PDF-")
    await expect(page.get_by_label("Tracking number")).to_have_value("9400111899223197428497")


@pytest.mark.requirement("L-06")
async def test_where_a_partner_is_near_its_points_are_named_with_their_next_pick_up(
    marketplace: Served, browsing: Browsing
) -> None:
    points = [
        {"reference": f"P{n}", "name": f"Gudang {n}", "carrier": "jne", "line": f"Jl. Sudirman {n}", "city": "Jakarta",
         "latitude": -6_200_000 + n * 10_000, "longitude": 106_800_000, "pickup_at": "16:00"}
        for n in range(1, 4)
    ]  # fmt: skip
    await marketplace.platform.call("POST", "/v1/drop-off-points", {"market": "id", "points": points})
    made = await sale(marketplace, "id", "IDR", sale_format=None)
    here = {"latitude": -6.165, "longitude": 106.8}
    page = await browsing(phone=True, geolocation=here, permissions=["geolocation"])
    await agreed(made, page)
    await expect(page.locator(".points li")).to_have_count(3)
    await expect(page.locator(".points li").first).to_contain_text("Gudang 1")
    await expect(page.locator(".points li").first).to_contain_text("next pick-up")
    await page.get_by_role("button", name="Show the nearest first").click()
    await expect(page.locator(".points li").first).to_contain_text("Gudang 3")
    await expect(page.locator(".points li").first).to_contain_text("0.6 km away")
    await expect(page.get_by_role("button", name="Show the nearest first")).to_have_count(0)
    elsewhere = await opened(await browsing(phone=True, geolocation=here, permissions=[]), made)
    await elsewhere.locator(".rows a").click()
    await elsewhere.get_by_role("button", name="Show the nearest first").click()
    await expect(elsewhere.get_by_text("Your device does not say where it is.")).to_be_visible()
