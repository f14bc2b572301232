"""What the desk answers to a command, and why a command could not even be judged."""

from typing import Any
from uuid import UUID

import msgspec

from amends.actions.outcome import Outcome


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer a command. `code` is `None` where it was recorded (or previewed), else a word of `vocabulary/problems.yaml`.

    `body` is the answer as JSON, byte for byte what is kept under the idempotency key. `outcome` is there on first hand only.
    """

    code: str | None
    body: bytes
    shop_id: int
    case_id: UUID | None = None
    replayed: bool = False
    outcome: Outcome | None = None


def problem_body(code: str, detail: dict[str, Any] | None = None) -> bytes:
    """A refusal as JSON: its code and what the desk can say of it; words and HTTP are the API's."""
    return msgspec.json.encode({"code": code, **(detail or {})})


def refused(shop_id: int, code: str, **detail: Any) -> Answer:
    """An answer that refuses without a record: nothing was found, or a key was reused."""
    return Answer(code=code, body=problem_body(code, detail), shop_id=shop_id)
