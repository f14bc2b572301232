"""Feeds for other systems: what changed since a moment, page by page or as a Parquet file."""

from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from amends.store.columns.asking import Asked, aware
from amends.store.columns.named import said

FEEDS: Final = ("orders", "order_lines", "cases", "case_lines", "refunds", "returns", "costs")


def feed_page(one: Asked, feed: str, since: datetime, after: list[Any] | None, limit: int) -> list[dict[str, Any]]:
    """Rows of a feed, at most `limit`, behind the place where the page before ended. Raises KeyError for an unknown feed."""
    _lay(one, feed)
    after_at, key = after or (None, None)
    text = said("page_of_feed").replace("$view", f"'feed_{feed}'")
    values = {"since": _naive(since), "after_at": _naive(after_at) if after_at else None, "after_key": key, "limit": limit}
    done = one.db.execute(text, values)
    names = [column[0] for column in done.description or ()]
    return [dict(zip(names, map(aware, row), strict=True)) for row in done.fetchall()]


def parquet(one: Asked, feed: str, since: datetime, folder: Path) -> str:
    """A feed in one file, which whoever asked reads and removes."""
    _lay(one, feed)
    path = folder / f"feed-{token_hex(8)}.parquet"
    text = said("whole_feed").replace("$view", f"'feed_{feed}'").replace("$since", f"timestamp '{_naive(since).isoformat(' ')}'")
    one.db.execute(f"copy ({text}) to '{path}' (format parquet, compression zstd)")
    return str(path)


def _lay(one: Asked, feed: str) -> None:
    if feed not in FEEDS:
        raise KeyError(feed)
    one.db.execute(said("feeds"))


def _naive(moment: datetime) -> datetime:
    return (moment.astimezone(UTC) if moment.tzinfo else moment).replace(tzinfo=None)
