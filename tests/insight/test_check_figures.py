"""The check figures of a real shop come out of generated Seller Center files, through the importers, exactly."""

from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.insight.conftest import Copied
from tests.insight.seller_center_export import COUNTED, DAYS, EFFECTIVE, FIRST_DAY, INITIATED, REFUNDED, the_export
from tests.marketplace import Marketplace

from amends.cli.importing import importing_orders, importing_returns
from amends.exchange.mapping import ImportingShop, shipped
from amends.exchange.policies import read_policies
from amends.store.columns.asking import asked
from amends.store.columns.question import Figure, Question

US = ImportingShop(reference="bazaar", market="us", zone="America/New_York", currency="USD")
BEGIN = FIRST_DAY.replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
PERIOD = {"begin": BEGIN, "end": BEGIN + timedelta(days=DAYS), "cut_off": BEGIN + timedelta(days=DAYS + 8)}


async def imported(marketplace: Marketplace, copy: Copied, folder: Path, scale: int = 1) -> int:
    words = read_policies().vocabulary
    orders, returns = the_export(scale).write(folder)
    told = await importing_orders(marketplace.desk, words, [orders], shipped("seller_center"), own=US)
    assert told.total.refused == 0, told.lines()
    said = await importing_returns(marketplace.desk, words, returns, shipped("seller_center_returns"), US)
    assert said.total.refused == 0, said.lines()
    assert not said.by_code
    await copy.refresh()
    shop: int = await marketplace.administrator.fetchval("select id from amends.shop where reference = 'bazaar'")
    return shop


def figures(copy: Copied, question: Question) -> dict[str, Figure]:
    with asked(copy.db, question) as one:
        return {figure.figure: figure for figure in one.rates("")[0].figures}


async def test_a_tenth_of_the_check_figures_comes_out_of_files_a_tenth_as_long(
    marketplace: Marketplace, copy: Copied, tmp_path: Path
) -> None:
    shop = await imported(marketplace, copy, tmp_path, scale=10)
    found = figures(copy, Question(shops=[shop], **PERIOD))
    assert [found[name].numerator for name in ("initiated_rate", "effective_rate", "refunded_rate")] == [61, 45, 26]
    assert found["initiated_rate"].denominator == 959


@pytest.mark.long
async def test_619_of_9595_orders_were_asked_about_and_264_paid_back(
    marketplace: Marketplace, copy: Copied, tmp_path: Path
) -> None:
    shop = await imported(marketplace, copy, tmp_path)
    found = figures(copy, Question(shops=[shop], **PERIOD))
    assert (found["initiated_rate"].numerator, found["initiated_rate"].denominator) == (INITIATED, COUNTED)
    assert found["initiated_rate"].value == "6.45"
    assert (found["refunded_rate"].numerator, found["refunded_rate"].value) == (REFUNDED, "2.75")
    assert found["effective_rate"].numerator == EFFECTIVE
    assert (found["initiated_rate"].maturity.youngest, found["initiated_rate"].maturity.oldest) == (8, 36)
