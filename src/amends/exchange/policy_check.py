"""`amends policy check`: the examples run, every rule has its two, and no situation is left without an answer."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import product
from typing import Final

import msgspec

from amends.domain.facts.unknown import NONE
from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.complaints import complaint
from amends.domain.rulebook.examples import Example, covered, differences, sheet_of
from amends.domain.rulebook.outcomes import Allow, Decline, Undecided
from amends.domain.rulebook.shape import Facts, PolicyError, TopicName
from amends.domain.rulebook.verdict import NO_RULE, Verdict, own_reason, reasons_of
from amends.domain.topics.eligibility import ProofFor, judge_eligibility
from amends.domain.topics.evidence import admit, demands
from amends.domain.topics.rejections import ground_at
from amends.exchange.policies import Policies

MOST_GAPS: Final = 50
_ASKED: Final = ("request.kind", "order.status", "request.by", "order.sale_format")


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Situations of a market that no rule of eligibility answers: one kind in one status by one party, on which sales, for which reasons."""

    market: str
    kind: str
    status: str
    by: str
    sale_formats: tuple[str, ...]
    reasons: tuple[str, ...]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found: errors refuse publication, gaps are shown. Counts say what was looked at."""

    errors: tuple[PolicyError, ...]
    gaps: tuple[Gap, ...]
    more_gaps: int
    rules: int
    examples: int
    markets: int


def check_policies(policies: Policies, now: datetime) -> Checked:
    """Check everything that was read, as of a moment."""
    books = {code: CompiledBook(book) for code, book in policies.books.items()}
    rules = [rule for owned in policies.rules.values() for rule in owned]
    errors = [*policies.errors, *covered(rules, policies.examples)]
    for example in policies.examples:
        errors += run_example(example, policies, books, now)
    gaps = [gap for code in books for gap in _gaps(code, books[code].topic("eligibility", now))]
    return Checked(
        errors=tuple(errors),
        gaps=tuple(gaps[:MOST_GAPS]),
        more_gaps=max(0, len(gaps) - MOST_GAPS),
        rules=len(rules),
        examples=len(policies.examples),
        markets=len(books),
    )


def market_of(example: Example, policies: Policies) -> str | None:
    """The market that an example is run in: its own, else the plainest one that has its pack."""
    if example.market:
        return example.market if example.market in policies.books else None
    having = [book for book in policies.books.values() if example.pack in book.packs]
    plainest = min(having, key=lambda book: (sum(map(len, book.rules.values())), book.market), default=None)
    return plainest.market if plainest else None


def run_example(example: Example, policies: Policies, books: Mapping[str, CompiledBook], now: datetime) -> Iterable[PolicyError]:
    """Everything in which an example comes out otherwise than it says, under these books."""
    market = market_of(example, policies)
    if market is None:
        yield complaint(example.file, example.line, "unknown_market", example.market or example.pack)
        return
    moment = example.at or now
    topic = books[market].topic(_topic(example), moment)
    facts = sheet_of(example, policies.vocabulary)
    standing = {rule.id: rule for rule in topic.of(topic.match(facts).certain)}
    for rule in example.fires:
        if rule not in standing:
            yield complaint(example.file, example.line, "example_does_not_fire", rule)
    for rule in example.misses:
        if rule in standing:
            yield complaint(example.file, example.line, "example_does_not_miss", rule)
    for rule, given in example.gives.items():
        found = standing.get(rule)
        if found is None or (found.outcome, found.from_) != (given.outcome, given.since):
            yield complaint(example.file, example.line, "example_differs", f"{example.name}: {rule}")
    if example.expected:
        for phrase in differences(example.expected, verdict_of(_topic(example), topic, facts, moment)):
            yield complaint(example.file, example.line, "example_differs", f"{example.name}: {phrase}")


def _topic(example: Example) -> TopicName:
    name: TopicName = example.topic  # type: ignore[assignment]  # reading has checked it
    return name


def verdict_of(name: TopicName, topic: CompiledTopic, facts: Facts, now: datetime, proof_for: ProofFor | None = None) -> Verdict:
    """What a topic answers to a whole sheet of facts; topics without a question of their own answer by the rules that stand."""
    match name:
        case "eligibility":
            return judge_eligibility(topic, facts, now, proof_for)
        case "evidence":
            return _of_evidence(topic, facts)
        case "rejections" if facts["rejection.ground"] != NONE:
            ground = ground_at(topic, facts, stage=str(facts["rejection.stage"]), ground=str(facts["rejection.ground"]))
            return Verdict(kind="allowed" if ground.open else "declined", reasons=ground.reasons, needs=ground.needs)
    standing = reasons_of(topic, topic.match(facts).certain)
    return Verdict(kind="allowed", reasons=standing) if standing else _unanswered(topic)


def _of_evidence(topic: CompiledTopic, facts: Facts) -> Verdict:
    of, at = str(facts["evidence.of"]), str(facts["evidence.at"])
    if facts["evidence.kind"] == NONE:
        needs = demands(topic, facts, of=of, at=at)
        standing = reasons_of(topic, topic.match(facts).certain)
        return Verdict(kind="needs" if needs else "allowed", reasons=standing, needs=needs)
    admission = admit(topic, facts, of=of)
    kinds = {"admitted": "allowed", "rejected": "declined", "undecided": "undecided"}
    return msgspec.structs.replace(
        Verdict(kind="undecided", reasons=admission.reasons, needs=admission.needs), kind=kinds[admission.kind]
    )


def _unanswered(topic: CompiledTopic) -> Verdict:
    return Verdict(kind="undecided", reasons=(own_reason(topic, NO_RULE),))


def _gaps(market: str, topic: CompiledTopic) -> Iterable[Gap]:
    """Every kind, reason, status, sale and party, all other facts not applying; grouped by kind, status and party."""
    words = topic.origin.vocabulary.words
    lists = {
        "request.kind": "kinds",
        "order.status": "order_statuses",
        "request.by": "requesters",
        "order.sale_format": "sale_formats",
    }
    groups = topic.origin.vocabulary.reason_groups()
    answers = topic.bits(lambda rule: isinstance(rule.outcome, Decline | Undecided))
    allows = {
        kind: topic.bits(lambda rule, kind=kind: isinstance(rule.outcome, Allow) and kind in rule.outcome.allow)  # type: ignore[misc]
        for kind in words("kinds")
    }
    moved = {*_ASKED, "request.reason", "request.reason_group"}
    base = topic.asking(moved).masked(dict.fromkeys(topic.facts, NONE))
    by_reason = {r: topic.mask_of("request.reason", r) & topic.mask_of("request.reason_group", g) for r, g in groups.items()}
    masks = {fact: {word: topic.mask_of(fact, word) for word in words(lists[fact])} for fact in _ASKED}
    for kind, status, by in product(*(masks[fact] for fact in _ASKED[:3])):
        left = base & masks["request.kind"][kind] & masks["order.status"][status] & masks["request.by"][by]
        open_ones = [
            (sale, reason)
            for (sale, one), (reason, other) in product(masks["order.sale_format"].items(), by_reason.items())
            if not topic.settle(left & one & other).certain & (answers | allows[kind])
        ]
        if open_ones:
            sales, reasons = (tuple(dict.fromkeys(column)) for column in zip(*open_ones, strict=True))
            yield Gap(market=market, kind=kind, status=status, by=by, sale_formats=sales, reasons=reasons)
