"""A worker as it runs in earnest, with short leases, or with a fault planted: `python -m tests.checks.crash.worker DSN PROVIDER [FAULT]`."""

import asyncio
import logging
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

from amends.settings import ROOT, Settings
from amends.worker.outbox import Lane
from amends.worker.owed import Owed, done
from amends.worker.pace import Pace
from amends.worker.refunds import Refunds
from amends.worker.run import run

PACE = Pace(poll_s=0.2, lease=timedelta(seconds=2.5), provider_s=1.0)


def plant(fault: str) -> None:
    if fault == "random_key":
        Refunds._key = lambda *_: str(uuid4())  # type: ignore[method-assign] # the fault
    if fault == "settle_first":
        carry = Lane._carry

        async def forgetful(self: Lane, owed: Owed) -> None:
            await self._write([(owed, done("believed"))])
            await asyncio.sleep(0.3)  # long enough to be killed in
            await carry(self, owed)

        Lane._carry = forgetful  # type: ignore[method-assign] # the fault


def main(dsn: str, provider: str, fault: str = "") -> None:
    plant(fault)
    settings: Any = Settings(home=ROOT, database_url=dsn, provider_url=provider)
    asyncio.run(run(settings, pace=PACE))


if __name__ == "__main__":
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    sys.stdin.readline()  # a spare waits here for its word
    main(*sys.argv[1:])
