"""Who acts, and what they were entitled to when they acted."""

import msgspec

from amends.domain.facts.words import ActorKind


class Actor(msgspec.Struct, frozen=True):
    """Who acts. `permissions` are read from the database with the token, never from the token itself.

    `human` is false for automation, timers and integrations: only people count for first human handling (C-04).
    `support` is platform staff acting on a buyer's behalf (E-06). `member` marks staff whose grants the desk reads again
    when it decides (failure mode 18): `permissions` then are at most what they may use of what they hold.
    """

    kind: ActorKind
    id: str
    permissions: frozenset[str] = frozenset()
    human: bool = True
    buyer: str | None = None
    member: bool = False

    @property
    def trace(self) -> str:
        """How what can never be changed names them: a buyer only as `buyer`, whose reference stands on the case and can be forgotten."""
        return "buyer" if self.kind == "buyer" else self.id

    def may(self, permission: str) -> bool:
        """Whether this actor holds a permission, by its word in `vocabulary/permissions.yaml`."""
        return permission in self.permissions or "*" in self.permissions


def at_most(held: frozenset[str], cap: frozenset[str]) -> frozenset[str]:
    """The permissions of `held` that `cap` lets through; `*` on either side lets everything through."""
    if "*" in cap:
        return held
    return cap if "*" in held else held & cap


SYSTEM = Actor(kind="system", id="amends", permissions=frozenset({"*"}), human=False)
