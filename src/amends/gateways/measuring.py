"""Measures of a decoded photo: a small Laplacian once contrast was evened out, its light, and a print by which it is known again."""

from typing import Final

from PIL import Image, ImageFilter, ImageOps, ImageStat

from amends.gateways.clarity import BLANK_BELOW, Clarity

LONGEST_SIDE: Final = 640
_ACROSS, _DOWN = 9, 8
_LAPLACIAN: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


def measure(photo: Image.Image) -> Clarity:
    """Measure a decoded photo. A small one is taken as it is: what was made smaller looks sharp, and can be read so."""
    grey = photo.convert("RGB").convert("L")
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    contrast = int(ImageStat.Stat(grey).stddev[0])
    evened = ImageOps.autocontrast(grey, cutoff=1)
    return Clarity(
        sharpness=int(ImageStat.Stat(evened.filter(_LAPLACIAN)).var[0]),
        brightness=_light(grey),
        contrast=contrast,
        print=_print(grey) if contrast >= BLANK_BELOW else None,
    )


def _light(grey: Image.Image) -> int:
    histogram = grey.histogram()
    left = sum(histogram) // 20
    for shade in range(255, -1, -1):
        left -= histogram[shade]
        if left < 0:
            return shade
    return 0


def _print(grey: Image.Image) -> int:
    """One bit for each of 8 by 8 places: whether it grows darker to the right."""
    small = grey.resize((_ACROSS, _DOWN), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(_DOWN):
        for column in range(_ACROSS - 1):
            here = row * _ACROSS + column
            bits = bits << 1 | (small[here] > small[here + 1])
    return bits - (1 << 64) if bits >= 1 << 63 else bits
