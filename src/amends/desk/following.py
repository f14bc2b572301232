"""What follows from what was recorded is laid out in the same batch, judged by the rules of scores in force at the event."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import asyncpg

from amends.actions.conduct import consequences, moves_scores
from amends.actions.outcome import Recorded
from amends.desk.rows import Batch
from amends.desk.rulebooks import Rulebooks
from amends.domain.facts.file import CaseFile
from amends.domain.rulebook.compiled import CompiledTopic


async def follow(
    rulebooks: Rulebooks,
    connection: asyncpg.Connection,
    file: CaseFile,
    recorded: Recorded,
    batch: Batch,
    now: datetime,
    new_id: Callable[[], UUID],
) -> None:
    """Add the rows that follow. What belongs to a shop is judged by the release in force now, not by the pins of its case."""
    topic: CompiledTopic | None = None
    release = ""
    if moves_scores(recorded):
        release = rulebooks.release_at(file.order.market, now).hash
        topic = (await rulebooks.book(connection, file.order.market, release)).topic("scores", now)
    batch.follow(file.order.shop_id, consequences(file, recorded, topic, release, now, new_id))
