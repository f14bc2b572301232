"""Who acts, and what they were entitled to when they acted."""

import msgspec

from amends.domain.facts.words import ActorKind


class Actor(msgspec.Struct, frozen=True):
    """Who acts. `permissions` are read from the database with the token, never from the token itself.

    `human` is false for automation, timers and integrations: only people count for first human handling (C-04).
    `support` is platform staff acting on a buyer's behalf (E-06).
    """

    kind: ActorKind
    id: str
    permissions: frozenset[str] = frozenset()
    human: bool = True
    buyer: str | None = None

    def may(self, permission: str) -> bool:
        """Whether this actor holds a permission, by its word in `vocabulary/permissions.yaml`."""
        return permission in self.permissions or "*" in self.permissions


SYSTEM = Actor(kind="system", id="amends", permissions=frozenset({"*"}), human=False)
