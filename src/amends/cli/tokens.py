"""`amends token`: who may call, from the command line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import asyncpg
import typer

from amends.cli.place import database, settings_here
from amends.store.database import connect, open_pool
from amends.store.tokens import create_token, revoke_token

app = typer.Typer(no_args_is_help=True)
KINDS = ("platform", "seller", "buyer", "carrier")


def register(top: typer.Typer) -> None:
    """Hang these commands on the command line."""
    top.add_typer(app, name="token", help="Make and revoke tokens.")
    top.command()(reseal)


def reseal(*, fresh: Annotated[bool, typer.Option(help="Make a new key in the home first.")] = False) -> None:
    """Seal the secrets that the database keeps under the first sealing key; older keys may go afterwards."""
    from amends.gateways.sealing import fresh_key, sealer_of
    from amends.worker.messages import reseal as seal_anew

    settings = settings_here()
    if fresh and settings.sealing_keys:
        raise typer.BadParameter("with AMENDS_SEALING_KEYS set, put the new key first there")
    if fresh:
        typer.echo(f"sealing under {fresh_key(settings.home)}; start API and workers anew before older keys go")
    sealer = sealer_of(settings.home, settings.sealing_keys)
    with database(settings) as dsn:
        changed = asyncio.run(_with_workers_pool(dsn, lambda pool: seal_anew(pool, sealer)))
    typer.echo(f"{changed} endpoints sealed anew")


async def _with_workers_pool(dsn: str, work: Callable[[asyncpg.Pool], Awaitable[int]]) -> int:
    async with await open_pool(dsn, "amends_worker", min_size=1, max_size=2) as pool:
        return await work(pool)


@app.command()
def create(
    kind: Annotated[str, typer.Argument(help="platform, seller, buyer or carrier.")],
    subject: Annotated[str, typer.Argument(help="Whom it stands for: a buyer's or a person's reference.")],
    shop: Annotated[list[int] | None, typer.Option(help="A shop it may speak for; may be given again.")] = None,
    permission: Annotated[
        list[str] | None,
        typer.Option(help="A permission; a seller without any holds all of them, as the main account does. May be given again."),
    ] = None,
    label: str = "made on the command line",
) -> None:
    """Make a token. Its text is printed once and kept by nobody."""
    if kind not in KINDS:
        raise typer.BadParameter(f"one of {', '.join(KINDS)}")
    settings = settings_here()
    with database(settings) as dsn:
        text = asyncio.run(_create(dsn, kind, subject, shop or [], permission or [], label, live=not settings.sandbox))
    typer.echo(text)


async def _create(dsn: str, kind: str, subject: str, shops: list[int], permissions: list[str], label: str, *, live: bool) -> str:
    connection = await connect(dsn, "amends_desk")
    try:
        held = frozenset(permissions) or (frozenset({"*"}) if kind in ("platform", "seller") else frozenset())
        made = await create_token(connection, kind=kind, subject=subject, shops=shops, permissions=held, label=label, live=live)  # type: ignore[arg-type]
    finally:
        await connection.close()
    return made.text


@app.command()
def revoke(token_id: Annotated[str, typer.Argument(help="The part between the second and the third underscore.")]) -> None:
    """End a token at once."""
    with database(settings_here()) as dsn:
        ended = asyncio.run(_revoke(dsn, token_id))
    typer.echo("revoked" if ended else "there is no such living token")


async def _revoke(dsn: str, token_id: str) -> bool:
    connection = await connect(dsn, "amends_desk")
    try:
        return await revoke_token(connection, token_id)
    finally:
        await connection.close()
