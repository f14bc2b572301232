"""The strict gate: bytes become JSON that means one thing to everybody, or a code. Nothing of the input is ever repeated."""

import re
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec

from amends.api.door.messages import FieldError, Message, Problem, Receive, Scope
from amends.kernel.text import text_problem

CAP: Final = 256 * 1024
BULK_CAP: Final = 8 * 1024 * 1024
DEEPEST: Final = 64
MANY_LINES: Final = frozenset({"note", "text"})
_KEY = re.compile(rb'"[ \t\r\n]*:')
_generic = msgspec.json.Decoder()
_CLOSE: Final = ((b"connection", b"close"),)


class Unfit(Exception):  # noqa: N818 - it never leaves this file
    """The JSON is well formed but not admitted."""


class SenderGoneError(Exception):
    """Whoever sent a body broke it off: nobody's fault here, and no database is away."""


async def read_body(scope: Scope, receive: Receive, cap: int) -> bytes | Problem:
    """The whole body, at most `cap` bytes: reading stops there and the connection is closed."""
    refused = _refuse_headers(scope, cap)
    if refused is not None:
        return refused
    message: Message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body if len(body) <= cap else too_large(cap)
    return await _read_on(receive, [body], cap)


async def _read_on(receive: Receive, parts: list[bytes], cap: int) -> bytes | Problem:
    size = len(parts[0])
    more = True
    while more and size <= cap:
        message = await receive()
        if message["type"] == "http.disconnect":
            return Problem(code="bad_json", headers=_CLOSE)
        part = message.get("body", b"")
        size += len(part)
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts) if size <= cap else too_large(cap)


async def content_of(receive: Receive) -> AsyncIterator[bytes]:
    """The parts of a body as they come. Raises SenderGoneError where the sender goes away."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SenderGoneError
        yield message.get("body", b"")
        more = message.get("more_body", False)


def too_large(cap: int) -> Problem:
    """The answer to a body over the cap."""
    return Problem(code="body_too_large", detail={"limit_bytes": cap}, headers=_CLOSE)


def _refuse_headers(scope: Scope, cap: int) -> Problem | None:
    kind = encoding = length = None
    for name, value in scope["headers"]:
        if name == b"content-type":
            kind = value
        elif name == b"content-encoding":
            encoding = value
        elif name == b"content-length":
            length = value
    if length is not None and length.isdigit() and int(length) > cap:
        return too_large(cap)
    if kind != b"application/json" and not _is_json(kind):
        return Problem(code="unsupported_media_type", headers=_CLOSE)
    if encoding is not None and encoding.strip().lower() not in (b"", b"identity"):
        return Problem(code="unsupported_media_type", headers=_CLOSE)
    return None


def _is_json(kind: bytes | None) -> bool:
    if kind is None:
        return False
    essence, _, parameters = kind.lower().partition(b";")
    return essence.strip() == b"application/json" and parameters.strip() in (b"", b"charset=utf-8", b'charset="utf-8"')


def strict_json(body: bytes) -> Any:
    """Decode JSON, refusing what readers understand differently.

    Raises:
        Unfit: broken JSON, doubled keys, NaN, a number out of range, lone surrogates, NUL, bytes that are no UTF-8, or nesting
            deeper than 64.
    """
    try:
        tree = _generic.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as problem:
        raise Unfit from problem
    keys = _count_keys(tree, 1) if isinstance(tree, dict | list) else 0
    if len(_KEY.findall(body)) != keys and _has_doubled_keys(body):
        raise Unfit
    if b"\\u0000" in body and _holds_nul(tree):
        raise Unfit
    return tree


def _count_keys(tree: Any, depth: int) -> int:
    if depth > DEEPEST:
        raise Unfit
    if isinstance(tree, dict):
        found = len(tree)
        inner: Any = tree.values()
    else:
        found, inner = 0, tree
    for value in inner:
        if type(value) is dict or type(value) is list:
            found += _count_keys(value, depth + 1)
    return found


def _has_doubled_keys(body: bytes) -> bool:
    """Asked only where a string holds something that looks like a key, or a key is really doubled."""
    import json

    doubled = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal doubled
        doubled = doubled or len({key for key, _ in pairs}) != len(pairs)

    json.loads(body, object_pairs_hook=look)
    return doubled


def _holds_nul(tree: Any) -> bool:
    if isinstance(tree, str):
        return "\0" in tree
    if isinstance(tree, dict):
        return any("\0" in key or _holds_nul(value) for key, value in tree.items())
    return isinstance(tree, list) and any(_holds_nul(value) for value in tree)


def unclean_text(body: bytes, tree: Any) -> tuple[FieldError, ...]:
    """Where a text holds control or bidirectional characters. Plain ASCII without escapes cannot."""
    if body.isascii() and b"\\" not in body and b"\x7f" not in body:
        return ()
    found: list[FieldError] = []
    _look_at_text(tree, "", "", found)
    return tuple(found)


def _look_at_text(tree: Any, path: str, name: str, found: list[FieldError]) -> None:
    if isinstance(tree, str):
        if text_problem(tree, len(tree), lines=name in MANY_LINES) is not None:
            found.append(FieldError(path, "text_not_clean"))
    elif isinstance(tree, dict):
        for key, value in tree.items():
            _look_at_text(value, f"{path}.{key}" if path else key, key, found)
    elif isinstance(tree, list):
        for n, value in enumerate(tree):
            _look_at_text(value, f"{path}[{n}]", name, found)


def decode(body: bytes, decoder: "msgspec.json.Decoder[Any]") -> Any:
    """A body as its struct, or a Problem: `bad_json`, or the first field that does not fit."""
    try:
        tree = strict_json(body)
    except (Unfit, RecursionError):
        return Problem(code="bad_json")
    try:
        fit = decoder.decode(body)
    except msgspec.ValidationError as problem:
        return misfit(str(problem))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Problem(code="bad_json")
    errors = unclean_text(body, tree)
    return Problem(code=errors[0].code, errors=errors) if errors else fit


_PATH = re.compile(r" - at `\$\.?([^`]*)`$")
_NAMED = re.compile(r"(?:unknown|required) field `([A-Za-z_][A-Za-z0-9_]{0,63})`")
_CODES: Final = (
    ("Object contains unknown field", "unknown_field"),
    ("Object missing required field", "missing_field"),
    ("Invalid UUID", "bad_identifier"),
    ("Invalid RFC3339", "bad_moment"),
    ("Expected `datetime`", "bad_moment"),
    ("Invalid enum value", "value_not_allowed"),
    ("Expected `str` of length <=", "text_too_long"),
    ("Expected `str` of length >=", "missing_field"),
    ("Expected `str` matching", "value_not_allowed"),
    ("Expected `array` of length", "value_not_allowed"),
    ("Expected `object` of length", "value_not_allowed"),
    ("Number out of range", "value_not_allowed"),
)
_BULK: Final = frozenset({"orders", "shops", "moves", "scans"})
_AMOUNTS: Final = frozenset({"amount", "price", "shipping", "tax", "commission", "captured", "deducted"})


def misfit(message: str) -> Problem:
    """A problem from what the decoder says: where, and what kind of misfit; the value itself is left out."""
    at = _PATH.search(message)
    path = at[1] if at else ""
    code = next((code for start, code in _CODES if message.startswith(start)), None)
    if code is None and re.match(r"Expected `int( \| null)?` [<>]=?", message):
        code = "amount_not_positive" if path.rsplit(".", 1)[-1] in _AMOUNTS and ">" in message else "value_not_allowed"
    if path in _BULK and message.startswith("Expected `array` of length <="):
        code = "batch_too_large"
    named = _NAMED.search(message)
    if named:
        path = f"{path}.{named[1]}" if path else named[1]
    code = code or "wrong_type"
    return Problem(code=code, errors=(FieldError(path, code),))
