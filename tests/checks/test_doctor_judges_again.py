"""A case that was opened follows from what is kept of it: planted faults are found, and what cannot be told is left alone."""

import pytest
from tests.marketplace import Marketplace

from amends.store.doctor_openings import opened_again

FAULTS = [
    """update event set body = jsonb_set(body, '{rules}', '["another"]')""",
    "update event set body = jsonb_set(body, '{reason}', '\"no_longer_needed\"')",
    "update orders set delivered_at = delivered_at - interval '300 days'; update parcel set delivered_at = delivered_at - interval '300 days'",
    "update cases set eligibility_release = 'another'",
]


@pytest.mark.requirement("P-07")
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_case_that_should_not_have_been_opened_so_is_found(marketplace: Marketplace, fault: str) -> None:
    sold = await marketplace.order(sale_format="live_auction")
    assert (await marketplace.ask(sold, "return_refund", "damaged")).state == "awaiting_proof"
    connection = marketplace.administrator
    async with connection.transaction():
        assert (await opened_again(connection)).count == 0
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(fault)
        assert (await opened_again(connection)).count == 1
