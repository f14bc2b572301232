"""Who must prove, and what they have proved: the demands of the rules, side by side with the proof that counts (R-01, V-11, V-18)."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from amends.actions.proof import look
from amends.domain.facts.dispute import Dispute
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.sheet import Sheet, request_of, sheet
from amends.domain.facts.words import Side
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.verdict import Need, Reason
from amends.domain.topics.evidence import demands, met, weighs
from amends.domain.topics.rejections import GROUND, STAGE


class Proved(msgspec.Struct, frozen=True, kw_only=True):
    """One side: what the rules demand of it, the kinds of its proof that count, why others do not, and what is still missing."""

    of: Side
    demanded: tuple[Need, ...]
    counted: tuple[str, ...]
    not_counted: tuple[str, ...]
    missing: tuple[Need, ...]


class Burden(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides. `falls_on` must prove: the seller while what their ground demands is missing, else the buyer while theirs is, else neither.

    `first` is whose proof is looked at first, with the rules that say so (V-11).
    """

    falls_on: str
    sides: tuple[Proved, ...]
    first: str | None
    why_first: tuple[Reason, ...]


def burden(file: CaseFile, dispute: Dispute, rules: Rules, now: datetime) -> Burden:
    """Lay out who must prove in a dispute."""
    facts = sheet(file, request_of(file), now, rules.zone)
    said_no = {**facts, GROUND: dispute.ground, STAGE: dispute.stage} if dispute.ground and dispute.stage else facts
    seller = _proved(file, rules, said_no, "seller", (dispute.stage or "dispute", "dispute"))
    buyer = _proved(file, rules, facts, "buyer", ("opening", "dispute"))
    falls_on = "seller" if seller.missing else "buyer" if buyer.missing else "neither"
    weighed = [sentence for sentence in weighs(rules.topic("evidence"), facts).sentences if sentence.outcome.weigh == "first"]
    return Burden(
        falls_on=falls_on,
        sides=(seller, buyer),
        first=weighed[0].outcome.of if weighed else None,
        why_first=tuple(sentence.reason for sentence in weighed),
    )


def _proved(file: CaseFile, rules: Rules, facts: Sheet, of: Side, at: Iterable[str]) -> Proved:
    mine: list[Evidence] = [piece for piece in file.evidence if file.case and piece.case_id == file.case.id]
    looked = look(rules, facts, mine, of=of)
    topic = rules.topic("evidence")
    demanded = tuple(need for stage in at for need in demands(topic, facts, of=of, at=stage))
    return Proved(
        of=of,
        demanded=demanded,
        counted=tuple(sorted(looked.held)),
        not_counted=tuple(dict.fromkeys(looked.refused)),
        missing=tuple(need for need in demanded if need.kind == "fact" or not met(need, looked.held)),
    )
