"""Moves that are no commands of the desk: asked again under their key, they are answered as at first and done once."""

from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256

import asyncpg
import msgspec

from amends.api.door.answering import REPLAYED
from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply
from amends.store.database import queries, transaction

_fingerprinted = msgspec.json.Encoder(order="deterministic")
NOTHING = b"{}"
"""What is kept where an answer has no body."""


async def once(
    request: Request, shops: Sequence[int], done: str, do: Callable[[asyncpg.Connection], Awaitable[Reply | Problem]]
) -> Reply | Problem:
    """Do it in one transaction over these shops with the answer under its key, kept at the first of them.

    What was refused did nothing and is asked anew.
    """
    place, who, asked = shops[0], request.caller.actor.id, _asked(request)
    async with transaction(request.context.pool, list(shops)) as connection:
        await connection.execute(queries("asking_under_key"), place, who, request.key)
        known = await connection.fetchrow(queries("answer_under_key"), place, who, request.key)
        if known is not None and known["fingerprint"] != asked:
            return Problem(code="idempotency_key_reused")
        if known is not None:
            return Reply(done=done, body=b"" if known["answer"] == NOTHING else known["answer"], headers=REPLAYED)
        answer = await do(connection)
        if isinstance(answer, Reply):
            await connection.execute(queries("keep_answer"), place, who, request.key, asked, answer.body or NOTHING)
        return answer


def _asked(request: Request) -> bytes:
    said = (request.scope["method"], request.scope["path"], request.body)
    return sha256(_fingerprinted.encode(said)).digest()
