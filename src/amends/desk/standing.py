"""What staff hold when the desk decides: read in the deciding transaction, from the database, never from a token (failure mode 18).

A role that was taken away while a page was open, or a moment ago in another process, is gone here. The rows read stay locked
until the commit, so that a grant cannot end between the look and the decision.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from amends.actions.commands import Command, OpenCase, RecordScan, ShipOrder
from amends.domain.facts.people import at_most

NEEDS: Final[dict[type[Command], str]] = {OpenCase: "cases.open", ShipOrder: "orders.write", RecordScan: "parcels.write"}
"""What staff must hold for commands that are no moves of a case; moves name theirs themselves."""
AUTOMATION: Final = "integration"


class Staff(msgspec.Struct, frozen=True):
    """The members among the actors of some commands: in which shops, and of the platform."""

    shops: tuple[int, ...]
    people: tuple[str, ...]
    officers: tuple[str, ...]


def staff_of(commands: Sequence[Command]) -> Staff:
    """Of whom it must be known what they hold."""
    sellers = sorted({(c.shop_id, c.actor.id) for c in commands if c.actor.member and c.actor.kind == "seller"})
    officers = sorted({c.actor.id for c in commands if c.actor.member and c.actor.kind == "platform"})
    return Staff(tuple([shop for shop, _ in sellers]), tuple([person for _, person in sellers]), tuple(officers))


NOBODY: Final = Staff((), (), ())


class Grant(msgspec.Struct, frozen=True):
    """What a member holds from when until when; `shop_id` is `None` for staff of the platform, `markets` empty for all of them."""

    shop_id: int | None
    person: str
    role: str
    permissions: Sequence[str]
    markets: Sequence[str] | None
    from_at: datetime
    to_at: datetime | None


class Standing:
    """What the members among the actors of a batch hold."""

    def __init__(self, grants: Iterable[Grant]) -> None:
        self.grants: dict[tuple[int | None, str], list[Grant]] = {}
        for grant in grants:
            self.grants.setdefault((grant.shop_id, grant.person), []).append(grant)

    def now(self, command: Command, moment: datetime, market: str) -> Command:
        """The command with what its actor holds at this moment in this shop, which sells in `market`; as it is where the actor is no member."""
        actor = command.actor
        if not actor.member:
            return command
        ours = actor.kind == "platform"
        grants = self.grants.get((None if ours else command.shop_id, actor.id), ())
        grant = next((g for g in grants if g.from_at <= moment and (g.to_at is None or moment < g.to_at)), None)
        held: frozenset[str] = frozenset()
        if grant is not None and (not grant.markets or market in grant.markets):
            held = frozenset(grant.permissions)
        human = actor.human and (grant is None or grant.role != AUTOMATION)
        return replace(command, actor=replace(actor, permissions=at_most(held, actor.permissions), human=human))


def lacking(command: Command) -> str | None:
    """The permission that a command which is no move needs and its member does not hold."""
    needed = NEEDS.get(type(command))
    return needed if needed and command.actor.member and not command.actor.may(needed) else None
