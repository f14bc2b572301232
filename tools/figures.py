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
    "open_case_http_per_s": (
        "requests a second over HTTP: decided, idempotent, recorded, durable; 32 connections, one API process",
        "",
    ),
    "pgbench4_c16_tps": ("… `pgbench` in the same run: the bare statements on the same tables, 16 clients, a second", ""),
    "pgbench4_c16_tps_least": ("… its slowest run", ""),
    "pgbench4_c16_tps_most": ("… its fastest run", ""),
    "open_case_http_vs_pgbench4": ("… requests over `pgbench`", "at least 0.35"),
    "open_case_http_p99_ms": ("… 99 of 100 are answered within, in ms", "at most 25"),
    "return_flow_per_s": (
        "whole returns a second: open, approve, ship, scan, inspect, refund (Medusa 2.21.2 on two such cores: 4.3)",
        "at least 4.3",
    ),
    "return_flow_app_cpu_us": ("… CPU of our processes for one, in µs (Medusa's server: 230,000 to 264,000)", ""),
    "drain_per_s": ("deadlines fired a second through the desk, of 100,000 due", ""),
    "drain_vs_raw_sql": ("… over one raw statement doing the same writes", "at least 0.4"),
    "batch_1000_approvals_s": ("1,000 approvals in one call, in s", "at most 0.5"),
    "match_us": ("all matching rules of 60, with 40 facts, in µs of a quiet core: CPU time over the slowdown below", "at most 3"),
    "verdict_us": ("a whole verdict with words and counterfactual, the same way", "at most 25"),
    "prove_all_markets_s": ("every rule of every market proved over every situation, in s", "at most 5"),
    "match_vs_zen": ("`zen-engine` over our match: the same 60 rules, a decision created once, in one run", "at least 30"),
    "match_vs_zen_precompiled": ("… its compiled content behind a loader, which is its fastest way", ""),
    "match_vs_cedar": ("`cedarpy` over our match, the same way", "at least 100"),
    "lab_5m_vs_duckdb": (
        "5,000,000 past cases replayed under 40 rules, over hand-written SQL in DuckDB in the same run",
        "at most 0.6",
    ),
    "lab_diff_vs_replay": ("… what two releases judge differently, over one replay", "at most 1.5"),
    "insight_dashboard_s": ("every table of the dashboard at a new cut-off, 100,000 orders of 20 shops, in s", "at most 1"),
    "export_csv_cases_per_s": ("cases a second as CSV", "at least 10,000"),
    "export_xlsx_cases_per_s": ("cases a second as a workbook", "at least 10,000"),
    "export_xlsx_api_mb": ("… memory of the API meanwhile, in MB", "at most 300"),
    "export_xlsx_writer_mb": ("… memory of the process that writes it, in MB", "at most 300"),
    "import_lines_per_s": ("order lines a second out of a file that was handed in", "at least 1,667"),
    "slowdown": (
        "… how many times slower than a quiet core this machine ran a plain loop meanwhile; every other figure is as it was",
        "",
    ),
    "api_rss_mb": ("memory of one API process after the load, in MB", "at most 120"),
    "cold_start_s": ("first start in an empty folder, database, worker and API included, in s", "at most 5"),
    "restart_s": ("start after that, in s", "at most 3"),
    "doctor_findings": ("what `amends doctor` finds afterwards", "0"),
}
"""Figure → (what it is, what was promised), in this order; the file holds more."""


def written(figures: dict[str, float]) -> str:
    """The table; figures that the file does not hold are left out."""
    rows: list[tuple[object, ...]] = [
        (*SHOWN[name][:1], _number(figures[name]), SHOWN[name][1]) for name in SHOWN if name in figures
    ]
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
