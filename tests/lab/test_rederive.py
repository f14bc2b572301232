"""Any past decision is derived again from its pinned release and its recorded facts, equal to the last field."""

from collections import Counter

import pytest
from tests.marketplace import Marketplace

from amends.lab.rederive import derive_attempts, derive_cases, derived_again
from amends.store.database import connect

FAULTS = {
    "the verdict's reason": "update cases set verdict = convert_to(replace(convert_from(verdict, 'UTF8'), '\"code\":\"allow\"', '\"code\":\"withhold\"'), 'UTF8')",
    "the verdict's kind": "update cases set verdict = convert_to(replace(convert_from(verdict, 'UTF8'), '\"kind\":\"needs\"', '\"kind\":\"allowed\"'), 'UTF8')",
    "a rule that it cites": "update cases set verdict = convert_to(replace(convert_from(verdict, 'UTF8'), '\"rule\":\"', '\"rule\":\"un'), 'UTF8')",
    "a recorded fact": "update event set facts = decode(replace(encode(facts, 'hex'), 'ac' || encode('live_auction', 'hex'), 'a5' || encode('shelf', 'hex')), 'hex')",
    "a deadline's rule": "update deadline set rule = 'another'",
    "the moment at which it was due": "update deadline set due_at = due_at + interval '1 hour'",
    "the hours that it is left at least": "update deadline set at_least = at_least + 3600",
}


async def test_every_decision_of_the_demo_follows_again_from_what_was_recorded(demo: str) -> None:
    connection = await connect(demo, "amends_reviewer")
    try:
        async with connection.transaction(readonly=True):
            cases = [derived async for derived in derive_cases(connection)]
            attempts = [derived async for derived in derive_attempts(connection)]
            finding = await derived_again(connection)
    finally:
        await connection.close()
    results = Counter((d.topic, d.result) for each in (*cases, *attempts) for d in each.decisions)
    wrong = [(each.id, d.event, d.differences) for each in (*cases, *attempts) for d in each.decisions if d.differences]
    assert not wrong, wrong[:3]
    assert finding.count == 0
    assert {result for _, result in results} == {"equal"}, results
    assert min(results[topic, "equal"] for topic in ("eligibility", "deadlines", "rejections")) > 10, results
    assert len(attempts) > 10


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_decision_that_does_not_follow_is_found(marketplace: Marketplace, fault: str) -> None:
    sold = await marketplace.order(sale_format="live_auction")
    assert (await marketplace.ask(sold, "return_refund", "damaged")).state == "awaiting_proof"
    connection = marketplace.administrator
    async with connection.transaction():
        assert (await derived_again(connection)).count == 0
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(FAULTS[fault])
        finding = await derived_again(connection)
        assert finding.count == 1, finding


async def test_a_refusal_that_does_not_follow_is_found(marketplace: Marketplace) -> None:
    sold = await marketplace.order(sale_format="live_auction")
    assert (await marketplace.ask(sold, "return_refund", "no_longer_needed")).code == "final_sale"
    connection = marketplace.administrator
    async with connection.transaction():
        assert (await derived_again(connection)).count == 0
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("update attempt set facts = jsonb_set(facts, '{order.sale_format}', '\"shelf\"')")
        assert (await derived_again(connection)).count == 1


async def test_a_case_from_before_facts_were_recorded_is_marked_and_never_guessed(marketplace: Marketplace) -> None:
    sold = await marketplace.order(sale_format="live_auction")
    case_id = (await marketplace.ask(sold, "return_refund", "damaged")).case_id
    connection = marketplace.administrator
    async with connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("update event set facts = null")
        (derived,) = [each async for each in derive_cases(connection, case_id=case_id)]
        assert derived.result == "not_derivable"
        assert (await derived_again(connection)).count == 0


async def test_what_the_platform_proposed_by_itself_follows_with_what_it_weighed(demo: str) -> None:
    connection = await connect(demo, "amends_reviewer")
    try:
        async with connection.transaction(readonly=True):
            proposed = await connection.fetchval("select count(*) from event where type = 'proposal_made' and body ? 'score'")
            found = [d async for each in derive_cases(connection) for d in each.decisions if d.topic == "negotiation"]
    finally:
        await connection.close()
    assert len(found) == proposed > 0
    assert {each.result for each in found} == {"equal"}
