"""What somebody said in the conversation of a case."""

from datetime import datetime
from hashlib import sha256
from typing import Literal
from uuid import UUID

import msgspec

MessageSide = Literal["buyer", "seller", "platform", "system"]
MessageSort = Literal["said", "quick_reply", "macro", "automatic"]


class Message(msgspec.Struct, frozen=True):
    """One message. `seq` is that of its event, which holds `sha256`; `salt` keeps a short text from being guessed once it is erased.

    `personal` marks a reply that a person gave, which counts as human handling (C-04). An erased message has neither text nor salt.
    """

    id: UUID
    case_id: UUID
    seq: int
    side: MessageSide
    author: str
    sort: MessageSort
    personal: bool
    text: str | None
    salt: bytes | None
    sha256: bytes
    at: datetime


def hash_of(salt: bytes, text: str) -> bytes:
    """What the chain keeps of a text."""
    return sha256(salt + text.encode()).digest()
