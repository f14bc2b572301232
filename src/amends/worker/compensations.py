"""Carries out `pay_compensation`: asks the payment side once under the compensation's id, and finds out what an unclear answer meant."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from amends.actions.conduct_commands import RecordCompensationResult
from amends.desk.answers import Answer
from amends.desk.group import GroupDesk
from amends.domain.facts.people import Actor
from amends.gateways.payments import Failed, NotFound, PaymentsGateway, Succeeded, Unknown
from amends.kernel.ids import IdMaker
from amends.store.database import queries, transaction
from amends.worker.owed import Owed, Settled, dead, done, later

log = structlog.get_logger()
PROVIDER: Final = Actor(kind="provider", id="payments", human=False)
TRIES_BEFORE_A_PERSON: Final = 3
LONGEST_PAUSE: Final = timedelta(hours=1)


class _Compensation(msgspec.Struct, frozen=True):
    id: UUID
    amount: int
    currency: str
    status: str
    attempts: int
    payment_ref: str
    destination: str


class Compensations:
    """The row is tried again until the payment side says yes or no: its key never changes, so that asking again pays once."""

    def __init__(self, pool: asyncpg.Pool, desk: GroupDesk, gateway: PaymentsGateway) -> None:
        self.pool = pool
        self.desk = desk
        self.gateway = gateway
        self.make_id = IdMaker()

    async def carry_out(self, owed: Owed) -> Settled:
        """Pay once. Where an earlier call may have been made, the provider is asked first."""
        async with transaction(self.pool, [owed.shop_id]) as connection:
            row = await connection.fetchrow(queries("compensation_to_pay"), owed.shop_id, UUID(owed.target))
        if row is None:
            return dead("no_such_compensation")
        compensation = _Compensation(*row)
        if compensation.status in ("succeeded", "failed"):
            return done(compensation.status)
        if compensation.status != "pending":
            found = await self.gateway.find(str(compensation.id))
            if not isinstance(found, NotFound):
                return await self._told(owed, compensation, found)
        if (told := await self._tell(owed, "sent")).code is not None:
            return await self._blocked(owed, told.code)
        outcome = await self.gateway.pay_out(
            key=str(compensation.id),
            payment_ref=compensation.payment_ref,
            amount=compensation.amount,
            currency=compensation.currency,
            destination=compensation.destination,
        )
        return await self._told(owed, compensation, outcome)

    async def _told(self, owed: Owed, compensation: _Compensation, outcome: Succeeded | Failed | Unknown) -> Settled:
        if isinstance(outcome, Unknown):
            await self._tell(owed, "unknown")
            if owed.attempts >= TRIES_BEFORE_A_PERSON:
                await self._park(owed, "compensation_unknown", {"attempts": owed.attempts, "reason": outcome.reason})
            return later(outcome.reason, min(LONGEST_PAUSE, timedelta(seconds=5) * 2 ** min(owed.attempts, 12)))
        if isinstance(outcome, Succeeded):
            told, word = await self._tell(owed, "succeeded", provider_reference=outcome.provider_ref), "succeeded"
        else:
            told, word = await self._tell(owed, "failed", failure=outcome.code), f"failed: {outcome.code}"
            await self._park(owed, "compensation_failed", {"amount": compensation.amount, "failure": outcome.code})
        return await self._blocked(owed, told.code) if told.code is not None else done(word)

    async def _tell(
        self, owed: Owed, result: str, *, provider_reference: str | None = None, failure: str | None = None
    ) -> Answer:
        command = RecordCompensationResult(
            shop_id=owed.shop_id,
            actor=PROVIDER,
            compensation_id=UUID(owed.target),
            result=result,
            provider_reference=provider_reference,
            failure=failure,
        )
        return await self.desk.handle(command)

    async def _blocked(self, owed: Owed, code: str) -> Settled:
        """The desk would not take it. The row stays, so that nothing that moved money is forgotten."""
        await self._park(owed, code, {"effect": owed.effect})
        return later(code, min(LONGEST_PAUSE, timedelta(seconds=30) * 2 ** min(owed.attempts, 10)))

    async def _park(self, owed: Owed, why: str, body: dict[str, Any]) -> None:
        """Kept for a person of the platform; once a compensation."""
        async with transaction(self.pool, [owed.shop_id]) as connection:
            made = self.make_id(await connection.fetchval("select moment()"))
            said = {"case_id": str(owed.case_id), **body}
            await connection.execute(queries("park_compensation"), owed.shop_id, made, owed.target, why, said)
        log.error("compensation_parked", compensation=owed.target, shop=owed.shop_id, why=why)
