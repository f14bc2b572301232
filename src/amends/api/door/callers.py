"""Who calls: from the token in the header to an actor with the permissions that the database holds now."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from amends.api.door.cookies import READS, forged, session_in
from amends.api.door.messages import Problem, Scope
from amends.domain.facts.people import Actor, at_most
from amends.kernel.ids import parse_id
from amends.store.accounts import Session, find_session, session_by_id
from amends.store.database import queries
from amends.store.members import STAFF, Held, held_by
from amends.store.tokens import Token, find_token, token_of

OLDEST_S = 1.0
EVERYTHING = frozenset({"*"})
MOST_KNOWN = 20_000


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """One caller. `shops` are those that a seller may speak for; the platform and carriers are bound to none.

    `member_of` is every shop that the seller is a member of, with what they hold there; `shops` are those of them where they
    hold what the present operation asks (`within`). `markets` narrow platform staff; none means all. `session` is there for who
    logged in; a token has none. `order_id` narrows a buyer's link to one order.
    """

    token_id: str
    kind: str
    subject: str
    shops: frozenset[int]
    actor: Actor
    member_of: dict[int, frozenset[str]] = {}
    markets: frozenset[str] = frozenset()
    lacks: str | None = None
    session: Session | None = None
    order_id: UUID | None = None

    @property
    def buyer(self) -> str | None:
        """The buyer's own reference, for buyers."""
        return self.actor.buyer

    @property
    def only_markets(self) -> list[str] | None:
        """The markets that staff of the platform are narrowed to; None where they are not."""
        return sorted(self.markets) or None

    @property
    def only_shop(self) -> int | None:
        """The shop of a seller who has one."""
        return next(iter(self.shops)) if len(self.shops) == 1 else None

    def may(self, permission: str) -> bool:
        """Whether a permission was granted; buyers and carriers are bound by what they own, not by grants."""
        return self.kind in ("buyer", "carrier") or self.actor.may(permission)

    def within(self, permission: str | None) -> "Caller":
        """The caller in those of their shops where they hold a permission; in the others it is missing, and is named (P-02)."""
        if permission is None or len(self.shops) < 2:  # noqa: PLR2004 - with one shop there is nothing to choose
            return self
        shops = frozenset(shop for shop, held in self.member_of.items() if permission in held or "*" in held)
        return msgspec.structs.replace(self, shops=shops, lacks=permission) if shops != self.shops else self

    def in_shop(self, shop_id: int) -> Actor:
        """The actor with what they hold in one shop."""
        held = self.member_of.get(shop_id)
        if held is None or len(self.member_of) == 1:
            return self.actor
        return msgspec.structs.replace(self.actor, permissions=held)


class PermissionLacking(Exception):  # noqa: N818 - it is an answer, found deep inside a look
    """A thing that the caller may see stands in a shop where they lack what the operation asks."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


def caller_of(token: Token, held: tuple[Held, ...] = ()) -> Caller:
    """The caller that a token stands for, with what its person holds at this moment and the token lets through."""
    if token.kind not in STAFF:
        buyer = token.subject if token.kind == "buyer" else None
        actor = Actor(kind=token.kind, id=token.person, permissions=token.permissions, buyer=buyer)
        return Caller(token_id=token.id, kind=token.kind, subject=token.subject, shops=frozenset(token.shops), actor=actor,
                      order_id=token.order_id)  # fmt: skip
    rows = [one for one in held if one.shop_id is None or token.seat or one.shop_id in token.shops]
    return _member(token.id, token.person, rows, token.permissions)


def _member(token_id: str, person: str, rows: Sequence[Held], most: frozenset[str], session: Session | None = None) -> Caller:
    """Staff, with what they hold in each shop or of the platform, as far as `most` lets it through."""
    kind, _, subject = person.partition(":")
    member_of = {one.shop_id: at_most(one.permissions, most) for one in rows if one.shop_id is not None}
    granted = [at_most(one.permissions, most) for one in rows]
    actor = Actor(kind=kind, id=person, permissions=frozenset().union(*granted), member=True)  # type: ignore[arg-type]
    markets = frozenset[str]().union(*(one.markets for one in rows))
    return Caller(token_id=token_id, kind=kind, subject=subject, shops=frozenset(member_of), actor=actor,
                  member_of=member_of, markets=markets, session=session)  # fmt: skip


def caller_in_session(session: Session, held: tuple[Held, ...]) -> Caller:
    """The caller that a session stands for: everything that its person holds, in all their shops (U-13)."""
    return _member(f"session:{session.id}", session.person, held, EVERYTHING, session)


async def caller_now(pool: asyncpg.Pool, token: Token) -> Caller:
    """The caller of a token, with what the database grants its person now."""
    return caller_of(token, await held_by(pool, token.person) if token.kind in STAFF else ())


async def caller_named(pool: asyncpg.Pool, principal: str) -> Caller | None:
    """Whoever a link was given to, a token or a session by its id, as they stand now; None where either has ended."""
    kind, _, text = principal.partition(":")
    if kind == "session":
        known = parse_id(text)
        session = await session_by_id(pool, known) if isinstance(known, UUID) else None
        return caller_in_session(session, await held_by(pool, session.person)) if session else None
    row = await pool.fetchrow(queries("token_by_id"), principal)
    token = token_of(row) if row else None
    if token is None or token.revoked_at is not None or (token.expires_at is not None and token.expires_at <= datetime.now(UTC)):
        return None
    return await caller_now(pool, token)


Ask = Callable[[bytes, bytes], Coroutine[Any, Any, "Caller | Problem"]]


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
        self.forgotten = 0

    async def identify(self, authorization: bytes | None) -> Caller | Problem:
        """The caller of a request, or `not_signed_in` or `token_expired`."""
        if authorization is None:
            return Problem(code="not_signed_in")
        return await self._known(sha256(authorization).digest(), self._ask, authorization)

    async def of_request(self, scope: Scope, authorization: bytes | None, *, used: bool = True) -> Caller | Problem:
        """The caller of a request: by its token, else by its session, which is `used` by it unless it only stays open.

        A write by a session must come from our own pages.
        """
        if authorization is not None or (shown := session_in(scope)) is None:
            return await self.identify(authorization)
        caller = await self._known(sha256(b"session:" + shown.encode()).digest(), self._ask_session, shown.encode())
        if isinstance(caller, Caller) and scope["method"] not in READS and forged(scope, shown):
            return Problem(code="cross_site_refused")
        if isinstance(caller, Caller) and caller.session is not None and used:
            await self._touch(caller.token_id, "touch_session", caller.session.id)
        return caller

    async def _known(self, fingerprint: bytes, ask: Ask, shown: bytes) -> Caller | Problem:
        known = self.known.get(fingerprint)
        if known is not None and time.monotonic() - known.looked_at < OLDEST_S:
            if known.expires is not None and time.time() >= known.expires:
                return Problem(code="token_expired")
            return known.caller
        task = self.asking.get(fingerprint)
        if task is None:  # many requests of one token ask once
            task = self.asking[fingerprint] = asyncio.create_task(ask(fingerprint, shown))
            task.add_done_callback(lambda _: self.asking.pop(fingerprint, None))
        return await asyncio.shield(task)

    async def _ask(self, fingerprint: bytes, authorization: bytes) -> Caller | Problem:
        scheme, _, text = authorization.decode("latin-1").partition(" ")
        looked_at, forgotten = time.monotonic(), self.forgotten
        token = await find_token(self.pool, text.strip(), live=self.live) if scheme.lower() == "bearer" else None
        if token is None or token.revoked_at is not None:
            self.known.pop(fingerprint, None)
            return Problem(code="not_signed_in")
        if token.expires_at is not None and token.expires_at <= datetime.now(UTC):
            return Problem(code="token_expired")
        caller = await caller_now(self.pool, token)
        expires = token.expires_at.timestamp() if token.expires_at else None
        self._remember(fingerprint, _Known(caller, looked_at, token.id, expires), forgotten)
        await self._touch(token.id, "touch_token", token.id)
        return caller

    async def _ask_session(self, fingerprint: bytes, shown: bytes) -> Caller | Problem:
        looked_at, forgotten = time.monotonic(), self.forgotten
        session = await find_session(self.pool, shown.decode())
        if session is None:
            self.known.pop(fingerprint, None)
            return Problem(code="not_signed_in")
        caller = caller_in_session(session, await held_by(self.pool, session.person))
        self._remember(fingerprint, _Known(caller, looked_at, caller.token_id, session.ends_at.timestamp()), forgotten)
        return caller

    def _remember(self, fingerprint: bytes, known: _Known, forgotten: int) -> None:
        if len(self.known) >= MOST_KNOWN:
            self.known.clear()
        if forgotten == self.forgotten:  # else something ended while we looked, and what we saw may be old
            self.known[fingerprint] = known

    async def _touch(self, name: str, query: str, key: object) -> None:
        """Last used is kept to the minute."""
        now = time.monotonic()
        if now - self.touched.get(name, -60.0) >= 60:  # noqa: PLR2004 - a minute
            self.touched[name] = now
            await self.pool.execute(queries(query), key)

    def forget(self, token_id: str) -> None:
        """Look a token up anew at its next use; `person:` and an id means every token of that person."""
        self.forgotten += 1
        person = token_id.removeprefix("person:")
        told = [
            f
            for f, k in self.known.items()
            if k.token_id == token_id or (isinstance(k.caller, Caller) and k.caller.actor.id == person)
        ]
        for fingerprint in told:
            self.known.pop(fingerprint, None)
            self.asking.pop(fingerprint, None)
