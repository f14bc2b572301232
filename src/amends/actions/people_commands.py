"""What can be asked of the desk in a conversation: saying something, and keeping what was said as proof."""

from datetime import datetime
from uuid import UUID

import msgspec

from amends.actions.commands import CaseCommand


class RefusedWord(msgspec.Struct, frozen=True, kw_only=True):
    """A sensitive word that keeps a text back: the entry of the list, where it stands in the text, and what to write instead."""

    word: str
    category: str
    start: int
    end: int
    instead: dict[str, str]


class SendMessage(CaseCommand, frozen=True, kw_only=True, tag="send_message"):
    """Say something in the conversation of a case. `refused_words` were found in it by the list in force now: then it does not go out.

    `sort` says how it came about; `seen` that the sender had the case before them: a macro that nobody read is no personal reply.
    """

    message_id: UUID
    text: str
    sort: str = "said"
    seen: bool = True
    refused_words: tuple[RefusedWord, ...] = ()


class SaidBefore(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it stands in the conversation."""

    id: UUID
    side: str
    text: str | None
    salt: bytes | None
    sha256: bytes
    at: datetime


class PinMessage(CaseCommand, frozen=True, kw_only=True, tag="pin_message"):
    """Keep a message and its neighbours as sealed proof; `messages` are all of them, in their order."""

    message_id: UUID
    messages: tuple[SaidBefore, ...]


PeopleCommand = SendMessage | PinMessage
