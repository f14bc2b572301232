"""The terms in force, read off the rules that are enforced: for programs, as a page for buyers, and for one order with its days computed."""

import asyncio
from datetime import date, datetime
from typing import Any, Literal, cast
from uuid import UUID

import msgspec

from amends.api.door.calls import Request
from amends.api.door.files import Read, read_order
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.api.door.problems import language_of
from amends.domain.facts.sheet import Request as Asking
from amends.domain.facts.sheet import groups, sheet
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.releases import in_force
from amends.domain.rulebook.shape import Rule, Says
from amends.domain.rulebook.verdict import Need
from amends.exchange.offers import Offer
from amends.exchange.return_policy import return_policies
from amends.exchange.terms import Row, Terms, dated_offers, length_in_words, market_terms
from amends.exchange.terms_page import POLICY, page_of
from amends.kernel.moments import local_date
from amends.store.database import queries

Words = dict[str, str]


class TermsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The language of the page; without it the one that the browser prefers."""

    language: Literal["zh", "en"] | None = None


class TermClockView(msgspec.Struct, frozen=True, kw_only=True):
    """A time that is promised: which clock, how long in words, what happens when it is over, and the rule that says so."""

    clock: str
    within: Words
    on_expiry: str
    rule: str


class TermView(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of request and the reasons that come to the same, on these sales: open, or closed with `codes` and words.

    `days` is the last day after delivery on which it may be asked; none where delivery does not limit it.
    """

    kind: str
    sale_formats: tuple[str, ...]
    reason_groups: tuple[str, ...]
    reasons: tuple[str, ...]
    open: bool
    days: int | None
    review_by: str | None
    programme: str | None
    proof: tuple[Need, ...]
    return_freight: str | None
    label: str | None
    clocks: list[TermClockView]
    except_categories: tuple[str, ...]
    codes: tuple[str, ...]
    says: list[Words]
    rules: tuple[str, ...]


class RuleWordsView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in its own words, with its source."""

    rule: str
    words: Words
    source: str


class TermsView(msgspec.Struct, frozen=True, kw_only=True):
    """The terms of a market, and the same as schema.org `MerchantReturnPolicy`."""

    market: str
    words: Words
    release: str
    as_of: datetime
    zone: str
    currency: str
    terms: list[TermView]
    times: list[RuleWordsView]
    costs: list[RuleWordsView]
    schema_org: list[dict[str, Any]]


class OrderTermView(msgspec.Struct, frozen=True, kw_only=True):
    """One kind with one reason for these lines as they stand now; `last_day` is a local day of `zone`, it is too late from `before` on."""

    kind: str
    reason: str
    reason_group: str
    open: bool
    last_day: date | None
    before: datetime | None
    review_by: str | None
    proof: tuple[Need, ...]
    return_freight: str | None
    clocks: list[TermClockView]
    codes: tuple[str, ...]
    rules: tuple[str, ...]


class LineTermsView(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of an order that the rules cannot tell apart, and their terms."""

    lines: tuple[UUID, ...]
    category: str
    terms: list[OrderTermView]


class OrderTermsView(msgspec.Struct, frozen=True, kw_only=True):
    """The terms of one order, by the releases that hold for it, with every day computed."""

    order_id: UUID
    market: str
    zone: str
    asking_release: str
    handling_release: str
    groups: list[LineTermsView]
    server_now: datetime


_kept: dict[str, tuple[CompiledBook, date, Terms]] = {}


async def _terms(request: Request) -> Terms | Problem:
    """The terms in force now; worked out beside the loop, once for each release and local day."""
    rulebooks, market = request.context.desk.rulebooks, request.params["market"]
    async with request.context.pool.acquire() as connection:
        await rulebooks.refresh(connection)
        now = await connection.fetchval(queries("domain_now"))
        release = in_force(rulebooks.releases.get(market, ()), now)
        if release is None:
            return Problem(code="market_unknown")
        book = await rulebooks.book(connection, market, release.hash)
    day = local_date(now, book.book.zone)
    kept = _kept.get(market)
    if kept is None or kept[0] is not book or kept[1] != day:
        kept = _kept[market] = book, day, await asyncio.to_thread(market_terms, book, now)
    return msgspec.structs.replace(kept[2], as_of=now)


async def get_terms(request: Request) -> Reply | Problem:
    """The terms of a market for programs."""
    terms = await _terms(request)
    if isinstance(terms, Problem):
        return terms
    view = TermsView(
        market=terms.market, words=_words(terms.says), release=terms.release, as_of=terms.as_of, zone=terms.zone,
        currency=terms.currency, terms=[_term(row) for row in terms.rows], times=[_rule(rule) for rule in terms.times],
        costs=[_rule(rule) for rule in terms.costs], schema_org=return_policies(terms),
    )  # fmt: skip
    return json_reply(view)


async def get_terms_page(request: Request) -> Reply | Problem:
    """The same as a page for buyers: no script, nothing loaded."""
    terms = await _terms(request)
    if isinstance(terms, Problem):
        return terms
    language = cast("TermsQuery", request.query).language or (
        "zh" if language_of(request.header(b"accept-language")) == "zh" else "en"
    )
    headers = (
        (b"content-security-policy", POLICY.encode()),
        (b"content-language", language.encode()),
        (b"vary", b"accept-language"),
    )
    return Reply(body=page_of(terms, language).encode(), media_type=b"text/html; charset=utf-8", headers=headers)


async def get_order_terms(request: Request) -> Reply | Problem:
    """The terms of one order, by the releases that hold for it."""
    read = await read_order(request.context, request.caller, request.params["order_id"])
    if read is None:
        return Problem(code="not_found")
    file, rules, now = read.loaded.file, read.rules, read.loaded.now
    found = [_lines(read, lines) for lines in groups(file, [line.id for line in file.lines])]
    return json_reply(OrderTermsView(order_id=file.order.id, market=file.order.market, zone=rules.zone,
                                     asking_release=rules.asking_release, handling_release=rules.handling_release,
                                     groups=found, server_now=now))  # fmt: skip


def _lines(read: Read, lines: tuple[UUID, ...]) -> LineTermsView:
    file, rules, now = read.loaded.file, read.rules, read.loaded.now
    paid = sum(line.paid for line in file.lines if line.id in lines)
    asking = Asking(
        kind="", reason="", group="", by="buyer", amount=paid, lines=lines, told={"item.used": False, "item.opened": False}
    )
    dated = dated_offers(rules.topic, sheet(file, asking, now, rules.zone), now, rules.zone)
    views = [
        OrderTermView(kind=each.offer.kind, reason=each.offer.reason, reason_group=each.offer.group, open=each.offer.open,
                      last_day=each.last_day, before=each.before, review_by=each.offer.review_by, proof=each.offer.proof,
                      return_freight=each.offer.freight, clocks=_clocks(each.offer), codes=_codes(each.offer),
                      rules=tuple(reason.rule for reason in each.offer.reasons))
        for each in dated
    ]  # fmt: skip
    line = file.line(lines[0])
    return LineTermsView(lines=lines, category=line.category if line else "", terms=views)


def _words(says: Says) -> Words:
    return {"zh": says.zh, "en": says.en}


def _rule(rule: Rule) -> RuleWordsView:
    return RuleWordsView(rule=rule.id, words=_words(rule.says), source=rule.source)


def _clocks(offer: Offer) -> list[TermClockView]:
    return [
        TermClockView(clock=clock.kind, within=_words(length_in_words(clock.within)), on_expiry=clock.on_expiry, rule=clock.rule)
        for clock in offer.clocks
    ]


def _codes(offer: Offer) -> tuple[str, ...]:
    return () if offer.open else tuple(dict.fromkeys(reason.code for reason in offer.reasons))


def _term(row: Row) -> TermView:
    offer = row.offer
    return TermView(kind=row.kind, sale_formats=row.sale_formats, reason_groups=row.groups, reasons=row.reasons, open=offer.open,
                    days=offer.days, review_by=offer.review_by, programme=offer.programme, proof=offer.proof,
                    return_freight=offer.freight, label=offer.label, clocks=_clocks(offer),
                    except_categories=offer.except_categories, codes=_codes(offer),
                    says=[_words(reason.says) for reason in offer.reasons],
                    rules=tuple(reason.rule for reason in offer.reasons))  # fmt: skip


OPERATIONS = (
    Operation(id="get_terms", method="GET", path="/v1/policies/{market}/terms", who=frozenset(), handler=get_terms, answer=TermsView,
              summary="The terms in force, read off the rules that are enforced", problems=("market_unknown",)),
    Operation(id="get_terms_page", method="GET", path="/terms/{market}", who=frozenset(), handler=get_terms_page, query=TermsQuery,
              summary="The terms in force as a page for buyers, without script", media_types=("text/html",), problems=("market_unknown",)),
    Operation(id="get_order_terms", method="GET", path="/v1/orders/{order_id}/terms", who=PEOPLE, permission="orders.read",
              handler=get_order_terms, answer=OrderTermsView, summary="The terms of one order, with every day computed",
              problems=("not_found",)),
)  # fmt: skip
