"""The two answers that are no value. They are plain words, so that a sheet of facts survives JSON; the vocabulary may not use them."""

from typing import Final

NONE: Final = "none"
"""The fact does not apply: every comparison with it is false, `is_not` and `not_in` too."""

UNKNOWN: Final = "unknown"
"""Nobody has told us: a comparison with it is neither true nor false."""
