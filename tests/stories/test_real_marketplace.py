"""The main job on real input: a real marketplace's orders come in, its complaints are judged at their own moment, twice."""

import os
import time
from pathlib import Path

import pytest
from tools.real_marketplace import YEAR

from amends.cli.figures import printed
from amends.cli.finders import finder
from amends.cli.importing import importing_orders, importing_requests
from amends.cli.place import a_desk
from amends.cli.publishing import publish_all
from amends.exchange.policies import read_policies
from amends.settings import ROOT
from amends.store.doctor import examine, lines, sick

REAL = Path(os.environ.get("AMENDS_REAL_DATA", "/nowhere"))
pytestmark = pytest.mark.skipif("AMENDS_REAL_DATA" not in os.environ, reason="AMENDS_REAL_DATA names no folder")
MOST_SECONDS = 20.0
FILES = [REAL / name for name in ("orders.csv", "order_items.csv", "payments.csv")]


@pytest.mark.requirement("T-07", "P-07")
async def test_every_order_is_imported_and_every_complaint_has_one_verdict_with_reasons(database: str) -> None:
    policies = read_policies()
    await publish_all(database, policies, ROOT / "policies")
    words = policies.vocabulary
    async with a_desk(database) as desk:
        begun = time.monotonic()
        orders = await importing_orders(desk, words, FILES, ROOT / "mappings" / "olist.yaml")
        find = await finder(desk)
        complaints = REAL / "complaints.jsonl"
        mapping = ROOT / "mappings" / "olist_complaints.yaml"
        requests = await importing_requests(desk, words, complaints, mapping, find, history=True)
        took = time.monotonic() - begun
        again = await importing_requests(desk, words, complaints, mapping, find, history=True)
        orders_again = await importing_orders(desk, words, FILES, ROOT / "mappings" / "olist.yaml")
    assert orders.total.read == orders.total.imported + orders.total.refused
    assert orders.files["orders.csv"].read == 3298
    assert orders.files["orders.csv"].imported == 3298
    assert requests.verdicts is not None
    assert requests.verdicts.complaints == 593
    assert requests.verdicts.markdown() in (ROOT / "docs" / "real-marketplace.md").read_text("utf-8"), (
        "run `python -m tools.real_marketplace`"
    )
    figures = await printed(database, words, *YEAR, maturity=None, by="category", shop=None)
    assert figures in (ROOT / "docs" / "real-marketplace.md").read_text("utf-8"), "run `python -m tools.real_marketplace`"
    assert all(rule for _, _, rule, _ in requests.verdicts.rows())
    assert again.total.same == 593
    assert orders_again.total.imported == 0
    findings = await examine(database)
    assert not sick(findings), "\n".join(lines(findings))
    assert took < MOST_SECONDS
