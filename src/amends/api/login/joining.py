"""Joining a shop or the platform without being anybody yet: the code of an invitation is proof enough to set a password (P-01, U-13)."""

import contextlib
from typing import Any, cast

import asyncpg

from amends.api.door.calls import Request
from amends.api.door.cookies import from_elsewhere
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.door.passwords import BusyError, too_weak
from amends.api.login.bodies import InvitedView, JoinBody, LoggedIn
from amends.api.login.sessions import begun, retry_after
from amends.api.people.bodies import AcceptBody
from amends.api.people.invited import Invited, invited_by, standing, take
from amends.domain.facts.people import at_most
from amends.store.accounts import add_account, login_name
from amends.store.database import queries, transaction
from amends.store.members import announce, held_by


class TakenMeanwhileError(Exception):
    """Somebody else was faster with the same code: the account that was begun here goes with the transaction."""


async def look_at_invitation(request: Request) -> Reply | Problem:
    """What a code is good for; whoever holds it was invited."""
    invited = invited_by(cast("AcceptBody", request.body).code)
    if invited is None:
        return Problem(code="invitation_unknown")
    async with transaction(request.context.pool, invited.shops) as connection:
        found = await standing(connection, invited)
    if found is None:
        return Problem(code="invitation_unknown")
    return json_reply(InvitedView(login=login_name(found["person"].partition(":")[2]), **found))


async def join(request: Request) -> Reply | Problem:
    """Begin an account with a password, become what the invitation says, and be logged in."""
    body, context = cast("JoinBody", request.body), request.context
    invited = invited_by(body.code)
    if from_elsewhere(request.scope):
        return Problem(code="cross_site_refused")
    if invited is None:
        return Problem(code="invitation_unknown")
    found = await _newcomer(context.pool, invited)
    if isinstance(found, Problem):
        return found
    login = login_name(body.login or found["person"].partition(":")[2])
    refused = too_weak(body.password, login)
    if refused is not None:
        return refused
    try:
        password = await context.passwords.hashed(body.password)
    except BusyError:
        return Problem(code="rate_limited", headers=retry_after(1))
    named = body.name or found["name"] or None
    person = await _joined(context.pool, invited, found["person"], body, named, password)
    return person if isinstance(person, Problem) else await begun(request, person)


async def _newcomer(pool: asyncpg.Pool, invited: Invited) -> dict[str, Any] | Problem:
    """What the code is good for, where its person has no account and holds nothing beyond it.

    Whoever invites names whom they like, and holds the code: it proves nothing about somebody who works here already.
    """
    async with transaction(pool, invited.shops) as connection:
        found = await standing(connection, invited)
    if found is None:
        return Problem(code="invitation_unknown")
    offered, markets = frozenset(found["permissions"]), frozenset(found["markets"])
    beyond = [
        one
        for one in await held_by(pool, found["person"])
        if one.shop_id != invited.shop_id
        or at_most(one.permissions, offered) != one.permissions
        or (markets and not (one.markets and one.markets <= markets))
    ]
    return Problem(code="account_exists") if beyond or found["has_account"] else found


async def _joined(
    pool: asyncpg.Pool, invited: Invited, person: str, body: JoinBody, named: str | None, password: str
) -> str | Problem:
    """Account and membership together, or neither: the invitation is taken last, and by one alone."""
    login = login_name(body.login or person.partition(":")[2])
    with contextlib.suppress(TakenMeanwhileError):
        async with transaction(pool, invited.shops) as connection:
            await connection.execute(queries("ensure_person"), person, invited.kind, "", "en")
            if not await add_account(connection, person, login, password):
                return Problem(code="login_taken")
            if await take(connection, invited, person) is None:
                raise TakenMeanwhileError
            await connection.execute(queries("name_person"), person, named, body.language)
            await announce(connection, [person])
        return person
    return Problem(code="invitation_unknown")


OPERATIONS = (
    Operation(id="look_at_invitation", method="POST", path="/v1/invitations:look", summary="What an invitation is for",
              handler=look_at_invitation, who=frozenset(), body=AcceptBody, answer=InvitedView, sort="read",
              problems=("invitation_unknown",)),
    Operation(id="join", method="POST", path="/v1/invitations:join", summary="Accept an invitation by setting a password",
              handler=join, who=frozenset(), body=JoinBody, answer=LoggedIn, done="created", sort="write",
              problems=("invitation_unknown", "account_exists", "login_taken", "password_too_weak", "cross_site_refused", "rate_limited")),
)  # fmt: skip
