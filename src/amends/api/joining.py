"""Joining a shop without being anybody yet: the code of an invitation is proof enough to set a password (P-01, U-13)."""

from typing import cast

import asyncpg

from amends.api.calls import Request
from amends.api.cookies import from_elsewhere
from amends.api.invitations import hash_of_code, shop_of_code
from amends.api.messages import Problem, Reply, json_reply
from amends.api.operations import Operation
from amends.api.passwords import BusyError, too_weak
from amends.api.people_bodies import AcceptBody
from amends.api.session_bodies import InvitedView, JoinBody, LoggedIn
from amends.api.sessions import begun, retry_after
from amends.store.accounts import add_account, login_name
from amends.store.database import queries, transaction
from amends.store.members import Grant, announce, begin


async def look_at_invitation(request: Request) -> Reply | Problem:
    """What a code is good for; whoever holds it was invited."""
    code = cast("AcceptBody", request.body).code
    shop_id = shop_of_code(code)
    if shop_id is None:
        return Problem(code="invitation_unknown")
    async with transaction(request.context.pool, [shop_id]) as connection:
        row = await connection.fetchrow(queries("invitation_standing"), shop_id, hash_of_code(code))
    if row is None:
        return Problem(code="invitation_unknown")
    return json_reply(InvitedView(login=login_name(row["person"].partition(":")[2]), **dict(row)))


async def join(request: Request) -> Reply | Problem:
    """Begin an account with a password, become a member of the shop, and be logged in."""
    body, context = cast("JoinBody", request.body), request.context
    shop_id = shop_of_code(body.code)
    if from_elsewhere(request.scope):
        return Problem(code="cross_site_refused")
    if shop_id is None:
        return Problem(code="invitation_unknown")
    async with transaction(context.pool, [shop_id]) as connection:
        standing = await connection.fetchrow(queries("invitation_standing"), shop_id, hash_of_code(body.code))
    if standing is None or standing["has_account"]:
        return Problem(code="account_exists" if standing else "invitation_unknown")
    login = login_name(body.login or standing["person"].partition(":")[2])
    refused = too_weak(body.password, login)
    if refused is not None:
        return refused
    try:
        password = await context.passwords.hashed(body.password)
    except BusyError:
        return Problem(code="rate_limited", headers=retry_after(1))
    async with transaction(context.pool, [shop_id]) as connection:
        person = await _joined(connection, shop_id, body, standing["person"], login, password)
    return person if isinstance(person, Problem) else await begun(request, person)


async def _joined(
    connection: asyncpg.Connection, shop_id: int, body: JoinBody, invited: str, login: str, password: str
) -> str | Problem:
    """Account and membership together, or neither: the invitation is taken last, and by one alone."""
    await connection.execute(queries("ensure_person"), invited, "seller", body.name or "", body.language or "en")
    if not await add_account(connection, invited, login, password):
        return Problem(code="login_taken")
    taken = await connection.fetchrow(queries("take_invitation"), shop_id, hash_of_code(body.code), invited)
    if taken is None:
        raise LookupError("the invitation was taken meanwhile")
    await begin(connection, shop_id, Grant(person=invited, role=taken["role"], permissions=tuple(taken["permissions"]),
                                           by=taken["invited_by"], provider=taken["provider"]))  # fmt: skip
    await connection.execute(queries("name_person"), invited, body.name, body.language)
    await announce(connection, [invited])
    return invited


OPERATIONS = (
    Operation(id="look_at_invitation", method="POST", path="/v1/invitations:look", summary="What an invitation is for",
              handler=look_at_invitation, who=frozenset(), body=AcceptBody, answer=InvitedView, sort="read",
              problems=("invitation_unknown",)),
    Operation(id="join", method="POST", path="/v1/invitations:join", summary="Accept an invitation by setting a password",
              handler=join, who=frozenset(), body=JoinBody, answer=LoggedIn, done="created", sort="write",
              problems=("invitation_unknown", "account_exists", "login_taken", "password_too_weak", "cross_site_refused", "rate_limited")),
)  # fmt: skip
