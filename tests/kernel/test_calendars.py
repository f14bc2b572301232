import importlib.util
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
import yaml

from amends.kernel.working_time import Calendar

ROOT = Path(__file__).parents[2]
ZONES = {
    "us": "America/New_York",
    "gb": "Europe/London",
    "ca": "America/Toronto",
    "my": "Asia/Kuala_Lumpur",
    "th": "Asia/Bangkok",
    "vn": "Asia/Ho_Chi_Minh",
    "ph": "Asia/Manila",
    "sg": "Asia/Singapore",
    "sa": "Asia/Riyadh",
    "ae": "Asia/Dubai",
    "id": "Asia/Jakarta",
    "cn": "Asia/Shanghai",
    "br": "America/Sao_Paulo",
    "eu": "Europe/Dublin",
}
NAMES = ("us", "gb", "ca", "my", "th", "vn", "ph", "sg", "sa", "ae", "id", "cn", "br", "eu")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_calendars", ROOT / "tools" / "calendars.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_calendars"] = module  # msgspec looks up annotations there
    spec.loader.exec_module(module)
    return module


def test_the_committed_calendars_are_the_ones_that_the_package_and_the_overrides_make(maker: ModuleType) -> None:
    assert maker.codes() == sorted(ZONES)
    assert maker.stale() == {}


def test_a_calendar_edited_by_hand_is_found(maker: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "overrides").mkdir()
    (tmp_path / "overrides" / "gb.yaml").write_bytes((maker.HOME / "overrides" / "gb.yaml").read_bytes())
    monkeypatch.setattr(maker, "HOME", tmp_path)
    (tmp_path / "gb.yaml").write_text(maker.rendered("gb").replace("2026-12-28", "2026-12-29"), "utf-8")
    assert set(maker.stale()) == {"gb"}


def test_checking_writes_nothing_and_succeeds_on_what_is_committed() -> None:
    done = subprocess.run(
        [sys.executable, "tools/calendars.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def override(maker: ModuleType, code: str, **changes: Any) -> Any:
    return msgspec.convert(msgspec.to_builtins(maker.read(code)) | changes, maker.Written)


def test_corrections_add_remove_and_make_up_days(maker: ModuleType) -> None:
    said = {"name": "as corrected", "source": "a test"}
    rest, work = maker.days_of(
        override(
            maker,
            "gb",
            add=[{"date": "2026-06-15", **said}],
            remove=[{"date": "2026-08-31", **said}],
            work=[{"date": "2026-06-20", **said}],
        )
    )
    assert rest[date(2026, 6, 15)] == "as corrected"
    assert date(2026, 8, 31) not in rest
    assert work == {date(2026, 6, 20): "as corrected"}


def test_a_correction_that_removes_what_is_not_there_is_refused(maker: ModuleType) -> None:
    with pytest.raises(KeyError):
        maker.days_of(override(maker, "gb", remove=[{"date": "2026-06-15", "name": "x", "source": "y"}]))


def test_estimated_days_cannot_be_called_confirmed(maker: ModuleType) -> None:
    with pytest.raises(ValueError, match="is an estimate"):
        maker.days_of(override(maker, "ae", confirmed_until="2027-12-31"))


def test_another_day_makes_another_version(maker: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    before = yaml.safe_load(maker.rendered("gb"))["version"]
    said = {"date": "2026-06-15", "name": "x", "source": "y"}
    changed = override(maker, "gb", add=[said])
    monkeypatch.setattr(maker, "read", lambda _code: changed)
    assert yaml.safe_load(maker.rendered("gb"))["version"] != before


@pytest.mark.parametrize("code", NAMES)
def test_each_market_has_a_calendar_of_its_zone_with_holidays_from_2016_to_2028(
    calendar_of: Callable[[str], Calendar], code: str
) -> None:
    calendar = calendar_of(code)
    assert (calendar.code, calendar.zone) == (code, ZONES[code])
    assert {day.year for day in calendar.holidays} == set(range(2016, 2029))
    assert date(2026, 12, 31) <= calendar.confirmed_until <= date(2027, 12, 31)
    assert not calendar.holidays & calendar.workdays


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("us", "2026-11-26"),
        ("gb", "2026-05-04"),
        ("ca", "2026-10-12"),
        ("my", "2026-08-31"),
        ("th", "2026-04-13"),
        ("vn", "2026-09-02"),
        ("ph", "2026-06-12"),
        ("sg", "2026-08-10"),
        ("sa", "2026-09-23"),
        ("ae", "2026-12-02"),
        ("id", "2026-08-17"),
        ("cn", "2026-10-01"),
        ("br", "2018-09-07"),
    ],
)
def test_well_known_days_are_off(calendar_of: Callable[[str], Calendar], code: str, day: str) -> None:
    assert not calendar_of(code).is_working_day(date.fromisoformat(day))


def test_england_works_on_the_days_of_scotland_and_northern_ireland(calendar_of: Callable[[str], Calendar]) -> None:
    assert calendar_of("gb").is_working_day(date(2026, 3, 17))
    assert calendar_of("gb").is_working_day(date(2026, 11, 30))
