"""Sends webhooks: signed, each event to each endpoint until it is taken or 76 hours are over, and every try is written down."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

import asyncpg
import msgspec
import structlog

from amends.domain.facts.events import webhook_type
from amends.gateways import webhooks
from amends.gateways.sealing import Sealer
from amends.gateways.webhooks import Delivered, Delivery, Disabled, Failed
from amends.store.database import queries, transaction
from amends.worker.owed import Owed, Settled, dead, done, later

log = structlog.get_logger()
AFTER: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The pauses between tries; the first is made at once. Together 75 h 35 min, as Standard Webhooks has it. A receiver may ask for longer ones."""
TEST: Final = "webhook.test"


class Send(Protocol):
    """`gateways.webhooks.send`, or a stand-in for it."""

    async def __call__(
        self, url: str, secrets: Any, message_id: str, body: bytes, *, sent_at: datetime, allow_loopback: bool, total_s: float
    ) -> Delivery:
        """Send one message."""
        ...


class Messages:
    """Carries out `webhook`."""

    def __init__(
        self, pool: asyncpg.Pool, *, sealer: Sealer, allow_loopback: bool, total_s: float, send: Send = webhooks.send
    ) -> None:
        self.pool = pool
        self.sealer = sealer
        self.allow_loopback = allow_loopback
        self.total_s = total_s
        self.send = send

    async def carry_out(self, owed: Owed) -> Settled:
        """Send one message once."""
        async with transaction(self.pool, [owed.shop_id]) as connection:
            row = await connection.fetchrow(queries("message_to_send"), owed.shop_id, owed.case_id, owed.seq, UUID(owed.target))
        if row is None or row["url"] is None:
            return dead("no_such_endpoint")
        if row["disabled_at"] is not None:
            return dead("endpoint_disabled")
        delivery = await self.send(
            row["url"],
            self._opened(owed.shop_id, UUID(owed.target), row["secrets"]),
            f"msg_{owed.id.hex}",
            body_of(owed, row),
            sent_at=datetime.now(UTC),
            allow_loopback=self.allow_loopback,
            total_s=self.total_s,
        )
        return await self._settled(owed, delivery)

    def _opened(self, shop_id: int, endpoint: UUID, sealed: list[str]) -> list[str]:
        return [self.sealer.open(secret, f"{shop_id}/{endpoint}") for secret in sealed]

    async def send_tests(self) -> int:
        """Send test messages that wait, each once and all beside each other, and write down what was answered; gives how many."""
        shops = [row["shop_id"] for row in await self.pool.fetch(queries("shops_with_tests"))]
        if not shops:
            return 0
        async with transaction(self.pool, shops) as connection:
            rows = await connection.fetch(queries("tests_to_send"), shops)
        answers = await asyncio.gather(*map(self._tried, rows))
        for row, (status, problem) in zip(rows, answers, strict=True):
            async with transaction(self.pool, [row["shop_id"]]) as connection:
                await connection.execute(queries("test_sent"), row["shop_id"], row["id"], status, problem)
        return len(rows)

    async def _tried(self, row: asyncpg.Record) -> tuple[int | None, str | None]:
        try:
            return await self._try(row)
        except Exception as problem:  # one endpoint's fault is no other's
            log.exception("test_broke", endpoint=str(row["endpoint_id"]), shop=row["shop_id"])
            return None, type(problem).__name__

    async def _try(self, row: asyncpg.Record) -> tuple[int | None, str | None]:
        if row["disabled_at"] is not None:
            return None, "endpoint_disabled"
        said = {"shop_id": row["shop_id"], "endpoint_id": row["endpoint_id"]}
        body = {"id": f"test#{row['id']}", "type": TEST, "timestamp": row["asked_at"], "data": said}
        delivery = await self.send(
            row["url"],
            self._opened(row["shop_id"], row["endpoint_id"], row["secrets"]),
            f"msg_{row['id'].hex}",
            msgspec.json.encode(body),
            sent_at=datetime.now(UTC),
            allow_loopback=self.allow_loopback,
            total_s=self.total_s,
        )
        if isinstance(delivery, Disabled):
            return 410, "gone"
        return delivery.status, None if isinstance(delivery, Delivered) else delivery.code

    async def _settled(self, owed: Owed, delivery: Delivery) -> Settled:
        endpoint = UUID(owed.target)
        status = 410 if isinstance(delivery, Disabled) else delivery.status
        problem = None if isinstance(delivery, Delivered) else "gone" if isinstance(delivery, Disabled) else delivery.code
        last = problem is not None and owed.attempts >= len(AFTER)
        async with transaction(self.pool, [owed.shop_id]) as connection:
            await connection.execute(queries("log_delivery"), owed.shop_id, owed.id, endpoint, status, problem)
            if isinstance(delivery, Disabled):
                await connection.execute(queries("disable_gone_endpoint"), owed.shop_id, endpoint, "gone")
            elif last and await connection.fetchval(queries("silent_endpoint"), owed.shop_id, endpoint):
                await connection.execute(queries("disable_gone_endpoint"), owed.shop_id, endpoint, "silent_for_76_hours")
        if problem is None:
            return done(str(status))
        if isinstance(delivery, Disabled):
            return dead(problem)
        said = f"{problem} {status or ''}".strip()
        if last:
            return dead(said)
        rest = delivery.rest if isinstance(delivery, Failed) else timedelta()
        return later(said, max(AFTER[owed.attempts], rest), rest=rest)


def body_of(owed: Owed, row: asyncpg.Record) -> bytes:
    """The message: ids, words, moments and amounts of an event and its case; nothing that names a person."""
    return msgspec.json.encode(
        {
            "id": f"{owed.case_id}#{owed.seq}",
            "type": webhook_type(row["type"]),
            "timestamp": row["at"],
            "data": {
                "shop_id": owed.shop_id,
                "case_id": owed.case_id,
                "seq": owed.seq,
                "order_id": row["order_id"],
                "order_reference": row["order_reference"],
                "kind": row["kind"],
                "reason": row["reason"],
                "market": row["market"],
                "currency": row["currency"],
                "from_state": row["from_state"],
                "state": row["to_state"],
                "by": row["actor_kind"],
                "details": row["body"],
            },
        }
    )


async def replay(pool: asyncpg.Pool, shop: int, messages: list[UUID]) -> int:
    """Send finished or dead messages anew; gives how many of them were there."""
    async with transaction(pool, [shop]) as connection:
        return len(await connection.fetch(queries("replay_effects"), [shop] * len(messages), messages))


async def reseal(pool: asyncpg.Pool, sealer: Sealer) -> int:
    """Seal every endpoint's secrets under the key that seals now; gives how many endpoints had others."""
    shops, changed = [row["id"] for row in await pool.fetch(queries("all_shops"))], 0
    async with transaction(pool, shops) as connection:
        for row in await connection.fetch(queries("sealed_endpoints"), shops):
            if all(sealer.is_current(secret) for secret in row["secrets"]):
                continue
            bound = f"{row['shop_id']}/{row['id']}"
            fresh = [sealer.seal(sealer.open(secret, bound), bound) for secret in row["secrets"]]
            await connection.execute(queries("seal_endpoint"), row["shop_id"], row["id"], fresh)
            changed += 1
    return changed
