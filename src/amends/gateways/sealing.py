"""Secrets that the database keeps are sealed: AES-256-GCM under a key that lies elsewhere, bound to the place that they belong to.

Keys come from AMENDS_SEALING_KEYS (`id:base64` with blanks between them, the first one seals), else from `sealing.keys` in the home,
made once. A key that no longer seals still opens until everything was sealed anew (`amends reseal`).
"""

import base64
import binascii
import contextlib
import functools
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
MARK: Final = "sealed:"
FILE: Final = "sealing.keys"


class SealError(Exception):
    """A sealed secret cannot be opened: its key is not here, or it was changed or moved. The message never holds the secret."""


class Sealer:
    """Seals under the first key and opens under any. Its text shows no key; the home is looked at when a key is first needed."""

    def __init__(self, keys: Callable[[], Sequence[tuple[str, bytes]]]) -> None:
        self._read_keys = keys

    @functools.cached_property
    def _keys(self) -> dict[str, bytes]:
        return dict(self._read_keys())

    @property
    def current(self) -> str:
        """The id of the key that seals now."""
        return next(iter(self._keys))

    def seal(self, text: str, bound: str) -> str:
        """The text sealed to one place, such as an endpoint: elsewhere it does not open."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        closed = AESGCM(self._keys[self.current]).encrypt(nonce, text.encode(), bound.encode())
        return f"{MARK}{self.current}:{base64.b64encode(nonce + closed).decode()}"

    def open(self, text: str, bound: str) -> str:
        """What was sealed. A secret of the time before sealing is given back as it is.

        Raises:
            SealError: its key is not here, or it was changed or moved.
        """
        if not text.startswith(MARK):
            return text
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        name, _, closed = text.removeprefix(MARK).partition(":")
        key = self._keys.get(name)
        if key is None:
            raise SealError(f"the sealing key {name} is not here")
        try:
            data = base64.b64decode(closed, validate=True)
            return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound.encode()).decode()
        except (InvalidTag, ValueError) as problem:
            raise SealError("a sealed secret was changed or moved") from problem

    def is_current(self, text: str) -> bool:
        """Whether a kept secret is sealed under the key that seals now."""
        return text.startswith(f"{MARK}{self.current}:")


def sealer_of(home: Path, named: Sequence[str]) -> Sealer:
    """The sealer of a process: the keys that are set, or those of the home.

    Raises:
        ValueError: a key that is set cannot be read.
    """
    if named:
        keys = [_read(word) for word in named]
        return Sealer(lambda: keys)
    return Sealer(lambda: [_read(word) for word in _kept(home)])


def fresh_key(home: Path) -> str:
    """Put a new key before those of the home; gives its id. Processes that run learn of it when they start anew."""
    kept, made = _kept(home), _made()
    path = home / FILE
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text("\n".join([made, *kept]) + "\n", "ascii")
    new.replace(path)
    return made.partition(":")[0]


def _kept(home: Path) -> list[str]:
    path = home / FILE
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(_made() + "\n", "ascii")
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text("ascii").split()


def _made() -> str:
    return f"k{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _read(word: str) -> tuple[str, bytes]:
    name, _, text = word.partition(":")
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if not name.isalnum() or len(key) != KEY_BYTES:
        raise ValueError("sealing keys are `id:base64`, 32 bytes each")
    return name, key
