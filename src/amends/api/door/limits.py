"""How much one token and one tenant may do: moving windows of a second (GCRA), and how many calls of a tenant are under way at once."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import Final

from amends.api.door.callers import Caller

SORTS: Final = {"read": 1.0, "write": 1.0, "upload": 0.05}
"""The share of the budget that each sort has."""
MOST_KNOWN: Final = 50_000
TOKENS_IN_A_TENANT: Final = 2
"""All tokens of a tenant together may do as much as so many of them."""
MOST_WAITING: Final = 64
"""Calls of one tenant that wait for their turn; the next one is refused."""


def tenant_of(caller: Caller) -> Hashable:
    """Whose budget a call draws on beside its token's: the shops' that the seller speaks for, the buyer's; None for the platform's own."""
    if caller.kind == "seller":
        return caller.shops or ("seller", caller.subject)
    return None if caller.buyer is None else ("buyer", caller.buyer)


class Limits:
    """Budgets by token, tenant and sort. `per_second` is what a token may do in a second, and at once; 0 sets no limit."""

    def __init__(self, per_second: int) -> None:
        self.spacing = {sort: 1 / max(1.0, per_second * share) for sort, share in SORTS.items()} if per_second else {}
        self.free_at: dict[tuple[Hashable, str], float] = {}

    def wait_for(self, token: str, sort: str, now: float | None = None, *, tenant: Hashable = None) -> int:
        """0 where the call may pass, else the whole seconds to wait. A call that must wait costs neither budget anything."""
        spacing = self.spacing.get(sort)
        if spacing is None:
            return 0
        moment = time.monotonic() if now is None else now
        free_at = max(self.free_at.get((token, sort), 0.0), moment)
        if free_at - moment > 1.0 - spacing:
            return _whole(free_at - moment + spacing - 1.0)
        if tenant is not None:
            each = spacing / TOKENS_IN_A_TENANT
            shared = max(self.free_at.get((tenant, sort), 0.0), moment)
            if shared - moment > 1.0 - each:
                return _whole(shared - moment + each - 1.0)
            self.free_at[tenant, sort] = shared + each
        if len(self.free_at) >= MOST_KNOWN:
            self.free_at = {key: at for key, at in self.free_at.items() if at > moment}
        self.free_at[token, sort] = free_at + spacing
        return 0


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds))


class _Lane:
    __slots__ = ("calls", "turns")

    def __init__(self, most: int) -> None:
        self.calls, self.turns = 0, asyncio.Semaphore(most)


class Turns:
    """At most `most` calls of one tenant are under way at once, so that the pool has a connection left for the others; 0 sets no limit.

    Some more wait for their turn among themselves. Writes need none: they travel together, a batch to a connection.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.lanes: dict[Hashable, _Lane] = {}

    def full(self, tenant: Hashable) -> bool:
        """Whether so many calls of the tenant wait already that one more is refused."""
        lane = self.lanes.get(tenant)
        return lane is not None and lane.calls >= self.most + MOST_WAITING

    @asynccontextmanager
    async def turn(self, tenant: Hashable) -> AsyncIterator[None]:
        """The tenant's next turn, held as long as the call is under way."""
        lane = self.lanes.get(tenant)
        if lane is None:
            lane = self.lanes[tenant] = _Lane(self.most)
        lane.calls += 1
        try:
            async with lane.turns:
                yield
        finally:
            lane.calls -= 1
            if not lane.calls:
                del self.lanes[tenant]
