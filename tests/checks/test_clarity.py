"""The lines of the photo check, measured: what good photos it turns away and what spoiled ones it does not see."""

import re
import sys
from pathlib import Path

import pytest
from tools.clarity import judged, report
from tools.photos import made

from amends.gateways.clarity import BLANK_BELOW, BLURRED_BELOW, DARK_BELOW

PAGE = Path(__file__).resolve().parents[2] / "docs" / "evidence-checks.md"


@pytest.mark.long
@pytest.mark.requirement("V-17", "F-01")
def test_good_photos_are_hardly_ever_turned_away_and_spoiled_ones_hardly_ever_pass(capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = judged([made(seed) for seed in range(40)])
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(report(good, bad)) + "\n")
    turned, of_good = good.share(good.seen)
    missed, of_bad = bad.share(bad.seen)
    assert of_good >= 200
    assert of_bad >= 200
    assert turned / of_good <= 0.01
    assert missed / of_bad <= 0.10
    assert good.confused == 0
    assert good.known_again / good.saved_anew >= 0.98


def test_a_few_photos_of_each_kind_are_judged_as_a_person_would() -> None:
    good, bad = judged([made(seed, (640, 480)) for seed in range(100, 103)])
    assert sum(good.wrong.values()) == 0
    assert sum(n for name, n in bad.wrong.items() if "shaken" not in name) == 0


@pytest.mark.requirement("V-17")
def test_the_page_names_the_lines_that_hold() -> None:
    said = PAGE.read_text("utf-8")
    for word, value in (("Sharpness below", BLURRED_BELOW), ("Brightness below", DARK_BELOW), ("Contrast below", BLANK_BELOW)):
        assert re.search(rf"{word} {value}\b", said), word
