"""A backup is put back hours later. What it forgot was paid meanwhile; nothing is paid a second time (failure mode 24)."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from tests.conftest import copied
from tests.stories.telling import Case, Story

from amends.cli.backup import BackupError, put_back, take
from amends.cli.place import a_desk
from amends.desk.desk import Desk
from amends.gateways.payments import Execution, Unknown
from amends.gateways.payments_fake import FakePayments
from amends.settings import Settings
from amends.store.catalog import describe_schema
from amends.store.database import connect, open_pool
from amends.store.embedded import EmbeddedPostgres
from amends.worker.pace import Pace
from amends.worker.reconciling import reconcile, settle
from amends.worker.run import Worker


async def asked(story: Story) -> Case:
    return await story.open(await story.order(), "refund_only", "damaged", proof=["photo_defect"])


@pytest.mark.requirement("T-07")
async def test_a_restored_backup_pays_nobody_twice(
    story: Story, tmp_path: Path, postgres: EmbeddedPostgres, administrator: asyncpg.Connection
) -> None:
    story.payments.now = await story.now()
    in_review, in_flight, untouched = await asked(story), await asked(story), await asked(story)
    await in_flight.seller_approves()  # wished, and not paid yet
    settings = Settings(home=tmp_path / "old", database_url=story.dsn)
    blob = settings.files / "blobs" / "ab" / ("ab" * 32)
    await asyncio.to_thread(_keep, blob)
    await asyncio.to_thread(take, settings, story.dsn, tmp_path / "backup")

    await in_review.seller_approves()  # all of this is forgotten by the backup
    await story.settle()
    assert len(story.payments.executions) == 2
    paid = dict(story.payments.executions)

    async with copied(postgres, administrator, "template0") as dsn:
        new_home = Settings(home=tmp_path / "new", database_url=dsn)
        await asyncio.to_thread(put_back, new_home, dsn, tmp_path / "backup")
        assert (new_home.files / "blobs" / "ab" / ("ab" * 32)).read_bytes() == b"kept"
        connection = await connect(dsn)
        async with a_desk(dsn) as desk, await open_pool(dsn, "amends_worker", min_size=1, max_size=6) as pool:
            restored = Story(dsn, desk, connection, Worker(pool, story.payments, new_home, Pace()), story.payments, story.carrier)
            assert await alike(connection, story.administrator)
            again = [Case(restored, one.sold, one.said) for one in (in_review, in_flight, untouched)]
            await decided_once_more(restored, again, paid)
            await asked_and_released(restored, again, pool)
        await connection.close()
    ours = {str(row["id"]) for row in await story.administrator.fetch("select id from amends.refund")}
    for key in set(story.payments.executions) - ours:  # the old database ended with its machine: later payments are not its own
        del story.payments.executions[key]


async def decided_once_more(restored: Story, cases: list[Case], paid: dict[str, Execution]) -> None:
    """The seller knows nothing of a backup; what they decide waits."""
    assert [await one.state() for one in cases] == ["pending_review", "refund_approved", "pending_review"]
    await cases[0].seller_approves()
    await cases[2].seller_approves()
    await restored.settle()
    assert restored.payments.executions == paid, "nothing leaves while the money is held"


async def asked_and_released(restored: Story, cases: list[Case], pool: asyncpg.Pool) -> None:
    """What was paid is found, by key and by payment; the rest is paid, once."""
    found = await reconcile(pool, desk_of(pool, restored.desk), restored.payments)
    assert (found.asked, found.paid, found.not_paid, found.released) == (3, 1, 2, True)
    (forgotten,) = found.outside
    assert await cases[1].state() == "completed: refunded"
    await restored.settle()
    assert await cases[0].state() == "refund_failed"
    assert await cases[2].state() == "completed: refunded"
    by_payment = [one.payment_ref for one in restored.payments.executions.values()]
    assert len(by_payment) == len(set(by_payment)) == 3, "each payment paid back once"
    assert await restored.administrator.fetchval("select why from amends.parked") == "paid_before_restore"
    assert await settle(pool, forgotten)
    assert not await settle(pool, forgotten)
    await restored.check()


class Silent(FakePayments):
    """A provider that does not answer."""

    async def find(self, key: str) -> Unknown:  # noqa: ARG002 - it does not listen
        return Unknown(reason="unreachable")


async def test_while_the_provider_does_not_answer_money_stays_held(story: Story) -> None:
    case = await asked(story)
    await case.seller_approves()
    await story.administrator.execute("update amends.hold set held = true")
    pool = story.worker.pool
    found = await reconcile(pool, desk_of(pool, story.desk), Silent())
    assert (found.released, len(found.unanswered)) == (False, 1)
    await story.settle()
    assert not story.payments.executions
    assert (await reconcile(pool, desk_of(pool, story.desk), story.payments)).released
    await story.settle()
    assert await case.state() == "completed: refunded"


async def test_a_backup_that_was_changed_or_a_database_that_is_not_empty_is_refused(story: Story, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=story.dsn)
    await asyncio.to_thread(take, settings, story.dsn, tmp_path / "backup")
    with pytest.raises(BackupError, match="not empty"):
        await asyncio.to_thread(put_back, settings, story.dsn, tmp_path / "backup")
    with (tmp_path / "backup" / "database.dump").open("ab") as dump:
        dump.write(b"x")
    with pytest.raises(BackupError, match="not whole"):
        await asyncio.to_thread(put_back, settings, story.dsn, tmp_path / "backup")


async def alike(one: asyncpg.Connection, other: asyncpg.Connection) -> bool:
    """The same schema, and functions that act as the same roles."""
    owners = "select p.oid::regprocedure::text, pg_get_userbyid(p.proowner) from pg_proc p where p.prosecdef and p.pronamespace = 'amends'::regnamespace order by 1"
    same = await one.fetch(owners) == await other.fetch(owners)
    return same and await describe_schema(one) == await describe_schema(other)


def desk_of(pool: asyncpg.Pool, desk: Desk) -> Desk:
    return Desk(pool, desk.rulebooks)


def _keep(blob: Path) -> None:
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"kept")
