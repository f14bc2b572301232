"""Forgets a buyer as soon as nothing holds their data, removes their files, and lets go by itself of what was kept long enough.

Nothing personal is in what is hashed: events name a buyer as `buyer`, so that the chain stays whole (house rule). What a backup brings
back is forgotten anew: the home keeps a hash of every buyer who was.
"""

import contextlib
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
import structlog
import yaml

from amends.gateways.files import LocalFiles
from amends.store.database import queries, transaction

log = structlog.get_logger()
FORGOTTEN: Final = "forgotten.txt"
NOBODYS: Final = 0
"""Where signals are kept of which nobody knew whose they are."""
RETENTION: Final = "retention.yaml"
# In this order: what is found by way of the buyer's orders and cases comes before these.
BY_SHOP: Final = (
    "doom_files", "forget_evidence", "forget_checks", "forget_grants", "forget_messages", "forget_notes", "forget_proposals",
    "forget_rulings", "forget_notices", "forget_refunds", "forget_score_appeals", "forget_overrides", "forget_readings", "forget_parked",
    "forget_parcels", "forget_labels", "forget_answers", "forget_postings", "forget_rule_uses", "forget_cases", "forget_orders",
)  # fmt: skip
BY_NAME: Final = ("forget_signals", "forget_standing", "forget_interests", "forget_tokens", "forget_holds")
_NAMED_AS_ACTOR: Final = frozenset(
    {"forget_evidence", "forget_grants", "forget_messages", "forget_notices", "forget_answers", "forget_postings"}
)
_WITHOUT_NAME: Final = frozenset(
    {
        "doom_files",
        "forget_notes",
        "forget_proposals",
        "forget_rulings",
        "forget_refunds",
        "forget_score_appeals",
        "forget_overrides",
        "forget_readings",
        "forget_parked",
        "forget_parcels",
        "forget_labels",
    }
)


class Keep(msgspec.Struct, frozen=True):
    """What goes by itself after so many days."""

    query: str
    days: int
    zh: str
    en: str


class Retention(msgspec.Struct, frozen=True):
    """`retention.yaml`: what goes by itself, and what becomes of each personal field."""

    keep: dict[str, Keep]
    erase: dict[str, dict[str, str]]


def read_retention(policies: Path) -> Retention:
    """The retention plan of a policies folder; a plan that cannot be read raises `msgspec.ValidationError`."""
    return msgspec.convert(yaml.safe_load((policies / RETENTION).read_text("utf-8")), Retention)


class Erasures:
    """Looks at who is to be forgotten, and at what was kept long enough."""

    def __init__(self, pool: asyncpg.Pool, home: Path, policies: Path) -> None:
        self.pool = pool
        self.home = home
        self.policies = policies

    async def step(self) -> int:
        """Forget whom nothing holds, and remove their files; gives how many buyers were forgotten."""
        if not await self.pool.fetchval(queries("somebody_to_forget")):
            return 0
        shops = [NOBODYS, *[row["id"] for row in await self.pool.fetch(queries("all_shops"))]]
        done = 0
        async with transaction(self.pool, shops) as connection:
            for row in await connection.fetch(queries("erasures_to_look_at")):
                done += await self._look(connection, shops, row["id"], row["buyer"])
        await self._remove_files(shops)
        return done

    async def _look(self, connection: asyncpg.Connection, shops: list[int], erasure: UUID, buyer: str) -> bool:
        held = [row["held"] for row in await connection.fetch(queries("what_holds"), shops, buyer)]
        if held:
            await connection.execute(queries("still_held"), erasure, held[:20])
            return False
        self._note(buyer)
        name = f"erased-{erasure.hex}"
        for query in BY_SHOP:
            more: tuple[Any, ...] = () if query in _WITHOUT_NAME else (f"buyer:{name}" if query in _NAMED_AS_ACTOR else name,)
            await connection.execute(queries(query), shops, buyer, *more)
        for query in BY_NAME:
            columns = (buyer,) if query in ("forget_signals", "forget_standing") else (buyer, name)
            await connection.execute(queries(query), *columns)
        await connection.execute(queries("forgotten"), erasure, name)
        log.info("buyer_forgotten", erasure=str(erasure))
        return True

    def _note(self, buyer: str) -> None:
        """Before the deed: a restored backup finds it here, and forgetting twice does no harm."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / FORGOTTEN).open("a", encoding="ascii") as file:
            file.write(fingerprint(buyer) + "\n")

    async def _remove_files(self, shops: list[int]) -> None:
        async with transaction(self.pool, shops) as connection:
            rows = await connection.fetch(queries("files_to_remove"), shops)
            if rows:
                files = LocalFiles(self.home / "files")
                for row in rows:
                    path = None if row["named"] else files.find(row["sha256"].hex())
                    if path is not None:
                        with contextlib.suppress(FileNotFoundError):
                            path.unlink()
                await connection.execute(queries("file_removed"), [row["sha256"] for row in rows])

    async def let_go(self) -> dict[str, int]:
        """Let go of what was kept long enough; how many rows of each sort."""
        shops = [row["id"] for row in await self.pool.fetch(queries("all_shops"))]
        gone = {}
        for sort, keep in read_retention(self.policies).keep.items():
            async with transaction(self.pool, shops) as connection:
                gone[sort] = len(await connection.fetch(queries(keep.query), shops, timedelta(days=keep.days)))
        return gone


def fingerprint(buyer: str) -> str:
    """A buyer's reference as the list of the forgotten knows it."""
    return sha256(b"amends forgotten\0" + buyer.encode()).hexdigest()
