"""May this shop work yet, and if its entry is not shown, why not? A checklist with a reason for each open point (P-03, F-06, U-17)."""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from amends.domain.rulebook.shape import Says, Vocabulary

MAINLAND: Final = "mainland_china"
State = Literal["met", "open", "does_not_apply"]


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One check: `met`, `open` or `does_not_apply`; `reason` says of an open one whether it was looked at, `next` what to do."""

    check: str
    state: State
    says: Says
    reason: str | None = None
    next: Says | None = None
    by: str | None = None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that keeps the entry from being shown: its code, and what it is about."""

    code: str
    about: str


def checklist(vocabulary: Vocabulary, found: Mapping[str, bool]) -> tuple[Point, ...]:
    """Every check of a shop. `found` are the words that somebody looked at, and what is computed; what is not there is not known."""
    points = []
    for word, term in vocabulary.words("onboarding_checks").items():
        asked_of = term.traits.get("when")
        if asked_of == MAINLAND and found.get(MAINLAND) is False:
            points.append(Point(check=word, state="does_not_apply", says=term.says))
        elif found.get(word):
            points.append(Point(check=word, state="met", says=term.says))
        else:
            reason = "check_not_met" if word in found else "check_not_looked_at"
            following = Says(**term.traits["next"])
            points.append(
                Point(check=word, state="open", says=term.says, reason=reason, next=following, by=str(term.traits["by"]))
            )
    return tuple(points)


def why_not_shown(
    vocabulary: Vocabulary,
    points: tuple[Point, ...],
    *,
    client: str | None,
    version: str | None,
    lacks: str | None,
) -> tuple[Shown, ...]:
    """Everything that keeps the entry to after-sales hidden, in the order in which to look: version, permission, then the shop (F-06)."""
    reasons = []
    term = vocabulary.words("clients").get(client or "")
    if term is not None and version is not None and _number(version) < _number(str(term.traits["least"])):
        reasons.append(Shown(code="console_outdated", about=str(term.traits["least"])))
    if lacks is not None:
        reasons.append(Shown(code="permission_missing", about=lacks))
    reasons += [Shown(code=point.reason or "check_not_met", about=point.check) for point in points if point.state == "open"]
    return tuple(reasons)


def _number(version: str) -> tuple[int, ...]:
    """A version as numbers; what is no number counts as none."""
    parts = version.strip().removeprefix("v").split(".")[:4]
    numbers = [int(part) if part.isascii() and part.isdecimal() and len(part) < 10 else 0 for part in parts]  # noqa: PLR2004 - an int
    return tuple(numbers + [0] * (4 - len(numbers)))
