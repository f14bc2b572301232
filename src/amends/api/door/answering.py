"""From an answer of the desk to a reply or a problem: its bytes as they are."""

from amends.api.door.messages import Headers, Problem, Reply
from amends.desk.answers import Answer

REPLAYED: Headers = ((b"idempotency-replayed", b"true"),)


def answered(answer: Answer, done: str = "ok") -> Reply | Problem:
    """What the desk answered, with a mark where it was said before under the same key."""
    headers = REPLAYED if answer.replayed else ()
    if answer.code is None:
        return Reply(done=done, body=answer.body, headers=headers)
    return Problem(code=answer.code, told=answer.body, headers=headers)
