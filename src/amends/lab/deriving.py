"""One decision, derived again from its pinned rules and the facts that were recorded of it, and held against what was kept, field by field."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from amends.actions.asking import judge_sheet, kept
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.recorded import Told, pieces_of
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.deadlines import Promise, promise_of
from amends.domain.topics.rejections import ground_at

NOBODY: Final = UUID(int=0)
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


def promises_again(
    rules: Rules, told: Told, to_state: str, missed: str | None, promised: list[tuple[str, str, str]]
) -> Iterator[Difference]:
    """The deadlines that the event started, (kind, rule, what happens when it is over) each, as policy promises them on those facts."""
    facts = {**told.facts, "case.state": to_state, "deadline.missed": missed or told.facts["deadline.missed"]}
    for kind, rule, on_expiry in promised:
        found = promise_of(rules.topic("deadlines"), facts, kind)
        again = [found.rule, found.on_expiry] if isinstance(found, Promise) else [found.code, None]
        yield from compared([rule, on_expiry], again, f"deadline.{kind}")


def ground_again(rules: Rules, told: Told, body: Mapping[str, Any]) -> Iterator[Difference]:
    """The ground of a rejection: open by the same rule."""
    ground = ground_at(rules.topic("rejections"), told.facts, stage=str(body["stage"]), ground=str(body["ground"]))
    again = ground.reasons[0].rule if ground.open else ground.code
    yield from compared(body.get("rule"), again, f"ground.{body['ground']}")
