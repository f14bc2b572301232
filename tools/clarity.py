# ruff: noqa: INP001 - a program of developers
"""`python -m tools.clarity [--photos FOLDER] [--made N]`: how often good photos are turned away and spoiled ones are not seen."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from tools.photos import made, spoiled, still_good

from amends.gateways.clarity import ALIKE_WITHIN, BLANK_BELOW, BLURRED_BELOW, DARK_BELOW, distance
from amends.gateways.measuring import measure

LARGEST = 1280


class Tally:
    """What was found of each kind of photo."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.known_again = self.saved_anew = self.confused = self.pairs = 0

    def share(self, names: Iterable[str]) -> tuple[int, int]:
        """How many of those kinds were judged wrongly, of how many."""
        kinds = list(names)
        return sum(self.wrong[k] for k in kinds), sum(self.seen[k] for k in kinds)


def judged(photos: Iterable[Image.Image]) -> tuple[Tally, Tally]:
    """The good ones and the spoiled ones of every photo."""
    good, bad = Tally(), Tally()
    prints: list[int] = []
    for photo in photos:
        photo.thumbnail((LARGEST, LARGEST))
        own = measure(photo).print
        for name, shown in still_good(photo):
            found = measure(shown)
            good.seen[name] += 1
            good.wrong[name] += found.finding != "clear"
            if own is not None and name.startswith(("jpeg", "half")):
                good.saved_anew += 1
                good.known_again += found.print is not None and distance(own, found.print) <= ALIKE_WITHIN
        for name, shown in spoiled(photo):
            bad.seen[name] += 1
            bad.wrong[name] += measure(shown).finding == "clear"
        if own is not None:
            good.pairs += len(prints)
            good.confused += sum(distance(own, other) <= ALIKE_WITHIN for other in prints)
            prints.append(own)
    return good, bad


def report(good: Tally, bad: Tally) -> list[str]:
    """The figures as lines of a table."""
    turned, of_good = good.share(good.seen)
    missed, of_bad = bad.share(bad.seen)
    lines = [
        f"lines: sharpness {BLURRED_BELOW}, brightness {DARK_BELOW}, contrast {BLANK_BELOW}, {ALIKE_WITHIN} bits of 64",
        f"false rejections: {turned} of {of_good} good photos ({turned / of_good:.1%})",
        f"misses: {missed} of {of_bad} spoiled photos ({missed / of_bad:.1%})",
        f"the same photo saved anew is known again: {good.known_again} of {good.saved_anew}; two photos confused: {good.confused} of {good.pairs} pairs",
        "",
        "| photos | judged wrongly | of |",
        "|---|---|---|",
    ]
    return lines + [f"| {name} | {tally.wrong[name]} | {n} |" for tally in (good, bad) for name, n in tally.seen.items()]


def main() -> None:
    """Print the figures."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--photos", type=Path, help="a folder of real photos")
    words.add_argument("--made", type=int, default=40, help="how many photos to make by code")
    asked = words.parse_args()
    for what, photos in (
        ("made by code", [made(seed) for seed in range(asked.made)]),
        ("real photos", [Image.open(p).convert("RGB") for p in sorted(asked.photos.iterdir())] if asked.photos else []),
    ):
        if photos:
            sys.stdout.write(f"\n{what}: {len(photos)}\n" + "\n".join(report(*judged(photos))) + "\n")


if __name__ == "__main__":
    main()
