"""The shop in a path, for a caller who may see it; and what one member may grant another."""

from typing import Any

import asyncpg

from amends.api.door.callers import Caller, PermissionLacking
from amends.api.door.calls import Request
from amends.api.door.context import Context
from amends.api.door.messages import FieldError, Problem
from amends.kernel.text import text_problem
from amends.store.database import queries

LONGEST_SUBJECT = 200
LONGEST_ID = 15


async def shop_in_path(request: Request) -> int | None:
    """The shop that the path names; None where it is not there or not the caller's."""
    text = request.params["shop_id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID):
        return None
    return await shop_of(request.context, request.caller, int(text))


async def shop_of(context: Context, caller: Caller, shop_id: int) -> int | None:
    """The shop, where this caller speaks for it, or as the platform looks after its market."""
    if caller.kind == "platform":
        row = await context.pool.fetchrow(queries("shop_exists"), shop_id)
        return shop_id if row and (not caller.markets or row["market"] in caller.markets) else None
    if shop_id not in caller.shops and shop_id in caller.member_of and caller.lacks is not None:
        raise PermissionLacking(caller.lacks)
    return shop_id if shop_id in caller.shops else None


def subject_in_path(request: Request) -> str | None:
    """The person that the path names, by the subject that their tokens bear."""
    text = request.params["subject"]
    return text if 0 < len(text) <= LONGEST_SUBJECT and text_problem(text, LONGEST_SUBJECT) is None else None


def permissions_of(context: Context, role: str, named: tuple[str, ...] | None, *, of: str) -> tuple[str, ...] | Problem:
    """The permissions that a role is granted with: those named, else its own; every word must be known."""
    term = context.vocabulary.words("roles").get(role)
    if term is None or term.traits["of"] not in (of, "both"):
        return Problem(code="unknown_word", errors=(FieldError("role", "unknown_word"),))
    held = tuple(str(word) for word in term.traits["permissions"]) if named is None else named
    known = context.vocabulary.words("permissions")
    wrong = [FieldError(f"permissions[{n}]", "unknown_word") for n, word in enumerate(held) if word != "*" and word not in known]
    return Problem(code="unknown_word", errors=tuple(wrong)) if wrong else held


def beyond(caller: Caller, shop_id: int, permissions: Any) -> Problem | None:
    """The first of these permissions that the caller does not hold in the shop themselves; the platform may grant any."""
    if caller.kind == "platform":
        return None
    held = caller.in_shop(shop_id)
    missing = next((word for word in permissions if not held.may(word)), None)
    return Problem(code="permission_missing", detail={"permission": missing}) if missing else None


async def provider_fits(
    connection: asyncpg.Connection, caller: Caller, shop_id: int, provider: str | None, permissions: Any
) -> tuple[str | None, Problem | None]:
    """The provider that a grant is made through, or why it cannot be.

    A provider's people manage their own colleagues and nobody else, and hold at most what the shop granted the provider.
    """
    mine = await connection.fetchrow(queries("membership_now"), shop_id, caller.actor.id)
    if mine is not None and mine["provider"] is not None:
        if provider not in (None, mine["provider"]):
            return None, Problem(code="not_found")
        provider = str(mine["provider"])
    if provider is None:
        return None, None
    granted = await connection.fetchrow(queries("provider_now"), shop_id, provider)
    if granted is None:
        return None, Problem(code="provider_unknown")
    most = frozenset(granted["permissions"])
    over = next((word for word in permissions if word not in most and "*" not in most), None)
    return provider, Problem(code="provider_holds_less", detail={"permission": over}) if over else None
