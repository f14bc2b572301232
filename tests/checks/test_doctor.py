"""Every statement of the doctor holds on a healthy marketplace, and finds the fault that is planted for it."""
# ruff: noqa: S608 - the faults are written by hand

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from tests.marketplace import BUYER, Marketplace

from amends.actions.commands import Amend, Approve
from amends.store.database import connect
from amends.store.doctor import Finding, examine, lines, reported_refunds, sick, statements
from amends.store.doctor import _asked as asked
from amends.store.doctor_deadlines import reckoned_deadlines
from amends.store.doctor_folds import folded_parcels, judged_again

HEALTHY = (Path(__file__).parent / "healthy.sql").read_text("utf-8")
REFUND = "00000000-0000-7000-8000-000000000041"
COPY = "00000000-0000-7000-8000-000000000042"
OWED = "00000000-0000-7000-8000-000000000091"
ANOTHER_REFUND = f"""
insert into refund (shop_id, id, order_id, case_id, payment_id, amount, currency, status, decided_seq, created_at, updated_at)
select shop_id, '{COPY}', order_id, case_id, payment_id, 1, currency, 'pending', 2, created_at, updated_at from refund;
"""

PLANTED: dict[str, str] = {
    "M01": "alter table payment drop constraint payment_never_overdrawn; update payment set charged_back = 1 where reserved > 0",
    "M02": "update refund set currency = 'EUR'",
    "M03": "update refund_line set quantity = 3",
    "M04": "update refund_line set amount = 999",
    "M05": "update posting set amount = amount + 1 where leg = 1",
    "M06": "delete from posting; delete from money_transaction",
    "M07": ANOTHER_REFUND + "drop index refund_by_provider; update refund set provider_reference = 'p1'",
    "M08": "update cases set amount = 999 where state = 'completed'",
    "M09": "update payment set reserved = 999 where reserved > 0",
    "M10": "update payment_allocation set amount = amount + 1",
    "M11": """insert into chargeback (shop_id, id, order_id, payment_id, source, reference, amount, held, state, opened_at, updated_at)
        select shop_id, '00000000-0000-7000-8000-0000000000c1', order_id, payment_id, 'bank', 'cb1', 1000, 0, 'open',
               created_at - interval '1 hour', created_at from refund""",
    "M12": f"""insert into money_transaction (shop_id, id, case_id, refund_id, reverses, why, currency, at)
        select shop_id, '{COPY}', case_id, refund_id, id, 'refund_came_back', currency, at from money_transaction
        where refund_id is not null;
        insert into posting select shop_id, '{COPY}', leg, account, amount from posting where transaction_id = '{REFUND}'""",
    "M13": "update cases set ended = 'exchanged' where state = 'completed'",
    "M14": "alter table refund add column weight double precision",
    "M15": "update refund set status = 'unknown', updated_at = updated_at - interval '17 minutes'",
    "M16": "update posting set account = 'buyer:bob' where leg = 0",
    "M18": "update compensation set amount = 251",
    "C01": "update score_event set deadline_kind = 'review' where delta = -500",
    "C02": """insert into outage (from_at, to_at, why, excused_at)
        select due_at - interval '1 hour', due_at + interval '1 hour', 'x', moment() from score_event where delta = -500""",
    "C03": "update standing set value = 5000 where score = 'service'",
    "D09": "update metric_interval set ended_at = null, ended_seq = null",
    "D10": "update cases set reason_group = 'withdrawal' where state = 'pending_review'",
    "M21": """insert into replacement (shop_id, case_id, state, owed_at, order_id, shipped_at)
        select shop_id, id, 'shipped', opened_at, order_id, opened_at from cases where state = 'pending_review'""",
    "S01": "update event set type = 'ruled_for_buyer' where chain_seq = 2",
    "S02": "update event set seq = 4 where chain_seq = 3",
    "S03": "update event set from_state = 'refund_failed' where chain_seq = 3",
    "S04": "update event set to_state = 'refund_approved', from_state = 'rejected_1' where chain_seq = 3",
    "S05": """update event set body = '{"based_on": 2}' where chain_seq = 2""",
    "S06": "update deadline set state = 'running', ended = null, ended_at = null where started_seq = 2",
    "S07": "delete from deadline where state = 'running'",
    "S08": "update orders set buyer = 'bob'",
    "S09": "update case_line set quantity = 3",
    "D01": "update deadline set ended_at = due_at - interval '1 second' where ended = 'fired'",
    "D02": "update event set fired_kind = null where chain_seq = 2",
    "D03": """update event set seq = 9, chain_seq = 8 where chain_seq = 2;
        insert into event select shop_id, case_id, 2, 'rejected', at - interval '36 hours', 'seller', 's', 'pending_review', 'rejected_1',
        body, '{}', null, null, 2, hash from event where chain_seq = 8""",
    "D04": "update proposal set state = 'accepted', decided_seq = 3, decided_at = expires_at",
    "D05": "update cases set state = 'pending_review', return_to = null where state = 'negotiating'",
    "D06": """insert into event select shop_id, case_id, 3, 'rejected', at, 'seller', 's', to_state, 'rejected_1', body, '{}', null, null, 8, hash
        from event where chain_seq = 7""",
    "D07": "update deadline set due_at = due_at - interval '5 days' where state = 'running'",
    "P01": "update attempt set release = 'r2'",
    "P02": """insert into policy_release (market, hash, body, published_at, takes_effect_at)
        values ('us', 'r2', '{}', '2026-01-02Z', '2026-01-02Z')""",
    "P03": """alter table policy_release drop constraint policy_release_check;
        insert into policy_release (market, hash, body, published_at, takes_effect_at)
        values ('us', 'r2', '{}', '2026-01-02Z', '2026-01-01Z')""",
    "E01": "update evidence set state = 'quarantined'",
    "E02": "update evidence set order_id = '00000000-0000-7000-8000-000000000002'",
    "V01": "update orders set buyer = 'erased-1'; update cases set buyer = 'erased-1', note = 'told by somebody'",
    "W01": "delete from outbox where effect = 'pay_refund'",
    "W02": "update outbox set state = 'pending' where effect = 'webhook'",
    "W03": "update scan set order_id = '00000000-0000-7000-8000-000000000002'",
    "W04": "update delivery set endpoint_id = '00000000-0000-7000-8000-000000000052'",
    "W05": "update idempotency set answer = ''",
    "O01": """insert into offline_action (shop_id, actor, id, case_id, move, device_at, received_at, based_on, at_version, due_at, grace, result,
            applied_seq)
        select shop_id, actor, 'a1', case_id, 'approve', at - interval '2 days', at, 1, 1, at - interval '1 hour', '0', 'applied', seq
        from event where chain_seq = 2""",
    "O02": """alter table offline_action drop constraint offline_action_pkey cascade; drop index offline_action_applied_once;
        insert into offline_action (shop_id, actor, id, case_id, move, device_at, received_at, based_on, at_version, grace, result, applied_seq)
        select shop_id, actor, 'a1', case_id, 'approve', at, at, 1, 1, '0', 'applied', seq from event cross join generate_series(1, 2)
        where chain_seq = 2""",
    "T01": """insert into person (id, kind, joined_at) values ('seller:s', 'seller', '2026-01-01Z');
        insert into membership (shop_id, person, from_at, to_at, role, permissions, granted_by, ended_by)
        select 1, 'seller:s', at - interval '9 days', at - interval '1 hour', 'main_account', '{*}', 'x', 'x' from event where chain_seq = 2;
        update event set type = 'approved', actor_kind = 'seller', actor = 'seller:s', fired_kind = null where chain_seq = 2""",
    "T09": """insert into person (id, kind, joined_at) values ('seller:s', 'seller', '2026-01-01Z');
        insert into provider_grant (shop_id, provider, from_at, name, permissions, granted_by)
        values (1, 'helpers', '2026-01-01Z', 'Helpers', '{cases.read}', 'x');
        insert into membership (shop_id, person, from_at, role, permissions, provider, granted_by)
        values (1, 'seller:s', '2026-01-01Z', 'custom', '{cases.read,cases.handle}', 'helpers', 'x')""",
    "S10": "update dispute set state = 'under_appeal', final = false",
    "T02": "delete from approval where person = 'platform:omar'",
    "T03": """insert into event select shop_id, case_id, 4, 'settled', at, 'platform', 'seller_1', to_state, to_state, body, '{}', null, null,
        8, hash from event where chain_seq = 3""",
    "T04": "update case_line set order_id = '00000000-0000-7000-8000-000000000002'",
    "T05": "alter table orders no force row level security",
    "T06": "create view seen as select * from orders",
    "T07": "alter role amends_desk bypassrls",
    "T08": """alter table parcel drop constraint parcel_shop_id_order_id_fkey; alter table orders add unique (id);
        alter table parcel add foreign key (order_id) references orders (id)""",
    "A01": "delete from event where chain_seq = 4",
    "A02": r"update event set hash = '\x05' where chain_seq = 3",
    "A03": "grant delete on event to amends_worker",
}


@pytest_asyncio.fixture(scope="module")
async def healthy(module_database: str) -> str:
    connection = await connect(module_database)
    await connection.execute(HEALTHY)
    await connection.close()
    return module_database


@pytest_asyncio.fixture
async def owner(healthy: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may do anything, in a transaction that is rolled back."""
    connection = await connect(healthy)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("set local session_replication_role = replica")
    yield connection
    await transaction.rollback()
    await connection.close()


async def found(connection: asyncpg.Connection, name: str) -> Finding:
    await connection.execute("set local role amends_reviewer")
    return await asked(connection, name, statements()[name])


async def test_a_healthy_marketplace_breaks_no_statement(healthy: str) -> None:
    findings = await examine(healthy, provider={REFUND: 1000, OWED: 250})
    assert sick(findings) == [], "\n".join(lines(findings))
    assert len(findings) >= 45


def test_every_statement_has_a_planted_fault() -> None:
    assert set(PLANTED) == set(statements())


@pytest.mark.parametrize("name", sorted(PLANTED))
async def test_the_planted_fault_is_found(owner: asyncpg.Connection, name: str) -> None:
    assert (await found(owner, name)).count == 0
    await owner.execute("reset role")
    await owner.execute(PLANTED[name])
    finding = await found(owner, name)
    assert finding.count >= 1
    assert finding.samples


@pytest.mark.parametrize(("executed", "wrong"), [({}, 0), ({REFUND: 0}, 1), ({REFUND: 999}, 1), ({OWED: 251}, 1), ({COPY: 5}, 1)])
async def test_the_providers_report_is_compared_both_ways(healthy: str, executed: dict[str, int], wrong: int) -> None:
    connection = await connect(healthy, "amends_reviewer")
    assert (await reported_refunds(connection, {REFUND: 1000, OWED: 250} | executed)).count == wrong
    await connection.close()


async def test_a_broken_statement_is_printed_with_what_breaks_it() -> None:
    said = lines([Finding(name="M01", statement="No.", count=2, samples=("1/a", "1/b"))])
    assert said[0].split() == ["BROKEN", "M01", "2", "No."]
    assert said[-1] == "1 statements asked: 1 broken, 0 warnings"


async def test_a_parcel_that_is_not_the_fold_of_its_scans_is_found(owner: asyncpg.Connection) -> None:
    assert (await folded_parcels(owner)).count == 0
    await owner.execute("update parcel set status = 'in_transit'")
    assert (await folded_parcels(owner)).count == 1


@pytest.mark.requirement("P-07")
@pytest.mark.parametrize(
    "fault",
    [
        "update attempt set facts = jsonb_set(facts, '{request.reason_group}', '\"quality\"')",
        "update attempt set verdict = convert_to(replace(convert_from(verdict, 'UTF8'), 'declined', 'allowed'), 'UTF8')",
        "update attempt set release = 'another'",
    ],
)
async def test_a_refusal_that_does_not_follow_from_its_facts_is_found(marketplace: Marketplace, fault: str) -> None:
    sold = await marketplace.order(sale_format="live_auction")
    assert (await marketplace.ask(sold, "return_refund", "no_longer_needed")).code is not None
    connection = marketplace.administrator
    async with connection.transaction():
        assert (await judged_again(connection)).count == 0
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(fault)
        assert (await judged_again(connection)).count == 1


@pytest.mark.requirement("C-01", "C-07")
@pytest.mark.parametrize(
    "fault",
    [
        "update deadline set due_at = due_at + interval '1 second' where kind = 'review'",
        "update deadline set started_at = started_at - interval '1 day' where kind = 'review'",
        "update deadline set rule = 'another' where kind = 'review'",
        "update deadline set calendar = 'another' where kind = 'review'",
    ],
)
async def test_a_deadline_that_its_rule_does_not_come_to_is_found(marketplace: Marketplace, fault: str) -> None:
    asked = await marketplace.ask(await marketplace.order(), "return_refund", "damaged")
    assert asked.state == "pending_review"
    connection = marketplace.administrator
    async with connection.transaction():
        assert (await reckoned_deadlines(connection)).count == 0
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(fault)
        assert (await reckoned_deadlines(connection)).count == 1


@pytest.mark.requirement("T-04")
async def test_a_decision_keeps_the_version_that_was_seen_and_another_one_is_found(marketplace: Marketplace) -> None:
    sold = await marketplace.order()
    case = (sold.shop_id, (await marketplace.ask(sold, "return_refund", "damaged")).case_id)
    seen = (await marketplace.do(case, Amend, by=BUYER, reason="defective")).body["version"]
    assert (await marketplace.do(case, Approve, based_on=seen)).code is None
    connection = marketplace.administrator
    kept = await connection.fetch("select type, body->'based_on' as seen from event where case_id = $1 order by seq", case[1])
    assert [(row["type"], row["seen"]) for row in kept] == [("case_opened", None), ("amended", None), ("approved", seen)]
    async with connection.transaction():
        assert (await asked(connection, "S05", statements()["S05"])).count == 0
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("update event set body = body || '{\"based_on\": 1}' where type = 'approved'")
        assert (await asked(connection, "S05", statements()["S05"])).count == 1
