"""Terms of a seller's own, beside the platform's: are they at least as favourable to the buyer in every situation?

A file of terms names the seller and the market, and under `terms` rules by topic, written as policy is; they may override the platform's.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from amends.domain.facts.shop_rule import ShopRule
from amends.domain.rulebook.book import assemble
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.nodes import Page
from amends.domain.rulebook.outcomes import Allow
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.reading import read_rule_list
from amends.domain.rulebook.shape import TOPICS, Condition, Facts, MarketBook, PolicyError, Rule, Says, TopicName, Vocabulary
from amends.lab.favour import Compared
from amends.lab.findings import Finding
from amends.lab.topic_proof import TopicProof
from amends.lab.witness import all_hold

_KEYS = frozenset({"seller", "market", "terms"})


class SellerTerms(msgspec.Struct, frozen=True, kw_only=True):
    """A seller's rules for a market."""

    seller: str
    market: str
    rules: tuple[Rule, ...]


class TermsRead(msgspec.Struct, frozen=True):
    """What a file of terms says, and what in it cannot be taken."""

    terms: SellerTerms
    errors: tuple[PolicyError, ...]


def read_terms(*, file: str, text: str, vocabulary: Vocabulary) -> TermsRead:
    """Read a seller's terms; every error with its line."""
    page = Page(file)
    root = page.root(text)
    keys = page.mapping(root)
    for key in keys.keys() - _KEYS:
        page.complain(keys[key], "unknown_key", key)
    for key in sorted(_KEYS - keys.keys()):
        page.complain(1, "missing_key", key)
    rules: list[Rule] = []
    by_topic = page.mapping(keys.get("terms"))
    for topic, node in by_topic.items():
        known: TopicName | None = next((name for name in TOPICS if name == topic), None)
        if known is None:
            page.complain(node, "unknown_topic", topic)
        else:
            rules += read_rule_list(page, known, "seller", node, vocabulary)
    single = {key: page.text(keys[key]) if key in keys else "" for key in ("seller", "market")}
    return TermsRead(SellerTerms(seller=single["seller"], market=single["market"], rules=tuple(rules)), tuple(page.errors))


def beside(book: MarketBook, terms: SellerTerms) -> tuple[MarketBook, tuple[PolicyError, ...]]:
    """The market's book with the seller's rules among it, and what keeps them from standing there."""
    own = [rule for rules in book.rules.values() for rule in rules]
    read = assemble(book, [*own, *terms.rules])
    return read.book, read.errors


def worse_terms(book: MarketBook, terms: SellerTerms, now: datetime) -> list[Finding]:
    """Every way in which the terms are worse for the buyer than the platform's rules, each with a situation; empty: nowhere."""
    joined, _ = beside(book, terms)
    platform, sellers = CompiledBook(book), CompiledBook(joined)
    found: list[Finding] = []
    for name in TOPICS:
        old, new = platform.topic(name, now), sellers.topic(name, now)
        if old.rules != new.rules:
            found += Compared(book, old, new).worse()
    return found


class ShopRuleProof(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a shop's own rule can ever act, and the situation in which it does, or the conditions that keep it from acting.

    By its very shape it only grants, lets keep or offers what may be declined without loss, so it never is worse for the buyer.
    """

    acts: bool
    finding: Finding | None
    facts: dict[str, object]
    says: Says


def prove_shop_rule(book: MarketBook, rule: ShopRule, now: datetime) -> ShopRuleProof:
    """Look for a request that the rule would act upon: one that fits it, and that the platform's rules allow."""
    conditions = conditions_of(rule, book)
    standing = Rule(
        id=rule.does, topic="eligibility", pack="shop", file="", line=0, source="", outcome=Allow(allow=_kinds(rule, book)),
        says=Says("", ""), conditions=conditions,
    )  # fmt: skip
    proof = TopicProof(book.vocabulary, book.currency, CompiledBook(book).topic("eligibility", now), conditions)
    fits = proof.solver.conditions(conditions)
    if proof.solver.can_be(fits, proof.atoms["verdict", "allowed"]):

        def acts(facts: Facts) -> bool:
            return all_hold(conditions)(facts) and proof.answer(facts).verdict == "allowed"

        seen = proof.witness(acts, (standing,))
        return ShopRuleProof(acts=True, finding=None, facts=seen.facts, says=seen.says)
    if not proof.solver.can_be(fits):
        never = proof.clash(standing, "never_applies", conditions)
        return ShopRuleProof(acts=False, finding=never, facts={}, says=never.says)
    proof.solver.can_be(fits)
    seen = proof.witness(all_hold(conditions), (standing,))
    shadowed = proof.unheard(standing, seen)
    return ShopRuleProof(acts=False, finding=shadowed, facts=seen.facts, says=shadowed.says)


def _kinds(rule: ShopRule, book: MarketBook) -> tuple[str, ...]:
    if rule.does == "let_keep":
        return ("return_refund",)
    return rule.kinds or tuple(book.vocabulary.words("kinds"))


def conditions_of(rule: ShopRule, book: MarketBook) -> tuple[Condition, ...]:
    """What a shop's rule looks at, as conditions; a currency that is not the market's leaves nothing."""
    currency = rule.currency or book.currency
    found = [Condition("request.kind", "in", tuple(k for k in _kinds(rule, book) if not rule.kinds or k in rule.kinds))]
    lists: Mapping[str, tuple[str, ...]] = {"request.reason": rule.reasons, "order.category": rule.categories}
    found += [Condition(fact, "in", words) for fact, words in lists.items() if words]
    if rule.amount_at_least is not None:
        found.append(Condition("request.amount", "at_least", Quantity(rule.amount_at_least, currency)))
    if rule.amount_at_most is not None:
        found.append(Condition("request.amount", "under", Quantity(rule.amount_at_most + 1, currency)))
    return tuple(found)
