"""In a sandbox the payment provider and the carrier live on the same moved clock: they are told the offset whenever that changes."""

import asyncio
from urllib.parse import urlsplit

import httptools
import msgspec
import structlog

from amends.gateways.wire import CutOffError, exchange, request_bytes

log = structlog.get_logger()
PATIENCE_S = 2.0
TAKEN = range(200, 300)


class SharedOffset:
    """Tells one of them; who does not listen (one of the real world) is asked once for each change."""

    def __init__(self, url: str) -> None:
        self.place = urlsplit(url)
        self.told: float | None = None

    async def share(self, seconds: float) -> bool:
        """Tell the offset where it is another one than last time. True if it was taken."""
        if seconds == self.told:
            return True
        try:
            async with asyncio.timeout(PATIENCE_S):
                status = await self._post(msgspec.json.encode({"offset_seconds": seconds}))
        except (OSError, CutOffError, httptools.HttpParserError):
            return False  # it is away just now: told at the next turn
        self.told = seconds
        if status not in TAKEN:
            log.warning("keeps_its_own_clock", at=self.place.netloc, status=status)
        return status in TAKEN

    async def _post(self, body: bytes) -> int:
        reader, writer = await asyncio.open_connection(self.place.hostname, self.place.port)
        try:
            path = f"{self.place.path.rstrip('/')}/control"
            headers = {"content-type": "application/json"}
            return (
                await exchange(reader, writer, request_bytes("POST", path, self.place.netloc, headers, body), cap=4096)
            ).status
        finally:
            writer.transport.abort()
