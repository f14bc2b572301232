"""A market's own file → the frame that its rules are put into."""

from typing import Final

import msgspec

from amends.domain.rulebook.nodes import Node, Page
from amends.domain.rulebook.shape import MarketBook, PolicyError, Says, Vocabulary
from amends.kernel.moments import zone_named

_KEYS: Final = frozenset({"name", "currency", "country", "subdivision", "zone", "weekend", "calendar", "packs", "supported"})
_NEEDED: Final = ("name", "currency", "country", "zone", "packs")


class MarketRead(msgspec.Struct, frozen=True):
    """A market's frame without rules, and what in its file cannot be taken."""

    frame: MarketBook
    errors: tuple[PolicyError, ...]


def read_market(*, market: str, file: str, text: str, vocabulary: Vocabulary, packs: frozenset[str]) -> MarketRead:
    """Read `market.yaml`. `packs` are those that exist; the order in which a market names them means nothing."""
    page = Page(file)
    keys = page.mapping(page.root(text))
    for key in keys.keys() - _KEYS:
        page.complain(keys[key], "unknown_key", key)
    for key in _NEEDED:
        if key not in keys:
            page.complain(1, "missing_key", key)
    frame = MarketBook(
        market=market,
        says=page.says(keys["name"], keys["name"]) if "name" in keys else Says(market, market),
        currency=_currency(page, keys, vocabulary),
        country=_one(page, keys, "country"),
        zone=_zone(page, keys),
        packs=_packs(page, keys, packs),
        rules={},
        vocabulary=vocabulary,
        calendar=_one(page, keys, "calendar") or market,
        subdivision=_one(page, keys, "subdivision") or None,
        weekend=page.texts(keys["weekend"]) if "weekend" in keys else ("saturday", "sunday"),
        supported="supported" not in keys or page.flag(keys["supported"]) is not False,
    )
    return MarketRead(frame, tuple(page.errors))


def _currency(page: Page, keys: dict[str, Node], vocabulary: Vocabulary) -> str:
    currency = _one(page, keys, "currency")
    if currency not in vocabulary.exponents():
        page.complain(keys.get("currency", 1), "unknown_currency", currency)
    return currency


def _zone(page: Page, keys: dict[str, Node]) -> str:
    zone = _one(page, keys, "zone")
    try:
        zone_named(zone)
    except ValueError:
        page.complain(keys.get("zone", 1), "unknown_zone", zone)
        return "UTC"
    return zone


def _packs(page: Page, keys: dict[str, Node], known: frozenset[str]) -> tuple[str, ...]:
    named = page.texts(keys["packs"]) if "packs" in keys else ()
    for pack in named:
        if pack not in known:
            page.complain(keys["packs"], "unknown_pack", pack)
    return tuple(sorted(named))


def _one(page: Page, keys: dict[str, Node], key: str) -> str:
    return page.text(keys[key]).strip() if key in keys else ""
