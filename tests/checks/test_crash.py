"""Database, worker and load are killed 20 times under way: nothing acknowledged is lost, nothing is paid twice, every case ends.

Planted faults prove that the check can fail: a new key for every try, an acknowledgement before the commit, a commit that is not on
disk, an effect believed done before it is.
"""

import asyncio
import itertools
import random
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.checks.crash.harness import Run, prepare

from amends.store.embedded import EmbeddedPostgres

KILLS = 20
ORDERS = 2000
SEED = 11


@pytest_asyncio.fixture(scope="module")
async def server() -> AsyncIterator[EmbeddedPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="amends-crash-"))
    folder.chmod(0o755)  # noqa: ASYNC240 - nothing else runs yet
    with EmbeddedPostgres(folder) as started:
        await prepare(started, ORDERS)
        yield started
        assert started._process is not None
        started._process.send_signal(signal.SIGQUIT)  # nothing of it is kept: no checkpoint
    shutil.rmtree(started.place, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture
async def run(server: EmbeddedPostgres, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Run]:
    made = Run(server, tmp_path, getattr(request, "param", ""))
    await made.begin()
    yield made
    made.close()


async def test_twenty_kills_lose_nothing_acknowledged_and_pay_nothing_twice(run: Run) -> None:
    dice = random.Random(SEED)  # noqa: S311 - repeatable
    victims = itertools.cycle(["worker", "load", "database"])
    await run.progress(acknowledged=20, paid=5)
    for turn, victim in zip(range(KILLS), victims, strict=False):
        run.control(**([{"mode": "fail_before", "rate": 0.05}, {"mode": "lose_answer", "rate": 0.07}][turn % 2]), seed=turn)
        await run.progress(acknowledged=dice.randint(4, 12), paid=dice.randint(1, 5))
        run.kill(victim)
    await run.progress(acknowledged=10, paid=5)
    await run.end()
    verdict = await run.judge()
    assert verdict.clean, (verdict, run.last_words())
    assert verdict.kills == KILLS
    assert verdict.acknowledged > KILLS * 8
    assert verdict.paid > KILLS * 5


@pytest.mark.parametrize("run", ["random_key"], indirect=True)
async def test_a_new_key_for_every_try_is_found_to_pay_twice(run: Run) -> None:
    run.control(mode="lose_answer", rate=0.5, seed=1)
    await run.progress(acknowledged=20, paid=10)
    await run.end()
    verdict = await run.judge()
    assert verdict.paid_twice
    assert any(line.startswith("M17") for line in verdict.sick)


@pytest.mark.parametrize("run", ["early_ack"], indirect=True)
async def test_an_acknowledgement_before_the_commit_is_found_lost(run: Run) -> None:
    for _ in range(6):
        await run.progress(acknowledged=10, paid=0)
        run.kill("load", again=False)
        if (await run.judge()).lost:
            return
        run.start("load")
    raise AssertionError("nothing was lost")


@pytest.mark.parametrize("run", ["lazy_commit"], indirect=True)
async def test_a_commit_that_is_not_on_disk_is_found_lost(run: Run) -> None:
    for _ in range(4):
        await run.progress(acknowledged=25, paid=1)
        run.kill("database")
        if (await run.judge()).lost:
            return
    raise AssertionError("nothing was lost")


@pytest.mark.parametrize("run", ["settle_first"], indirect=True)
async def test_an_effect_believed_done_before_it_is_leaves_a_case_that_never_ends(run: Run) -> None:
    for turn in range(8):
        await run.progress(acknowledged=20, paid=3)
        await asyncio.sleep(turn * 0.05)  # payments come in waves: each kill strikes at another moment of one
        run.kill("worker")
    await run.end(patience_s=4)
    assert not (await run.judge()).clean
