"""The published releases, compiled once and kept: which rules judge this order, and which handle this case."""

from datetime import datetime

import asyncpg
import msgspec

from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.outcomes import Propose
from amends.domain.rulebook.releases import Release, compiled_release, in_force
from amends.kernel.working_time import Calendar, calendar_from
from amends.store.database import queries


class NotPublished(Exception):  # noqa: N818 - an answer of the world, not of ours
    """No release of that market judges that moment: policies are published before orders come in."""


class Rulebooks:
    """One for each process. `epoch` grows with every publication; a desk that meets a newer one loads anew.

    `calendars` are the newest by their code; `versions` are those and the ones that a provisional deadline was met with, by their version.
    `proposing` are the markets whose rules make the platform propose by itself, `money` is the currency of each market.
    """

    def __init__(self) -> None:
        self.epoch = -1
        self.releases: dict[str, list[Release]] = {}
        self.books: dict[tuple[str, str], CompiledBook] = {}
        self.calendars: dict[str, Calendar] = {}
        self.versions: dict[str, Calendar] = {}
        self.currencies: frozenset[str] = frozenset()
        self.money: dict[str, str] = {}
        self.proposing: frozenset[str] = frozenset()

    async def refresh(self, connection: asyncpg.Connection, epoch: int | None = None) -> None:
        """Load what was published since; nothing where nothing was. Whoever comes meanwhile loads too, and never sees the half of it."""
        if epoch is None:
            epoch = await connection.fetchval(queries("policy_epoch"))
        if epoch == self.epoch:
            return
        releases: dict[str, list[Release]] = {}
        for row in await connection.fetch(queries("all_releases")):
            releases.setdefault(row["market"], []).append(Release(**dict(row)))
        calendars = {row["code"]: self._calendar(row) for row in await connection.fetch(queries("newest_calendars"))}
        now = await connection.fetchval("select moment()")
        standing = [release for known in releases.values() for release in _now_or_later(known, now)]
        books = [await self._compiled(connection, release) for release in standing]
        self.releases, self.epoch = releases, epoch
        self.calendars |= calendars
        for book in books:  # the newest of a market comes last
            self.currencies |= frozenset(book.book.vocabulary.exponents())
            self.money[book.book.market] = book.book.currency
            if any(isinstance(rule.outcome, Propose) for rule in book.book.rules.get("negotiation", ())):
                self.proposing |= {book.book.market}  # once a market's rules propose, its older pins may too

    def _calendar(self, row: asyncpg.Record) -> Calendar:
        known = self.versions.get(row["version"])
        if known is None:
            known = self.versions[row["version"]] = calendar_from(msgspec.json.decode(row["body"]))
        return known

    async def _named(self, connection: asyncpg.Connection, file: CaseFile) -> None:
        """The calendars that its provisional deadlines were reckoned by, where they are not the newest."""
        missing = {d.calendar for d in file.deadlines if d.provisional and d.calendar} - self.versions.keys()
        if missing:
            for row in await connection.fetch(queries("named_calendars"), list(missing)):
                self._calendar(row)

    async def book(self, connection: asyncpg.Connection, market: str, release_hash: str) -> CompiledBook:
        """The compiled book of a release, by its hash."""
        found = self.books.get((market, release_hash))
        if found is None:
            release = next((r for r in self.releases.get(market, ()) if r.hash == release_hash), None)
            if release is None:
                raise NotPublished(market)
            found = await self._compiled(connection, release)
        return found

    async def _compiled(self, connection: asyncpg.Connection, release: Release) -> CompiledBook:
        found = self.books.get((release.market, release.hash))
        if found is None:
            body = await connection.fetchval(queries("release_body"), release.market, release.hash)
            if body is None:
                raise NotPublished(release.market)
            found = self.books[release.market, release.hash] = compiled_release(body, release)
        return found

    def release_at(self, market: str, moment: datetime) -> Release:
        """The release that judges a moment.

        Raises:
            NotPublished: none does.
        """
        found = in_force(self.releases.get(market, ()), moment)
        if found is None:
            raise NotPublished(market)
        return found

    async def rules(self, connection: asyncpg.Connection, file: CaseFile, now: datetime, epoch: int | None = None) -> Rules:
        """The rules for a file: by the pins of its case, or for a request that is being made by the pins it would get."""
        await self.refresh(connection, epoch)
        market = file.order.market
        if file.case is not None:
            case = file.case
            await self._named(connection, file)
            key = (market, case.eligibility_release, case.eligibility_pinned_at, case.handling_release, case.handling_pinned_at)
            return await self.pinned(connection, *key)
        asked_at = file.order.pinned_at
        only = self.releases.get(market, ())
        if len(only) == 1 and only[0].begins <= asked_at and only[0].begins <= now:
            asking = handling = only[0]  # most markets, most of the time
        else:
            asking, handling = self.release_at(market, asked_at), self.release_at(market, now)
        return await self.pinned(connection, market, asking.hash, asked_at, handling.hash, now)

    async def pinned(
        self, connection: asyncpg.Connection, market: str, asking: str, asked_at: datetime, handling: str, handled_at: datetime
    ) -> Rules:
        """The rules of two pins: the release and moment that judge what was asked, and those that handle the case."""
        asking_book = await self.book(connection, market, asking)
        handling_book = await self.book(connection, market, handling)
        calendar = self.calendars[handling_book.book.calendar or market]
        founding = tuple({b.origin.release: None for b in (asking_book, handling_book) if b.origin.founding and b.origin.release})
        return Rules(
            asking=asking_book,
            handling=handling_book,
            asking_release=asking,
            asking_at=asked_at,
            handling_release=handling,
            handling_at=handled_at,
            calendar=calendar,
            calendars=self.versions,
            zone=handling_book.book.zone,
            founding=founding,
        )


def _now_or_later(known: list[Release], now: datetime) -> list[Release]:
    """The release of a market that is in force, and those that will be, in the order of their moments."""
    current = in_force(known, now)
    return sorted(
        (r for r in known if current is None or r.begins >= current.begins),
        key=lambda r: (r.begins, r.published_at),
    )
