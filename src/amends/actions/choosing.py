"""What the moves of a case offer to the person who is asked: grounds with the proof that they owe, kinds to offer, parcels to stop (U-05, U-06)."""

from datetime import datetime
from uuid import UUID

import msgspec

from amends.actions.commands import AskedLine
from amends.actions.defending import stage_of
from amends.actions.granting import owed as paid_back
from amends.actions.journeys import Journey, journeys
from amends.actions.order_interception import others_in
from amends.actions.outcome import Blocked
from amends.actions.proof_shown import GroundChoice, ProofJudged, demanded, grounds_shown, judged, sheets
from amends.actions.propose import kinds_open
from amends.actions.recording import row_for
from amends.actions.refunding import plan_refunds
from amends.actions.units import asked
from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.moves import states_by_move
from amends.domain.lifecycle.refusing import parcels_of, why_not_stopped
from amends.domain.lifecycle.rules import Rules
from amends.domain.rulebook.shape import Rule, Says
from amends.domain.rulebook.verdict import Need, Reason
from amends.domain.topics.negotiation import open_moves

NOBODY = UUID(int=0)


class ParcelChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel that may be stopped, or the code of `problems` why not; `other_lines` travel in it and nobody asked about them."""

    parcel_id: UUID
    status: str
    carrier: str | None
    tracking_number: str | None
    problem: str | None
    other_lines: list[str]


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What approving does: money goes back at once (`pays`, minor units of the order's currency) or the case moves on to `to_state`.

    `problem` is the code that paying would answer with now.
    """

    to_state: str
    pays: bool
    amount: int
    problem: str | None = None


class RuleSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that something of the case rests on, in its words and with its source."""

    rule: str
    topic: str
    pack: str
    says: Says
    source: str
    assumed: bool


class AddressChoice(msgspec.Struct, frozen=True, kw_only=True):
    """An address of the book that the goods may go to."""

    id: UUID
    name: str
    city: str


class CaseChoices(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the forms of a case are drawn from. `most` is the highest amount of an offer, minor units.

    `approve` and `keep_goods` are null where the table has no such row. `demanded` is proof that the buyer (`opening`) has not handed in.
    `frozen` is the rule that leaves the seller only some moves while a proposal is open. `opens` says in which states of a case of
    this kind each of the person's moves is open at all; none where its kind never has it.
    """

    case_id: UUID
    version: int
    market: str
    currency: str
    stage: str
    approve: Approval | None
    keep_goods: Approval | None
    grounds: tuple[GroundChoice, ...]
    kinds: tuple[str, ...]
    most: int
    parcels: tuple[ParcelChoice, ...]
    journeys: tuple[Journey, ...]
    addresses: tuple[AddressChoice, ...]
    demanded: tuple[Need, ...]
    proof: tuple[ProofJudged, ...]
    frozen: Reason | None
    opens: dict[str, list[str]]
    rules: tuple[RuleSaid, ...]


def choices(file: CaseFile, rules: Rules, actor: Actor, now: datetime) -> CaseChoices | None:
    """The choices of the file's case for this person; None where there is no case. Nothing is decided by it: every move is judged anew."""
    case = file.case
    if case is None:
        return None
    facts, stage = sheets(file, rules, now), stage_of(case)
    kept = open_moves(rules.topic("negotiation"), facts[0]) if file.open_proposal else None
    frozen = kept[1] if kept else None
    return CaseChoices(
        case_id=case.id,
        version=case.version,
        market=file.order.market,
        currency=case.currency,
        stage=stage,
        approve=_approval(file, case, actor, now, "return_accepted") or _approval(file, case, actor, now, "approved"),
        keep_goods=_approval(file, case, actor, now, "returnless_refund"),
        grounds=grounds_shown(file, case, rules, facts, stage) if actor.kind == "seller" else (),
        kinds=tuple(sorted(kinds_open(file, case))),
        most=_most(file, case),
        parcels=tuple(_parcel(file, parcel) for parcel in parcels_of(file)),
        journeys=journeys(file, case),
        addresses=tuple(AddressChoice(id=each.id, name=each.name, city=each.city) for each in file.travel.addresses),
        demanded=demanded(file, case, rules, facts),
        proof=judged(file, case, rules, facts[0]),
        frozen=frozen,
        opens=states_by_move(case.kind, actor.kind),
        rules=_rules(file, rules, frozen),
    )


def rejecting(file: CaseFile, rules: Rules, now: datetime) -> tuple[str, tuple[GroundChoice, ...]] | None:
    """The stage of a seller's no to the file's case, and its grounds; None where there is no case."""
    case = file.case
    if case is None:
        return None
    stage = stage_of(case)
    return stage, grounds_shown(file, case, rules, sheets(file, rules, now), stage)


def _approval(file: CaseFile, case: Case, actor: Actor, now: datetime, event: str) -> Approval | None:
    row = row_for(file, event, actor)
    if row is None:
        return None
    pays = "pay_refund" in row.wishes
    wanted = {line.line_id: paid_back(line) for line in file.own_lines}
    planned = plan_refunds(file, wanted, case, case.seq + 1, now, lambda: NOBODY, case.destination) if pays else ()
    if isinstance(planned, Blocked):
        return Approval(
            to_state=row.target(case.state, case.kind, case.return_to),
            pays=True,
            amount=sum(amount for _, amount in wanted.values()),
            problem=planned.code,
        )
    return Approval(
        to_state=row.target(case.state, case.kind, case.return_to), pays=pays, amount=sum(refund.amount for refund in planned)
    )


def _most(file: CaseFile, case: Case) -> int:
    lines = [AskedLine(line_id=line.line_id, quantity=line.quantity) for line in file.own_lines]
    whole = asked(file, lines, None, reason=case.reason, case_id=case.id)
    return case.amount if isinstance(whole, Blocked) else max(case.amount, whole.amount)


def _parcel(file: CaseFile, parcel: Parcel) -> ParcelChoice:
    return ParcelChoice(
        parcel_id=parcel.id, status=parcel.status, carrier=parcel.carrier, tracking_number=parcel.tracking_number,
        problem=why_not_stopped(file, parcel), other_lines=others_in(file, parcel),
    )  # fmt: skip


def _rules(file: CaseFile, rules: Rules, frozen: Reason | None) -> tuple[RuleSaid, ...]:
    """The rules that deadlines, proposals and the freeze name, each once, as the pinned books word them."""
    named = [deadline.rule for deadline in file.deadlines] + [p.rule for p in file.proposals if p.rule]
    named += [frozen.rule] if frozen else []
    found = [rules.handling.book.rule(word) or rules.asking.book.rule(word) for word in dict.fromkeys(named)]
    return tuple(_said(rule) for rule in found if rule is not None)


def _said(rule: Rule) -> RuleSaid:
    return RuleSaid(rule=rule.id, topic=rule.topic, pack=rule.pack, says=rule.says, source=rule.source, assumed=rule.assumed)
