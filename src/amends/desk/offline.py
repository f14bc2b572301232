"""Keeps what became of decisions taken offline, in the transaction that decided it, and tells which decision stands."""

from datetime import datetime
from typing import Any

import asyncpg
from msgspec.structs import asdict, replace

from amends.actions.commands import CaseCommand, Command
from amends.actions.offline import Stands, due_by_time, result_of
from amends.actions.outcome import Blocked, Outcome, Recorded
from amends.desk.rows import Batch
from amends.domain.facts.file import CaseFile
from amends.store.database import queries


async def settle(
    connection: asyncpg.Connection, command: Command, file: CaseFile, outcome: Outcome, batch: Batch, now: datetime
) -> Outcome:
    """The outcome, with the decision that stands where the action was refused; its row goes into the batch."""
    case = file.case
    if not isinstance(command, CaseCommand) or command.offline is None or case is None:
        return outcome
    stands = None
    if isinstance(outcome, Blocked):
        row = await connection.fetchrow(queries("decision_that_stands"), command.shop_id, case.id)
        stands = Stands(**dict(row)) if row else None
    result = result_of(outcome, stands)
    applied = outcome.case.seq if isinstance(outcome, Recorded) and outcome.case else None
    code = outcome.code if isinstance(outcome, Blocked) else None
    batch.rows["insert_offline_actions"].append(
        (command.shop_id, command.actor.id, command.offline.id, case.id, command.__struct_config__.tag, command.offline.device_at, now,
         command.based_on or 0, case.version, due_by_time(file), command.offline.grace, result if applied else _unapplied(result), code,
         applied)
    )  # fmt: skip
    if not isinstance(outcome, Blocked):
        return outcome
    detail: dict[str, Any] = {**outcome.detail, "offline": {"result": result, "stands": asdict(stands) if stands else None}}
    return replace(outcome, detail=detail)


def _unapplied(result: str) -> str:
    """An action that changed nothing and was refused nothing was done before."""
    return "rejected_conflict" if result == "applied" else result
