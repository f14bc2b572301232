"""Published, then pinned: a market's book as an immutable body named by its hash, and which one is in force at a moment.

A release never takes effect before it is published. Only a market's first, *founding* release may be adopted for the past, with
a date and a reason; after it nothing is back-dated.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.shape import MarketBook

BODY_VERSION: Final = 1
_encode = msgspec.json.Encoder(order="sorted").encode


class _Body(msgspec.Struct, frozen=True):
    version: int
    book: MarketBook


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What was published: by content hash, and from when on it judges. `adopted_from` and `adoption_reason` only on a founding one."""

    market: str
    hash: str
    published_at: datetime
    takes_effect_at: datetime
    founding: bool = False
    adopted_from: datetime | None = None
    adoption_reason: str | None = None

    @property
    def begins(self) -> datetime:
        """The first moment that it judges."""
        return self.adopted_from if self.founding and self.adopted_from else self.takes_effect_at


class NotPublishable(msgspec.Struct, frozen=True):
    """Why a release cannot be published; a word of `problems`."""

    code: str


def body_of(book: MarketBook) -> bytes:
    """The book as canonical JSON: the same rules give the same bytes, whatever order they were read in."""
    return _encode(_Body(BODY_VERSION, book))


def hash_of(body: bytes) -> str:
    """The content hash that names a release: SHA-256, lower-case hex."""
    return sha256(body).hexdigest()


def book_of(body: bytes) -> MarketBook:
    """The book of a body; a body of another version or shape raises `msgspec.ValidationError`."""
    read = msgspec.json.decode(body, type=_Body)
    if read.version != BODY_VERSION:
        raise msgspec.ValidationError(f"a release of version {read.version} cannot be read")
    return read.book


def compiled_release(body: bytes, release: Release) -> CompiledBook:
    """The rules of a release, ready to judge; every verdict names the hash and says where it was adopted for the past."""
    return CompiledBook(book_of(body), release=release.hash, founding=release.founding)


def publish(
    book: MarketBook, earlier: Iterable[Release], *, now: datetime, takes_effect_at: datetime | None = None
) -> Release | NotPublishable:
    """A later release of a market. Refused: a moment in the past (`release_back_dated`), a market without a founding release."""
    begins = takes_effect_at or now
    if begins < now:
        return NotPublishable("release_back_dated")
    if not any(release.market == book.market for release in earlier):
        return NotPublishable("release_not_founded")
    return Release(market=book.market, hash=hash_of(body_of(book)), published_at=now, takes_effect_at=begins)


def found(
    book: MarketBook,
    earlier: Iterable[Release],
    *,
    now: datetime,
    adopted_from: datetime | None = None,
    reason: str | None = None,
) -> Release | NotPublishable:
    """A market's first release. For the past it needs a reason (`release_without_reason`); a second one is refused (`release_back_dated`)."""
    if any(release.market == book.market for release in earlier):
        return NotPublishable("release_back_dated")
    if adopted_from and adopted_from < now and not (reason and reason.strip()):
        return NotPublishable("release_without_reason")
    return Release(
        market=book.market,
        hash=hash_of(body_of(book)),
        published_at=now,
        takes_effect_at=now,
        founding=True,
        adopted_from=adopted_from,
        adoption_reason=reason,
    )


def in_force(releases: Iterable[Release], moment: datetime) -> Release | None:
    """The release of one market that judges a moment: the one that began last; of two that began together the one published last.

    None before the founding release. A release that claims to begin before it was published is not believed, unless it is the founding one.
    """
    begun = [r for r in releases if r.begins <= moment and (r.founding or r.takes_effect_at >= r.published_at)]
    return max(begun, key=lambda release: (release.begins, release.published_at), default=None)
