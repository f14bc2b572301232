"""What links people of the platform to the shop or the buyer of a file: whoever is linked rules on nothing of theirs (T03)."""

from collections.abc import Sequence

import asyncpg
import msgspec

from amends.actions.commands import Command
from amends.desk.load import Loaded
from amends.store.database import queries


async def linked(
    connection: asyncpg.Connection, commands: Sequence[Command], loaded: Sequence[Loaded | None]
) -> list[Loaded | None]:
    """Each file with what links its actor to shop or buyer; asked only for people of the platform."""
    files = list(loaded)
    found = [(n, command, at) for n, (command, at) in enumerate(zip(commands, loaded, strict=True)) if at]
    ours = [(n, c.actor.id, at.file.order.shop_id, at.file.order.buyer) for n, c, at in found if c.actor.kind == "platform"]
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
