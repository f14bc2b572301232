"""A way that was found → what is told about it: the proof that it owes, from which day and until which day it passes, and in words."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from amends.domain.facts.unknown import UNKNOWN
from amends.domain.rulebook.shape import Facts, Says, Vocabulary
from amends.domain.rulebook.verdict import Change, Need, Way
from amends.kernel.moments import local_date, start_of_local_day

_REMEMBERED: Final = 512


class Limit(NamedTuple):
    """The value (days, or seconds) of a clock at which things change."""

    fact: str
    value: int
    in_days: bool


class Plan(NamedTuple):
    """A way before it has a date: the kind, the changes, the facts to set, the limits that end it, its words, and what opens it.

    `made` keeps ways that were told before, by day and proof.
    """

    kind: str
    changes: tuple[Change, ...]
    sets: dict[str, Any]
    limits: tuple[Limit, ...]
    says: Says
    opens: Limit | None
    made: dict[Any, tuple[tuple[Need, ...], Way]]


class Spell(NamedTuple):
    """When and where something is told, and with which words."""

    now: datetime
    zone: str
    vocabulary: Vocabulary


def way_of(plan: Plan, facts: Facts, spell: Spell, proof_for: Callable[[Facts], tuple[Need, ...]] | None) -> Way:
    """The plan as it stands for these facts at this moment."""
    proof = proof_for({**facts, **plan.sets}) if proof_for else ()
    if any(not limit.in_days for limit in plan.limits):
        return _told(plan, proof, facts, spell)
    key = (_today(spell.now, spell.zone), id(proof), *[facts.get(limit.fact) for limit in plan.limits], _opening(plan, facts))
    kept = plan.made.get(key)
    if kept is not None and kept[0] is proof:
        return kept[1]
    way = _told(plan, proof, facts, spell)
    if len(plan.made) >= _REMEMBERED:
        plan.made.clear()
    plan.made[key] = (proof, way)
    return way


@lru_cache(maxsize=64)
def _today(now: datetime, zone: str) -> date:
    return local_date(now, zone)


def _opening(plan: Plan, facts: Facts) -> object:
    return facts.get(plan.opens.fact) if plan.opens else None


def _told(plan: Plan, proof: tuple[Need, ...], facts: Facts, spell: Spell) -> Way:
    today = _today(spell.now, spell.zone)
    from_day = today + timedelta(days=_ahead(plan.opens, facts)) if plan.opens else None
    last_day, before = _until(plan, facts, spell, today)
    zh, en = plan.says.zh, plan.says.en
    for need in proof:
        words = proof_says(need, spell.vocabulary)
        zh, en = zh + words.zh, en + words.en
    if from_day:
        zh, en = f"{zh}，自 {from_day} 起（{spell.zone}）", f"{en}, from {from_day} on ({spell.zone})"
    if last_day:
        zh, en = f"{zh}，截至 {last_day}（{spell.zone}）", f"{en}, until {last_day} ({spell.zone})"
    elif before:
        zh, en = f"{zh}，须早于 {before:%Y-%m-%d %H:%M} UTC", f"{en}, before {before:%Y-%m-%d %H:%M} UTC"
    return Way(
        kind=plan.kind,
        changes=plan.changes,
        says=Says(zh, en),
        proof=proof,
        from_day=from_day,
        last_day=last_day,
        before=before,
        zone=spell.zone,
    )


def _ahead(limit: Limit, facts: Facts) -> int:
    elapsed = facts.get(limit.fact, UNKNOWN)
    left = limit.value - (elapsed if elapsed.__class__ is int else limit.value)
    return left if limit.in_days else -(-left // 86400)


def _until(plan: Plan, facts: Facts, spell: Spell, today: date) -> tuple[date | None, datetime | None]:
    found: list[tuple[datetime, date | None]] = []
    for limit in plan.limits:
        elapsed = facts.get(limit.fact, UNKNOWN)
        if elapsed.__class__ is not int:
            continue
        left = limit.value - elapsed
        if limit.in_days:
            found.append((start_of_local_day(today + timedelta(days=left), spell.zone), today + timedelta(days=left - 1)))
        else:
            found.append((spell.now + timedelta(seconds=left), None))
    before, last_day = min(found, key=lambda pair: pair[0], default=(None, None))
    return last_day, before


def proof_says(need: Need, vocabulary: Vocabulary) -> Says:
    """The proof of a need, in words that go on a sentence; nothing for a fact."""
    if need.kind != "proof":
        return Says("", "")
    kinds = [vocabulary.says("evidence_kinds", word) for word in need.any_of or need.all_of]
    zh, en = "、".join(kind.zh for kind in kinds), ", ".join(kind.en for kind in kinds)
    if need.any_of:
        return Says(f"，附上其中一种凭证：{zh}", f", with one of: {en}")
    return Says(f"，附上全部凭证：{zh}", f", with all of: {en}")
