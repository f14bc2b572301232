"""Between a desk and a phone, and on paper: nothing is cut off, nothing is out of reach."""

from pathlib import Path

import pypdfium2
import pytest
from playwright.async_api import Page, expect
from tests.browser.casework import at_case, desk
from tests.browser.conftest import Browsing
from tests.browser.selling import at, enter, shop
from tests.browser.served import Served

TABLET = {"viewport": {"width": 768, "height": 1024}}
LANDSCAPE = {"viewport": {"width": 1024, "height": 768}}


async def printed(page: Page, to: Path) -> list[str]:
    """The text of each sheet, as a printer would have it; without its spaces, which are a matter of letters' distances there."""
    await page.pdf(path=to, format="A4", margin={"top": "12mm", "right": "12mm", "bottom": "12mm", "left": "12mm"})
    with pypdfium2.PdfDocument(to) as document:
        return ["".join(sheet.get_textpage().get_text_range().split()) for sheet in document]


@pytest.mark.parametrize("width", [1440, 1024, 412])
async def test_a_case_is_printed_whole_and_nothing_but_the_case(
    marketplace: Served, browsing: Browsing, tmp_path: Path, width: int
) -> None:
    house = await desk(marketplace)
    case = await house.ask("return_refund")
    await house.say(house.buyer, case, "It rattles when shaken.")
    page = await at_case(browsing, house.seller, case, viewport={"width": width, "height": 900}, color_scheme="dark")
    await expect(page.locator('[data-code="case_opened"]')).to_be_attached()
    await expect(page.locator(".said-text")).to_be_attached()
    sheets = await printed(page, tmp_path / "case.pdf")
    text = "".join(sheets)
    year = str(case["opened_at"][:4])
    parts = ("What is asked", "Deadline", "Proof", "cracked", "Parcels", "case_opened")
    for expected in (case["order_reference"], year, "It rattles when shaken.", *parts):
        assert expected.replace(" ", "") in text, f"{expected!r} is not on paper: {text}"
    for button in ("Ask for more proof", "Import/export", "In hand"):
        assert button.replace(" ", "") not in text, f"{button!r} is on paper"
    assert all(sheets), "an empty sheet"


async def test_what_can_be_done_stays_in_reach_where_the_columns_do_not_fit(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    case = await made.case()
    page = await browsing(**TABLET)
    await enter(page.context, made)
    await at(page)
    for act in ("Approve", "Reject"):
        await expect(page.locator(f"#row-{case['id']}").get_by_role("button", name=act)).to_be_in_viewport(ratio=1)


async def test_an_order_number_is_read_whole_on_a_tablet_held_sideways(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    await made.case()
    page = await browsing(**LANDSCAPE)
    await enter(page.context, made)
    await at(page)
    name = page.locator(".grid-line .cell-main").first
    await name.evaluate("each => { each.textContent = 'US-5773048' }")
    assert await name.evaluate("each => each.scrollWidth <= each.clientWidth"), "cut off"


async def test_the_page_of_figures_is_no_wider_than_the_window(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    await made.case()
    page = await browsing(**TABLET)
    await enter(page.context, made, "main_account")
    await page.goto("/insight")
    await page.locator(".insight-scroll:visible table").first.wait_for()
    assert await page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


async def test_on_a_tablet_a_kind_and_a_reason_are_read_without_a_hand(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    await made.case("return_refund")
    page = await browsing(**TABLET)
    await enter(page.context, made)
    await at(page)
    for word in ("return and refund", "damaged on arrival"):
        cut = await page.get_by_title(word, exact=True).evaluate(
            "(it) => it.scrollHeight > it.clientHeight + 1 || it.scrollWidth > it.clientWidth"
        )
        assert not cut, word


async def test_a_zoomed_card_is_as_wide_as_its_words(marketplace: Served, browsing: Browsing) -> None:
    made = await shop(marketplace)
    await made.case()
    page = await browsing(viewport={"width": 720, "height": 450})
    await enter(page.context, made)
    await at(page)
    wide = await page.locator(".card-line .chip").first.evaluate("(it) => it.clientWidth / it.closest('.card').clientWidth")
    assert wide < 0.38
