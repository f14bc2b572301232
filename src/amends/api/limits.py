"""How much one token may do: a moving window of one second for each sort of operation, kept as one number (GCRA)."""

import math
import time
from typing import Final

SORTS: Final = {"read": 1.0, "write": 1.0, "upload": 0.05}
"""The share of the budget that each sort has."""
MOST_KNOWN: Final = 50_000


class Limits:
    """Budgets by token and sort. `per_second` is what may be done in a second, and at once; 0 sets no limit."""

    def __init__(self, per_second: int) -> None:
        self.spacing = {sort: 1 / max(1.0, per_second * share) for sort, share in SORTS.items()} if per_second else {}
        self.free_at: dict[tuple[str, str], float] = {}

    def wait_for(self, token: str, sort: str, now: float | None = None) -> int:
        """0 where the call may pass, else the whole seconds to wait."""
        spacing = self.spacing.get(sort)
        if spacing is None:
            return 0
        moment = time.monotonic() if now is None else now
        free_at = max(self.free_at.get((token, sort), 0.0), moment)
        if free_at - moment > 1.0 - spacing:
            return max(1, math.ceil(free_at - moment + spacing - 1.0))
        if len(self.free_at) >= MOST_KNOWN:
            self.free_at = {key: at for key, at in self.free_at.items() if at > moment}
        self.free_at[token, sort] = free_at + spacing
        return 0
