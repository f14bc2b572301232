"""`make bench`: prints the table and writes benchmarks/out/latest.json. AMENDS_BENCH_ONLY=opens,flows,… takes part of it."""

import asyncio
import json
import os
import time

from amends.store.doctor import examine, lines, sick
from benchmarks import drain, files, flows, insight, lab, opens, prove, rulebook, starts
from benchmarks.bed import HERE, ORDERS, bed, fill, run_sql

# What each figure must reach, and what it stands beside. `>` at least, `<` at most.
LIMITS = {
    "open_case_http_vs_pgbench4": (">", 0.35, "pgbench, 16 clients, the same rows"),
    "open_case_http_p99_ms": ("<", 25, "32 connections"),
    "return_flow_per_s": (">", 4.3, "Medusa 2.21.2 on such a machine"),
    "drain_vs_raw_sql": (">", 0.4, "one raw statement, the same writes"),
    "batch_1000_approvals_s": ("<", 0.5, "one call"),
    "match_us": ("<", 3, "60 rules, 40 facts"),
    "verdict_us": ("<", 25, "words and counterfactual"),
    "lab_5m_vs_duckdb": ("<", 0.6, "hand-written SQL in DuckDB, same columns"),
    "lab_diff_vs_replay": ("<", 1.5, "one replay of 5,000,000 cases"),
    "prove_all_markets_s": ("<", 5, "every rule of every market, nothing remembered"),
    "match_vs_zen": (">", 30, "zen-engine, the same 60 rules, a decision created once"),
    "match_vs_cedar": (">", 100, "cedarpy, the same 60 rules, parsed once"),
    "insight_dashboard_s": ("<", 1, "every table of the screen, all shops, 30 days, warm"),
    "export_csv_cases_per_s": (">", 10_000, "100,000 cases in 10 s"),
    "export_xlsx_cases_per_s": (">", 10_000, "100,000 cases in 10 s"),
    "export_xlsx_api_mb": ("<", 300, "while it is written"),
    "export_xlsx_writer_mb": ("<", 300, "the process that writes it"),
    "import_lines_per_s": (">", 1_667, "100,000 order lines in 60 s"),
    "api_rss_mb": ("<", 120, "after the load"),
    "cold_start_s": ("<", 5, "an empty folder"),
    "restart_s": ("<", 3, "the same folder"),
}
ONLY = frozenset(os.environ.get("AMENDS_BENCH_ONLY", "").split(",")) - {""}


def wanted(part: str) -> bool:
    return not ONLY or part in ONLY


def pace() -> float:
    """Seconds for two million turns of an empty loop: how fast this machine is just now."""
    begun, x = time.process_time(), 0
    for i in range(2_000_000):
        x ^= i
    return time.process_time() - begun


def on_one_bed() -> dict[str, float]:
    """Everything that needs a database, and the doctor afterwards."""
    figures: dict[str, float] = {}
    with bed() as (dsn, home):
        fill(dsn, ORDERS)
        if wanted("opens"):
            figures |= opens.measure(dsn, home)
            run_sql(dsn, "drop schema if exists anchor cascade;\n")
        if wanted("flows"):
            figures |= flows.measure_flows(dsn, home, ORDERS - 20_000)
        if wanted("batch"):
            figures |= flows.measure_batch(dsn, home, ORDERS - 10_000)
        findings = asyncio.run(examine(dsn))
        print("\n".join(line for line in lines(findings) if " 0 " not in line))
        figures["doctor_findings"] = float(len(sick(findings)))
    if wanted("drain"):
        with bed() as (dsn, _):
            fill(dsn, drain.DUE)
            figures |= drain.measure(dsn)
    return figures


def main() -> None:
    figures = {"machine_pace_s": pace()}
    if wanted("rulebook"):
        figures |= rulebook.main()
    if wanted("lab"):
        figures |= lab.measure()
    if wanted("prove"):
        figures |= prove.measure()
    if wanted("insight"):
        figures |= insight.measure()
    if wanted("files"):
        figures |= files.measure()
    if wanted("starts"):
        figures |= starts.measure()
    if ONLY & {"opens", "flows", "batch", "drain"} or not ONLY:
        figures |= on_one_bed()
    for name, value in figures.items():
        sign, limit, beside = LIMITS.get(name, ("", 0, ""))
        met = "" if not sign else "  ok" if (value >= limit if sign == ">" else value <= limit) else "  MISSED"
        print(f"{name:36} {value:12.3f}   {f'{sign} {limit}' if sign else '':8} {beside}{met}")
    (HERE / "out").mkdir(exist_ok=True)
    (HERE / "out" / "latest.json").write_text(
        json.dumps({name: round(value, 4) for name, value in figures.items()}, indent=1) + "\n"
    )


main()
