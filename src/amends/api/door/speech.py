"""What a text says that should not go out, found by the list that is in force now (U-12)."""

from typing import Any

import msgspec

from amends.actions.people_commands import RefusedWord
from amends.api.door.context import Context
from amends.domain.topics.speech import Hit, refuses, scanner_of


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The sensitive words of a text, and whether it may be sent all the same."""

    may_be_sent: bool
    hits: tuple[Hit, ...]


def checked(context: Context, text: str) -> Checked:
    """Look at a text."""
    hits = scanner_of(context.vocabulary).scan(text)
    return Checked(may_be_sent=not refuses(hits), hits=hits)


def refused_words(context: Context, text: str) -> tuple[RefusedWord, ...]:
    """The words that keep a text back."""
    return tuple(
        RefusedWord(word=hit.word, category=hit.category, start=hit.start, end=hit.end,
                    instead={"zh": hit.instead.zh, "en": hit.instead.en})
        for hit in checked(context, text).hits
        if hit.level == "refuse"
    )  # fmt: skip


def limit(context: Context, name: str) -> int:
    """How much of something there may be, by `vocabulary/limits.yaml`."""
    traits: dict[str, Any] = context.vocabulary.words("limits")[name].traits
    return int(traits["is"])
