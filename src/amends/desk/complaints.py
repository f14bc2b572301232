"""What else a market's rules weigh before the platform proposes: complaints about the shop, counted only where rules ask (N-02)."""

from collections.abc import Sequence
from typing import Final

import asyncpg
from msgspec.structs import replace

from amends.actions.commands import Command, DecideRecheck, OpenCase, SubmitEvidence
from amends.desk.load import Loaded
from amends.desk.rulebooks import Rulebooks
from amends.store.database import queries

_LEADS_TO_THE_SELLER: Final = (OpenCase, SubmitEvidence, DecideRecheck)


async def with_complaints(
    connection: asyncpg.Connection, rulebooks: Rulebooks, commands: Sequence[Command], loaded: list[Loaded | None]
) -> list[Loaded | None]:
    """The files, with the complaints about their shops counted where the command may bring a case before a seller of such a market."""
    asking = [
        (n, found)
        for n, (command, found) in enumerate(zip(commands, loaded, strict=True))
        if found is not None and isinstance(command, _LEADS_TO_THE_SELLER)
    ]
    if not asking:
        return loaded
    await rulebooks.refresh(connection, asking[0][1].policy_epoch)
    if not rulebooks.proposing:
        return loaded
    wanted = [(n, f.file.order.shop_id, f.file.order.buyer) for n, f in asking if f.file.order.market in rulebooks.proposing]
    if not wanted:
        return loaded
    known = list(loaded)
    for row in await connection.fetch(queries("complaints_about_shops"), *map(list, zip(*wanted, strict=True))):
        found = known[row["n"]]
        if found is not None:
            known[row["n"]] = replace(found, file=replace(found.file, complaints=row["complaints"]))
    return known
