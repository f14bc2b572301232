"""`make bench-console`: what the console weighs and how fast it answers with 100,000 cases in the database; writes benchmarks/out/console.json."""

import asyncio
import json
import os
import statistics
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Response, async_playwright
from tests.browser.finding import HOW_TO_GET_ONE, SWITCHES, chromium
from tools.console import build

from amends.store.database import open_pool
from amends.store.tokens import create_token
from benchmarks.bed import HERE, api, bed, fill
from benchmarks.drain import _open

CASES = int(os.environ.get("AMENDS_BENCH_CASES", "100000"))
SHOPS = 100
KEYS, SHOWINGS = 60, 7
LIMITS = {
    "first_load_kb": (420, "compressed, until the list is drawn"),
    "buyer_page_kb": (100, "compressed"),
    "list_shown_ms": (1000, f"{CASES:,} cases, all of them the seller's; the median of {SHOWINGS}"),
    "counts_ms": (500, "the numbers on the tabs, asked alone; the median of the same"),
    "keystroke_ms": (100, f"key to next frame, the slowest of {KEYS}"),
    "search_shown_ms": (1000, "an order's number typed, until its case stands there, without the 300 ms of typing"),
}
OBSERVE = """() => { window.slowest = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (one.name === 'keydown') window.slowest = Math.max(window.slowest, one.duration); })
    .observe({type: 'event', durationThreshold: 16}); }"""
SCROLL = """async () => { const box = document.querySelector('.grid'); let worst = 0, last = performance.now();
  for (let n = 0; n < 240; n += 1) { box.scrollTop += 400; await new Promise(requestAnimationFrame);
    const now = performance.now(); worst = Math.max(worst, now - last); last = now; }
  return [worst, box.scrollHeight / 52]; }"""


async def seller(dsn: str) -> str:
    """Somebody who works in every shop."""
    async with await open_pool(dsn, "amends_desk", min_size=1, max_size=1) as pool:
        made = await create_token(pool, kind="seller", subject="bench", shops=range(1, SHOPS + 1), permissions=("*",), seat=True)
    return made.text


def weighing(context: BrowserContext) -> list[Response]:
    """Every answer that is a page's own, from now on; what the interface tells is no part of the console."""
    found: list[Response] = []
    context.on(
        "response", lambda answer: found.append(answer) if "/v1/" not in answer.url and not answer.from_service_worker else None
    )
    return found


async def kilobytes(answers: list[Response]) -> float:
    """What went over the wire, heads included."""
    sizes = [await answer.request.sizes() for answer in answers]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) / 1024


async def first_load(browser: Browser, address: str, path: str, shown: str, head: dict[str, str]) -> float:
    """The weight of a first visit."""
    context = await browser.new_context(base_url=address, extra_http_headers=head, service_workers="block")
    answers = weighing(context)
    page = await context.new_page()
    await page.goto(path)
    await page.locator(shown).first.wait_for(timeout=60_000)
    await page.wait_for_load_state("networkidle")
    weight = await kilobytes(list(answers))
    await context.close()
    return weight


async def shown_within(page: Page) -> float:
    """From asking for the page to the first case on it, in ms."""
    await page.goto("/cases?tab=all", wait_until="commit")
    await page.locator(".grid-line").first.wait_for(timeout=60_000)
    return float(await page.evaluate("() => performance.now()"))


async def counted_within(page: Page) -> float:
    """How long the numbers on the tabs take, in ms."""
    return float(
        await page.evaluate(
            "async () => { const begun = performance.now(); await (await fetch('/v1/cases:counts')).json(); return performance.now() - begun }"
        )
    )


async def answered(page: Page) -> dict[str, float]:
    """Keys, a search and a long scroll over the list that is drawn."""
    await page.evaluate(OBSERVE)
    for n in range(KEYS):
        await page.keyboard.press("x" if n % 5 == 4 else "j")
        await page.wait_for_timeout(40)
    keystroke = float(await page.evaluate("() => window.slowest || 16"))
    worst, rows = await page.evaluate(SCROLL)
    await page.keyboard.press("/")
    begun = await page.evaluate("() => performance.now()")
    await page.keyboard.insert_text(f"O-{CASES // 2}")
    await page.locator(".grid-line", has_text=f"O-{CASES // 2}").wait_for(timeout=60_000)
    await page.wait_for_function("() => document.querySelectorAll('.grid-line').length === 1")
    search = float(await page.evaluate("() => performance.now()")) - begun - 300
    return {"keystroke_ms": keystroke, "scroll_worst_frame_ms": worst, "scrolled_rows": rows, "search_shown_ms": search}


async def measure(address: str, token: str) -> dict[str, float]:
    """Every figure, in one browser."""
    head = {"authorization": f"Bearer {token}"}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        figures = {
            "first_load_kb": await first_load(browser, address, "/cases", ".grid-line", head),
            "buyer_page_kb": await first_load(browser, address, "/buyer", "#root *", {}),
        }
        context = await browser.new_context(
            base_url=address, extra_http_headers=head, service_workers="block", viewport={"width": 1440, "height": 900}
        )
        page = await context.new_page()
        await shown_within(page)
        figures["list_shown_ms"] = statistics.median([await shown_within(page) for _ in range(SHOWINGS)])
        figures["counts_ms"] = statistics.median([await counted_within(page) for _ in range(SHOWINGS)])
        figures |= await answered(page)
        await browser.close()
    return figures


def main() -> None:
    if chromium() is None:
        raise SystemExit(HOW_TO_GET_ONE)
    build()
    with bed() as (dsn, home):
        fill(dsn, CASES)
        asyncio.run(_open(dsn, CASES))
        with api(dsn, home) as (port, _):
            figures = asyncio.run(measure(f"http://127.0.0.1:{port}", asyncio.run(seller(dsn))))
    rows: dict[str, Any] = {name: round(value, 1) for name, value in figures.items()}
    Path(HERE / "out" / "console.json").write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    missed = False
    for name, value in rows.items():
        limit, why = LIMITS.get(name, (None, ""))
        missed |= limit is not None and value > limit
        print(f"{name:24} {value:>10}  {'' if limit is None else f'at most {limit}':14} {why}")
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
