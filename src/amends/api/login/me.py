"""Who I am: what the console draws itself from, and what somebody says of themselves."""

from datetime import datetime
from typing import cast

import msgspec

from amends.api.door.calls import Request
from amends.api.door.confirming import CONFIRMED
from amends.api.door.cookies import session_in
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import EVERYBODY, TRADE, Operation
from amends.api.login.bodies import PersonBody
from amends.store.accounts import csrf_of
from amends.store.database import queries, transaction
from amends.store.members import held_by


class SeatShop(msgspec.Struct, frozen=True, kw_only=True):
    """A shop that the caller works in, and what they may do there now."""

    shop_id: int
    name: str
    reference: str
    market: str
    role: str
    permissions: list[str]
    provider: str | None


class SeatSession(msgspec.Struct, frozen=True, kw_only=True):
    """The session that the caller sits in. Until `confirmed_until` nothing is asked twice."""

    id: str
    ends_at: datetime
    idle_minutes: int
    confirmed_until: datetime
    second_factor: bool


class ConsoleVersion(msgspec.Struct, frozen=True, kw_only=True):
    """The least version of the console that is served; an older one loads itself anew (U-17)."""

    least: str


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """Who the caller is, and everything that they may do now; several shops in one seat (U-13).

    `csrf` is there for who logged in, and goes into `X-CSRF-Token` of every call that is no GET.
    """

    kind: str
    subject: str
    person: str
    name: str
    language: str | None
    permissions: list[str]
    shops: list[SeatShop]
    markets: list[str]
    session: SeatSession | None
    csrf: str | None
    demo: bool
    console: ConsoleVersion
    server_now: datetime


async def my_seat(request: Request) -> Reply | Problem:
    """Who I am and what I may do now."""
    caller, context = request.caller, request.context
    person = await context.pool.fetchrow(queries("person_by_id"), caller.actor.id) if caller.actor.member else None
    return json_reply(Seat(
        kind=caller.kind, subject=caller.subject, person=caller.actor.id, name=person["name"] if person else "",
        language=person["language"] if person else None, permissions=sorted(caller.actor.permissions), shops=await _shops(request),
        markets=sorted(caller.markets), session=_session(request), csrf=_csrf(request), demo=context.settings.demo,
        console=ConsoleVersion(least=str(context.vocabulary.words("clients")["console"].traits["least"])),
        server_now=await context.pool.fetchval(queries("domain_now"))))  # fmt: skip


async def _shops(request: Request) -> list[SeatShop]:
    caller, pool = request.caller, request.context.pool
    held = await held_by(pool, caller.actor.id) if caller.actor.member else ()
    rows = {one.shop_id: one for one in held if one.shop_id is not None and one.shop_id in caller.member_of}
    known = {row["id"]: row for row in await pool.fetch(queries("shops_known"), list(rows))} if rows else {}
    return [
        SeatShop(shop_id=shop, name=known[shop]["name"], reference=known[shop]["reference"], market=known[shop]["market"],
                 role=one.role, permissions=sorted(caller.member_of[shop]), provider=one.provider)
        for shop, one in sorted(rows.items())
    ]  # fmt: skip


def _session(request: Request) -> SeatSession | None:
    seat = request.caller.session
    if seat is None:
        return None
    return SeatSession(id=str(seat.id), ends_at=seat.ends_at, idle_minutes=int(seat.idle.total_seconds() // 60),
                       confirmed_until=seat.confirmed_at + CONFIRMED, second_factor=seat.second_factor)  # fmt: skip


def _csrf(request: Request) -> str | None:
    shown = session_in(request.scope) if request.caller.session is not None else None
    return csrf_of(shown) if shown else None


async def put_me(request: Request) -> Reply | Problem:
    """Say how I am called and which language I read."""
    body, person = cast("PersonBody", request.body), request.caller.actor.id
    async with transaction(request.context.pool, []) as connection:
        await connection.execute(queries("name_person"), person, body.name, body.language)
    return await my_seat(request)


OPERATIONS = (
    Operation(id="my_seat", method="GET", path="/v1/me", summary="Who I am and what I may do now", handler=my_seat, who=EVERYBODY,
              answer=Seat),
    Operation(id="put_me", method="PUT", path="/v1/me", summary="Say how I am called and which language I read", handler=put_me,
              who=TRADE, body=PersonBody, answer=Seat, sort="write"),
)  # fmt: skip
