"""The case, as a seller works on it: on a desk and on a phone, in both languages."""

import re
from io import BytesIO

import pytest
from barcode import Code128
from barcode.writer import ImageWriter
from PIL import Image
from playwright.async_api import Page, expect
from tests.browser.axe import Axe
from tests.browser.buying import photo
from tests.browser.casework import SCRIPT, at_case, desk, opened, part, start
from tests.browser.conftest import EITHER, OTHER, Browsing
from tests.browser.selling import enter
from tests.browser.selling import shop as a_shop
from tests.browser.served import Served
from tests.browser.watching import Watch

BOTH = pytest.mark.parametrize("language", ["zh", "en"])
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


async def confirm(page: Page) -> None:
    """Press the button of the open form, and let the seconds of grace go by."""
    await page.get_by_test_id("confirm-move").click()


@BOTH
@SIZES
@pytest.mark.requirement("U-04", "T-03", "T-07")
async def test_the_case_says_what_is_asked_its_proof_its_rule_and_every_step_with_its_code(
    marketplace: Served,
    browsing: Browsing,
    language: str,
    *,
    phone: bool,
    axe: Axe,
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask("return_refund")
    await shop.show(shop.buyer, case, "crack")
    await shop.seller.move(case, "approve")
    with pytest.raises(AssertionError, match="tracking_number"):
        await shop.buyer.move(case, "ship_return", carrier="ups", tracking_number="1Z000")
    page = await at_case(browsing, shop.seller, case, phone=phone)
    asked = await part(page, "asked", "case")
    words = {"zh": ("退货退款", "送达时损坏"), "en": ("return and refund", "damaged on arrival")}[language]
    for word in words:
        await expect(asked).to_contain_text(word)
    deadline = await part(page, "deadline", "case")
    await expect(deadline.locator(".rule-source").first).to_contain_text("/")
    proof = await part(page, "evidence", "evidence")
    await expect(proof.get_by_test_id("open-evidence")).to_have_count(1)
    log = await part(page, "log", "log")
    await expect(log.locator('[data-code="case_opened"]')).to_have_count(1)
    await expect(log.locator(".log-error")).to_contain_text("ERR_LOG_204")
    await log.locator(".log-search").fill("ERR_LOG_204")
    await expect(log.locator(".log-entry")).to_have_count(1)
    await axe(page)


@BOTH
@SIZES
@pytest.mark.requirement("U-05", "T-04")
async def test_the_reject_form_offers_the_grounds_of_this_stage_with_the_proof_that_each_demands(
    marketplace: Served,
    browsing: Browsing,
    language: str,
    *,
    phone: bool,
    axe: Axe,
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    offered = (await shop.seller.get(f"/v1/cases/{case['id']}/choices"))["grounds"]
    page = await at_case(browsing, shop.seller, case, phone=phone)
    form = await start(page, "reject")
    await expect(form.locator(".ground")).to_have_count(len(offered))
    await expect(form.locator(".ground-closed")).to_have_count(sum(not each["open"] for each in offered))
    other = form.locator('.ground:has(input[value="other"])')
    await other.click()
    button = page.get_by_test_id("confirm-move")
    await expect(button).to_be_disabled()
    note = form.locator("textarea").first
    await note.fill("字" * 250)
    assert len(await note.input_value()) == 200
    demanding = next(each for each in offered if each["open"] and each["proof"])
    await form.locator(f'.ground:has(input[value="{demanding["ground"]}"])').click()
    await expect(form.locator(".demands li[data-met='false']")).to_have_count(len(demanding["proof"]))
    await expect(button).to_be_disabled()
    await axe(page)


@pytest.mark.requirement("U-05", "T-03")
async def test_a_rejection_goes_out_with_its_picture_after_the_seconds_in_which_it_can_be_undone(
    marketplace: Served, browsing: Browsing
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case)
    form = await start(page, "reject")
    await form.locator('.ground:has(input[value="other"])').click()
    await form.locator("textarea").first.fill("The vase in the picture is another one.")
    await form.get_by_test_id("proof-file").set_input_files(photo("seal"))
    await expect(form.locator(".proof-row .chip")).to_have_count(1)
    await confirm(page)
    await page.get_by_test_id("undo").click()
    await expect(page.locator('.form[data-move="reject"] textarea').first).to_have_value(
        "The vase in the picture is another one."
    )
    assert (await shop.seller.case(case))["state"] == "pending_review"
    await confirm(page)
    await expect(page.locator(".case-title .chip").first).to_contain_text("rejected", timeout=15_000)
    told = await shop.seller.case(case)
    assert told["state"] == "rejected_1"
    proof = (await shop.seller.get(f"/v1/evidence?order_id={shop.order}"))["evidence"]
    assert {piece["media_type"] for piece in proof if piece["of"] == "seller"} == {"image/jpeg", "text/plain"}


@BOTH
@SIZES
@pytest.mark.requirement("U-06")
async def test_a_closed_move_is_grey_and_says_why_and_what_would_open_it(
    marketplace: Served,
    browsing: Browsing,
    language: str,
    *,
    phone: bool,
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask("return_refund")
    page = await at_case(browsing, shop.seller, case, phone=phone)
    word = {"zh": "退货已送达", "en": "return delivered"}[language]
    if phone:
        await page.get_by_test_id("all-moves").click()
        row = page.locator('.move-row-closed:has([data-move="inspect_return"])')
        await expect(row).to_contain_text(word)
        return
    grey = page.locator('.move-closed[data-move="inspect_return"]')
    await expect(grey).to_have_attribute("aria-disabled", "true")
    described = await grey.get_attribute("aria-describedby")
    await expect(page.locator(f"#{described}")).to_contain_text(word)  # for who hears the page
    await grey.hover()
    await expect(page.get_by_role("tooltip")).to_contain_text(word)
    await page.mouse.move(0, 0)
    await grey.focus()
    await expect(page.get_by_role("tooltip")).to_contain_text(word)


@pytest.mark.requirement("U-06")
async def test_the_missing_permission_is_named_on_every_grey_button(marketplace: Served, browsing: Browsing) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    trainee = await marketplace.person(
        "seller", f"trainee-{shop.shop}", shop=shop.shop, permissions=["orders.read", "cases.read"]
    )
    page = await at_case(browsing, trainee, case)
    await expect(page.locator(".moves button:not(.move-closed)")).to_have_count(0)
    grey = page.locator('.move-closed[data-move="approve"]')
    described = await grey.get_attribute("aria-describedby")
    permission = (await trainee.get("/v1/vocabulary/permissions"))["words"]
    name = next(each["en"] for each in permission if each["word"] == "cases.handle")
    await expect(page.locator(f"#{described}")).to_contain_text(name)


@pytest.mark.requirement("T-03", "T-04")
async def test_every_open_move_of_the_case_opens_a_form_of_its_own(marketplace: Served, browsing: Browsing) -> None:
    shop = await desk(marketplace)
    case = await shop.ask("return_refund")
    page = await at_case(browsing, shop.seller, case)
    moves = [move["move"] for move in (await shop.seller.case(case))["moves"] if move["open"]]
    assert len(moves) >= 4
    for move in moves:
        form = await start(page, move)
        await page.keyboard.press("Escape")
        await expect(form).to_have_count(0)


@BOTH
@SIZES
@pytest.mark.requirement("U-10", "U-12")
async def test_what_the_buyer_says_appears_by_itself_and_runs_nothing(
    marketplace: Served,
    browsing: Browsing,
    language: str,
    *,
    phone: bool,
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask(note=SCRIPT)
    page = await at_case(browsing, shop.seller, case, phone=phone)
    await expect((await part(page, "asked", "case")).locator(".said")).to_have_text(SCRIPT)
    talk = await part(page, "talk", "talk")
    await expect(talk.locator(".part-head .chip")).to_be_visible()  # it listens
    await shop.say(shop.buyer, case, SCRIPT)
    await expect(talk.locator(".said-text")).to_have_text(SCRIPT)
    assert await page.title() != "broken in"
    assert await page.locator("img[src='x']").count() == 0


@BOTH
@SIZES
@pytest.mark.requirement("U-11", "U-12", "U-07")
async def test_a_reply_is_one_tap_and_a_sensitive_word_is_marked_and_stops_it(
    marketplace: Served,
    browsing: Browsing,
    language: str,
    *,
    phone: bool,
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case, phone=phone)
    talk = await part(page, "talk", "talk")
    replies = talk.get_by_test_id("quick-reply")
    await expect(replies).to_have_count(5)
    await replies.first.click()
    field = talk.locator(".marked-text")
    said = await field.input_value()
    await talk.get_by_test_id("send").click()
    await expect(talk.locator(".said-text")).to_have_text(said)
    await field.fill("好的。加微信返现给您")
    await expect(talk.get_by_test_id("hit").first).to_be_attached()
    await expect(talk.get_by_test_id("send")).to_be_disabled()
    marked = "".join(await talk.get_by_test_id("hit").all_text_contents())
    assert "返现" in marked or "微信" in marked
    assert len((await shop.seller.get(f"/v1/cases/{case['id']}/messages"))["messages"]) == 1
    # no speech in this browser, or speech that would have to be fetched: it says what else there is
    await expect(talk.get_by_test_id("voice-keyboard").or_(talk.locator(".say-foot .anticon-audio"))).to_be_visible()


HEARS = """
window.SpeechRecognition = class extends EventTarget {
  static available() { return Promise.resolve("available"); }
  start() {
    setTimeout(() => {
      const result = Object.assign([{ transcript: "退货商品与实物不符" }], { isFinal: true });
      this.onresult({ resultIndex: 0, results: [result] });
      this.onend();
    }, 50);
  }
  stop() {}
  abort() {}
};
"""
DEAF = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"


@EITHER
@pytest.mark.requirement("U-07")
async def test_the_opinion_is_spoken_where_the_browser_writes_it_down_itself(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await opened(browsing, shop.seller, phone=phone)
    await page.add_init_script(HEARS)
    await page.goto(f"/cases/{case['id']}")
    await page.locator(f'[data-case="{case["id"]}"]').wait_for()
    form = await start(page, "reject")
    await form.locator('.ground:has(input[value="other"])').click()
    await form.locator(".note-foot button").click()
    await expect(form.locator("textarea").first).to_have_value("退货商品与实物不符")


@OTHER
@pytest.mark.requirement("U-07")
async def test_a_browser_that_cannot_hear_points_to_the_keyboards_microphone(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await opened(browsing, shop.seller, phone=phone)
    await page.add_init_script(DEAF)
    await page.goto(f"/cases/{case['id']}")
    await page.locator(f'[data-case="{case["id"]}"]').wait_for()
    form = await start(page, "reject")
    await form.locator('.ground:has(input[value="other"])').click()
    word = {"zh": "麦克风", "en": "microphone"}[language]
    await expect(form.get_by_test_id("voice-keyboard")).to_contain_text(word)


def label(number: str, degrees: float) -> dict[str, object]:
    """A photo of a shipping label with a code of this number, held askew."""
    drawn = BytesIO()
    Code128(number, writer=ImageWriter()).write(drawn, {"module_width": 0.5, "module_height": 20, "write_text": False})
    code = Image.open(drawn).convert("RGB")
    sheet = Image.new("RGB", (code.width + 300, code.height + 500), "white")
    sheet.paste(code, (150, 250))
    out = BytesIO()
    sheet.rotate(degrees, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
    return {"name": "label.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@EITHER
@pytest.mark.requirement("U-08")
async def test_a_number_is_read_from_a_picture_that_was_held_askew_and_a_bad_picture_asks_for_a_new_one(
    marketplace: Served, browsing: Browsing, language: str, *, phone: bool
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask("exchange")
    await shop.seller.move(case, "approve")
    number = "9400111899223197428497"
    await shop.buyer.move(case, "ship_return", carrier="usps", tracking_number=number)
    for status in ("in_transit", "delivered"):
        await marketplace.scan(shop.shop, number, status)
    await shop.seller.move(case, "approve")
    page = await at_case(browsing, shop.seller, case, phone=phone)
    form = await start(page, "ship_replacement")
    await form.locator(".number-line button").click()
    picture = page.get_by_test_id("scan-picture")
    await picture.set_input_files(photo("no code"))
    await expect(page.locator(".scanner-unread")).to_contain_text({"zh": "重新拍摄", "en": "new photo"}[language], timeout=30_000)
    await picture.set_input_files(label("9205590164917312751089", 30))
    await expect(form.locator(".number-line input")).to_have_value("9205590164917312751089", timeout=30_000)


@pytest.mark.requirement("U-13")
@BOTH
@SIZES
async def test_the_buyers_history_with_this_shop_stands_beside_the_case_with_their_standing(
    marketplace: Served,
    browsing: Browsing,
    language: str,
    *,
    phone: bool,
) -> None:
    shop = await desk(marketplace)
    buyer = (await shop.seller.get(f"/v1/orders/{shop.order}"))["buyer"]
    for n in (1, 2):
        order = await marketplace.sell(shop.shop, f"{shop.shop}-{n}", "USD", buyer=buyer)
        proof = [{"kind": "photo_defect", "text": "cracked"}]
        await shop.buyer.ask(order, "refund_only", "damaged", proof=proof)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case, phone=phone)
    card = await part(page, "buyer", "buyer")
    figures = card.get_by_test_id("buyer-history").locator("dd")
    await expect(figures.nth(0)).to_have_text("3")
    await expect(figures.nth(1)).to_contain_text("3")
    await expect(card.locator(".past a")).to_have_count(2)
    await expect(card.locator(".buyer-name")).to_have_text(buyer)
    told = {"zh": "信用正常", "en": "in good standing"}[language]
    await expect(card).to_contain_text(told)


async def test_a_form_that_somebody_else_overtook_shows_what_changed_and_keeps_what_was_typed(
    marketplace: Served, browsing: Browsing
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask("return_refund")
    page = await at_case(browsing, shop.seller, case)
    form = await start(page, "propose")
    await form.locator("textarea").first.fill("We can pay half of it.")
    await shop.buyer.move(case, "amend", amount=4000)
    await expect(form.locator(".stale")).to_contain_text("$50.00 → $40.00")
    await expect(page.get_by_test_id("confirm-move")).to_be_disabled()
    await form.get_by_test_id("stale-seen").click()
    await expect(form.locator("textarea").first).to_have_value("We can pay half of it.")
    await expect(form.locator(".stale")).to_have_count(0)


async def test_money_above_the_limit_is_asked_about_with_the_amount_and_goes_out_at_once(
    marketplace: Served, browsing: Browsing
) -> None:
    lines = [{"reference": "1", "sku": "WATCH", "title": "Watch", "category": "luxury", "price": 90_000}]
    shop = await desk(marketplace, lines=lines)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case)
    await page.locator('.moves [data-move="approve"]').click()
    button = page.get_by_test_id("confirm-move")
    await expect(button).to_have_text("Refund $900.00")
    await button.click()
    await expect(page.get_by_test_id("undo")).to_have_count(0)
    await expect(page.locator('.form[data-move="approve"]')).to_have_count(0)
    assert (await shop.seller.case(case))["state"] in ("refund_approved", "completed")


@SIZES
async def test_pictures_are_turned_enlarged_and_laid_side_by_side_by_keys(
    marketplace: Served,
    browsing: Browsing,
    *,
    phone: bool,
) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    await shop.show(shop.buyer, case, "buyers")
    await shop.show(shop.seller, case, "sellers")
    page = await at_case(browsing, shop.seller, case, phone=phone)
    proof = await part(page, "evidence", "evidence")
    await proof.get_by_test_id("open-evidence").first.click()
    viewer = page.get_by_test_id("viewer")
    picture = viewer.locator("img").first
    await page.keyboard.press("r")
    await expect(picture).to_have_attribute("data-turn", "90")
    await page.keyboard.press("+")
    await expect(picture).to_have_attribute("data-zoom", "1.25")
    await page.keyboard.press("s")
    await expect(viewer.locator("figcaption")).to_have_count(2)
    sides = [text.split(" ")[0] for text in await viewer.locator("figcaption").all_inner_texts()]
    assert sorted(sides) == ["buyer", "seller"]
    await page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)


async def test_whoever_logs_in_sees_the_pictures(marketplace: Served, browsing: Browsing) -> None:
    made = await a_shop(marketplace)
    case = await made.case()
    uploaded = await marketplace.client.post(
        f"/v1/orders/{case['order_id']}/evidence?kind=photo_defect",
        content=photo("crack")["buffer"],
        headers={"authorization": f"Bearer {made.buyer.token}", "content-type": "image/jpeg"},
    )
    await made.buyer.move(case, "submit_evidence", proof=[{"kind": "photo_defect", "upload_id": uploaded.json()["id"]}])
    page = await browsing()
    await enter(page.context, made)
    await page.goto(f"/cases/{case['id']}")
    picture = page.get_by_test_id("open-evidence").locator("img")
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("complete", value=True)
    assert await picture.evaluate("image => image.naturalWidth") > 0


async def test_two_of_a_shop_see_that_both_have_the_case_before_them(marketplace: Served, browsing: Browsing) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    colleague = await marketplace.person("seller", f"colleague-{shop.shop}", shop=shop.shop)
    await at_case(browsing, colleague, case)
    page = await at_case(browsing, shop.seller, case)
    await expect(page.get_by_test_id("looking")).to_contain_text(f"colleague-{shop.shop}")


async def test_a_case_of_another_shop_is_not_shown(marketplace: Served, browsing: Browsing) -> None:
    mine, theirs = await desk(marketplace), await desk(marketplace)
    case = await theirs.ask()
    page = await opened(browsing, mine.seller)
    await page.goto(f"/cases/{case['id']}")
    await expect(page.locator(".notice-problem")).to_contain_text("not_found")


async def test_words_of_notes_and_tags_are_text(marketplace: Served, browsing: Browsing) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    path = f"/v1/cases/{case['id']}"
    await shop.seller.post(f"{path}/notes", {"text": SCRIPT})
    await shop.seller.call("PUT", f"{path}/tags", {"tags": ["<b>bold</b>"]})
    page = await at_case(browsing, shop.seller, case)
    team = await part(page, "team", "log")
    await expect(team.locator(".note-text").last).to_contain_text("<")
    await expect(team.locator(".note:not(.note-trace) .note-text")).to_have_text(SCRIPT)
    assert await page.title() != "broken in"


async def test_the_case_file_is_had_as_zip_and_pdf(marketplace: Served, browsing: Browsing) -> None:
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case)
    await page.get_by_role("button", name="Download the case file").click()
    for form in ("zip", "pdf"):
        link = page.locator(f'a[href*="form={form}&language=en"]')
        await expect(link).to_be_visible()
        answer = await page.request.get(str(await link.get_attribute("href")))
        assert answer.ok


def _shut(watch: Watch) -> None:
    watch.allow(r"net::ERR_")


async def test_a_decision_without_a_network_is_kept_on_the_device(marketplace: Served, browsing: Browsing, watch: Watch) -> None:
    _shut(watch)
    shop = await desk(marketplace)
    case = await shop.ask()
    page = await at_case(browsing, shop.seller, case)
    form = await start(page, "ask_for_proof")
    await form.locator(".ant-select").first.click()
    await page.keyboard.type("unboxing")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await page.context.set_offline(True)
    await confirm(page)
    await expect(page.get_by_test_id("waiting")).to_be_visible(timeout=15_000)
    assert (await shop.seller.case(case))["version"] == case["version"]
    await page.context.set_offline(False)
    await expect(page.get_by_test_id("waiting")).to_have_count(0, timeout=15_000)
    events = await shop.seller.events(case)
    assert events.count("more_proof_asked") == 1


async def test_a_whole_moment_in_chinese_has_its_zone_at_its_end(marketplace: Served, browsing: Browsing) -> None:
    shop = await desk(marketplace)
    page = await at_case(browsing, shop.seller, await shop.ask(), language="zh")
    deadline = await part(page, "deadline", "case")
    await expect(deadline).to_contain_text(re.compile(r"截止 \d{4}年\d+月\d+日 \d\d:\d\d（GMT\+8）"))


async def test_a_moment_in_the_log_is_read_on_one_line(marketplace: Served, browsing: Browsing) -> None:
    shop = await desk(marketplace)
    page = await at_case(browsing, shop.seller, await shop.ask())
    moment = page.locator(".log-entry > time").first
    assert (
        await moment.evaluate(
            "(it) => { const all = document.createRange(); all.selectNodeContents(it); return all.getClientRects().length }"
        )
        == 1
    )
