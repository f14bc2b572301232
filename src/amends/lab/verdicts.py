"""What eligibility decides in each situation, by the same order as production: declined, needs a fact, left to a person, allowed, no rule."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.levers import KIND
from amends.domain.rulebook.outcomes import Allow, Decline, Undecided
from amends.domain.rulebook.shape import Condition
from amends.domain.topics.eligibility import DOES_NOT_COUNT
from amends.lab.interning import Bits
from amends.lab.kernel import Kernel, Situations, first, has, lined

DECLINED, NEEDS, UNDECIDED, ALLOWED = range(4)
KINDS: Final = ("declined", "needs", "undecided", "allowed")


class Decided(NamedTuple):
    """For each situation the kind of verdict and the rule that it names first; -1 where no rule answers."""

    kind: NDArray[np.int8]
    rule: NDArray[np.int32]


def probes(*topics: CompiledTopic) -> tuple[Condition, ...]:
    """What must be told apart beside the rules: the kind that is asked for, since a rule allows some kinds only."""
    kinds = {kind for topic in topics for rule in topic.rules if isinstance(rule.outcome, Allow) for kind in rule.outcome.allow}
    return tuple(Condition(KIND, "is", kind) for kind in sorted(kinds))


def decide(kernel: Kernel, situations: Situations, place: int) -> Decided:
    """The verdict of one of the kernel's topics in every situation."""
    topic = kernel.topics[place]
    certain, possible = kernel.match(situations, place)
    lines = len(certain)
    declines = lined(topic.bits(lambda rule: isinstance(rule.outcome, Decline)), lines)
    undecided = lined(topic.bits(lambda rule: isinstance(rule.outcome, Undecided)), lines)
    allowing, told = _allowing(kernel, situations, topic, lines)
    declined = certain & declines
    before_all = lined(
        topic.bits(lambda rule: isinstance(rule.outcome, Decline) and rule.outcome.decline in DOES_NOT_COUNT), lines
    )
    allowed, left = certain & allowing, certain & undecided
    unsure = possible & (declines | undecided) & ~certain
    open_ = ~told | ~(_any(allowed) | _any(left))
    unsure |= np.where(open_, possible & allowing, np.uint64(0))
    is_declined, is_unsure, is_left, is_allowed = _any(declined), _any(unsure), _any(left), _any(allowed)
    foremost = first(declined & before_all)
    choices = [is_declined & (foremost >= 0), is_declined, is_unsure, is_left, is_allowed]
    kind = np.select(choices, [DECLINED, DECLINED, NEEDS, UNDECIDED, ALLOWED], UNDECIDED).astype(np.int8)
    rules = [foremost, first(declined), first(unsure), first(left), first(allowed)]
    return Decided(kind, np.select(choices, rules, -1).astype(np.int32))


def _allowing(kernel: Kernel, situations: Situations, topic: CompiledTopic, lines: int) -> tuple[Bits, NDArray[np.bool_]]:
    """The rules that allow the kind that is asked for; all of them where the kind is not told, and whether it is."""
    any_allow = lined(topic.bits(lambda rule: isinstance(rule.outcome, Allow)), lines)
    shape = (lines, situations.certain.shape[1])
    found = np.zeros(shape, dtype=np.uint64)
    unknown = np.zeros(shape[1], dtype=bool)
    for probe in probes(*kernel.topics):
        mine = topic.bits(lambda rule, kind=probe.value: isinstance(rule.outcome, Allow) and kind in rule.outcome.allow)  # type: ignore[misc]
        certain, possible = (has(side, kernel.bit_of(probe)) for side in (situations.certain, situations.possible))
        found |= np.where(certain, lined(mine, lines), np.uint64(0))
        unknown |= possible & ~certain
    return np.where(unknown, any_allow, found), ~unknown


def _any(bits: Bits) -> NDArray[np.bool_]:
    return np.asarray(bits.any(axis=0), dtype=np.bool_)
