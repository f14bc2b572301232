"""docs/calendars.md: whose days of rest are known, and until when they are confirmed."""

from pathlib import Path

import yaml
from tools.pages import GENERATED, table

FOLDER = Path(__file__).resolve().parents[2] / "policies" / "calendars"


def page() -> str:
    """The whole page."""
    rows: list[tuple[object, ...]] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        kept = yaml.safe_load(path.read_text("utf-8"))
        rest = ", ".join(kept["weekends"][-1]["days"])
        rows.append(
            (kept["code"], kept["zone"], rest, kept["confirmed_until"], len(kept["holidays"]), kept["version"], kept["source"])
        )
    return (
        f"# Calendars\n\n{GENERATED}\n"
        "A deadline in working days that ends beyond the confirmed part is marked `provisional` on its case. When a calendar that\n"
        "knows more is published, it becomes later by the holidays that fall into it, never earlier, and is firm from then on; it does not fire before. Below 60 days of confirmed\n"
        "holidays `amends doctor`, publishing, the operations desk and the metrics say so. A correction is a line in `policies/calendars/overrides/`; `python tools/calendars.py` then makes the files again.\n\n"
        + table(("calendar", "zone", "days of rest now", "confirmed until", "holidays", "version", "source"), rows)
    )
