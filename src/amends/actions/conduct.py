"""What follows from what was recorded: entries of scores, a buyer's signals, steps of metric clocks.

A pure function from the file, what was recorded and the rules in force at the event; its rows commit with the event that moves them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from amends.actions.granting import NewId
from amends.actions.outcome import Recorded
from amends.domain.facts.case import Case
from amends.domain.facts.conduct import POINT, MetricStep, ScoreEntry, Signal, Why, reversal
from amends.domain.facts.events import Event
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.metric_clocks import step
from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Score
from amends.domain.topics.scores import about_conduct, entries

RULED: Final = frozenset({"ruled_for_buyer", "ruled_return", "ruled_for_seller"})
MISSED: Final = "first_response_expired"
SOON: Final = {"refund_only_after_shipping": timedelta(days=1), "refund_only_after_receipt": timedelta(days=2)}
"""How soon after the parcel left, or came, asking for the money alone is remembered (assumed)."""
AT_FAULT: Final = frozenset({"seller", "both"})
_OPENED: Final = frozenset({"case_opened", "sent_to_recheck", "proof_demanded"})
_WITHOUT_GOODS: Final = frozenset({"refund_in_transit", "refund_only"})


class Consequences(msgspec.Struct, frozen=True):
    """Rows that commit with the events they follow from."""

    scores: tuple[ScoreEntry, ...] = ()
    signals: tuple[Signal, ...] = ()
    metrics: tuple[MetricStep, ...] = ()


def moves_scores(recorded: Recorded) -> bool:
    """Whether something was recorded that a score may follow from: then the rules of scores are asked."""
    events = [event.type for part in (recorded, *recorded.also) for event in part.events]
    return any(word == MISSED or word in RULED for word in events)


def consequences(
    file: CaseFile, recorded: Recorded, topic: CompiledTopic | None, release: str, now: datetime, new_id: NewId
) -> Consequences:
    """What follows from all that was recorded. `topic` are the rules of scores in force now, of the release named."""
    scores: list[ScoreEntry] = []
    signals: list[Signal] = []
    metrics: list[MetricStep] = []
    for part in (recorded, *recorded.also):
        case = part.case
        if case is None or case.historical:
            continue
        for event in part.events:
            metrics += _metric(file, part, case, event)
            signals += _signals(file, case, event)
            if topic is not None:
                scores += _scores(file, case, event, topic, release, now, new_id)
    return Consequences(tuple(scores), tuple(signals), tuple(metrics))


def _metric(file: CaseFile, part: Recorded, case: Case, event: Event) -> Iterator[MetricStep]:
    known = {parcel.id: parcel for parcel in (*file.parcels, *part.parcels)}
    forward = [parcel.status for parcel in known.values() if parcel.direction == "forward"]
    found = step(case.kind, event.type, event.from_state, event.to_state, forward[0] if forward else None)
    if found:
        yield MetricStep(found.metric, found.verb, case.id, event.seq, event.at, case.opened_at)  # type: ignore[arg-type]


def _signals(file: CaseFile, case: Case, event: Event) -> Iterator[Signal]:
    def seen(kind: str) -> Signal:
        return Signal(kind, case.buyer, case.id, case.market, event.at)

    if event.seq == 1 and event.type in _OPENED:
        if any(payment.charged_back for payment in file.payments):
            yield seen("double_dips")
        since = {
            "refund_only_after_shipping": file.order.shipped_at if case.kind == "refund_in_transit" else None,
            "refund_only_after_receipt": file.order.delivered_at if case.kind == "refund_only" else None,
        }
        yield from (seen(kind) for kind, moment in since.items() if moment and event.at - moment <= SOON[kind])
    if event.to_state == "refund_approved" != event.from_state and case.kind in _WITHOUT_GOODS:
        yield seen("refunds_without_return")


def _scores(
    file: CaseFile, case: Case, event: Event, topic: CompiledTopic, release: str, now: datetime, new_id: NewId
) -> Iterator[ScoreEntry]:
    if event.type in RULED:  # a later ruling stands in the place of the earlier one
        for entry in _standing(file, case):
            yield reversal(entry, new_id(), now, "ruling_set_aside", seq=event.seq)
    due = next((d.due_at for d in file.deadlines if (d.kind, d.started_seq) == (event.fired_kind, event.fired_started_seq)), None)
    for kind in conduct_of(event):
        for outcome, rule, _ in entries(topic, about_conduct(topic, kind)).sentences:
            yield ScoreEntry(
                id=new_id(),
                score=outcome.score,
                delta=-int(outcome.subtract.number * POINT),
                at=now,
                expires_at=_expiry(outcome, now),
                why=kind,
                rule=rule.id,
                release=release,
                case_id=case.id,
                seq=event.seq,
                deadline_kind=event.fired_kind,
                due_at=due,
            )


def conduct_of(event: Event) -> tuple[Why, ...]:
    """What a shop did by an event, as words of `conducts`: an answer that came too late, a rejection set aside, a dispute of its fault."""
    if event.type == MISSED:
        return ("response_overdue",)
    if event.type not in RULED:
        return ()
    found: tuple[Why, ...] = ("rejection_overturned",) if event.body.get("overturned") else ()
    return (*found, "merchant_fault_dispute") if event.body.get("liability") in AT_FAULT else found


def _standing(file: CaseFile, case: Case) -> list[ScoreEntry]:
    """Entries that earlier rulings of the dispute left and that nothing has taken back; those of a dispute before it are about another no."""
    since = max((dispute.opened_seq for dispute in file.all_disputes if dispute.case_id == case.id), default=0)
    taken_back = {entry.reverses for entry in file.score_entries}
    return [
        entry
        for entry in file.score_entries
        if entry.case_id == case.id
        and entry.reverses is None
        and entry.deadline_kind is None
        and (entry.seq or 0) > since
        and entry.id not in taken_back
    ]


def _expiry(outcome: Score, now: datetime) -> datetime | None:
    return now + timedelta(days=int(outcome.expires.number)) if outcome.expires else None
