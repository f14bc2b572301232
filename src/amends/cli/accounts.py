"""`amends account`: who may log in to the console, from the command line."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import asyncpg
import typer

from amends.api.door.passwords import hashed_now, too_weak
from amends.cli.place import database, settings_here
from amends.store.accounts import account_of, add_account, end_sessions, login_name
from amends.store.database import open_pool, queries, transaction
from amends.store.members import ensure_member

app = typer.Typer(no_args_is_help=True)
KINDS = ("platform", "seller")
MADE_BYTES = 12
Answer = TypeVar("Answer")
Generate = Annotated[bool, typer.Option(help="Make a password and print it once, in place of asking for one.")]


def register(top: typer.Typer) -> None:
    """Hang these commands on the command line."""
    top.add_typer(app, name="account", help="Who may log in to the console.")


@app.command()
def add(
    kind: Annotated[str, typer.Argument(help="platform or seller.")],
    subject: Annotated[str, typer.Argument(help="Whom it stands for, as their tokens name them.")],
    login: Annotated[str | None, typer.Option(help="What they type; the subject where nothing is said.")] = None,
    shop: Annotated[list[int] | None, typer.Option(help="A shop that they become a member of; may be given again.")] = None,
    permission: Annotated[
        list[str] | None, typer.Option(help="What they hold there; everything, where nothing is said. May be given again.")
    ] = None,
    *,
    generate: Generate = False,
) -> None:
    """Give somebody an account. Where they are no member yet, they become one."""
    if kind not in KINDS:
        raise typer.BadParameter(f"one of {', '.join(KINDS)}")
    person, name = f"{kind}:{subject}", login_name(login or subject)
    password = _asked(name, generate=generate)

    async def work(pool: asyncpg.Pool) -> bool:
        async with transaction(pool, shop or []) as connection:
            await ensure_member(connection, person, shop or [], permission or ["*"], by="administrator")
            return await add_account(connection, person, name, hashed_now(password))

    _said("added" if _with_pool(work) else None, "that person has an account, or somebody has that login")
    _shown(password, generate=generate)


@app.command()
def password(login: str, *, generate: Generate = False) -> None:
    """Set a new password; everybody who is logged in with the old one is out."""
    name = login_name(login)
    fresh = _asked(name, generate=generate)

    async def work(pool: asyncpg.Pool) -> bool:
        account = await account_of(pool, login=name)
        if account is None:
            return False
        await pool.fetchval(queries("set_password"), account.person, hashed_now(fresh))
        await end_sessions(pool, account.person, "password_changed")
        return True

    _said("changed" if _with_pool(work) else None, "there is no such account")
    _shown(fresh, generate=generate)


@app.command(name="list")
def list_accounts() -> None:
    """Everybody who has an account."""

    async def work(pool: asyncpg.Pool) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = await pool.fetch(queries("list_accounts"))
        return found

    for row in _with_pool(work):
        factor = "two factors" if row["second_factor"] else "password"
        seen = f"{row['seen_at']:%Y-%m-%d %H:%M} UTC" if row["seen_at"] else "never"
        typer.echo(f"{row['login']:<32}{row['person']:<40}{factor:<14}last seen {seen}")


def _asked(login: str, *, generate: bool) -> str:
    password: str = (
        secrets.token_urlsafe(MADE_BYTES) if generate else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    if too_weak(password, login) is not None:
        raise typer.BadParameter("use ten characters or more, and not the login")
    return password


def _shown(password: str, *, generate: bool) -> None:
    if generate:
        typer.echo(password)


def _said(word: str | None, otherwise: str) -> None:
    typer.echo(word or otherwise, err=word is None)
    if word is None:
        raise typer.Exit(1)


def _with_pool(work: Callable[[asyncpg.Pool], Awaitable[Answer]]) -> Answer:
    async def together(dsn: str) -> Answer:
        async with await open_pool(dsn, "amends_desk", min_size=1, max_size=2) as pool:
            return await work(pool)

    with database(settings_here()) as dsn:
        return asyncio.run(together(dsn))
