"""Grounds with the proof that they still owe, and proof with what the rules make of it, as people are shown them (U-05)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from amends.actions.proof import look, owed, with_piece
from amends.domain.facts.case import Case
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.sheet import Sheet, groups, request_of, sheet
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.shape import Condition
from amends.domain.rulebook.verdict import Need, Reason
from amends.domain.topics.evidence import admit
from amends.domain.topics.rejections import GROUND, STAGE, ground_at


class GroundChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A ground of this stage, open or closed with its reasons and what would have to hold.

    `proof` is what the seller still has to hand in with it; `max_note` the length of the note that it owes, 0 where none is owed.
    """

    ground: str
    open: bool
    code: str
    reasons: tuple[Reason, ...]
    unmet: tuple[Condition, ...]
    proof: tuple[Need, ...]
    max_note: int


class ProofJudged(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a piece of proof counts for this case, and why; `kind` is `waiting` while its file is not let out of quarantine."""

    evidence_id: UUID
    kind: str
    code: str
    human_check: bool
    reasons: tuple[Reason, ...]


def sheets(file: CaseFile, rules: Rules, now: datetime) -> list[Sheet]:
    """The facts of the file's case, one sheet for each parcel and category that it asks about."""
    request = request_of(file)
    wanted = [replace(request, lines=lines) for lines in groups(file, request.lines)] or [request]
    return [sheet(file, each, now, rules.zone) for each in wanted]


def grounds_shown(file: CaseFile, case: Case, rules: Rules, facts: list[Sheet], stage: str) -> tuple[GroundChoice, ...]:
    """The vocabulary's grounds of this stage and kind; a ground must stand for every parcel and category."""
    found = []
    for word, term in rules.vocabulary.words("grounds").items():
        stages: Any = term.traits.get("stages", ())
        if stage in stages and case.kind in term.traits.get("kinds", (case.kind,)):
            found.append(_ground(file, case, rules, facts, stage, word))
    return tuple(found)


def _ground(file: CaseFile, case: Case, rules: Rules, facts: list[Sheet], stage: str, word: str) -> GroundChoice:
    laid = [{**each, GROUND: word, STAGE: stage} for each in facts]
    grounds = [ground_at(rules.topic("rejections"), each, stage=stage, ground=word) for each in laid]
    closed = next((ground for ground in grounds if not ground.open), None)
    shown = closed or grounds[0]
    mine = [piece for piece in file.evidence if piece.case_id == case.id]
    needs = {
        need.rule: need
        for each in laid
        for need in owed(rules, each, look(rules, each, mine, of="seller"), of="seller", at=stage)
    }  # fmt: skip
    return GroundChoice(
        ground=word, open=closed is None, code=shown.code, reasons=shown.reasons, unmet=shown.unmet,
        proof=tuple(needs.values()), max_note=min((ground.max_note for ground in grounds if ground.max_note), default=0),
    )  # fmt: skip


def demanded(file: CaseFile, case: Case, rules: Rules, facts: list[Sheet]) -> tuple[Need, ...]:
    """What the buyer has not handed in of what the request demands."""
    if case.final:
        return ()
    pieces = [piece for piece in file.evidence if piece.case_id == case.id]
    needs = {
        need.rule: need
        for each in facts
        for need in owed(rules, each, look(rules, each, pieces, of="buyer"), of="buyer", at="opening")
    }  # fmt: skip
    return tuple(needs.values())


def judged(file: CaseFile, case: Case, rules: Rules, facts: Sheet) -> tuple[ProofJudged, ...]:
    """Every piece of the case, and whether it counts."""
    return tuple(_piece(rules, facts, piece) for piece in file.evidence if piece.case_id == case.id)


def _piece(rules: Rules, facts: Sheet, piece: Evidence) -> ProofJudged:
    if piece.state != "clean":
        return ProofJudged(evidence_id=piece.id, kind="waiting", code="upload_in_quarantine", human_check=False, reasons=())
    said = admit(rules.topic("evidence"), with_piece(facts, piece), of=piece.of)
    return ProofJudged(evidence_id=piece.id, kind=said.kind, code=said.code, human_check=said.human_check, reasons=said.reasons)
