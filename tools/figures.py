# ruff: noqa: INP001, T201 - a program of developers, and it prints
"""Write the figures of `benchmarks/out/latest.json` into the README, between `<!-- figures -->` and `<!-- /figures -->`."""

import json
import sys
from pathlib import Path

from tools.pages import table

ROOT = Path(__file__).resolve().parents[1]
LATEST = ROOT / "benchmarks" / "out" / "latest.json"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
SHOWN = {
    "open_case_http_per_s": ("requests opened a second over HTTP, decided, idempotent, recorded, durable", ""),
    "open_case_http_vs_pgbench4": ("… over `pgbench` doing the bare four statements on the same tables", "at least 0.35"),
    "open_case_http_p99_ms": ("… the slowest of a hundred, in ms", "at most 25"),
    "return_flow_per_s": ("whole returns a second: open, approve, ship, scan, inspect, refund", ""),
    "return_flow_cpu_ms": ("… CPU of one, in ms", ""),
    "drain_vs_raw_sql": ("100,000 due deadlines through the desk, over one raw statement doing the same writes", "at least 0.4"),
    "batch_1000_approvals_s": ("1,000 approvals in one batch, in s", "at most 0.5"),
    "match_us": ("all matching rules of 60, with 40 facts, in µs", "at most 3"),
    "verdict_us": ("a whole verdict with words and counterfactual, in µs", "at most 25"),
    "api_rss_mb": ("memory of one API process, in MB", "at most 120"),
    "cold_start_s": ("first start of an empty home, in s", "at most 5"),
    "restart_s": ("start after that, in s", "at most 3"),
}
"""Figure → (what it is, what was promised). Figures of the file that are not named here stand below the others under their own name."""


def written(figures: dict[str, float]) -> str:
    """The table; figures that the file does not hold are left out."""
    rows: list[tuple[object, ...]] = [
        (*SHOWN[name][:1], _number(figures[name]), SHOWN[name][1]) for name in SHOWN if name in figures
    ]
    rows += [(f"`{name}`", _number(value), "") for name, value in figures.items() if name not in SHOWN]
    return table(("figure", "measured", "promised"), rows)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits say enough


def placed(page: str, figures: dict[str, float]) -> str:
    """The page with the table in its place. Raises ValueError for a page without one."""
    head, _, rest = page.partition(BEGIN)
    _, found, tail = rest.partition(END)
    if not found:
        raise ValueError(f"there is no place for figures: {BEGIN} … {END}")
    return f"{head}{BEGIN}\n{written(figures)}{END}{tail}"


def main() -> int:
    """Write the README anew."""
    if not LATEST.is_file():
        print(f"{LATEST.relative_to(ROOT)} is not there; `make bench` writes it", file=sys.stderr)
        return 1
    figures = {name: value for name, value in json.loads(LATEST.read_text("utf-8")).items() if isinstance(value, int | float)}
    readme = ROOT / "README.md"
    readme.write_text(placed(readme.read_text("utf-8"), figures), "utf-8")
    print(f"wrote {len(figures)} figures into README.md")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
