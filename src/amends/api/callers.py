"""Who calls: from the token in the header to an actor with the permissions that the database holds now."""

import asyncio
import time
from datetime import UTC, datetime
from hashlib import sha256

import asyncpg
import msgspec

from amends.api.messages import Problem
from amends.domain.facts.people import Actor
from amends.store.database import queries
from amends.store.tokens import Token, find_token

OLDEST_S = 1.0
MOST_KNOWN = 20_000


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """One caller. `shops` are those that a seller may speak for; the platform and carriers are bound to none."""

    token_id: str
    kind: str
    subject: str
    shops: frozenset[int]
    actor: Actor

    @property
    def buyer(self) -> str | None:
        """The buyer's own reference, for buyers."""
        return self.actor.buyer

    @property
    def only_shop(self) -> int | None:
        """The shop of a seller who has one."""
        return next(iter(self.shops)) if len(self.shops) == 1 else None

    def may(self, permission: str) -> bool:
        """Whether a permission was granted; buyers and carriers are bound by what they own, not by grants."""
        return self.kind in ("buyer", "carrier") or self.actor.may(permission)


def caller_of(token: Token) -> Caller:
    """The caller that a token stands for."""
    actor = Actor(
        kind=token.kind,
        id=f"{token.kind}:{token.subject}",
        permissions=token.permissions,
        buyer=token.subject if token.kind == "buyer" else None,
    )
    return Caller(token_id=token.id, kind=token.kind, subject=token.subject, shops=frozenset(token.shops), actor=actor)


class _Known(msgspec.Struct):
    caller: Caller | Problem
    looked_at: float
    token_id: str | None = None
    expires: float | None = None


class Callers:
    """Remembers a token for at most one second, and forgets it at once when its revocation is announced."""

    def __init__(self, pool: asyncpg.Pool, *, live: bool) -> None:
        self.pool = pool
        self.live = live
        self.known: dict[bytes, _Known] = {}
        self.asking: dict[bytes, asyncio.Task[Caller | Problem]] = {}
        self.touched: dict[str, float] = {}

    async def identify(self, authorization: bytes | None) -> Caller | Problem:
        """The caller of a request, or `not_signed_in` or `token_expired`."""
        if authorization is None:
            return Problem(code="not_signed_in")
        fingerprint = sha256(authorization).digest()
        known = self.known.get(fingerprint)
        if known is not None and time.monotonic() - known.looked_at < OLDEST_S:
            if known.expires is not None and time.time() >= known.expires:
                return Problem(code="token_expired")
            return known.caller
        task = self.asking.get(fingerprint)
        if task is None:  # many requests of one token ask once
            task = self.asking[fingerprint] = asyncio.create_task(self._ask(fingerprint, authorization))
            task.add_done_callback(lambda _: self.asking.pop(fingerprint, None))
        return await asyncio.shield(task)

    async def _ask(self, fingerprint: bytes, authorization: bytes) -> Caller | Problem:
        scheme, _, text = authorization.decode("latin-1").partition(" ")
        looked_at = time.monotonic()
        token = await find_token(self.pool, text.strip(), live=self.live) if scheme.lower() == "bearer" else None
        if token is None or token.revoked_at is not None:
            self.known.pop(fingerprint, None)
            return Problem(code="not_signed_in")
        if token.expires_at is not None and token.expires_at <= datetime.now(UTC):
            return Problem(code="token_expired")
        caller = caller_of(token)
        if len(self.known) >= MOST_KNOWN:
            self.known.clear()
        expires = token.expires_at.timestamp() if token.expires_at else None
        self.known[fingerprint] = _Known(caller, looked_at, token.id, expires)
        await self._touch(token.id)
        return caller

    async def _touch(self, token_id: str) -> None:
        """Last used is kept to the minute."""
        now = time.monotonic()
        if now - self.touched.get(token_id, -60.0) >= 60:  # noqa: PLR2004 - a minute
            self.touched[token_id] = now
            await self.pool.execute(queries("touch_token"), token_id)

    def forget(self, token_id: str) -> None:
        """Look a token up anew at its next use."""
        for fingerprint in [f for f, known in self.known.items() if known.token_id == token_id]:
            self.known.pop(fingerprint, None)
