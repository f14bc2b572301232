"""Logging in and out: a password begins a session, and the same answer meets a wrong one and an unknown name."""

from datetime import timedelta
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

from amends.api.door.calls import Request
from amends.api.door.confirming import CONFIRMED
from amends.api.door.cookies import forged, forgetting, from_elsewhere, header, keeping, session_in
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.passwords import BusyError, too_weak
from amends.api.login.bodies import ConfirmBody, LoggedIn, LoginBody, PasswordBody, Sessions, SessionView
from amends.api.login.second_factor import code_fits
from amends.kernel.ids import parse_id
from amends.store.accounts import Account, Begun, account_of, begin_session, csrf_of, end_sessions, find_session, login_name
from amends.store.database import queries

LONGEST: Final = timedelta(hours=12)
FAILED: Final = Problem(code="login_failed")


async def log_in(request: Request) -> Reply | Problem:
    """Begin a session. The one that the browser showed before is over (fixation)."""
    body, scope, context = cast("LoginBody", request.body), request.scope, request.context
    if from_elsewhere(scope):
        return Problem(code="cross_site_refused")
    address = (scope.get("client") or ("", 0))[0]
    wait = context.logins.wait_for(f"login:{address}", "write")
    account = Problem(code="rate_limited", headers=retry_after(wait)) if wait else await proven(request, body.login, body)
    if isinstance(account, Problem):
        return account
    await context.pool.execute(queries("forget_old_tries"))
    await context.pool.execute(queries("forget_old_sessions"))
    return await begun(request, account.person)


async def proven(request: Request, login: str, shown: LoginBody | ConfirmBody) -> Account | Problem:
    """The account whose password and second factor were shown; each try is counted before it is looked at."""
    pool, name = request.context.pool, login_name(login)
    place = sha256(name.encode()).digest()
    if not await pool.fetchval(queries("claim_login_try"), place):
        wait = await pool.fetchval(queries("login_closed_for"), place) or 1
        return Problem(code="login_too_often", headers=retry_after(wait))
    account = await account_of(pool, login=name)
    try:
        right = await _shown_right(request, account, shown)
    except BusyError:
        return Problem(code="rate_limited", headers=retry_after(1))
    if isinstance(right, Problem) or account is None:
        if isinstance(right, Problem) and right.code == "second_factor_needed":  # the password was right: this try counts as none
            await pool.execute(queries("give_login_try_back"), place)
        return right if isinstance(right, Problem) else FAILED
    await pool.execute(queries("forgive_login_tries"), place)
    return account


async def _shown_right(request: Request, account: Account | None, shown: LoginBody | ConfirmBody) -> Problem | None:
    password, code = shown.password, shown.code
    if isinstance(shown, LoginBody) or password is not None:
        if not await request.context.passwords.fits(password or "", account.password if account else None) or account is None:
            return FAILED
        if isinstance(shown, ConfirmBody) or account.second_factor_at is None:
            return None
    if account is None or account.second_factor_at is None:
        return FAILED
    if code is None:
        return Problem(code="second_factor_needed")
    return None if await code_fits(request.context, account, code) else Problem(code="code_wrong")


def retry_after(seconds: int) -> tuple[tuple[bytes, bytes], ...]:
    """The header that says how long to wait."""
    return ((b"retry-after", str(seconds).encode()),)


async def begun(request: Request, person: str) -> Reply:
    """A new session for somebody who has proven who they are; what the browser showed before is ended."""
    context, scope = request.context, request.scope
    before = session_in(scope)
    old = await find_session(context.pool, before) if before else None
    if old is not None:
        await over(request, old.person, "renewed", only=old.id)
    made = await begin_session(context.pool, person, idle=timedelta(minutes=context.settings.session_minutes), longest=LONGEST,
                               agent=header(scope, b"user-agent") or "")  # fmt: skip
    return _logged_in(request, person, made, done="created")


def _logged_in(request: Request, person: str, made: Begun, *, done: str = "ok") -> Reply:
    view = LoggedIn(person=person, csrf=csrf_of(made.text), ends_at=made.ends_at, confirmed_until=made.confirmed_at + CONFIRMED)
    return json_reply(view, done=done, headers=(keeping(request.scope, made.text),))


async def over(request: Request, person: str, why: Any, *, only: Any = None, keep: Any = None) -> int:
    """End sessions here at once, and elsewhere as soon as it is heard."""
    ended = await end_sessions(request.context.pool, person, why, only=only, keep=keep)
    for each in ended:
        request.context.callers.forget(f"session:{each}")
    return len(ended)


async def renewed(request: Request, why: Any) -> Reply:
    """The caller's session under a new name, its owner having just proven who they are; it ends when it would have ended."""
    caller, context = request.caller, request.context
    seat = caller.session
    if seat is None:
        raise AssertionError("only a session can be renewed")
    made = await begin_session(context.pool, caller.actor.id, idle=timedelta(minutes=context.settings.session_minutes),
                               longest=LONGEST, agent=header(request.scope, b"user-agent") or "", ends_at=seat.ends_at)  # fmt: skip
    await over(request, caller.actor.id, why, **({"keep": made.id} if why == "password_changed" else {"only": seat.id}))
    return _logged_in(request, caller.actor.id, made)


async def confirm_session(request: Request) -> Reply | Problem:
    """Prove once more who sits there, before something that is asked twice; the session gets a new name."""
    body, caller, context = cast("ConfirmBody", request.body), request.caller, request.context
    if caller.session is None:
        return Problem(code="session_needed")
    account = await account_of(context.pool, person=caller.actor.id)
    if account is None or (body.password is None) is (body.code is None):
        return Problem(code="missing_field")
    proof = await proven(request, account.login, body)
    return proof if isinstance(proof, Problem) else await renewed(request, "renewed")


async def change_password(request: Request) -> Reply | Problem:
    """Change my password; every other session of mine is over."""
    body, caller, context = cast("PasswordBody", request.body), request.caller, request.context
    if caller.session is None:
        return Problem(code="session_needed")
    account = await account_of(context.pool, person=caller.actor.id)
    if account is None:
        return Problem(code="not_found")
    refused = too_weak(body.new, account.login)
    if refused is not None:
        return refused
    proof = await proven(request, account.login, ConfirmBody(password=body.old))
    if isinstance(proof, Problem):
        return proof
    await context.pool.fetchval(queries("set_password"), account.person, await context.passwords.hashed(body.new))
    return await renewed(request, "password_changed")


async def list_sessions(request: Request) -> Reply | Problem:
    """Where I am logged in."""
    seat = request.caller.session
    rows = await request.context.pool.fetch(queries("sessions_of"), request.caller.actor.id)
    return json_reply(
        Sessions(sessions=[SessionView(**dict(row), current=seat is not None and row["id"] == seat.id) for row in rows])
    )


async def log_out(request: Request) -> Reply | Problem:
    """End the session that the browser shows, where it stands; the browser forgets it in any case."""
    shown = session_in(request.scope)
    session = await find_session(request.context.pool, shown) if shown else None
    if shown is not None and session is not None:
        if forged(request.scope, shown):
            return Problem(code="cross_site_refused")
        await over(request, session.person, "logged_out", only=session.id)
    return Reply(done="removed", headers=(forgetting(request.scope),))


async def end_session(request: Request) -> Reply | Problem:
    """End one of my sessions."""
    wanted = parse_id(request.params["session_id"])
    ended = await over(request, request.caller.actor.id, "removed", only=wanted) if isinstance(wanted, UUID) else 0
    return Reply(done="removed") if ended else Problem(code="not_found")


async def log_out_everywhere(request: Request) -> Reply | Problem:
    """End all my sessions, this one too."""
    await over(request, request.caller.actor.id, "logged_out_everywhere")
    return Reply(done="removed", headers=(forgetting(request.scope),))


_LOGIN = ("login_failed", "login_too_often", "rate_limited", "second_factor_needed", "code_wrong")
OPERATIONS = (
    Operation(id="log_in", method="POST", path="/v1/sessions", summary="Log in; a cookie then stands for who I am", handler=log_in,
              who=frozenset(), body=LoginBody, answer=LoggedIn, done="created", sort="write",
              problems=(*_LOGIN, "cross_site_refused")),
    Operation(id="list_sessions", method="GET", path="/v1/sessions", summary="Where I am logged in", handler=list_sessions, who=TRADE,
              answer=Sessions),
    Operation(id="log_out", method="DELETE", path="/v1/sessions/current", summary="Log out", handler=log_out, who=frozenset(),
              done="removed", sort="write", problems=("cross_site_refused",)),
    Operation(id="end_session", method="DELETE", path="/v1/sessions/{session_id}", summary="End one of my sessions",
              handler=end_session, who=TRADE, done="removed", sort="write", problems=("not_found",)),
    Operation(id="log_out_everywhere", method="POST", path="/v1/sessions:end-all", summary="Log out everywhere",
              handler=log_out_everywhere, who=TRADE, done="removed", sort="write"),
    Operation(id="confirm_session", method="POST", path="/v1/sessions:confirm", summary="Prove once more who I am",
              handler=confirm_session, who=TRADE, body=ConfirmBody, answer=LoggedIn, sort="write",
              problems=(*_LOGIN, "session_needed")),
    Operation(id="change_password", method="PUT", path="/v1/me/password", summary="Change my password", handler=change_password,
              who=TRADE, body=PasswordBody, answer=LoggedIn, sort="write",
              problems=(*_LOGIN, "session_needed", "password_too_weak", "not_found")),
)  # fmt: skip
