"""After a restore: ask the payment side about everything in flight, find what it paid that we no longer know of, then let money go again.

A restored database has forgotten what happened after its backup. The same refund asked for again would be a new one with a new key,
which no provider can know for a repetition; so whatever it executed under a key that we do not know bars that payment (failure mode 24).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from amends.actions.commands import RecordRefundResult
from amends.desk.desk import Desk
from amends.gateways.payments import Execution, Failed, NotFound, PaymentsGateway, Succeeded, Unknown
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction
from amends.worker.refunds import PROVIDER

MARGIN: Final = timedelta(days=1)
"""Clocks differ, and what the provider did shortly before the backup may have been told to us after it."""


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. Money goes again (`released`) only where every question was answered.

    `unmatched` are executions for payments that the database does not hold: nothing here can pay them again.
    """

    asked: int = 0
    paid: int = 0
    refused: int = 0
    not_paid: int = 0
    unanswered: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    released: bool = False


async def reconcile(pool: asyncpg.Pool, desk: Desk, gateway: PaymentsGateway) -> Reconciled:
    """Ask about each refund in flight and compare the provider's report since the backup; then release the hold."""
    shops = [row["id"] for row in await pool.fetch(queries("all_shops"))]
    hold = await pool.fetchrow(queries("the_hold"))
    async with transaction(pool, shops) as connection:
        flying = await connection.fetch(queries("refunds_in_flight"), shops)
    found = Reconciled(asked=len(flying))
    for row in flying:
        found = await _asked(desk, gateway, row, found)
    since = hold["backup_taken_at"] - MARGIN if hold["backup_taken_at"] else datetime(1970, 1, 1, tzinfo=UTC)
    report = await gateway.report(since)
    if isinstance(report, Unknown):
        return msgspec.structs.replace(found, unanswered=(*found.unanswered, f"report: {report.reason}"))
    outside, unmatched = await _outside(pool, shops, report)
    found = msgspec.structs.replace(found, outside=outside, unmatched=unmatched)
    if found.unanswered:
        return found
    await pool.execute(queries("release_hold"))
    return msgspec.structs.replace(found, released=True)


async def _asked(desk: Desk, gateway: PaymentsGateway, row: asyncpg.Record, found: Reconciled) -> Reconciled:
    answer = await gateway.find(str(row["id"]))
    if isinstance(answer, NotFound):
        return msgspec.structs.replace(found, not_paid=found.not_paid + 1)
    if isinstance(answer, Unknown):
        return msgspec.structs.replace(found, unanswered=(*found.unanswered, f"{row['id']}: {answer.reason}"))
    said = ["sent"] if row["status"] == "pending" else []
    said.append("succeeded" if isinstance(answer, Succeeded) else "failed")
    for result in said:
        told = RecordRefundResult(
            shop_id=row["shop_id"],
            actor=PROVIDER,
            refund_id=row["id"],
            result=result,
            provider_reference=answer.provider_ref if isinstance(answer, Succeeded) and result == "succeeded" else None,
            failure=answer.code if isinstance(answer, Failed) and result == "failed" else None,
        )
        (taken,) = await desk.handle([told])
        if taken.code is not None:
            return msgspec.structs.replace(found, unanswered=(*found.unanswered, f"{row['id']}: {taken.code}"))
    if isinstance(answer, Succeeded):
        return msgspec.structs.replace(found, paid=found.paid + 1)
    return msgspec.structs.replace(found, refused=found.refused + 1)


async def _outside(
    pool: asyncpg.Pool, shops: Sequence[int], report: Sequence[Execution]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keep what was executed under keys that we do not know, by payment; and the keys whose payment we do not know either."""
    keys = [key for one in report if isinstance(key := parse_id(one.key), UUID)]
    async with transaction(pool, shops) as connection:
        known = {str(row["id"]) for row in await connection.fetch(queries("refunds_known"), shops, keys)}
        strange = [one for one in report if one.key not in known]
        named = await connection.fetch(queries("payments_named"), shops, [one.payment_ref for one in strange])
        payments = {row["reference"]: row for row in named}
        outside, unmatched = [], []
        for one in strange:
            payment = payments.get(one.payment_ref)
            if payment is None:
                unmatched.append(one.key)
            else:
                columns = (payment["shop_id"], one.key, payment["id"], one.amount, one.currency, one.at)
                await connection.fetchrow(queries("keep_paid_outside"), *columns)
                outside.append(one.key)
    return tuple(outside), tuple(unmatched)


async def settle(pool: asyncpg.Pool, key: str) -> bool:
    """A person has compared: the payment may pay again. False where there is no such key, or it is settled already."""
    shops = [row["id"] for row in await pool.fetch(queries("all_shops"))]
    async with transaction(pool, shops) as connection:
        return await connection.fetchrow(queries("settle_paid_outside"), shops, key) is not None


def lines(found: Reconciled) -> list[str]:
    """What the command line prints."""
    said = [
        f"{found.asked} refunds in flight: {found.paid} were paid, {found.refused} were refused, {found.not_paid} were not paid yet"
    ]
    said += [f"paid outside, a person compares (amends reconcile --settle KEY): {key}" for key in found.outside]
    said += [f"paid for a payment that is not here: {key}" for key in found.unmatched]
    said += [f"no answer: {one}" for one in found.unanswered]
    said.append("Money goes again." if found.released else "Money stays held: ask again when everybody answers.")
    return said
