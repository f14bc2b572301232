"""The way back: prepaid labels are asked for, and parcels that tell nothing by themselves are asked about (L-05, L-07)."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from amends.actions.commands import RecordLabel, RecordScan
from amends.actions.conduct_commands import ChargeFreight
from amends.desk.group import GroupDesk
from amends.domain.facts.people import Actor
from amends.gateways.carriers import CarrierGateway, Place, Refused, Tracked, Unknown
from amends.store.database import queries, transaction
from amends.worker.carriers import again, charged
from amends.worker.owed import Owed, Settled, dead, done, later

log = structlog.get_logger()
POLLED: Final = "poll"
BETWEEN_POLLS: Final = timedelta(hours=6)
MOST_POLLS: Final = 240
"""Sixty days of asking."""


class _Wanted(msgspec.Struct, frozen=True):
    market: str
    reference: str
    label: str | None
    name: str | None
    line: str | None
    city: str | None
    region: str | None
    postcode: str | None
    country: str | None
    phone: str | None
    carrier: str | None
    cost: int | None
    currency: str | None


class _Parcel(msgspec.Struct, frozen=True):
    status: str
    carrier: str | None
    tracking_number: str | None
    known: list[str]


class Returns:
    """Carries out `make_label` and `poll_parcel`."""

    def __init__(self, pool: asyncpg.Pool, desk: GroupDesk, gateway: CarrierGateway) -> None:
        self.pool = pool
        self.desk = desk
        self.gateway = gateway

    async def make_label(self, owed: Owed) -> Settled:
        """A label for the way to the shop's address; its cost goes on the first leg. Without an address the carrier cannot make one."""
        wanted = await self._wanted(owed)
        if wanted is None or wanted.label != "wished":
            if wanted and wanted.label == "made":  # told before, and perhaps interrupted before it was charged
                return await self._charge(owed, wanted.carrier or "carrier", wanted.cost or 0, wanted.currency)
            return done(wanted.label if wanted and wanted.label else "not_wished")
        if wanted.name is None:
            return await self._tell(owed, RecordLabel(**_to(owed), actor=_carrier("carrier"), problem="return_address_required"))
        to = Place(**{name: getattr(wanted, name) or "" for name in Place.__struct_fields__})
        said = await self.gateway.label(key=f"{owed.case_id}:{owed.seq}", market=wanted.market, to=to, reference=wanted.reference)
        if isinstance(said, Unknown):
            return again(owed, said.reason)
        if isinstance(said, Refused):
            return await self._tell(owed, RecordLabel(**_to(owed), actor=_carrier("carrier"), problem=said.code))
        made = RecordLabel(
            **_to(owed), actor=_carrier(said.carrier), carrier=said.carrier, tracking_number=said.tracking_number,
            service=said.service, cost=said.cost, currency=said.currency,
        )  # fmt: skip
        settled = await self._tell(owed, made)
        return settled if settled.state != "done" else await self._charge(owed, said.carrier, said.cost, said.currency)

    async def _charge(self, owed: Owed, carrier: str, cost: int, currency: str | None) -> Settled:
        """What the label cost; who bears it, the rules say. Made once, by its key."""
        if cost <= 0:
            return done("made")
        charge = ChargeFreight(
            **_to(owed), actor=_carrier(carrier), key=f"label:{owed.case_id}:{owed.seq}", leg="first_leg", amount=cost,
            carrier=carrier, currency=currency,
        )  # fmt: skip
        told = await self.desk.handle(charge)
        return await charged(self.pool, owed, charge, told.code, "made")

    async def poll_parcel(self, owed: Owed) -> Settled:
        """Ask what was seen of a parcel, until it has arrived; what came by message already is told under the same ids and taken once."""
        parcel = await self._parcel(owed)
        if parcel is None or parcel.tracking_number is None:
            return dead("no_such_parcel")
        if parcel.status == "delivered" or owed.attempts >= MOST_POLLS:
            return done(parcel.status)
        said = await self.gateway.track(carrier=parcel.carrier or "other", tracking_number=parcel.tracking_number)
        if isinstance(said, Refused):
            return done(said.code) if said.code == "not_connected" else later(said.code, BETWEEN_POLLS)
        if isinstance(said, Unknown):
            return later(said.reason, BETWEEN_POLLS)
        delivered = await self._told(owed, parcel, parcel.tracking_number, said)
        return done("delivered") if delivered else later("asked", BETWEEN_POLLS)

    async def _told(self, owed: Owed, parcel: _Parcel, number: str, said: Tracked) -> bool:
        source = parcel.carrier or POLLED
        for seen in sorted(said.events, key=lambda each: each.occurred_at):
            if seen.event_id in parcel.known:
                continue
            scan = RecordScan(
                shop_id=owed.shop_id, actor=_carrier(source), source=source, event_id=seen.event_id, tracking_number=number,
                status=seen.status, occurred_at=seen.occurred_at, carrier=parcel.carrier, postcode=seen.postcode, weight=seen.weight,
            )  # fmt: skip
            told = await self.desk.handle(scan)
            if told.code is not None:
                log.warning("polled_scan_refused", parcel=owed.target, code=told.code)
        return any(seen.status == "delivered" for seen in said.events)

    async def _tell(self, owed: Owed, command: RecordLabel) -> Settled:
        told = await self.desk.handle(command)
        if told.code is not None:
            log.error("label_refused", case=owed.target, code=told.code)
            return again(owed, told.code)
        return done(command.problem or "made")

    async def _wanted(self, owed: Owed) -> _Wanted | None:
        async with transaction(self.pool, [owed.shop_id]) as connection:
            row = await connection.fetchrow(queries("label_to_make"), owed.shop_id, owed.case_id)
        return _Wanted(*row) if row is not None else None

    async def _parcel(self, owed: Owed) -> _Parcel | None:
        async with transaction(self.pool, [owed.shop_id]) as connection:
            row = await connection.fetchrow(queries("parcel_to_poll"), owed.shop_id, UUID(owed.target))
        return _Parcel(*row) if row is not None else None


def _carrier(name: str) -> Actor:
    return Actor(kind="carrier", id=name, human=False)


def _to(owed: Owed) -> dict[str, Any]:
    return {"shop_id": owed.shop_id, "case_id": owed.case_id}
