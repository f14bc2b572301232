# ruff: noqa: INP001 - a folder of programs, no package
"""Make `policies/calendars/<code>.yaml` from the `holidays` package and `policies/calendars/overrides/<code>.yaml`.

Run `python tools/calendars.py` after a change of an override or of the package; `--check` changes nothing and fails if
a committed file is not what would be made. Only a developer needs it: the product reads the files that it makes.
"""

import argparse
import json
import sys
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import holidays
import msgspec
import yaml

HOME = Path(__file__).resolve().parent.parent / "policies" / "calendars"
YEARS = range(2016, 2029)
ANNOUNCED = date(2025, 12, 31)  # older estimates of the package have happened long ago


class Correction(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A day on which the package is wrong or silent, and who says so."""

    date: date
    name: str
    source: str


class Weekend(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The days of rest from a date on."""

    days: list[str]
    since: date | None = None


class Written(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An override file."""

    country: str
    zone: str
    weekends: list[Weekend]
    confirmed_until: date
    because: str
    subdivision: str | None = None
    add: list[Correction] = []
    remove: list[Correction] = []
    work: list[Correction] = []


def read(code: str) -> Written:
    """Read an override file; what is wrong in it raises."""
    return msgspec.convert(yaml.safe_load((HOME / "overrides" / f"{code}.yaml").read_text("utf-8")), Written)


def days_of(written: Written) -> tuple[dict[date, str], dict[date, str]]:
    """Collect (holidays, make-up working days) with their names, corrections applied."""
    known = holidays.country_holidays(written.country, subdiv=written.subdivision, years=YEARS, language="en_US")
    rest = {day: name for day, name in sorted(known.items()) if day.year in YEARS}
    work = {day: "make-up working day" for day in known.weekend_workdays if day.year in YEARS}
    for entry in written.remove:
        del rest[entry.date]
    rest |= {entry.date: entry.name for entry in written.add}
    work |= {entry.date: entry.name for entry in written.work}
    refuse_early_confirmation(written, rest)
    return dict(sorted(rest.items())), dict(sorted(work.items()))


def refuse_early_confirmation(written: Written, rest: dict[date, str]) -> None:
    """Raise where a calendar calls days confirmed that the package itself only estimates."""
    estimated = [day for day, name in rest.items() if "estimated" in name and ANNOUNCED < day <= written.confirmed_until]
    if estimated:
        raise ValueError(f"{written.country}: confirmed until {written.confirmed_until}, but {estimated[0]} is an estimate")


def rendered(code: str) -> str:
    """Make the text of a calendar file."""
    written = read(code)
    rest, work = days_of(written)
    body = [f"country: {written.country}"]
    if written.subdivision:
        body.append(f'subdivision: "{written.subdivision}"')
    body += [f"zone: {written.zone}", f"confirmed_until: {written.confirmed_until}", "weekends:"]
    body += [
        f"  - {{{f'since: {weekend.since}, ' if weekend.since else ''}days: [{', '.join(weekend.days)}]}}"
        for weekend in written.weekends
    ]
    for title, days in (("holidays", rest), ("workdays", work)):
        body.append(f"{title}:" if days else f"{title}: {{}}")
        body += [f"  {day}: {json.dumps(name, ensure_ascii=False)}" for day, name in days.items()]
    text = "\n".join(body) + "\n"

    return (
        "# Made by tools/calendars.py; do not edit. Corrections: overrides/" + code + ".yaml\n"
        f"code: {code}\n"
        f'version: "{sha256(text.encode()).hexdigest()[:12]}"\n'
        f'source: "holidays {version("holidays")} (PyPI) and overrides/{code}.yaml; confirmed until then because: {written.because}"\n'
        + text
    )


def codes() -> list[str]:
    """List the calendars that there are: one for each override file."""
    return sorted(path.stem for path in (HOME / "overrides").glob("*.yaml"))


def stale() -> dict[str, str]:
    """Map each calendar whose committed file differs to the text that it should have."""
    wanted = {code: rendered(code) for code in codes()}
    return {
        code: text
        for code, text in wanted.items()
        if not (path := HOME / f"{code}.yaml").exists() or path.read_text("utf-8") != text
    }


def main() -> int:
    """Write what is stale, or only name it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a file is stale")
    check = parser.parse_args().check
    found = stale()
    for code, text in found.items():
        sys.stdout.write(f"{'stale' if check else 'written'}: policies/calendars/{code}.yaml\n")
        if not check:
            (HOME / f"{code}.yaml").write_text(text, "utf-8")
    return 1 if check and found else 0


if __name__ == "__main__":
    raise SystemExit(main())
