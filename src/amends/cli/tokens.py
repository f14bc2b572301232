"""`amends token`: who may call, from the command line."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import asyncpg
import typer

from amends.cli.place import database, settings_here
from amends.kernel.ids import parse_id
from amends.store.database import connect, open_pool, queries
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
def link(
    order: Annotated[str | None, typer.Option(help="The id of an order: its buyer is let in to it alone.")] = None,
    buyer: Annotated[
        str | None, typer.Option(help="The host's reference of a buyer: they are let in to all their orders.")
    ] = None,
    minutes: Annotated[int, typer.Option(min=5, max=7 * 24 * 60, help="How long it is good for.")] = 60,
) -> None:
    """Make a link to the buyer's page. Hosts make theirs by `POST /v1/buyer-links`."""
    if (order is None) == (buyer is None):
        raise typer.BadParameter("either --order or --buyer")
    settings = settings_here()
    with database(settings) as dsn:
        path = asyncio.run(_link(dsn, order, buyer, minutes, live=not settings.sandbox))
    typer.echo(f"http://{settings.host}:{settings.port}{path}")


async def _link(dsn: str, order: str | None, buyer: str | None, minutes: int, *, live: bool) -> str:
    from amends.api.buyers.links import page_for

    named = parse_id(order) if order else None
    if order is not None and not isinstance(named, UUID):
        raise typer.BadParameter("--order is the id of an order")
    if isinstance(named, UUID):
        reviewing = await connect(dsn, "amends_reviewer")
        try:
            rows = await reviewing.fetch(queries("places_of_order"), [named])
        finally:
            await reviewing.close()
        if not rows:
            raise typer.BadParameter("there is no such order")
        buyer = rows[0]["buyer"]
    connection = await connect(dsn, "amends_desk")
    try:
        made = await create_token(connection, kind="buyer", subject=buyer or "", label="link", permissions=(), live=live,
                                  expires_at=datetime.now(UTC) + timedelta(minutes=minutes),
                                  order_id=named if isinstance(named, UUID) else None)  # fmt: skip
    finally:
        await connection.close()
    return page_for(made.text, order)


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
