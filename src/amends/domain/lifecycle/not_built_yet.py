"""The rows of the case table that nothing brings about yet, and the capability that will. A test allows exactly these; the list ends empty."""

from typing import Final

NOT_BUILT_YET: Final[dict[tuple[int, str], str]] = {}
"""(row number, event) → what brings it."""
