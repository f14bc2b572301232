"""Words in a body that must stand in the vocabulary, and moments that must lie in the age of commerce."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, NamedTuple, get_args, get_type_hints

import msgspec

from amends.api.door.messages import FieldError, Problem
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
    "lane": "review_lanes",
    "liability": "liability",
    "ruling": "rulings",
    "theme": "themes",
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
    ("ChargebackBody", "source"): None,
    ("ChargebackBody", "reason"): None,
    ("WebhookBody", "topics"): "events",
}
FLAGS: Final = frozenset({"item.used", "item.opened"})
MOST_ERRORS: Final = 100


class _Check(NamedTuple):
    """One field to look at: its name, what is looked for (word, moment, bodies, told), and in which list."""

    name: str
    sort: str
    listed: str = ""


def unspoken(body: Any, vocabulary: Vocabulary) -> Problem | None:
    """The problem of the words and moments in a decoded body, with every field that has one; None where all is well."""
    errors: list[FieldError] = []
    _look(body, vocabulary, "", errors)
    return Problem(code=errors[0].code, errors=tuple(errors[:MOST_ERRORS])) if errors else None


def _look(body: Any, vocabulary: Vocabulary, path: str, errors: list[FieldError]) -> None:
    for name, sort, listed in _checks(body.__class__):
        value = getattr(body, name)
        if not value:
            continue
        at = f"{path}{name}"
        if sort == "word":
            errors += _strange_words(at, value, listed, vocabulary)
        elif sort == "bodies":
            for n, inner in enumerate(value):
                _look(inner, vocabulary, f"{at}[{n}].", errors)
        elif sort == "moment":
            if not EARLIEST <= value <= LATEST:
                errors.append(FieldError(at, "bad_moment"))
        elif not FLAGS.issuperset(value):
            errors.append(FieldError(at, "unknown_word"))


def _strange_words(at: str, value: Any, listed: str, vocabulary: Vocabulary) -> list[FieldError]:
    known = vocabulary.words(listed)
    if isinstance(value, str):
        code = "currency_unknown" if listed == "currencies" else "unknown_word"
        return [FieldError(at, code)] if known and value not in known else []
    return [FieldError(f"{at}[{n}]", "unknown_word") for n, word in enumerate(value) if known and word not in known]


@cache
def _checks(shape: type) -> tuple[_Check, ...]:
    """What there is to look at in a body of this shape; worked out once."""
    found = []
    for name, hint in get_type_hints(shape).items():
        kinds = set(_parts(hint))
        listed = _OWN[shape.__name__, name] if (shape.__name__, name) in _OWN else _LISTS.get(name)
        if datetime in kinds:
            found.append(_Check(name, "moment"))
        elif any(isinstance(kind, type) and issubclass(kind, msgspec.Struct) and _checks(kind) for kind in kinds):
            found.append(_Check(name, "bodies"))
        elif name == "told":
            found.append(_Check(name, "told"))
        elif str in kinds and listed is not None:
            found.append(_Check(name, "word", listed))
    return tuple(found)


def _parts(hint: Any) -> Iterator[Any]:
    """The types that a hint is put together from."""
    inner = get_args(hint)
    if not inner:
        yield hint
    for one in inner:
        yield from _parts(one)
