"""What is proved of a draft: everything wrong in it, and exactly which situations it answers otherwise than the release in force."""

from datetime import datetime
from typing import TYPE_CHECKING

from amends.domain.rulebook.shape import Says
from amends.lab.proved import ChangedGroupView, ProofFindingView, ProvedView, ProvenChangeView, ProvenSituation, Words

if TYPE_CHECKING:
    from amends.domain.rulebook.shape import MarketBook
    from amends.exchange.policies import Policies
    from amends.lab.difference import Change, Difference
    from amends.lab.findings import Finding, Witness


def proved(policies: "Policies", market: str, standing: "MarketBook", now: datetime) -> ProvedView:
    """Prove the draft's rules with those of every market beside it, and hold its market against the release in force."""
    from amends.lab.difference import difference
    from amends.lab.prove import prove

    proof = prove(policies.books, now)
    changes: Difference = difference(standing, policies.books[market], now)
    return ProvedView(
        findings=tuple(_finding(each) for each in proof.findings),
        accepted=tuple(_finding(each) for each in proof.accepted if market in each.markets),
        changes=tuple(_change(each) for each in changes.changes),
        complete=changes.complete,
        rules=proof.rules,
        laws=proof.laws,
        markets=proof.markets,
    )


def _words(says: Says) -> Words:
    return {"zh": says.zh, "en": says.en}


def _situation(witness: "Witness") -> ProvenSituation:
    return ProvenSituation(words=_words(witness.says), facts={name: witness.facts[name] for name in witness.named})


def _finding(each: "Finding") -> ProofFindingView:
    return ProofFindingView(
        kind=each.kind,
        topic=each.topic,
        rule=each.rule,
        other=each.other,
        file=each.file,
        line=each.line,
        markets=each.markets,
        words=_words(each.says),
        situation=_situation(each.witness) if each.witness else None,
        accepted=each.accepted,
        promise=each.promise,
    )


def _change(each: "Change") -> ProvenChangeView:
    return ProvenChangeView(
        topic=each.topic,
        before=each.before.verdict,
        before_rules=each.before.rules,
        before_words=_words(each.before.says),
        after=each.after.verdict,
        after_rules=each.after.rules,
        after_words=_words(each.after.says),
        groups=tuple(ChangedGroupView(words=_words(group.says), situation=_situation(group.witness)) for group in each.groups),
    )
