"""What a reader answers when it cannot read: a value, never an exception."""

import msgspec


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """Outside text that is not what was asked for.

    Attributes:
        code: a word of `policies/vocabulary/problems.yaml`.
        found: the beginning of what was given, safe to show and to log.
        wanted: what would have been read, in English, for whoever mends the file.
    """

    code: str
    found: str
    wanted: str


def unreadable(code: str, found: object, wanted: str) -> Unreadable:
    """Name the problem and keep only the first 60 characters of what was given, escaped."""
    shown = found if isinstance(found, str) else repr(found)
    return Unreadable(code=code, found=shown[:60].encode("unicode_escape").decode("ascii"), wanted=wanted)
