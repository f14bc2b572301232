"""Asks carriers for what cases wish of them, outside every transaction, and tells the desk what they said."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from amends.actions.commands import AnswerComplaint, RecordInterception
from amends.actions.conduct_commands import ChargeFreight
from amends.desk.group import GroupDesk
from amends.domain.facts.people import Actor
from amends.gateways.carriers import CarrierGateway, Intercepting, Refused, Unknown
from amends.kernel.ids import IdMaker
from amends.store.database import queries, transaction
from amends.worker.owed import Owed, Settled, dead, done, later

log = structlog.get_logger()
LONGEST_PAUSE: Final = timedelta(hours=1)
FIRST_PAUSE: Final = timedelta(seconds=5)
ANOTHER_CURRENCY: Final = "currency_differs"
make_id: Final = IdMaker()


class _Wanted(msgspec.Struct, frozen=True):
    state: str
    complaint: str | None
    reference: str | None
    carrier: str | None
    tracking_number: str | None


class Carriers:
    """Carries out `order_interception` and `lodge_complaint`; the key of each is the id of its row."""

    def __init__(self, pool: asyncpg.Pool, desk: GroupDesk, gateway: CarrierGateway) -> None:
        self.pool = pool
        self.desk = desk
        self.gateway = gateway

    async def order_interception(self, owed: Owed) -> Settled:
        """Ask the carrier to stop a parcel. Who is no answer is asked again; the deadline tells a person meanwhile."""
        wanted = await self._read(owed)
        if wanted is None or wanted.tracking_number is None:
            return dead("no_such_interception")
        if wanted.state not in ("ordered", "accepted", "succeeded"):
            return done(wanted.state)
        said = await self.gateway.intercept(
            key=owed.target, carrier=wanted.carrier or "other", tracking_number=wanted.tracking_number
        )
        if isinstance(said, Unknown):
            return again(owed, said.reason)
        for result in _results(said):
            reason = said.code if isinstance(said, Refused) else said.reason
            cost = None if isinstance(said, Refused) else said.cost
            currency = None if isinstance(said, Refused) else said.currency
            reference = None if isinstance(said, Refused) else said.reference
            told = await self.desk.handle(
                RecordInterception(shop_id=owed.shop_id, actor=_carrier(wanted), interception_id=UUID(owed.target), result=result,
                                   reason=reason, cost=cost, currency=currency, reference=reference)
            )  # fmt: skip
            if told.code is not None:
                log.error("interception_answer_refused", interception=owed.target, code=told.code)
                return again(owed, told.code)
        return await self._charge(owed, wanted, said)

    async def _charge(self, owed: Owed, wanted: _Wanted, said: Intercepting | Refused) -> Settled:
        """What the interception cost; who bears it, the rules say. Made once, by its key."""
        word = _results(said)[-1]
        if isinstance(said, Refused) or not said.can or not said.cost:
            return done(word)
        charge = ChargeFreight(
            shop_id=owed.shop_id, case_id=owed.case_id, actor=_carrier(wanted), key=f"interception:{owed.target}",
            leg="interception", amount=said.cost, carrier=wanted.carrier or "carrier", currency=said.currency,
        )  # fmt: skip
        told = await self.desk.handle(charge)
        return await charged(self.pool, owed, charge, told.code, word)

    async def lodge_complaint(self, owed: Owed) -> Settled:
        """Hand the complaint to the carrier; what it makes of it comes later."""
        wanted = await self._read(owed)
        if wanted is None or wanted.tracking_number is None:
            return dead("no_such_interception")
        if wanted.complaint != "lodged":
            return done(wanted.complaint or "none")
        said = await self.gateway.complain(
            key=owed.target, carrier=wanted.carrier or "other", tracking_number=wanted.tracking_number, about=wanted.reference
        )
        if isinstance(said, Unknown):
            return again(owed, said.reason)
        answer, reference = ("declined", None) if isinstance(said, Refused) else ("lodged", said.reference)
        told = await self.desk.handle(
            AnswerComplaint(shop_id=owed.shop_id, actor=_carrier(wanted), interception_id=UUID(owed.target), answer=answer,
                            reference=reference)
        )  # fmt: skip
        return again(owed, told.code) if told.code is not None else done(said.code if isinstance(said, Refused) else answer)

    async def _read(self, owed: Owed) -> _Wanted | None:
        async with transaction(self.pool, [owed.shop_id]) as connection:
            row = await connection.fetchrow(queries("interception_to_order"), owed.shop_id, UUID(owed.target))
        return _Wanted(*row) if row is not None else None


def again(owed: Owed, why: str) -> Settled:
    """Later and later, at most an hour apart."""
    return later(why, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(owed.attempts, 12)))


async def charged(pool: asyncpg.Pool, owed: Owed, charge: ChargeFreight, code: str | None, word: str) -> Settled:
    """What became of a charge. One in another currency than the order's waits for a person, who knows the rate and posts it."""
    if code is None:
        return done(word)
    if code != ANOTHER_CURRENCY:
        return again(owed, code)
    said = {"case_id": str(owed.case_id), "leg": charge.leg, "amount": charge.amount, "currency": charge.currency,
            "carrier": charge.carrier}  # fmt: skip
    async with transaction(pool, [owed.shop_id]) as connection:
        await connection.execute(queries("park_freight"), owed.shop_id, make_id(datetime.now(UTC)), charge.key, code, said)
    return done(f"{word}: {code}")


def _carrier(wanted: _Wanted) -> Actor:
    return Actor(kind="carrier", id=wanted.carrier or "carrier", human=False)


def _results(said: Intercepting | Refused) -> tuple[str, ...]:
    """What the answer amounts to, in order: a carrier that can may say at once that it has."""
    if isinstance(said, Refused) or not said.can:
        return ("declined",)
    return ("accepted",) if said.success is None else ("accepted", "succeeded" if said.success else "failed")
