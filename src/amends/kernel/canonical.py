"""One way to write a body as bytes, so that its hash means the same to everybody (RFC 8785, for what we use of JSON)."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

import msgspec

GENESIS: Final = bytes(32)
"""What stands before the first link of a chain."""

_EXACT: Final = 2**53 - 1  # beyond it readers of JSON round, and would see another body than we hashed
_SAFE: Final = frozenset({str, bool, type(None)})
_encode = msgspec.json.Encoder(order="sorted").encode


def canonical(body: Any) -> bytes:
    """Write str, int, bool, None, list, tuple and dict as canonical JSON.

    Anything else (floats, dates, enums, structs), a key that is no ASCII text and an integer beyond 2**53 - 1 raise TypeError:
    whoever hashes says first how such a value is written. Lone surrogates raise UnicodeEncodeError.
    """
    _check(body)
    return _encode(body)


def _check(value: Any) -> None:
    kind = type(value)
    if kind in _SAFE:
        return
    if kind is int:
        if not -_EXACT <= value <= _EXACT:
            raise TypeError("an integer beyond 2**53 - 1 is not the same to every reader of JSON; write it as text")
    elif kind is dict:
        for key in value:
            # Beyond ASCII the order of UTF-8 bytes and of UTF-16 units, which the RFC wants, may differ.
            if type(key) is not str or not key.isascii():
                raise TypeError(f"a key of a canonical body is ASCII text, not {key!r}")
        _check_each(value.values())
    elif kind is list or kind is tuple:
        _check_each(value)
    else:
        raise TypeError(f"{kind.__name__} has no canonical form here")


def _check_each(values: Iterable[Any]) -> None:
    for held in values:
        if type(held) not in _SAFE:  # most are: a call for each would cost more than all the rest
            _check(held)


def chain_hash(before: bytes, body: bytes) -> bytes:
    """Link a canonical body to the hash before it: SHA-256 of a zero byte, 32 bytes before, the body."""
    if len(before) != len(GENESIS):
        raise ValueError("the hash before has 32 bytes")
    return sha256(b"\x00" + before + body).digest()
