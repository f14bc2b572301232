"""The rows of the case table that nothing brings about yet, and the capability that will. A test allows exactly these; the list ends empty."""

from typing import Final

REPLACING: Final = "exchange: shipping and accepting the replacement"

NOT_BUILT_YET: Final[dict[tuple[int, str], str]] = {
    (19, "replacement_shipped"): REPLACING,
    (36, "replacement_delivered"): REPLACING,
    (19, "replacement_accepted"): REPLACING,
}
"""(row number, event) → what brings it."""
