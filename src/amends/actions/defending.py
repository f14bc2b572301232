"""What a seller's no must carry: a ground that is open at this stage, its words, and the proof that it demands (R-01 to R-06)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from amends.actions.commands import GivenProof
from amends.actions.granting import NewId, plain
from amends.actions.outcome import Blocked
from amends.actions.proof import look, owed, take
from amends.domain.facts.case import Case
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.domain.facts.sheet import Sheet, groups, request_of, sheet
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.verdict import Need
from amends.domain.topics.rejections import GROUND, STAGE, Ground, ground_at, grounds_at, overruled
from amends.kernel.ids import written

STATEMENT: Final = "text_statement"


class Defence(msgspec.Struct, frozen=True, kw_only=True):
    """A no that stands: the proof as it is to be written, the sheet and the ground that it rests on, and what the event says of it."""

    evidence: tuple[Evidence, ...]
    facts: Sheet
    ground: Ground
    body: dict[str, Any]


class No(msgspec.Struct, frozen=True, kw_only=True):
    """What a seller says no with."""

    ground: str
    note: str | None
    proof: tuple[GivenProof, ...]
    stage: str


def stage_of(case: Case) -> str:
    """The stage at which a no to this case would be said."""
    if case.state == "return_delivered":
        return "rejection_2"
    return "cancel" if case.kind == "cancel" else "rejection_1"


def defend(file: CaseFile, case: Case, rules: Rules, actor: Actor, now: datetime, new_id: NewId, no: No) -> Defence | Blocked:
    """Whether the no stands. A note counts as the seller's statement and is kept as proof, where personal words can be erased.

    Blocked: `ground_unknown`, `ground_not_open` or `fact_missing` (detail: why, and the grounds that are open), `note_required`,
    `note_too_long`, `proof_demanded` (detail: the kinds that would do), a rule that overrules the no, and what `take` refuses.
    """
    if no.ground not in rules.vocabulary.words("grounds"):
        return Blocked(code="ground_unknown", reasons=("ground_unknown",), detail={"ground": no.ground})
    sheets = _sheets(file, rules, now, no)
    grounds = [ground_at(rules.topic("rejections"), facts, stage=no.stage, ground=no.ground) for facts in sheets]
    for facts, ground in zip(sheets, grounds, strict=True):
        if not ground.open:
            return _closed(rules, facts, ground, no.stage)
    if blocked := _badly_worded(grounds, no):
        return blocked
    words = rules.vocabulary.words("evidence_kinds")
    given = take(file, _with_note(no), actor=actor, at=no.stage, case_id=case.id, now=now, new_id=new_id, kinds=words)
    if isinstance(given, Blocked):
        return given
    if blocked := _unproven(file, case, rules, sheets, given, no):
        return blocked
    proof = [written(piece.id) for piece in given]
    body = plain(ground=no.ground, stage=no.stage, rule=grounds[0].reasons[0].rule, proof=proof or None)
    return Defence(evidence=given, facts=sheets[0], ground=grounds[0], body=body)


def statement(file: CaseFile, actor: Actor, now: datetime, new_id: NewId, note: str | None) -> tuple[Evidence, ...]:
    """A note that goes with a decision, kept as a statement among the proof: events hold no words of people."""
    case, words = file.case, (note or "").strip()
    if not words or case is None:
        return ()
    given = (GivenProof(kind=STATEMENT, text=words),)
    made = take(file, given, actor=actor, at=stage_of(case), case_id=case.id, now=now, new_id=new_id, kinds=(STATEMENT,))
    return () if isinstance(made, Blocked) else made


def _sheets(file: CaseFile, rules: Rules, now: datetime, no: No) -> list[Sheet]:
    """One sheet for each parcel and category of the request: a no must stand for every one of them."""
    asked = request_of(file)
    wanted = [replace(asked, lines=lines) for lines in groups(file, asked.lines)] or [asked]
    return [{**sheet(file, request, now, rules.zone), GROUND: no.ground, STAGE: no.stage} for request in wanted]


def _closed(rules: Rules, facts: Sheet, ground: Ground, stage: str) -> Blocked:
    open_ = [each.ground for each in grounds_at(rules.topic("rejections"), facts, stage=stage) if each.open]
    detail = {
        "ground": ground.ground,
        "stage": stage,
        "rules": [reason.rule for reason in ground.reasons if reason.rule],
        "unmet": msgspec.to_builtins(ground.unmet),
        "needs": [need.name for need in ground.needs],
        "open": open_,
    }
    return Blocked(code=ground.code, reasons=(ground.code,), detail=detail, facts=facts, verdict=ground)


def _badly_worded(grounds: Sequence[Ground], no: No) -> Blocked | None:
    longest = min((ground.max_note for ground in grounds if ground.max_note), default=0)
    note = (no.note or "").strip()
    if longest and not note:
        return Blocked(code="note_required", reasons=("note_required",), detail={"max_chars": longest})
    if longest and len(note) > longest:
        return Blocked(code="note_too_long", reasons=("note_too_long",), detail={"max_chars": longest, "chars": len(note)})
    return None


def _with_note(no: No) -> tuple[GivenProof, ...]:
    note = (no.note or "").strip()
    return (*no.proof, GivenProof(kind=STATEMENT, text=note)) if note else no.proof


def _unproven(
    file: CaseFile, case: Case, rules: Rules, sheets: Sequence[Sheet], given: Sequence[Evidence], no: No
) -> Blocked | None:
    pieces = {piece.id: piece for piece in (*file.evidence, *given) if piece.case_id == case.id}
    for facts in sheets:
        looked = look(rules, facts, pieces.values(), of="seller")
        needs = owed(rules, facts, looked, of="seller", at=no.stage)
        if needs:
            return Blocked(
                code="proof_demanded",
                reasons=("proof_demanded", *dict.fromkeys(looked.refused)),
                detail={"ground": no.ground, "stage": no.stage, **_wanted(needs)},
                facts=facts,
                verdict=needs,
            )
        for sentence in overruled(rules.topic("rejections"), facts):
            code = sentence.outcome.overrule
            return Blocked(code=code, reasons=(code,), detail={"rule": sentence.rule.id}, facts=facts, verdict=sentence.reason)
    return None


def _wanted(needs: Sequence[Need]) -> dict[str, list[str]]:
    wanted = {
        "any_of": [kind for need in needs for kind in need.any_of],
        "all_of": [kind for need in needs for kind in need.all_of],
        "facts": [need.name for need in needs if need.kind == "fact"],
        "rules": [need.rule for need in needs],
    }
    return {word: list(dict.fromkeys(kinds)) for word, kinds in wanted.items() if kinds}
