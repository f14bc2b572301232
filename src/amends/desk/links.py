"""What only some commands need of a file: links of people of the platform to shop or buyer (T03), and chargebacks of an order without cases."""

from collections.abc import Sequence

import asyncpg
import msgspec

from amends.actions.chargeback_commands import ChargebackCommand, RecordChargeback
from amends.actions.commands import CaseCommand, Command
from amends.desk.disputed import facts_of
from amends.desk.load import Loaded
from amends.domain.facts.chargeback import Chargeback
from amends.store.database import queries


async def linked(
    connection: asyncpg.Connection, commands: Sequence[Command], loaded: Sequence[Loaded | None]
) -> list[Loaded | None]:
    """Each file with what links its actor to shop or buyer; asked only for people of the platform who speak of a case."""
    files = list(loaded)
    found = [(n, command, at) for n, (command, at) in enumerate(zip(commands, loaded, strict=True)) if at]
    ours = [
        (n, c.actor.id, at.file.order.shop_id, at.file.order.buyer)
        for n, c, at in found
        if c.actor.kind == "platform" and isinstance(c, CaseCommand)
    ]
    if not ours:
        return files
    links: dict[int, list[str]] = {}
    for row in await connection.fetch(queries("interests_of"), *map(list, zip(*ours, strict=True))):
        links.setdefault(row["n"], []).append(row["why"])
    for n, why in links.items():
        at = files[n]
        if at is not None:
            files[n] = msgspec.structs.replace(at, file=msgspec.structs.replace(at.file, interests=tuple(why)))
    return files


async def with_chargebacks(
    connection: asyncpg.Connection, commands: Sequence[Command], loaded: Sequence[Loaded | None]
) -> list[Loaded | None]:
    """Each file that a command on chargebacks speaks of with all chargebacks of its order."""
    files = list(loaded)
    asked = [
        (n, at.file.order.shop_id, at.file.order.id)
        for n, (command, at) in enumerate(zip(commands, loaded, strict=True))
        if at and isinstance(command, RecordChargeback | ChargebackCommand)
    ]
    if not asked:
        return files
    rows = await connection.fetch(queries("chargebacks_of_orders"), *map(list, zip(*asked, strict=True)))
    for n, _, _ in asked:
        at = files[n]
        if at is not None:
            known = facts_of(Chargeback, [tuple(row)[1:] for row in rows if row["n"] == n])
            files[n] = msgspec.structs.replace(at, file=msgspec.structs.replace(at.file, chargebacks=known))
    return files
