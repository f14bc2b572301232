# ruff: noqa: INP001, T201 - a program of developers, and it prints
"""Write the table of docs/real-marketplace.md: import what `$AMENDS_REAL_DATA` holds into a database of its own, and judge its complaints."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from amends.cli.importing import finder, importing_orders, importing_requests
from amends.cli.place import a_desk
from amends.cli.policy import publish_all
from amends.exchange.policies import read_policies
from amends.store.embedded import EmbeddedPostgres
from amends.store.migrate import migrate

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "real-marketplace.md"
BEGIN, END = "<!-- table -->", "<!-- /table -->"
FILES = ("orders.csv", "order_items.csv", "payments.csv")


async def judged(dsn: str, data: Path) -> str:
    """What came in and what the rules say to it, as Markdown."""
    await migrate(dsn)
    policies = read_policies()
    await publish_all(dsn, policies, ROOT / "policies")
    async with a_desk(dsn) as desk:
        begun = time.monotonic()
        words = policies.vocabulary
        orders = await importing_orders(desk, words, [data / name for name in FILES], ROOT / "mappings" / "olist.yaml")
        find = await finder(desk)
        mapping = ROOT / "mappings" / "olist_complaints.yaml"
        requests = await importing_requests(desk, words, data / "complaints.jsonl", mapping, find, history=True)
        print(f"took {time.monotonic() - begun:.1f} s")
    if requests.verdicts is None:
        raise SystemExit("no complaint was judged")
    files = ", ".join(f"{count.imported} of {count.read} rows of `{name}`" for name, count in orders.files.items())
    return f"{files} imported; {requests.verdicts.complaints} of {requests.total.read} complaints judged.\n\n{requests.verdicts.markdown()}\n"


def main() -> int:
    """Write the page anew."""
    if "AMENDS_REAL_DATA" not in os.environ:
        print("AMENDS_REAL_DATA names no folder", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="amends-real-") as home:
        Path(home).chmod(0o755)
        embedded = EmbeddedPostgres(Path(home))
        try:
            text = asyncio.run(judged(embedded.start(), Path(os.environ["AMENDS_REAL_DATA"])))
        finally:
            embedded.stop()
    head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{text}{END}{rest.partition(END)[2]}", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
