"""The terms of a market as its rules enforce them, whole: for a page, for schema.org, for an order."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.outcomes import TimeLimit
from amends.domain.rulebook.quantities import Quantity, write_quantity
from amends.domain.rulebook.shape import Facts, Rule, Says, TopicName, Vocabulary
from amends.domain.rulebook.situations import declared_of
from amends.domain.rulebook.verdict import Need
from amends.exchange.offers import Offer, TopicOf, offers
from amends.kernel.moments import local_date, start_of_local_day


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Requests that come to the same: on which sales, of which kind, for which reasons; and what that is."""

    sale_formats: tuple[str, ...]
    kind: str
    reasons: tuple[str, ...]
    groups: tuple[str, ...]
    offer: Offer


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What may be asked in a market and on which terms, by the release in force at a moment; `times` are its clocks in the rules' words."""

    market: str
    country: str
    says: Says
    currency: str
    zone: str
    release: str
    as_of: datetime
    rows: tuple[Row, ...]
    times: tuple[Rule, ...]
    costs: tuple[Rule, ...]
    vocabulary: Vocabulary


def market_terms(book: CompiledBook, at: datetime) -> Terms:
    """The terms as they stand at a moment: every figure is found by judging requests by the rules in force then."""
    frame = book.book
    usual = {fact: each.usual for fact, each in declared_of(frame.vocabulary, frame.currency).items()}

    def topic_of(name: TopicName) -> Any:
        return book.topic(name, at)

    found: dict[Any, tuple[dict[str, None], dict[str, None], Offer]] = {}
    for sale in frame.vocabulary.words("sale_formats"):
        for offer in offers(topic_of, {**usual, "order.sale_format": sale}, at, staged=True):
            sales, reasons, _ = found.setdefault(_alike(offer), ({}, {}, offer))
            sales[sale] = None
            reasons[offer.reason] = None
    return Terms(
        market=frame.market,
        country=frame.country,
        says=frame.says,
        currency=frame.currency,
        zone=frame.zone,
        release=book.origin.release or "",
        as_of=at,
        rows=tuple(_row(frame.vocabulary, tuple(sales), tuple(reasons), offer) for sales, reasons, offer in found.values()),
        times=tuple(rule for rule in topic_of("deadlines").rules if isinstance(rule.outcome, TimeLimit)),
        costs=topic_of("costs").rules,
        vocabulary=frame.vocabulary,
    )


def _alike(offer: Offer) -> Any:
    """What makes two offers the same to a reader: all but the reason and the rules behind it."""
    says = () if offer.open else tuple(reason.code for reason in offer.reasons)
    return msgspec.structs.replace(offer, reason="", group="", reasons=()), says


def _row(vocabulary: Vocabulary, sales: tuple[str, ...], reasons: tuple[str, ...], offer: Offer) -> Row:
    by_group: dict[str, list[str]] = {}
    for reason, group in vocabulary.reason_groups().items():
        by_group.setdefault(group, []).append(reason)
    groups = tuple(group for group, every in by_group.items() if set(every) <= set(reasons))
    return Row(sale_formats=sales, kind=offer.kind, reasons=reasons, groups=groups, offer=offer)


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """An offer for one order: open now or not, and, where delivery limits it, through which local day and before which moment."""

    offer: Offer
    last_day: date | None
    before: datetime | None


def dated_offers(topic_of: TopicOf, facts: Facts, now: datetime, zone: str) -> list[Dated]:
    """What may be asked of an order as it stands, with the days computed."""
    elapsed = facts.get("parcel.since_delivered")
    found = []
    for offer in offers(topic_of, facts, now, staged=False):
        last_day = None
        if offer.days is not None and isinstance(elapsed, int):
            last_day = local_date(now, zone) + timedelta(days=offer.days - elapsed)
        before = start_of_local_day(last_day + timedelta(days=1), zone) if last_day else None
        found.append(Dated(offer=offer, last_day=last_day, before=before))
    return found


def length_in_words(within: Quantity) -> Says:
    """A length of time as people read it."""
    units = {"days": "天", "hours": "小时", "minutes": "分钟", "working_days": "个工作日"}
    return Says(f"{within.number} {units[within.unit]}", write_quantity(within, {}))


def proof_in_words(vocabulary: Vocabulary, needs: Iterable[Need]) -> Says:
    """The proof that is owed; nothing where none is."""
    zh, en = [], []
    for need in needs:
        kinds = [vocabulary.says("evidence_kinds", kind) for kind in need.any_of or need.all_of]
        zh.append(("任选其一：" if need.any_of else "全部：") + "、".join(kind.zh for kind in kinds))
        en.append(("one of " if need.any_of else "all of ") + ", ".join(kind.en for kind in kinds))
    return Says("；".join(zh), "; ".join(en))
