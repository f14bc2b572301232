"""What callers send in conversations: messages, quick replies and macros."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Name, Strict, Word
from amends.api.people.bodies import Language

Said = Annotated[str, Meta(min_length=1, max_length=4000)]
Slot = Annotated[int, Meta(ge=1, le=1000)]


class MessageBody(Strict, frozen=True, kw_only=True):
    """A text, or the number of a quick reply of the shop with the language to say it in."""

    text: Said | None = None
    quick_reply: Slot | None = None
    language: Language = "en"


class CheckBody(Strict, frozen=True, kw_only=True):
    """A text to look at before it is sent."""

    text: Said


class PinBody(Strict, frozen=True, kw_only=True):
    """How many messages on either side are kept with it."""

    neighbours: Annotated[int, Meta(ge=0, le=20)] | None = None


class QuickReplyBody(Strict, frozen=True, kw_only=True):
    """A reply in both languages."""

    zh: Said
    en: Said


class QuickRepliesBody(Strict, frozen=True, kw_only=True):
    """All quick replies of a shop, in their order."""

    replies: Annotated[tuple[QuickReplyBody, ...], Meta(max_length=100)]


class MacroBody(Strict, frozen=True, kw_only=True):
    """A reply and a move that are made in one go; `body` is what the move takes."""

    name: Name
    zh: Said
    en: Said
    move: Word
    body: Annotated[dict[str, Any], Meta(max_length=50)] = msgspec.field(default_factory=dict)


class RunMacroBody(Strict, frozen=True, kw_only=True):
    """One case; the version is the one that was seen."""

    language: Language = "en"
