"""Child processes of `amends run`: in sessions of their own, so that Ctrl-C reaches only us, and never longer-lived than we are."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from amends.store.embedded_process import LAUNCHER

PATIENCE_S = 20.0
HELD = "AMENDS_HELD"
"""Set for a child that loads itself while the database comes up, and then hears its address on standard input."""


def held_back() -> str | None:
    """The database's address once the parent tells it; None for who was not held. Ends quietly where the parent is gone."""
    if not os.environ.get(HELD):
        return None
    told = sys.stdin.readline().strip()
    if not told:
        raise SystemExit(0)
    return told


class ChildDied(Exception):  # noqa: N818 - said to a person as it stands
    """A child ended before it was ready; its log says why."""

    code = "start_failed"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_taken(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


class Children:
    """The children, stopped in the reverse order of their starting."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.started: list[tuple[str, subprocess.Popen[bytes]]] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, words: Sequence[str], env: Mapping[str, str], *, held: bool = False) -> subprocess.Popen[bytes]:
        """Start `python -m …`; what it says goes to a log of its name. One that is `held` loads itself and waits to be let go."""
        with (self.logs / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 - the words are ours
                [sys.executable, "-I", "-S", "-c", LAUNCHER, str(os.getpid()), "-", "-", sys.executable, "-m", *words],
                stdin=subprocess.PIPE if held else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **env, **({HELD: "1"} if held else {})},
                start_new_session=True,
            )
        self.started.append((name, child))
        return child

    def let_go(self, dsn: str) -> None:
        """Tell those who were held where the database is; they begin at once."""
        for _, child in self.started:
            if child.stdin is not None and not child.stdin.closed:
                with contextlib.suppress(BrokenPipeError):
                    child.stdin.write(f"{dsn}\n".encode())
                    child.stdin.close()

    def wait_for(self, name: str, url: str) -> None:
        """Wait until the child answers.

        Raises:
            ChildDied: it ended, or did not answer in 20 s.
        """
        child = next(c for n, c in reversed(self.started) if n == name)
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE_S:
            if child.poll() is not None:
                break
            with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310 - ours
                return
            time.sleep(0.02)
        raise ChildDied(f"{name} did not start; {self.logs / (name + '.log')} says why:\n{self.last_words(name)}")

    def last_words(self, name: str) -> str:
        """The end of a child's log."""
        log = self.logs / f"{name}.log"
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-8:]) if log.exists() else ""

    def dead(self) -> str | None:
        """The name of a child that ended by itself."""
        return next((name for name, child in self.started if child.poll() is not None), None)

    def stop(self) -> None:
        """Ask, then insist."""
        for _, child in reversed(self.started):
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        for _, child in reversed(self.started):
            if child.stdin is not None:
                with contextlib.suppress(BrokenPipeError):
                    child.stdin.close()
            try:
                child.wait(8)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
