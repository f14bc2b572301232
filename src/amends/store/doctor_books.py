"""The published books as the doctor judges by them again: read when first met, and kept while it examines."""

import asyncpg
import msgspec

from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.releases import Release, compiled_release
from amends.kernel.working_time import Calendar, calendar_from
from amends.store.database import queries


class Books:
    """The releases and calendars of one database."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self._releases: dict[tuple[str, str], Release] = {}
        self._books: dict[tuple[str, str], CompiledBook | None] = {}
        self._calendars: dict[tuple[str, str], Calendar] = {}

    async def load(self) -> "Books":
        """These books, knowing every release and every version of a calendar."""
        self._releases = {
            (r["market"], r["hash"]): Release(**dict(r)) for r in await self.connection.fetch(queries("all_releases"))
        }
        for row in await self.connection.fetch(queries("all_calendars")):
            self._calendars[row["code"], row["version"]] = calendar_from(msgspec.json.decode(row["body"]))
        return self

    async def book(self, market: str, release: str) -> CompiledBook | None:
        """The compiled book of a release; None where there is none that can be read."""
        key = (market, release)
        if key not in self._books:
            known = self._releases.get(key)
            self._books[key] = await self._read(known) if known else None
        return self._books[key]

    async def _read(self, release: Release) -> CompiledBook | None:
        body: bytes = await self.connection.fetchval(queries("release_body"), release.market, release.hash)
        try:
            return compiled_release(body, release)
        except msgspec.ValidationError:
            return None

    def calendar(self, code: str, version: str) -> Calendar | None:
        """A calendar in the version that a promise was reckoned by."""
        return self._calendars.get((code, version))
