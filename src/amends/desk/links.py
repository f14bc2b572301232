"""What only some commands need of a file: links of people of the platform to shop or buyer (T03), and what holds the money of an order without cases."""

from collections.abc import Sequence

import asyncpg
import msgspec

from amends.actions.chargeback_commands import ChargebackCommand, RecordChargeback
from amends.actions.commands import CaseCommand, Command
from amends.desk.disputed import facts_of
from amends.desk.load import Loaded, payments_within
from amends.domain.facts.chargeback import Chargeback
from amends.domain.facts.file import CaseFile
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
    """Each file with all chargebacks of its order, where the command speaks of them, or the order has no case yet to bring them along."""
    files = list(loaded)
    asked = [
        (n, at.file.order.shop_id, at.file.order.id)
        for n, (command, at) in enumerate(zip(commands, loaded, strict=True))
        if at and (isinstance(command, RecordChargeback | ChargebackCommand) or _held_by_a_bank(at.file))
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


def _held_by_a_bank(file: CaseFile) -> bool:
    return not file.cases and any(payment.charged_back for payment in file.payments)


async def with_roots(connection: asyncpg.Connection, loaded: Sequence[Loaded | None]) -> list[Loaded | None]:
    """Each file of a replacement's order without cases with where its money came in: a first request may be granted as it is made.

    Such an order's payments have no reference of a provider's.
    """
    files = list(loaded)
    asked = [
        (n, at.file.order.shop_id, at.file.order.id)
        for n, at in enumerate(loaded)
        if at and not at.file.cases and any(payment.provider_reference is None for payment in at.file.payments)
    ]
    if not asked:
        return files
    rows = await connection.fetch(queries("roots_of_orders"), *map(list, zip(*asked, strict=True)))
    for n, _, _ in asked:
        roots = {row["payment_id"]: tuple(row)[1:] for row in rows if row["n"] == n}
        at = files[n]
        if at is not None and roots:
            named = tuple([(root[0], root[1]) for root in roots.values()])
            file = msgspec.structs.replace(at.file, payments=payments_within(at.file.payments, roots), roots=named)
            files[n] = msgspec.structs.replace(at, file=file)
    return files
