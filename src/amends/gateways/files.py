"""Evidence in a local folder: first into quarantine, named by what it contains once it is kept. Nothing is ever held whole in memory."""

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterable
from pathlib import Path

import msgspec

READ_AT_ONCE = 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that came in and that nobody has looked at: where they lie, their hash (lower-case hex) and their length."""

    path: Path
    sha256: str
    size: int


class NotTaken(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing was kept: upload_too_large (reading stopped at the cap) or upload_empty."""

    code: str


class LocalFiles:
    """Files under `home`: `quarantine/<random>` and `blobs/<first two letters>/<sha256>`."""

    def __init__(self, home: Path) -> None:
        self._blobs, self._quarantine = home / "blobs", home / "quarantine"
        for folder in (self._blobs, self._quarantine):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def put(self, chunks: AsyncIterable[bytes], *, cap: int) -> Quarantined | NotTaken:
        """Stream into quarantine, at most `cap` bytes; on disk when this returns. Nothing stays of what was refused or broken off."""
        path = self._quarantine / secrets.token_hex(16)
        digest, size = hashlib.sha256(), 0
        kept = False
        try:
            with path.open("xb", buffering=0) as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > cap:
                        return NotTaken(code="upload_too_large")
                    digest.update(chunk)
                    file.write(chunk)
                if size == 0:
                    return NotTaken(code="upload_empty")
                await asyncio.to_thread(os.fsync, file.fileno())
            kept = True
            return Quarantined(path=path, sha256=digest.hexdigest(), size=size)
        finally:
            if not kept:
                path.unlink(missing_ok=True)

    def take_in(self, path: Path) -> Quarantined:
        """A file that we made ourselves (a clean copy), measured like one that came in."""
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while chunk := file.read(READ_AT_ONCE):
                digest.update(chunk)
                size += len(chunk)
            os.fsync(file.fileno())
        return Quarantined(path=path, sha256=digest.hexdigest(), size=size)

    def keep(self, file: Quarantined) -> Path:
        """Move it among the blobs, once whatever its name; safe to repeat after a crash."""
        target = self._place(file.sha256)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        with contextlib.suppress(FileNotFoundError):
            file.path.chmod(0o400)
            file.path.replace(target)
        if not target.is_file():
            raise FileNotFoundError(target)
        for folder in (target.parent, self._blobs):
            _settle(folder)
        return target

    def discard(self, file: Quarantined) -> None:
        """Forget what was refused."""
        file.path.unlink(missing_ok=True)

    def find(self, sha256: str) -> Path | None:
        """Where a kept file lies; None for anything that is not the hash of one."""
        if not SHA256.fullmatch(sha256):
            return None
        path = self._place(sha256)
        return path if path.is_file() else None

    def workspace(self) -> Path:
        """A new folder for an inspection, in quarantine: whatever is left there can go."""
        folder = self._quarantine / f"work-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        return folder

    def _place(self, sha256: str) -> Path:
        return self._blobs / sha256[:2] / sha256


def _settle(folder: Path) -> None:
    """A rename is on disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
