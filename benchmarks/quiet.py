"""Microseconds on a quiet core, although others share the machine: every round is timed beside a loop whose time is known."""

import gc
import statistics
import time
from collections.abc import Callable
from itertools import repeat
from typing import Any

QUIET_S = 0.055
"""What 2,000,000 steps of the loop take on a quiet core of the machine that the targets were set on."""
STEPS = 20_000


def slowdown() -> float:
    """How much slower than on a quiet core this process runs right now. The loop makes no objects: where they lie can triple its time."""
    began, x = time.process_time(), 0
    for _ in repeat(None, STEPS):
        x ^= 1
    return (time.process_time() - began) / (QUIET_S * STEPS / 2_000_000)


def quiet_us(call: Callable[[Any], object], inputs: list[Any], rounds: int = 41) -> float:
    """Microseconds of CPU for one call: each round divided by the slowdown before and after it, and of those the lowest tenth's end.

    Every input once a round, nothing collected meanwhile. The loop does not see that others fill the caches, so most rounds still say too much.
    """
    call(inputs[0])
    took = []
    gc.disable()
    for _ in range(rounds):
        before = slowdown()
        began = time.process_time()
        for one in inputs:
            call(one)
        spent = (time.process_time() - began) / len(inputs) * 1e6
        took.append(spent / ((before + slowdown()) / 2))
    gc.enable()
    return statistics.quantiles(took, n=10)[0]
