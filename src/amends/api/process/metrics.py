"""Counters of this process, in the text form that Prometheus reads."""

from bisect import bisect_left
from typing import Final

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 500)


class Histogram:
    """Counts by bucket, their sum and number."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def see(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def lines(self, name: str, labels: str = "") -> list[str]:
        """The histogram as text."""
        found, running = [], 0
        comma = "," if labels else ""
        for bound, count in zip((*self.bounds, "+Inf"), self.counts, strict=True):
            running += count
            found.append(f'{name}_bucket{{{labels}{comma}le="{bound}"}} {running}')
        marked = f"{{{labels}}}" if labels else ""
        return [*found, f"{name}_sum{marked} {self.total:.6f}", f"{name}_count{marked} {running}"]


class Metrics:
    """Requests by operation and status, how long they took, and how many commands travelled in one commit."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, int], int] = {}
        self.seconds: dict[str, Histogram] = {}
        self.batches = Histogram(SIZES)

    def saw(self, operation: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (operation, status)
        self.requests[key] = self.requests.get(key, 0) + 1
        taken = self.seconds.get(operation)
        if taken is None:
            taken = self.seconds[operation] = Histogram(SECONDS)
        taken.see(seconds)

    def text(self) -> str:
        """Everything, as text."""
        lines = ["# TYPE amends_requests_total counter"]
        lines += [f'amends_requests_total{{operation="{o}",status="{s}"}} {n}' for (o, s), n in sorted(self.requests.items())]
        lines.append("# TYPE amends_request_seconds histogram")
        for operation, taken in sorted(self.seconds.items()):
            lines += taken.lines("amends_request_seconds", f'operation="{operation}"')
        lines.append("# TYPE amends_batch_commands histogram")
        lines += self.batches.lines("amends_batch_commands")
        return "\n".join(lines) + "\n"
