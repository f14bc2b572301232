"""Signing and checking: Standard Webhooks messages, and links to files. Pure: the moment is an argument, any bytes get an answer."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeVar

import msgspec

SECRET_PREFIX = "whsec_"  # noqa: S105 - a prefix, no secret
SECRET_BYTES = range(24, 65)
TOLERANCE = timedelta(minutes=5)
LONGEST_LINK = timedelta(minutes=5)
LONGEST_GUEST_LINK = timedelta(days=90)
LONGEST_HEADER = 4096
MESSAGE_ID = re.compile(r"[A-Za-z0-9_\-]{1,128}", re.ASCII)
LINK, GUEST = b"amends link", b"amends guest"
"""What a token was signed for; one is never good for the other."""
TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


class Grant(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What one link allows: one method on one variant of one file, for one principal of one shop, until `expires_at` (UTC seconds)."""

    method: Literal["GET", "PUT"]
    blob: str
    variant: str
    principal: str
    shop: int
    expires_at: int


class GuestGrant(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a guest's link allows: to withdraw from one order as its buyer, until `expires_at` (UTC seconds)."""

    order: str
    buyer: str
    expires_at: int


G = TypeVar("G", Grant, GuestGrant)


def secret_of(random_bytes: bytes) -> str:
    """A webhook secret in its written form. Raises ValueError unless it has 24 to 64 bytes."""
    if len(random_bytes) not in SECRET_BYTES:
        raise ValueError("a webhook secret has 24 to 64 bytes")
    return SECRET_PREFIX + base64.b64encode(random_bytes).decode()


def sign_message(secrets: Sequence[str], message_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a Standard Webhooks message, signed with every secret given, so that one can be rotated.

    Raises ValueError for a malformed secret or message id: both are ours.
    """
    if not MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"not a message id: {message_id!r}")
    timestamp = str(int(sent_at.timestamp()))
    keys = [_key(secret) for secret in secrets]
    if not keys or None in keys:
        raise ValueError("a message is signed with at least one secret of the form whsec_…")
    signatures = [base64.b64encode(_digest(key, message_id, timestamp, body)).decode() for key in keys if key is not None]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def message_is_genuine(
    secrets: Sequence[str], message_id: str | bytes, timestamp: str | bytes, signature: str | bytes, body: bytes, *, now: datetime
) -> bool:
    """Whether one of our secrets signed this message at most five minutes from `now`. False for anything malformed, never an error."""
    words = _text(message_id), _text(timestamp), _text(signature)
    if not MESSAGE_ID.fullmatch(words[0]) or not TIMESTAMP.fullmatch(words[1]) or len(words[2]) > LONGEST_HEADER:
        return False
    if abs(now.timestamp() - int(words[1])) > TOLERANCE.total_seconds():
        return False
    expected = [_digest(key, words[0], words[1], body) for key in map(_key, secrets) if key is not None]
    presented = [_decoded(part.removeprefix("v1,")) for part in words[2].split(" ") if part.startswith("v1,")]
    found = False
    for wanted in expected:
        for given in presented:
            found |= hmac.compare_digest(wanted, given)
    return found


def sign_link(key: bytes, grant: Grant) -> str:
    """The token of a link: the grant itself and its HMAC-SHA256, fit for a URL."""
    return _signed(key, LINK, msgspec.json.encode(grant))


def read_link(key: bytes, token: str, *, now: datetime) -> Grant | None:
    """The grant in a token that we signed and that holds at `now`; None for anything else. Check the right to the file again all the same."""
    return _granted(key, LINK, token, Grant, now, LONGEST_LINK)


def sign_guest_link(key: bytes, grant: GuestGrant) -> str:
    """The token of a guest's link, fit for a URL; it opens nothing but its order."""
    return _signed(key, GUEST, msgspec.json.encode(grant))


def read_guest_link(key: bytes, token: str, *, now: datetime) -> GuestGrant | None:
    """The grant in a guest's token that we signed and that holds at `now`; None for anything else."""
    return _granted(key, GUEST, token, GuestGrant, now, LONGEST_GUEST_LINK)


def _signed(key: bytes, purpose: bytes, claim: bytes) -> str:
    return f"{_url64(claim)}.{_url64(_link_digest(key, purpose, claim))}"


def _granted(key: bytes, purpose: bytes, token: str, shape: type[G], now: datetime, longest: timedelta) -> G | None:
    claim_text, _, signature_text = token.partition(".")
    claim, signature = _from_url64(claim_text), _from_url64(signature_text)
    if claim is None or signature is None or not hmac.compare_digest(_link_digest(key, purpose, claim), signature):
        return None
    try:
        grant: G = msgspec.json.decode(claim, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
    moment = now.timestamp()
    return grant if moment < grant.expires_at <= moment + longest.total_seconds() else None


def _digest(key: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    return hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)


def _link_digest(key: bytes, purpose: bytes, claim: bytes) -> bytes:
    return hmac.digest(key, purpose + b"\0" + claim, hashlib.sha256)


def _key(secret: str) -> bytes | None:
    if not secret.startswith(SECRET_PREFIX):
        return None
    decoded = _decoded(secret.removeprefix(SECRET_PREFIX))
    return decoded if len(decoded) in SECRET_BYTES else None


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _decoded(text: str) -> bytes:
    """Empty for anything that is no base64; nothing of ours equals that."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_url64(text: str) -> bytes | None:
    """None unless it is written exactly as we write it: one grant has one token."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _url64(data) == text else None
