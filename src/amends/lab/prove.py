"""Proofs about whole books: everything that is wrong with the rules of one market, or of all."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.shape import TOPICS, MarketBook, TopicName, Vocabulary
from amends.lab.findings import Finding
from amends.lab.laws import Law, broken_by, every_law
from amends.lab.topic_proof import TopicProof


class Kept:
    """What was worked out before, for books that share it: topics in formulas, and claims as they were read."""

    def __init__(self) -> None:
        self.topics: dict[Any, TopicProof] = {}
        self.laws: dict[int, tuple[Vocabulary, tuple[Law, ...]]] = {}

    def every_law(self, vocabulary: Vocabulary) -> tuple[Law, ...]:
        """The claims of a vocabulary."""
        if id(vocabulary) not in self.laws:
            self.laws[id(vocabulary)] = vocabulary, every_law(vocabulary)
        return self.laws[id(vocabulary)][1]

    def topic(self, book: MarketBook, topic: CompiledTopic, name: TopicName) -> TopicProof:
        """One topic, ready to be asked; the same rules under the same words are encoded once."""
        money = any(scale.currency for scale in topic.scales.values())
        key = (name, topic.rules, book.currency if money else "", id(book.vocabulary))
        if key not in self.topics:
            asked = [condition for law in self.every_law(book.vocabulary) if law.topic == name for condition in law.when]
            self.topics[key] = TopicProof(book.vocabulary, book.currency, topic, asked)
        return self.topics[key]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof looked at, and everything it found; `findings` are those that nobody has accepted."""

    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    markets: int
    rules: int
    laws: int


def prove(books: Mapping[str, MarketBook], now: datetime, kept: Kept | None = None) -> Proof:
    """Prove all rules that are or will be in force from `now` on.

    A contradiction, a hole or a broken law counts in any market; a rule without a say, or an override without an effect, only where it is
    so in every one of these markets that has the rule: another market's rule may well take the place of a pack's.
    """
    kept = kept or Kept()
    found: dict[str, list[tuple[str, Finding]]] = {}
    having: dict[str, set[str]] = {}
    for market, book in books.items():
        for each in findings_of(book, now, kept):
            found.setdefault(each.key, []).append((market, each))
        for rules in book.rules.values():
            for rule in rules:
                having.setdefault(f"{rule.file} {rule.id}", set()).add(market)
    merged = []
    for shown in found.values():
        markets = tuple(dict.fromkeys(market for market, _ in shown))
        first = shown[0][1]
        if first.in_each_market or having[f"{first.file} {first.rule}"] == set(markets):
            merged.append(msgspec.structs.replace(first, markets=markets))
    reasons = accepted_of(books)
    merged = [msgspec.structs.replace(each, accepted=reasons.get(each.key)) for each in merged]
    return Proof(
        findings=tuple(each for each in merged if each.accepted is None),
        accepted=tuple(each for each in merged if each.accepted is not None),
        markets=len(books),
        rules=len({(rule.file, rule.id) for book in books.values() for rules in book.rules.values() for rule in rules}),
        laws=sum(law.binds(market) for market, book in books.items() for law in kept.every_law(book.vocabulary)),
    )


def accepted_of(books: Mapping[str, MarketBook]) -> dict[str, str]:
    """Findings that somebody has accepted, by key, with the reason."""
    lists = [book.vocabulary.words("accepted_findings") for book in books.values()]
    return {term.word: term.says.en for terms in lists for term in terms.values()}


def findings_of(book: MarketBook, now: datetime, kept: Kept | None = None) -> list[Finding]:
    """Everything wrong with one book, rules that another market's book needs among it; the same topic is proved once."""
    kept = kept or Kept()
    compiled, exponents = CompiledBook(book), book.vocabulary.exponents()
    laws = [law for law in kept.every_law(book.vocabulary) if law.binds(book.market)]
    found: dict[str, Finding] = {}
    for name in TOPICS:
        proofs = [kept.topic(book, compiled.topic(name, moment), name) for moment in moments(compiled, name, now)]
        for each in _in_every_moment([proof.found for proof in proofs], name, compiled, now):
            found.setdefault(each.key, each)
        for proof in proofs:
            for each in broken_by(proof, [law for law in laws if law.topic == name], exponents):
                found.setdefault(each.key, each)
    return list(found.values())


def moments(compiled: CompiledBook, name: TopicName, now: datetime) -> list[datetime]:
    """Now, and every later moment at which rules of a topic begin or end."""
    return [now, *(turn for turn in compiled.turns(name) if turn > now)]


def _in_every_moment(by_moment: list[list[Finding]], name: TopicName, compiled: CompiledBook, now: datetime) -> Iterable[Finding]:
    """What is wrong at some moment; a rule without a say must be without it whenever it is in force."""
    spans = [{rule.id for rule in compiled.topic(name, moment).rules} for moment in moments(compiled, name, now)]
    for n, found in enumerate(by_moment):
        for each in found:
            in_force = [place for place, rules in enumerate(spans) if each.rule in rules]
            always = all(any(other.key == each.key for other in by_moment[place]) for place in in_force)
            if each.in_each_market or (always and n == in_force[0]):
                yield each
