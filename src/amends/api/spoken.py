"""Words in a body that must stand in the vocabulary, and moments that must lie in the age of commerce."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from amends.api.messages import FieldError, Problem
from amends.domain.rulebook.shape import Vocabulary

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
# field name → list; ("ProofBody", "kind") where a name means different lists.
_LISTS: Final[dict[str, str]] = {
    "reason": "reasons",
    "channel": "channels",
    "disposition": "dispositions",
    "currency": "currencies",
    "category": "categories",
    "sale_format": "sale_formats",
    "source": "order_sources",
    "review_lane": "review_lanes",
}
_OWN: Final[dict[tuple[str, str], str | None]] = {
    ("ProofBody", "kind"): "evidence_kinds",
    ("AskForProofBody", "kinds"): "evidence_kinds",
    ("DecideRecheckBody", "kinds"): "evidence_kinds",
    ("DecideRecheckBody", "reason"): "problems",
    ("ToldOrderBody", "channel"): "order_channels",
    ("ToldOrderBody", "status"): "order_statuses",
    ("ToldParcelBody", "status"): "parcel_statuses",
    ("ScanRow", "source"): None,
    ("WebhookBody", "topics"): "events",
}
_FLAGS: Final = ("item.used", "item.opened")


def unspoken(body: Any, vocabulary: Vocabulary) -> Problem | None:
    """The first problem of words and moments in a decoded body, with every field that has one; None where all is well."""
    errors = tuple(_errors(body, vocabulary, ""))
    return Problem(code=errors[0].code, errors=errors[:100]) if errors else None


def _errors(body: Any, vocabulary: Vocabulary, path: str) -> Iterator[FieldError]:
    shape = type(body).__name__
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if value is None or value == () or isinstance(value, bool | int):
            continue
        at = f"{path}.{name}" if path else name
        if isinstance(value, datetime):
            if not EARLIEST <= value <= LATEST:
                yield FieldError(at, "bad_moment")
        elif isinstance(value, str):
            if not _known(shape, name, value, vocabulary):
                yield FieldError(at, "currency_unknown" if name == "currency" else "unknown_word")
        elif isinstance(value, tuple):
            yield from _in_a_list(shape, name, value, vocabulary, at)
        elif name == "told" and any(fact not in _FLAGS for fact in value):
            yield FieldError(at, "unknown_word")


def _in_a_list(shape: str, name: str, values: tuple[Any, ...], vocabulary: Vocabulary, at: str) -> Iterator[FieldError]:
    for n, value in enumerate(values):
        if isinstance(value, msgspec.Struct):
            yield from _errors(value, vocabulary, f"{at}[{n}]")
        elif isinstance(value, str) and not _known(shape, name, value, vocabulary):
            yield FieldError(f"{at}[{n}]", "unknown_word")


def _known(shape: str, name: str, word: str, vocabulary: Vocabulary) -> bool:
    listed = _OWN[shape, name] if (shape, name) in _OWN else _LISTS.get(name)
    if listed is None or not vocabulary.words(listed):
        return True
    return word in vocabulary.words(listed)
