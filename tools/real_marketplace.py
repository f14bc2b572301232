# ruff: noqa: INP001, T201 - a program of developers, and it prints
"""Write the tables of docs/real-marketplace.md: import what `$AMENDS_REAL_DATA` holds into a database of its own, judge its complaints, count."""

import asyncio
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from amends.cli.figures import printed
from amends.cli.finders import finder
from amends.cli.importing import importing_orders, importing_requests
from amends.cli.place import a_desk
from amends.cli.publishing import publish_all
from amends.exchange.policies import read_policies
from amends.store.embedded import EmbeddedPostgres
from amends.store.migrate import migrate

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "real-marketplace.md"
BEGIN, END = "<!-- table -->", "<!-- /table -->"
FIGURES, END_OF_FIGURES = "<!-- figures -->", "<!-- /figures -->"
YEAR = (datetime(2017, 9, 1, tzinfo=UTC), datetime(2018, 9, 1, tzinfo=UTC), datetime(2018, 10, 1, tzinfo=UTC))
"""The last twelve months of the data, and a month more in which their orders could ripen."""
FILES = ("orders.csv", "order_items.csv", "payments.csv")


async def judged(dsn: str, data: Path) -> tuple[str, str]:
    """What came in and what the rules say to it, and the figures of its last year, as Markdown."""
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
    said = f"{files} imported; {requests.verdicts.complaints} of {requests.total.read} complaints judged.\n\n{requests.verdicts.markdown()}\n"
    return said, await printed(dsn, words, *YEAR, maturity=None, by="category", shop=None)


def main() -> int:
    """Write the page anew."""
    if "AMENDS_REAL_DATA" not in os.environ:
        print("AMENDS_REAL_DATA names no folder", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="amends-real-") as home:
        Path(home).chmod(0o755)
        embedded = EmbeddedPostgres(Path(home))
        try:
            text, figures = asyncio.run(judged(embedded.start(), Path(os.environ["AMENDS_REAL_DATA"])))
        finally:
            embedded.stop()
    for begin, end, table in ((BEGIN, END, text), (FIGURES, END_OF_FIGURES, figures)):
        head, _, rest = PAGE.read_text("utf-8").partition(begin)
        PAGE.write_text(f"{head}{begin}\n{table}{end}{rest.partition(end)[2]}", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
