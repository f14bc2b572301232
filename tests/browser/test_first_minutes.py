"""The first minutes in a demo: one click for each role, each lands on their own first screen, and a short tour that is closed and stays closed."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.browser.axe import Axe
from tests.browser.conftest import DESKTOP, EITHER, LOCALES, PHONE, STILL
from tests.browser.served import Served, served
from tests.browser.watching import Watch
from tests.conftest import copied

from amends.api.login.demo import KEPT
from amends.cli.demo_people import PEOPLE, people_of_demo, write_private
from amends.exchange.policies import read_policies
from amends.store.database import open_pool
from amends.store.embedded import EmbeddedPostgres

SHOPS = {"us_cards": "us", "us_home": "us", "gb_teatime": "gb"}


@pytest_asyncio.fixture(scope="session")
async def shown(
    postgres: EmbeddedPostgres,
    administrator: asyncpg.Connection,
    published: str,
    console: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Served]:
    """A marketplace that runs as a demo does, with the demo's own people in shops of their names."""
    home = tmp_path_factory.mktemp("demo")
    async with copied(postgres, administrator, published) as dsn, served(dsn, home, demo=True) as market:
        shops = {name: await market.shop(name, country) for name, country in SHOPS.items()}
        roles = {word: tuple(term.traits["permissions"]) for word, term in read_policies().vocabulary.words("roles").items()}
        async with await open_pool(dsn, "amends_desk", min_size=1, max_size=2) as pool:
            kept = await people_of_demo(pool, shops, roles, ("mei",), live=False)
        write_private(home / KEPT, kept)
        yield market


@pytest_asyncio.fixture
async def door(browser: Browser, shown: Served, language: str, phone: bool) -> AsyncIterator[Page]:  # noqa: FBT001 - a parameter of the test
    """The page at the door of the demo."""
    locale, zone = LOCALES[language]
    about = (PHONE if phone else DESKTOP) | STILL | {"locale": locale, "timezone_id": zone, "base_url": shown.address}
    context, watch = await browser.new_context(**about), Watch((shown.address,))
    watch.on(context)
    page = await context.new_page()
    await page.goto("/")
    yield page
    await context.close()
    watch.check()


@EITHER
async def test_each_role_is_one_click_away_and_its_tour_is_closed_once(
    door: Page, shown: Served, axe: Axe, language: str, *, phone: bool
) -> None:
    buttons = door.locator(".people-one")
    await expect(buttons).to_have_count(len(PEOPLE) + 1)
    await axe(door)
    for one in PEOPLE:
        await door.locator("button.people-one", has_text=one.name).click()
        await expect(door.locator(".shell")).to_be_visible()
        seat = msgspec.json.decode(await (await door.request.get("/v1/me")).body())
        assert seat["person"] == f"{one.kind}:{one.subject}"
        await expect(door.locator(".nav .nav-entry.active, .bottom .nav-entry.active").first).to_be_attached()
        tour = door.locator(".ant-tour")
        await expect(tour).to_be_visible()
        await door.keyboard.press("Escape")
        await expect(tour).to_be_hidden()
        await door.reload()
        await expect(door.locator(".nav .nav-entry.active, .bottom .nav-entry.active").first).to_be_attached()
        await expect(tour).to_have_count(0)
        await door.context.clear_cookies()
        await door.goto("/")
    async with door.expect_navigation():
        await door.locator("a.people-one").click()
    await expect(door.locator("h1")).to_be_visible()
    assert door.url.startswith(f"{shown.address}/buyer")
