"""Looking at a file that a stranger sent: in a process of its own with little memory, little time and, where bubblewrap is there, no network.

What is served to people is never the original but a copy that was written anew, without places, comments or anything appended.
"""

import asyncio
import contextlib
import functools
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from amends.gateways.clarity import Clarity

WALL_S = 20.0
LONGEST_REPORT = 64 * 1024
ALLOWED = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4"})


class Clean(msgspec.Struct, frozen=True, kw_only=True):
    """It is what it says. `derivative` is the copy to serve, `sha256` that copy's hash; width and height in pixels (0 for documents).

    `clarity` is what was measured of a photo or film, None for documents.
    """

    media_type: str
    width: int
    height: int
    derivative: Path
    sha256: str
    clarity: Clarity | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why not, as a problem code: upload_…; `scanner_away` where the inspection itself could not be run, and the file may be tried again."""

    code: str


class _Report(msgspec.Struct):
    code: str = ""
    width: int = 0
    height: int = 0
    sharpness: int | None = None
    brightness: int = 0
    contrast: int = 0
    print: int | None = None

    @property
    def clarity(self) -> Clarity | None:
        if self.sharpness is None:
            return None
        return Clarity(sharpness=self.sharpness, brightness=self.brightness, contrast=self.contrast, print=self.print)


async def inspect(path: Path, declared_type: str, workspace: Path, *, wall_s: float = WALL_S) -> Clean | Refused:
    """Inspect the file at `path`, which its sender calls `declared_type`; the clean copy is written into `workspace`."""
    if declared_type not in ALLOWED:
        return Refused(code="upload_type_not_allowed")
    copy = workspace / "copy"
    try:
        report = await _ask_child(path, declared_type, copy, wall_s)
    except OSError:
        return Refused(code="scanner_away")
    if report is None:
        return Refused(code="upload_refused")
    if report.code:
        return Refused(code=report.code)
    digest = await asyncio.to_thread(_sha256, copy)
    return Clean(
        media_type=declared_type,
        width=report.width,
        height=report.height,
        derivative=copy,
        sha256=digest,
        clarity=report.clarity,
    )


async def _ask_child(path: Path, declared_type: str, copy: Path, wall_s: float) -> _Report | None:
    """None where the child died of its limits or said nothing that can be read: such a file is refused."""
    words = [sys.executable, "-I", "-c", _bootstrap(), str(path), declared_type, str(copy)]
    child = await asyncio.create_subprocess_exec(
        *_walls(copy.parent),
        *words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
        cwd=copy.parent,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(wall_s):
            said, _ = await child.communicate()
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode != 0 or len(said) > LONGEST_REPORT:
        return None
    try:
        return msgspec.json.decode(said, type=_Report)
    except msgspec.DecodeError:
        return None


@functools.cache
def _bootstrap() -> str:
    """The child is isolated from the caller's folder and environment, so it is told where the packages lie."""
    return f"import sys; sys.path[:] = {sys.path!r}; from amends.gateways.inspection_child import main; main()"


@functools.cache
def _bubblewrap() -> str | None:
    """Where bubblewrap is, if this machine lets it work."""
    found = shutil.which("bwrap")
    if found is None:
        return None
    words = [found, "--unshare-net", "--unshare-pid", "--ro-bind", "/", "/", "true"]
    tried = subprocess.run(words, capture_output=True, check=False)  # noqa: S603 - fixed words
    return found if tried.returncode == 0 else None


def _walls(workspace: Path) -> list[str]:
    found = _bubblewrap()
    if found is None:
        return []
    alone = ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--new-session"]
    return [found, *alone, "--ro-bind", "/", "/", "--dev", "/dev", "--bind", str(workspace), str(workspace)]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
