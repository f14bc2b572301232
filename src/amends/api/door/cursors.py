"""A cursor belongs to the list that gave it: the same path, filters and order. Under others it would skip rows without a word.

The door marks what leaves and looks at what comes back, for every list alike; handlers see their own cursors only.
"""

from hashlib import sha256
from typing import Any, Final

import msgspec

from amends.api.door.messages import Problem, Reply

BESIDE: Final = ("cursor", "limit")
MARKED: Final = 9
_ENDED: Final = b'"next_cursor":"'
"""Inside a text its quotes would be escaped, so this can only be the field itself."""
_hashed = msgspec.json.Encoder(order="deterministic")


def has_cursor(query: Any) -> bool:
    """Whether a list is read on by a text of ours. A number that callers count by is their own."""
    return query is not None and any(field.name == "cursor" and field.default is None for field in msgspec.structs.fields(query))


def mark_of(path: str, query: Any) -> str:
    """What stands before each cursor of a list."""
    asked = {name: value for name, value in msgspec.structs.asdict(query).items() if name not in BESIDE}
    return sha256(path.encode() + _hashed.encode(asked)).hexdigest()[: MARKED - 1] + "."


def taken_apart(values: dict[str, Any]) -> str:
    """Take the mark off the cursor that a call hands back; empty where it hands back none."""
    given: str = values.get("cursor", "")
    values["cursor"] = given[MARKED:]
    if not values["cursor"]:
        del values["cursor"]
    return given[:MARKED]


def looked_at(mark: str, path: str, query: Any) -> Problem | None:
    """Whether the cursor that was handed back is one of this list."""
    return Problem(code="bad_cursor") if mark and mark != mark_of(path, query) else None


def marked(answer: Reply, path: str, query: Any) -> Reply:
    """A page whose cursor says which list it belongs to."""
    if _ENDED not in answer.body:
        return answer
    body = answer.body.replace(_ENDED, _ENDED + mark_of(path, query).encode(), 1)
    return msgspec.structs.replace(answer, body=body)
