"""A second factor beside the password: codes of an authenticator app (TOTP), and recovery codes for the day when the phone is gone."""

import secrets
import time
from hashlib import sha256
from typing import Any, Final, cast

from amends.api.door.calls import Request
from amends.api.door.confirming import confirmed
from amends.api.door.context import Context
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.login.bodies import CodeBody, RecoveryCodes, SecondFactorView
from amends.store.accounts import Account, account_of, end_sessions
from amends.store.database import queries, transaction

STEP_S: Final = 30
CODES: Final = 10
ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
ISSUER: Final = "Amends"


async def code_fits(context: Context, account: Account, code: str) -> bool:
    """Whether a code is right now, and was not used before; a recovery code is used up by it."""
    plain = code.replace(" ", "").replace("-", "").lower()
    if plain.isascii() and plain.isdecimal():
        step = _step_of(context, account, plain)
        return step is not None and bool(await context.pool.fetchval(queries("use_step"), account.person, step))
    return bool(await context.pool.fetchval(queries("use_recovery_code"), account.person, _hash(account.person, plain)))


def _step_of(context: Context, account: Account, code: str) -> int | None:
    """The step that a code belongs to, the one before and the one after allowed: clocks differ."""
    from pyotp import TOTP

    if account.secret is None:
        return None
    totp, now = TOTP(context.sealer.open(account.secret, _bound(account.person))), int(time.time()) // STEP_S
    return next((step for step in (now - 1, now, now + 1) if secrets.compare_digest(totp.generate_otp(step), code)), None)


def _bound(person: str) -> str:
    return f"account:{person}"


def _hash(person: str, code: str) -> bytes:
    return sha256(f"{person}\0{code}".encode()).digest()


async def _mine(request: Request) -> Account | Problem:
    if request.caller.session is None:
        return Problem(code="session_needed")
    return (
        confirmed(request.caller)
        or await account_of(request.context.pool, person=request.caller.actor.id)
        or Problem(code="not_found")
    )


async def start_second_factor(request: Request) -> Reply | Problem:
    """Make a secret for an app; it is in force once a code of it was shown."""
    import segno
    from pyotp import TOTP, random_base32

    account, context = await _mine(request), request.context
    if isinstance(account, Problem):
        return account
    if account.second_factor_at is not None:
        return Problem(code="second_factor_on")
    secret = random_base32()
    sealed = context.sealer.seal(secret, _bound(account.person))
    await context.pool.execute(queries("begin_second_factor"), account.person, sealed)
    uri = TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER)
    picture = segno.make(uri, error="m").svg_data_uri(scale=5, border=2, dark="#000", light="#fff")
    return json_reply(SecondFactorView(secret=secret, uri=uri, picture=picture))


async def confirm_second_factor(request: Request) -> Reply | Problem:
    """Put it in force with a first code; gives the recovery codes."""
    account, context = await _mine(request), request.context
    if isinstance(account, Problem):
        return account
    if account.second_factor_at is not None:
        return Problem(code="second_factor_on")
    step = _step_of(context, account, cast("CodeBody", request.body).code)
    if step is None:
        return Problem(code="code_wrong")
    async with transaction(context.pool, []) as connection:
        await connection.execute(queries("second_factor_on"), account.person, step)
        codes = await _fresh_codes(connection, account.person)
    await _others_over(request)
    return json_reply(RecoveryCodes(codes=codes))


async def _fresh_codes(connection: Any, person: str) -> list[str]:
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(CODES)]
    await connection.execute(queries("drop_recovery_codes"), person)
    await connection.execute(queries("insert_recovery_codes"), person, [_hash(person, code) for code in codes])
    return [f"{code[:5]}-{code[5:]}" for code in codes]


async def _others_over(request: Request) -> None:
    """Whoever sits elsewhere logs in anew."""
    request.context.callers.forget(request.caller.token_id)
    seat = request.caller.session
    keep = seat.id if seat else None
    for each in await end_sessions(request.context.pool, request.caller.actor.id, "second_factor_changed", keep=keep):
        request.context.callers.forget(f"session:{each}")


async def renew_recovery_codes(request: Request) -> Reply | Problem:
    """New recovery codes; the old ones are worth nothing."""
    account, context = await _mine(request), request.context
    if isinstance(account, Problem):
        return account
    if account.second_factor_at is None:
        return Problem(code="second_factor_off")
    async with transaction(context.pool, []) as connection:
        codes = await _fresh_codes(connection, account.person)
    return json_reply(RecoveryCodes(codes=codes))


async def remove_second_factor(request: Request) -> Reply | Problem:
    """Log in with the password alone again."""
    account, context = await _mine(request), request.context
    if isinstance(account, Problem):
        return account
    async with transaction(context.pool, []) as connection:
        await connection.execute(queries("second_factor_off"), account.person)
        await connection.execute(queries("drop_recovery_codes"), account.person)
    await _others_over(request)
    return Reply(done="removed")


_ASKED_TWICE = ("session_needed", "confirm_needed", "not_found")
_HERE = "/v1/me/second-factor"
OPERATIONS = (
    Operation(id="start_second_factor", method="POST", path=_HERE, summary="Begin a second factor", handler=start_second_factor,
              who=TRADE, answer=SecondFactorView, sort="write", problems=(*_ASKED_TWICE, "second_factor_on")),
    Operation(id="confirm_second_factor", method="POST", path=f"{_HERE}:confirm", summary="Put a second factor in force",
              handler=confirm_second_factor, who=TRADE, body=CodeBody, answer=RecoveryCodes, sort="write",
              problems=(*_ASKED_TWICE, "second_factor_on", "code_wrong")),
    Operation(id="renew_recovery_codes", method="POST", path=f"{_HERE}:recovery-codes", summary="New recovery codes",
              handler=renew_recovery_codes, who=TRADE, answer=RecoveryCodes, sort="write",
              problems=(*_ASKED_TWICE, "second_factor_off")),
    Operation(id="remove_second_factor", method="DELETE", path=_HERE, summary="End the second factor", handler=remove_second_factor,
              who=TRADE, done="removed", sort="write", problems=_ASKED_TWICE),
)  # fmt: skip
