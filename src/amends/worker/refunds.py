"""Pays refunds: `sent` is on disk before the call, the key is the refund's id for ever, and what nobody knows is asked, never guessed."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from amends.actions.commands import RecordRefundResult
from amends.desk.answers import Answer
from amends.desk.group import GroupDesk
from amends.domain.facts.people import Actor
from amends.gateways.payments import Failed, NotFound, PaymentsGateway, Succeeded, Unknown
from amends.kernel.ids import IdMaker
from amends.store.database import holding, queries, transaction
from amends.worker.owed import Owed, Settled, dead, done, later

log = structlog.get_logger()
PROVIDER: Final = Actor(kind="provider", id="payments", human=False)
DISPUTED: Final = "payment_disputed"
PAID_OUTSIDE: Final = "paid_before_restore"
UNREACHABLE: Final = "unreachable"
TRIES_BEFORE_A_PERSON: Final = 3
LONGEST_PAUSE: Final = timedelta(minutes=5)
SETTLED: Final = frozenset({"succeeded", "failed", "given_up"})


class _Refund(msgspec.Struct, frozen=True):
    id: UUID
    order_id: UUID
    amount: int
    currency: str
    status: str
    destination: str
    attempts: int
    old: bool
    payment_ref: str
    disputed: bool
    paid_outside: bool

    @property
    def barred(self) -> str | None:
        """Why nothing may be paid now, as a problem code."""
        return DISPUTED if self.disputed else PAID_OUTSIDE if self.paid_outside else None


class Refunds:
    """Carries out `pay_refund` and `find_refund`."""

    def __init__(self, pool: asyncpg.Pool, desk: GroupDesk, gateway: PaymentsGateway) -> None:
        self.pool = pool
        self.desk = desk
        self.gateway = gateway
        self.make_id = IdMaker()

    async def carry_out(self, owed: Owed) -> Settled:
        """Pay once. Where an earlier call may have been made, the provider is asked first."""
        refund = await self._read(owed)
        if refund is None:
            return dead("no_such_refund")
        if refund.status in SETTLED:
            return done(refund.status)
        if refund.status != "pending":
            found = await self.gateway.find(self._key(refund))
            if not isinstance(found, NotFound):
                return await self._told(owed, refund, found)
        return await self._pay(owed, refund)

    async def _pay(self, owed: Owed, refund: _Refund) -> Settled:
        if (told := await self._tell(owed, "sent")).code is not None:
            return await self._blocked(owed, told.code)
        checked = await self._read(owed, locked=True)
        if checked is None or checked.status != "sent":
            return done(checked.status if checked else "no_such_refund")
        if checked.barred is not None:
            await self._park(owed, checked.barred, {"status": refund.status})
            return await self._told(owed, checked, Failed(code=checked.barred))
        outcome = await self.gateway.refund(
            key=self._key(refund),
            payment_ref=checked.payment_ref,
            amount=checked.amount,
            currency=checked.currency,
            destination=checked.destination,
        )
        return await self._told(owed, checked, outcome)

    def _key(self, refund: _Refund) -> str:
        return str(refund.id)

    async def _told(self, owed: Owed, refund: _Refund, outcome: Succeeded | Failed | Unknown) -> Settled:
        """Record what the provider said."""
        if isinstance(outcome, Unknown) and outcome.reason == UNREACHABLE:
            return later(UNREACHABLE, min(LONGEST_PAUSE, timedelta(seconds=2) * 2 ** min(owed.attempts, 10)))
        if isinstance(outcome, Succeeded):
            told = await self._tell(owed, "succeeded", provider_reference=outcome.provider_ref)
            word = "succeeded"
        elif isinstance(outcome, Failed):
            told = await self._tell(owed, "failed", failure=outcome.code)
            word = f"failed: {outcome.code}"
        else:
            told = await self._tell(owed, "unknown")
            word = f"unknown: {outcome.reason}"
            if refund.old or refund.attempts >= TRIES_BEFORE_A_PERSON:
                await self._park(owed, "refund_unknown", {"attempts": refund.attempts, "reason": outcome.reason})
        return await self._blocked(owed, told.code) if told.code is not None else done(word)

    async def _blocked(self, owed: Owed, code: str) -> Settled:
        """The desk would not take it. The row stays, so that nothing that moved money is forgotten."""
        log.error("refund_result_refused", refund=owed.target, shop=owed.shop_id, code=code)
        await self._park(owed, code, {"effect": owed.effect})
        return later(code, min(timedelta(hours=1), timedelta(seconds=30) * 2 ** min(owed.attempts, 10)))

    async def _tell(
        self, owed: Owed, result: str, *, provider_reference: str | None = None, failure: str | None = None
    ) -> Answer:
        command = RecordRefundResult(
            shop_id=owed.shop_id,
            actor=PROVIDER,
            refund_id=UUID(owed.target),
            result=result,
            provider_reference=provider_reference,
            failure=failure,
        )
        return await self.desk.handle(command)

    async def _read(self, owed: Owed, *, locked: bool = False) -> _Refund | None:
        """The refund; `locked` under its order's lock, which a dispute takes too, so that none slips in unseen before the call."""
        async with transaction(self.pool, [owed.shop_id]) as connection:
            row = await connection.fetchrow(queries("refund_to_pay"), owed.shop_id, UUID(owed.target))
            if row is not None and locked:
                await connection.execute(holding([(owed.shop_id, row["order_id"])], ()))
                row = await connection.fetchrow(queries("refund_to_pay"), owed.shop_id, UUID(owed.target))
            return _Refund(*row) if row is not None else None

    async def _park(self, owed: Owed, why: str, body: dict[str, Any]) -> None:
        """Kept for a person of the platform; once a refund."""
        async with transaction(self.pool, [owed.shop_id]) as connection:
            made = self.make_id(await connection.fetchval("select moment()"))
            said = {"case_id": str(owed.case_id), **body}
            await connection.execute(queries("park_refund"), owed.shop_id, made, owed.target, why, said)
        log.error("refund_parked", refund=owed.target, shop=owed.shop_id, why=why)
