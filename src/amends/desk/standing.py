"""What staff hold when the desk decides: read in the deciding transaction, from the database, never from a token (failure mode 18).

A role that was taken away while a page was open, or a moment ago in another process, is gone here. The rows read stay locked
until the commit, so that a grant cannot end between the look and the decision.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec.structs import replace

from amends.actions.commands import Command, OpenCase, RecordScan, ShipOrder
from amends.domain.facts.people import at_most
from amends.store.database import queries

NEEDS: Final[dict[type[Command], str]] = {OpenCase: "cases.open", ShipOrder: "orders.write", RecordScan: "parcels.write"}
"""What staff must hold for commands that are no moves of a case; moves name theirs themselves."""
AUTOMATION: Final = "integration"


class Standing:
    """What the members among the actors of a batch hold, and from when until when."""

    def __init__(self, shops: Sequence[Any], platform: Sequence[Any], markets: Sequence[Any]) -> None:
        self.shops: dict[tuple[int, str], list[Any]] = {}
        self.platform: dict[str, list[Any]] = {}
        self.markets: dict[int, str] = {row["id"]: row["market"] for row in markets}
        for row in shops:
            self.shops.setdefault((row["shop_id"], row["person"]), []).append(row)
        for row in platform:
            self.platform.setdefault(row["person"], []).append(row)

    def now(self, command: Command, moment: datetime) -> Command:
        """The command with what its actor holds at this moment in this shop; as it is where the actor is no member."""
        actor = command.actor
        if not actor.member:
            return command
        rows = self.platform.get(actor.id, ()) if actor.kind == "platform" else self.shops.get((command.shop_id, actor.id), ())
        row = next((r for r in rows if r["from_at"] <= moment and (r["to_at"] is None or moment < r["to_at"])), None)
        held: frozenset[str] = frozenset(row["permissions"]) if row is not None else frozenset()
        if (
            row is not None
            and actor.kind == "platform"
            and row["markets"]
            and self.markets[command.shop_id] not in row["markets"]
        ):
            held = frozenset()
        human = actor.human and (row is None or row["role"] != AUTOMATION)
        return replace(command, actor=replace(actor, permissions=at_most(held, actor.permissions), human=human))


NOBODY: Final = Standing((), (), ())


async def standing(connection: asyncpg.Connection, commands: Sequence[Command]) -> Standing:
    """Read what the members among the actors hold; one look for all of them, none where there is no member."""
    sellers = sorted({(c.shop_id, c.actor.id) for c in commands if c.actor.member and c.actor.kind == "seller"})
    officers = sorted({c.actor.id for c in commands if c.actor.member and c.actor.kind == "platform"})
    if not sellers and not officers:
        return NOBODY
    shops: Sequence[Any] = ()
    platform: Sequence[Any] = ()
    markets: Sequence[Any] = ()
    if sellers:
        shops = await connection.fetch(queries("standing_in_shops"), [shop for shop, _ in sellers], [who for _, who in sellers])
    if officers:
        platform = await connection.fetch(queries("standing_of_platform"), officers)
        if any(row["markets"] for row in platform):
            asked = sorted({c.shop_id for c in commands if c.actor.kind == "platform"})
            markets = await connection.fetch(queries("markets_of_shops"), asked)
    return Standing(shops, platform, markets)


def lacking(command: Command) -> str | None:
    """The permission that a command which is no move needs and its member does not hold."""
    needed = NEEDS.get(type(command))
    return needed if needed and command.actor.member and not command.actor.may(needed) else None
