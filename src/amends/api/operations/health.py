"""Whether the process lives, whether it can work, and what it has counted."""

import msgspec

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.store.database import queries


class Health(msgspec.Struct, frozen=True):
    """`ok`."""

    status: str


async def health(_: Request) -> Reply | Problem:
    """The process answers."""
    return json_reply(Health("ok"))


async def ready(request: Request) -> Reply | Problem:
    """The database answers too."""
    await request.context.pool.fetchval(queries("domain_now"), timeout=2)
    return json_reply(Health("ok"))


async def metrics(request: Request) -> Reply | Problem:
    """What this process has counted, and what the database says of itself, as text."""
    text = request.context.metrics.text() + await request.context.gauges.text()
    return Reply(body=text.encode(), media_type=b"text/plain; version=0.0.4; charset=utf-8")


OPERATIONS = (
    Operation(id="health", method="GET", path="/health", summary="The process lives", handler=health, who=frozenset(),
              answer=Health),
    Operation(id="ready", method="GET", path="/ready", summary="The database answers", handler=ready, who=frozenset(),
              answer=Health, problems=("database_away",)),
    Operation(id="metrics", method="GET", path="/metrics", summary="Counters of this process", handler=metrics, who=frozenset(),
              media_types=("text/plain",)),
)  # fmt: skip
