"""People with passwords for the tests of the console: made in the served marketplace, and logged in by hand or at once."""

import asyncpg
from playwright.async_api import Page, expect
from tests.browser.served import Served

from amends.api.door.passwords import hashed_now
from amends.store.accounts import add_account
from amends.store.database import connect

PASSWORD = "an honest long word"
_HASH = hashed_now(PASSWORD)


async def account(market: Served, person: str, login: str | None = None, language: str = "en") -> str:
    """Give a person an account; they are a member of something already, or will be. Gives the login."""
    login = login or person.partition(":")[2]
    connection: asyncpg.Connection = await connect(market.settings.database_url or "", "amends_desk")
    try:
        await connection.execute(
            "insert into amends.person (id, kind, name, language, joined_at) values ($1, $2, '', $3, amends.moment()) on conflict (id) do update set language = $3",
            person, person.partition(":")[0], language,
        )  # fmt: skip
        await add_account(connection, person, login, _HASH)
    finally:
        await connection.close()
    return login


async def enter(page: Page, login: str, password: str = PASSWORD) -> None:
    """Be logged in at once; the next page that is opened is theirs."""
    answer = await page.request.post("/v1/sessions", data={"login": login, "password": password})
    assert answer.status == 201, await answer.text()


async def type_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Log in as somebody does it: by keyboard alone; the door waits for the name."""
    await expect(page.locator("#login")).to_be_focused()
    await page.keyboard.type(login)
    await page.keyboard.press("Tab")
    await page.keyboard.type(password)
    await page.keyboard.press("Enter")
