"""How clear a photo is, as numbers and as a word; `measuring` takes the measures, in the process that opens strangers' files.

The measures are whole numbers, kept beside the proof so that a finding can be judged again. Where the lines are drawn was measured
on photos made worse by code (`python -m tools.clarity`); the figures stand in docs/evidence-checks.md.
"""

from typing import Final

import msgspec

BLURRED_BELOW: Final = 160
DARK_BELOW: Final = 40
BLANK_BELOW: Final = 4
ALIKE_WITHIN: Final = 3
"""Prints that differ in at most so many of their 64 bits are one photo, saved anew or made smaller."""


class Clarity(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of a photo, or of the clearest of a film's frames.

    `sharpness`: the variance of a Laplacian, once contrast was evened out. `brightness`: the grey, 0 to 255, that 5 % of the photo
    reach. `contrast`: the standard deviation of its greys. `print`: 64 bits, signed, that stay nearly the same when the photo is
    saved anew; None where it shows nothing.
    """

    sharpness: int
    brightness: int
    contrast: int
    print: int | None

    @property
    def finding(self) -> str:
        """A word of `photo_findings`: clear, blurred, dark or blank."""
        if self.brightness < DARK_BELOW:
            return "dark"
        if self.contrast < BLANK_BELOW:
            return "blank"
        return "blurred" if self.sharpness < BLURRED_BELOW else "clear"


def distance(one: int, other: int) -> int:
    """In how many bits two prints differ."""
    return ((one ^ other) & (1 << 64) - 1).bit_count()
