# ruff: noqa: INP001, T201 - a program in a folder of programs; it speaks to people
"""Render the pictures that the documents show, from a filled marketplace, into `docs/pictures/`.

Run `make screenshots`; `python -m tools.screenshots NAME …` renders some of them. Each is a row of `tools/pictures.py`.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import httpx
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright
from tests.browser.finding import HOW_TO_GET_ONE, SWITCHES, chromium
from tools.console import build
from tools.pictures import TABLE, Shot

from amends.cli.children import free_port

HOME: Final = Path(__file__).resolve().parent.parent
PICTURES: Final = HOME / "docs" / "pictures"
LONGEST_FILL_S: Final = 600
GAP, COLOURS = 48, 256
GROUND: Final = (236, 238, 242)
DEVICES: Final[dict[str, dict[str, Any]]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 1},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True},
}
LOCALES: Final = {"zh": ("zh-CN", "Asia/Shanghai"), "en": ("en-US", "America/New_York")}


class Shown:
    """A demo that runs."""

    def __init__(self, address: str, known: dict[str, Any]) -> None:
        self.address, self.auction = address, known["auction_order"]
        platform = next(person["token"] for person in known["people"] if person["name"] == "platform")
        self.client = httpx.AsyncClient(base_url=address, timeout=60)
        self.head = {"authorization": f"Bearer {platform}"}

    async def case_in(self, state: str) -> dict[str, Any]:
        """The newest case in a state, or the auction to try, and a link for its buyer."""
        if state == "auction":
            return {"case": None, "order": self.auction, "url": await self._link(self.auction)}
        found = (await self.client.get("/v1/cases", params={"state": state, "limit": 1}, headers=self.head)).json()["cases"]
        if not found:
            raise LookupError(f"the demo has no case in {state}")
        return {"case": found[0]["id"], "order": found[0]["order_id"], "url": await self._link(found[0]["order_id"])}

    async def _link(self, order: str) -> str:
        answer = await self.client.post("/v1/buyer-links", json={"order_id": order}, headers=self.head)
        return str(answer.json()["url"])


@contextlib.asynccontextmanager
async def demo() -> AsyncIterator[Shown]:
    """Start a filled marketplace in a folder of its own, and end it."""
    with tempfile.TemporaryDirectory(prefix="amends-pictures-") as folder:
        port = free_port()
        env = dict(os.environ) | {"AMENDS_HOME": folder, "AMENDS_PORT": str(port)}
        run = (sys.executable, "-m", "amends", "run")
        running = await asyncio.create_subprocess_exec(*run, env=env, stdout=sys.stderr, start_new_session=True)
        address = f"http://127.0.0.1:{port}"
        try:
            await _filled(address, running)
            known = json.loads((Path(folder) / "demo-tokens.json").read_text("utf-8"))
            yield Shown(address, known)
        finally:
            with contextlib.suppress(ProcessLookupError):
                running.send_signal(signal.SIGINT)
            await running.wait()


async def _filled(address: str, running: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient(timeout=5) as client:
        for _ in range(LONGEST_FILL_S):
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(f"{address}/ready")).is_success:
                    return
            if running.returncode is not None:
                raise RuntimeError("the demo ended before it stood")
            await asyncio.sleep(1)
    raise TimeoutError("the demo did not come up")


async def take(browser: Browser, shown: Shown, shot: Shot) -> bytes:
    """One screen as a PNG."""
    locale, zone = LOCALES[shot.language]
    context = await browser.new_context(**DEVICES[shot.device], locale=locale, timezone_id=zone, color_scheme=shot.scheme,
                                        base_url=shown.address, reduced_motion="reduce")  # type: ignore[arg-type]  # fmt: skip
    page = await context.new_page()
    await _come_in(page, shown, shot)
    for selector in shot.click:
        await page.locator(selector).first.click()
    await page.locator(shot.wait).first.wait_for(timeout=30_000)
    await page.wait_for_timeout(1_500)
    for tour in await page.locator(".ant-tour-close").all():  # the first minutes of a demo, which come when the page has settled
        await tour.click()
    await page.wait_for_timeout(500)
    picture = await page.screenshot(animations="disabled", caret="hide")
    await context.close()
    return picture


async def _come_in(page: Page, shown: Shown, shot: Shot) -> None:
    if shot.buyer_of is not None:
        about = await shown.case_in(shot.buyer_of)
        await page.goto(about["url"])
        await page.locator("h1").wait_for()
        await page.goto(shot.path.format(**about))
        return
    if shot.person is not None:
        await page.goto("/health")
        people = (await shown.client.get("/v1/demo/people")).json()["people"]
        named = next((one["person"] for one in people if one["person"].rpartition(":")[2] == shot.person), shot.person)
        answer = await page.context.request.post("/v1/demo/sessions", data={"person": named})
        if not answer.ok:
            raise LookupError(f"{shot.person} cannot log in: {await answer.text()}")
    await page.goto(shot.path)


def put_together(parts: Sequence[bytes]) -> Image.Image:
    """The screens beside each other, in few colours, so that the file stays small."""
    images = [Image.open(BytesIO(part)).convert("RGB") for part in parts]
    if len(images) == 1:
        return images[0]
    width = sum(image.width for image in images) + GAP * (len(images) + 1)
    whole = Image.new("RGB", (width, max(image.height for image in images) + 2 * GAP), GROUND)
    left = GAP
    for image in images:
        whole.paste(image, (left, GAP))
        left += image.width + GAP
    return whole


async def render(names: Sequence[str]) -> int:
    """Render the pictures that are named, or all. Returns how many could not be."""
    path = chromium()
    if path is None:
        print(HOW_TO_GET_ONE, file=sys.stderr)
        return 1
    build()
    failed = 0
    PICTURES.mkdir(exist_ok=True)
    async with demo() as shown, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        for picture in [one for one in TABLE if not names or one.name in names]:
            try:
                image = put_together([await take(browser, shown, shot) for shot in picture.shots])
            except Exception as problem:  # noqa: BLE001 - the others are rendered all the same
                failed += 1
                print(f"{picture.name}: {type(problem).__name__}: {problem}", file=sys.stderr)
                continue
            target = PICTURES / f"{picture.name}.png"
            image.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
            print(f"{target.relative_to(HOME)}: {image.width} × {image.height}, {target.stat().st_size // 1024} KB")
        await browser.close()
    return failed


if __name__ == "__main__":
    raise SystemExit(1 if asyncio.run(render(sys.argv[1:])) else 0)
