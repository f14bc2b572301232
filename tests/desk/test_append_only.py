"""What has happened stays: neither the application nor the owner of the tables changes it unseen."""

import asyncpg
import pytest
from tests.marketplace import Marketplace

from amends.actions.commands import Approve
from amends.store.database import transaction

KEPT = ("event", "posting", "money_transaction", "attempt", "scan", "policy_release", "checkpoint", "delivery", "score_event")
COLUMN = {"policy_release": "body", "posting": "amount"}
CHANGED = {"posting": "amount + 1"}
"""What an erasure may rewrite is guarded against every other change alone."""


async def _something_of_each(market: Marketplace) -> int:
    sold = await market.order()
    await market.ask(sold, "cancel", "misbid")
    said = await market.ask(sold, "refund_only", "damaged", proof=["photo_defect"])
    await market.do((sold.shop_id, said.case_id), Approve)
    refund = await market.administrator.fetchval("select id from amends.refund")
    await market.told_result(sold.shop_id, refund, "succeeded", provider_reference="p1")
    await market.scan(sold.shop_id, str(sold.told.parcels[0].tracking_number), "delivered")
    return sold.shop_id


@pytest.mark.requirement("T-07")
async def test_the_application_may_not_change_or_remove_what_happened(marketplace: Marketplace) -> None:
    shop_id = await _something_of_each(marketplace)
    for table in KEPT:
        column = COLUMN.get(table, "shop_id")
        for statement in (f"update {table} set {column} = {column}", f"delete from {table}", f"truncate {table} cascade"):  # noqa: S608 - names of tables
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with transaction(marketplace.desk.pool, [shop_id]) as connection:
                    await connection.execute(statement)


@pytest.mark.requirement("T-07")
async def test_not_even_the_owner_of_the_tables_changes_it_without_taking_the_guard_away(marketplace: Marketplace) -> None:
    await _something_of_each(marketplace)
    for table in KEPT:
        column = COLUMN.get(table, "shop_id")
        with pytest.raises(asyncpg.RestrictViolationError, match="append_only"):
            await marketplace.administrator.execute(f"truncate amends.{table} cascade")
        if not await marketplace.count(table):
            continue
        for statement in (f"update amends.{table} set {column} = {CHANGED.get(table, column)}", f"delete from amends.{table}"):  # noqa: S608 - names of tables
            with pytest.raises(asyncpg.RestrictViolationError, match="append_only"):
                await marketplace.administrator.execute(statement)
