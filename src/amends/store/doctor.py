"""The doctor: every statement that must hold at any moment, asked of the whole database by a role that can only read."""

import functools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import aiosql
import asyncpg
import msgspec

from amends.domain.lifecycle.case import CASE
from amends.domain.lifecycle.machine import STORED
from amends.domain.lifecycle.moves import PERMISSIONS
from amends.kernel.working_time import calendar_from
from amends.store.database import SQL, connect, queries
from amends.store.doctor_deadlines import reckoned_deadlines
from amends.store.doctor_folds import folded_parcels, judged_again
from amends.store.doctor_openings import opened_again
from amends.store.findings import SHOWN, Finding, lines, sick

__all__ = ["Finding", "examine", "lines", "reported_refunds", "sick"]

SHORT_CALENDAR: Final = timedelta(days=60)
PROVIDER_STATEMENT: Final = "What we hold as paid is what the payment provider executed, key by key."


Question = Callable[[asyncpg.Connection], Awaitable[Finding]]


async def examine(dsn: str, *, provider: Mapping[str, int] | None = None, also: Iterable[Question] = ()) -> list[Finding]:
    """Ask everything, in one snapshot. `provider` is what the payment side executed, by idempotency key (minor units).

    `also` are questions of higher floors, asked in the same snapshot.
    """
    connection = await connect(dsn, "amends_reviewer", application_name="amends doctor")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            findings = [await _asked(connection, name, statement) for name, statement in statements().items()]
            findings += [
                await fold(connection) for fold in (folded_parcels, judged_again, opened_again, reckoned_deadlines, *also)
            ]
            if provider is not None:
                findings.append(await reported_refunds(connection, provider))
            findings.append(await _calendars(connection))
        return findings
    finally:
        await connection.close()


@functools.cache
def statements() -> dict[str, str]:
    """Every statement that SQL can ask, by its name: M money, S states, D deadlines, P policy, E proof, W world, T tenants, A audit."""
    loaded = aiosql.from_path(SQL / "invariants.sql", "asyncpg", mandatory_parameters=False)
    names = [name for name in loaded.available_queries if not name.endswith("_cursor")]
    return {name.upper(): str(getattr(loaded, name).__doc__) for name in sorted(names)}


async def _asked(connection: asyncpg.Connection, name: str, statement: str) -> Finding:
    text = queries(name.lower()).rstrip().rstrip(";")
    values = _ARGUMENTS[name]() if name in _ARGUMENTS else ()
    row = await connection.fetchrow(
        f"with broken as ({text}) select count(*) as n, (array_agg(found))[1:{SHOWN}] as samples from broken", *values
    )
    return Finding(name=name, statement=statement, count=row["n"], samples=tuple(str(s) for s in row["samples"] or ()))


@functools.cache
def allowed_transitions() -> tuple[list[str], ...]:
    """The case's table as columns: kind, from, event, actor, to. A stored target may be any state that rows leave towards it."""
    stored = sorted({state for row in CASE.rows if row.to == "negotiating" for state in row.sources})
    found = {
        (kind, state, event, by, to)
        for (state, kind, event, by), row in CASE.index.items()
        for to in (stored if row.to == STORED else [row.target(state, kind)])
    }
    return tuple(list(column) for column in zip(*sorted(found), strict=True))


@functools.cache
def undeciding_events() -> tuple[list[str], ...]:
    """The rows that leave a case's version as it is, as columns: kind, from, event, actor."""
    found = sorted((kind, state, event, by) for (state, kind, event, by), row in CASE.index.items() if not row.decides)
    return tuple(list(column) for column in zip(*found, strict=True))


@functools.cache
def needed_permissions() -> tuple[list[str], ...]:
    """The permissions one of which stands behind each event that staff bring about, as columns: side, event, permissions."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in CASE.rows:
        for side in row.by:
            needs = PERMISSIONS.get(side, {})
            found.setdefault((side, row.event), set()).update(needs[move] for move in row.action.split() if move in needs)
    asked = [(side, event, " ".join(sorted(words))) for (side, event), words in sorted(found.items()) if words]
    return tuple(list(column) for column in zip(*asked, strict=True))


_ARGUMENTS: Final = {"S01": allowed_transitions, "S05": undeciding_events, "T01": needed_permissions}


async def reported_refunds(connection: asyncpg.Connection, provider: Mapping[str, int]) -> Finding:
    """M17: compare our paid refunds with the provider's report, both ways. What a restore found paid outside is explained."""
    rows = await connection.fetch(queries("paid_refunds"))
    ours = {str(row["id"]): row["amount"] for row in rows if not row["came_back"]}
    ours |= {row["key"]: row["amount"] for row in await connection.fetch(queries("paid_outside_known"))}
    returned = {str(row["id"]) for row in rows if row["came_back"]}
    wrong = [
        f"{key}: we hold {ours[key]}, the provider {provider.get(key)}" for key in sorted(ours) if provider.get(key) != ours[key]
    ]
    wrong += [
        f"{key}: only the provider paid {amount}"
        for key, amount in sorted(provider.items())
        if key not in ours and key not in returned
    ]
    return Finding(name="M17", statement=PROVIDER_STATEMENT, count=len(wrong), samples=tuple(wrong[:SHOWN]))


async def _calendars(connection: asyncpg.Connection) -> Finding:
    now: datetime = await connection.fetchval("select moment()")
    rows: list[Any] = await connection.fetch(queries("newest_calendars"))
    known = {row["code"]: calendar_from(msgspec.json.decode(row["body"])) for row in rows}
    short = [
        f"{code} is confirmed until {calendar.confirmed_until}"
        for code, calendar in sorted(known.items())
        if calendar.confirmed_until - now.date() < SHORT_CALENDAR
    ]
    return Finding(
        name="calendars",
        statement="Every calendar is confirmed for 60 days more; deadlines beyond that are provisional.",
        count=len(short),
        samples=tuple(short),
        warning=True,
    )
