"""One decision, derived again from its pinned rules and the facts that were recorded of it, and held against what was kept, field by field."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from amends.actions.asking import judge_sheet, kept
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.recorded import Told, pieces_of
from amends.domain.facts.unknown import NONE
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.costs import compensations, share_of
from amends.domain.topics.deadlines import Promise, promise_of
from amends.domain.topics.negotiation import advice
from amends.domain.topics.rejections import ground_at
from amends.kernel.money import Money
from amends.kernel.working_time import Calendar

NOBODY: Final = UUID(int=0)
HOUR: Final = 3600
"""Seconds."""
_WORDING: Final = frozenset({"zh", "en"})
_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A field that does not come out as it was kept; its path, and both values. `wording` says that only how it is said has changed."""

    field: str
    kept: Any
    again: Any
    wording: bool = False


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one decision: `equal`, `different`, or `not_derivable`, since its facts were never recorded."""

    seq: int
    event: str
    at: datetime
    topic: str
    result: str
    facts: dict[str, Any] = {}
    verdict: dict[str, Any] | None = None
    differences: tuple[Difference, ...] = ()


def verdict_again(rules: Rules, told: Told, at: datetime) -> dict[str, Any]:
    """The verdict on what was asked, as a case keeps it, laid out as plain values."""
    judged = judge_sheet(rules, dict(told.facts), pieces(told, at), at)
    return plain(kept(judged.verdict, {}))


def pieces(told: Told, at: datetime) -> list[Evidence]:
    """The proof as the rules looked at it; what they do not look at is left empty."""
    rest = {
        "case_id": None,
        "sha256": None,
        "media_type": None,
        "size": 0,
        "text": None,
        "given_by": "",
        "given_at": at,
        "sealed_at": at,
    }
    return [Evidence(id=NOBODY, **{**rest, **piece}) for piece in pieces_of(told.proof)]


def plain(written: bytes) -> dict[str, Any]:
    """A kept verdict as plain values; what the asker stated stands in the facts."""
    found: dict[str, Any] = _decode(written)
    return {name: value for name, value in found.items() if name != "told"}


def compared(before: Any, again: Any, path: str = "") -> Iterator[Difference]:
    """Every field in which two values differ."""
    if isinstance(before, dict) and isinstance(again, dict):
        for name in dict.fromkeys([*before, *again]):
            yield from compared(before.get(name), again.get(name), f"{path}.{name}" if path else name)
    elif isinstance(before, list) and isinstance(again, list) and len(before) == len(again):
        for place, (one, other) in enumerate(zip(before, again, strict=True)):
            yield from compared(one, other, f"{path}[{place}]")
    elif before != again:
        yield Difference(field=path, kept=before, again=again, wording=path.rsplit(".", 1)[-1] in _WORDING)


def cited(body: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[Difference]:
    """What the opening event says of a verdict that the case no longer keeps: its kind, codes and rules."""
    reasons = again.get("reasons", [])
    derived = {
        "verdict": again["kind"],
        "codes": list(dict.fromkeys(reason["code"] for reason in reasons)),
        "rules": [reason["rule"] for reason in reasons if reason["rule"]],
    }
    yield from compared({name: body[name] for name in derived if name in body}, {n: v for n, v in derived.items() if n in body})


class Promised(NamedTuple):
    """A deadline as it stands; `due_at` is what was promised where it was `steady`: neither stopped, shortened nor given time back."""

    kind: str
    rule: str
    on_expiry: str
    at_least: int
    started_at: datetime
    due_at: datetime
    calendar: str | None
    steady: bool


def promises_again(
    rules: Rules,
    told: Told,
    to_state: str,
    missed: str | None,
    promised: Iterable[Promised],
    calendar_of: Callable[[str], Calendar | None],
) -> Iterator[Difference]:
    """The deadlines that the event started, as policy promises them on those facts: rule, ending, hours left at least, and when due."""
    facts = {**told.facts, "case.state": to_state, "deadline.missed": missed or told.facts["deadline.missed"]}
    for each in promised:
        found = promise_of(rules.topic("deadlines"), facts, each.kind)
        if not isinstance(found, Promise):
            yield Difference(field=f"deadline.{each.kind}", kept=each.rule, again=found.code)
            continue
        before = {"rule": each.rule, "on_expiry": each.on_expiry, "at_least_hours": each.at_least // HOUR}
        again = {"rule": found.rule, "on_expiry": found.on_expiry, "at_least_hours": found.at_least_hours}
        calendar = calendar_of(each.calendar) if each.steady and each.calendar else None
        if calendar is not None:
            before["due_at"] = each.due_at.isoformat()
            again["due_at"] = found.due(each.started_at, calendar).at.isoformat()
        yield from compared(before, again, f"deadline.{each.kind}")


def proposal_again(rules: Rules, told: Told, body: Mapping[str, Any]) -> Iterator[Difference]:
    """What the platform proposed by itself: by which rule, which kind, who pays the way back, and what was weighed."""
    facts = {**told.facts, "case.proposal_open": False, "proposal.by": NONE}
    found = advice(rules.topic("negotiation"), facts)
    weighed = found.weighed if found else None
    again = {
        "rule": found.reason.rule if found else None,
        "kind": found.kind if found else None,
        "why": [{"rule": sign.rule, "weight": sign.weight} for sign in weighed.signs] if weighed else [],
        "score": weighed.score if weighed and weighed.threshold is not None else None,
    }
    before = {name: body.get(name) for name in ("rule", "why", "score")} | {"kind": (body.get("offer") or {}).get("kind")}
    yield from compared({**before, "why": before["why"] or []}, again, "proposal")


def compensation_again(rules: Rules, told: Told, owed: tuple[str, str, str, str, int]) -> Iterator[Difference]:
    """Money that was owed for a missed deadline, (why, rule, by, to, minor units)."""
    why, rule, by, to, amount = owed
    said = compensations(rules.topic("costs"), {**told.facts, "deadline.missed": why}).sentences
    asked, exponents = told.facts["request.amount"], rules.handling.book.vocabulary.exponents()
    found = [
        (
            sentence.rule.id,
            sentence.outcome.by,
            sentence.outcome.to,
            share_of(sentence.outcome.compensate, Money(*asked), exponents).amount,
        )
        for sentence in said
        if isinstance(asked, tuple)
    ]
    names = ("rule", "by", "to", "amount")
    again = dict(zip(names, next((each for each in found if each[3] > 0), (None,) * len(names)), strict=True))
    yield from compared(dict(zip(names, (rule, by, to, amount), strict=True)), again, f"compensation.{why}")


def ground_again(rules: Rules, told: Told, body: Mapping[str, Any]) -> Iterator[Difference]:
    """The ground of a rejection: open by the same rule."""
    ground = ground_at(rules.topic("rejections"), told.facts, stage=str(body["stage"]), ground=str(body["ground"]))
    again = ground.reasons[0].rule if ground.open else ground.code
    yield from compared(body.get("rule"), again, f"ground.{body['ground']}")
