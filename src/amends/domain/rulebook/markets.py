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
    root = page.root(text)
    keys = page.mapping(root)
    for key in keys.keys() - _KEYS:
        page.complain(keys[key], "unknown_key", key)
    for key in _NEEDED:
        if key not in keys:
            page.complain(1, "missing_key", key)
    currency, zone = _one(page, keys, "currency"), _one(page, keys, "zone") or "UTC"
    if currency not in vocabulary.exponents():
        page.complain(keys.get("currency", 1), "unknown_currency", currency)
    if not _is_zone(zone):
        page.complain(keys.get("zone", 1), "unknown_zone", zone)
        zone = "UTC"
    named = page.texts(keys["packs"]) if "packs" in keys else ()
    for pack in named:
        if pack not in packs:
            page.complain(keys["packs"], "unknown_pack", pack)
    supported = page.flag(keys["supported"]) if "supported" in keys else True
    frame = MarketBook(
        market=market,
        says=page.says(keys["name"], keys["name"]) if "name" in keys else Says(market, market),
        currency=currency,
        country=_one(page, keys, "country"),
        zone=zone,
        packs=tuple(sorted(named)),
        rules={},
        vocabulary=vocabulary,
        calendar=_one(page, keys, "calendar") or market,
        subdivision=_one(page, keys, "subdivision") or None,
        weekend=page.texts(keys["weekend"]) if "weekend" in keys else ("saturday", "sunday"),
        supported=supported is not False,
    )
    return MarketRead(frame, tuple(page.errors))


def _one(page: Page, keys: dict[str, Node], key: str) -> str:
    return page.text(keys[key]).strip() if key in keys else ""


def _is_zone(zone: str) -> bool:
    try:
        zone_named(zone)
    except ValueError:
        return False
    return True
