"""The judgement on what a buyer asks: eligibility and proof together, and the way into the life of a case that follows from it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from amends.actions.proof import Looked, look, owed
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.recorded import PROOF, laid
from amends.domain.facts.sheet import Request, Sheet, groups, sheet
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.shape import Facts
from amends.domain.rulebook.verdict import Need, Verdict, with_needs
from amends.domain.topics.eligibility import judge_eligibility

WITHDRAWAL: Final = "statutory_withdrawal"
"""The programme whose requests nobody reviews (E-19)."""
WITHDRAWN: Final = "withdrawal_declared"
_WORST_FIRST: Final = {"declined": 0, "undecided": 1, "needs": 2, "allowed": 3}
_encode: Final = msgspec.json.Encoder().encode


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict, the sheet that it rests on, what was made of the proof, and the event that opens a case by it."""

    verdict: Verdict
    facts: Sheet
    looked: Looked

    @property
    def event(self) -> str:
        """`case_opened`, `withdrawal_declared`, `proof_demanded` or `sent_to_recheck`; a declined request opens nothing."""
        verdict = self.verdict
        if verdict.kind == "allowed":
            return WITHDRAWN if WITHDRAWAL in verdict.programmes else "case_opened"
        if verdict.kind == "needs" and all(need.kind == "proof" for need in verdict.needs):
            return "proof_demanded"
        return "sent_to_recheck"


def judge(file: CaseFile, rules: Rules, request: Request, pieces: Sequence[Evidence], now: datetime) -> Judged:
    """Judge a request with its proof. Lines in several parcels or categories are judged group by group; the worst answer stands."""
    if len(request.lines) == 1:
        return _judge(file, rules, request, pieces, now)
    parts = groups(file, request.lines) or [()]
    judged = [_judge(file, rules, replace(request, lines=part), pieces, now) for part in parts]
    return min(judged, key=lambda each: _WORST_FIRST[each.verdict.kind])


def _judge(file: CaseFile, rules: Rules, request: Request, pieces: Sequence[Evidence], now: datetime) -> Judged:
    facts = sheet(file, request, now, rules.zone)
    facts[PROOF] = laid(pieces)
    return judge_sheet(rules, facts, pieces, now)


def judge_sheet(rules: Rules, facts: Sheet, pieces: Iterable[Evidence], now: datetime) -> Judged:
    """Judge what is laid out already: a request that is being made, or one that was made, by what was recorded of it."""
    looked = look(rules, facts, pieces, of="buyer")

    def proof_for(other: Facts) -> tuple[Need, ...]:
        return owed(rules, dict(other), looked, of="buyer", at="opening")

    verdict = judge_eligibility(rules.topic("eligibility"), facts, now, proof_for)
    if verdict.kind == "allowed":
        verdict = with_needs(verdict, owed(rules, facts, looked, of="buyer", at="opening"))
        if looked.doubts:
            verdict = replace(verdict, kind="undecided", reasons=looked.doubts, needs=())
    return Judged(verdict=verdict, facts=facts, looked=looked)


def kept(verdict: Verdict, told: Mapping[str, bool]) -> bytes:
    """The verdict as the case keeps it, as JSON, with what the asker stated beside it, so that it can be judged again.

    The release stands on the case itself, and leads to each rule's file and line: kept once, not with every reason.
    """
    written = _encode(replace(verdict, reasons=tuple([replace(r, file="", line=0, release=None) for r in verdict.reasons])))
    return written[:-1] + b',"told":' + _encode(told) + b"}" if told else written
