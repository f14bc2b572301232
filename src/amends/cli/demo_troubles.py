"""What goes wrong in the demo beside its cases: an outage that is over, an endpoint that takes nothing, a scan of nobody's parcel, appeals and applications."""

import os
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from amends.cli.demo_moves import COLLEAGUE, SUPPORT
from amends.desk.desk import Desk
from amends.gateways.sealing import sealer_of
from amends.gateways.signatures import secret_of
from amends.settings import Settings
from amends.store.database import queries, transaction

SILENT: Final = "https://hooks.hudson-cards.invalid/amends"
ENDPOINT_MADE: Final = timedelta(hours=84)
OUTAGE: Final = (timedelta(hours=31), timedelta(hours=30, minutes=20))
LIVE_ROOM: Final = "riyadh-evening-0612"
NOBODYS: Final = 0
Happen = Callable[[], Awaitable[None]]


class Troubles:
    """Each happens once, at its moment; `late` ones when everything else is done."""

    def __init__(self, desk: Desk, settings: Settings, shops: dict[str, int], now: datetime) -> None:
        self.desk, self.settings, self.shops, self.now = desk, settings, shops, now
        begun, over = OUTAGE
        self.coming: list[tuple[datetime, Happen]] = [
            (now - ENDPOINT_MADE, self._endpoint),
            (now - begun, self._outage),
            (now - over, self._outage_over),
        ]
        self.outage = 0

    def before(self, goal: datetime) -> Iterator[tuple[datetime, Happen]]:
        """What happens until a moment, in order."""
        while self.coming and self.coming[0][0] <= goal:
            yield self.coming.pop(0)

    async def _endpoint(self) -> None:
        """A receiver whose name is gone: three days of tries, then a dead letter and an endpoint that is switched off."""
        shop, made = self.shops["us_cards"], self.desk.make_id(self.now)
        sealed = sealer_of(self.settings.home, self.settings.sealing_keys).seal(secret_of(os.urandom(32)), f"{shop}/{made}")
        async with transaction(self.desk.pool, [shop]) as connection:
            await connection.execute(
                queries("insert_endpoint"), shop, made, SILENT, [sealed], ["case_opened", "refund_settled"], 1
            )

    async def _outage(self) -> None:
        row = await self.desk.pool.fetchrow(
            queries("declare_outage"), self.now - OUTAGE[0], None, "The payments page did not load.", SUPPORT.id
        )
        self.outage = row["id"]

    async def _outage_over(self) -> None:
        await self.desk.pool.fetchrow(queries("end_outage"), self.outage, self.now - OUTAGE[1])

    async def late(self) -> None:
        """What people of shops and of the platform did last."""
        await self._parked()
        await self._score_appeal()
        await self._use_of_a_recording()
        await self._lane()
        await self._kept_and_forgotten()
        await self._interest()

    async def _interest(self) -> None:
        """The reviewer is linked to a shop that waits for a ruling, so that somebody else has to take it."""
        async with transaction(self.desk.pool, list(self.shops.values())) as connection:
            shop = await connection.fetchval(queries("shop_in_dispute"), list(self.shops.values()))
        await self.desk.pool.fetchval(queries("declare_interest"), COLLEAGUE.id, "shop", str(shop), "My brother works there.")

    async def _parked(self) -> None:
        scan = {"tracking_number": "9400111899229999999", "status": "delivered", "carrier": "usps",
                "occurred_at": (self.now - timedelta(hours=5)).isoformat()}  # fmt: skip
        async with transaction(self.desk.pool, [NOBODYS]) as connection:
            made = self.desk.make_id(self.now)
            await connection.fetchval(queries("park_signal"), NOBODYS, made, "usps", "scan-88213", "parcel_unknown", scan)

    async def _score_appeal(self) -> None:
        """The first shop that lost points says why it should not have."""
        for shop in self.shops.values():
            async with transaction(self.desk.pool, [shop]) as connection:
                entry: UUID | None = await connection.fetchval(queries("lost_points"), shop)
                if entry is not None:
                    why = "Our warehouse was cut off by the flood; the carrier's notice is attached."
                    await connection.fetchrow(queries("appeal_entry"), shop, entry, why, "seller:main")
                    return

    async def _use_of_a_recording(self) -> None:
        for reference in ("sa_oud", "sa_riyadh", "ae_souk", "ae_marina"):
            shop = self.shops[reference]
            async with transaction(self.desk.pool, [shop]) as connection:
                piece: UUID | None = await connection.fetchval(queries("proof_of_a_kind"), shop, "avatar_recording")
                if piece is not None:
                    why = "The recording shows the item before it was packed; the host wishes to stay unseen."
                    await connection.fetchrow(queries("apply_for_use"), shop, piece, why, f"seller:{reference}")

    async def _lane(self) -> None:
        shop = self.shops["sa_riyadh"]
        async with transaction(self.desk.pool, [shop]) as connection:
            await connection.fetchrow(queries("put_live_lane"), shop, LIVE_ROOM, "independent", SUPPORT.id)

    async def _kept_and_forgotten(self) -> None:
        pool, make_id = self.desk.pool, self.desk.make_id
        await pool.fetchrow(
            queries("place_hold"), make_id(self.now), "tyler.nguyen", "A claim before the small claims court.", SUPPORT.id, None
        )
        await pool.fetchrow(queries("ask_erasure"), make_id(self.now), "tyler.nguyen", "Asked by letter.", SUPPORT.id)
