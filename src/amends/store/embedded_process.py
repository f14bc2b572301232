"""Starting and ending processes of the embedded database, as its own user and never longer-lived than their supervisor."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from amends.store.embedded_place import RunAs

PATIENCE_WITH_STOP_S = 20.0

# The server gets its own session, so that Ctrl-C does not reach it, and the wish to be stopped when its supervisor dies. A small
# program of its own does this between fork and exec, because code of ours may not run in a child forked from a threaded process.
LAUNCHER = """
import ctypes, os, signal, sys
parent, uid, gid, program, *rest = sys.argv[1:]
if uid != "-":
    os.setgroups([]); os.setgid(int(gid)); os.setuid(int(uid))
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, ctypes.c_ulong(signal.SIGINT), 0, 0, 0)
    if os.getppid() != int(parent):
        raise SystemExit("the supervisor is gone")
os.umask(0o077)
os.execv(program, [program, *rest])
"""


class Keeper:
    """Forks from a thread that lives as long as this process does: the wish to die with the parent is bound to the parent's thread."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None

    def launch(self, command: Sequence[str], user: RunAs | None, log: Path) -> subprocess.Popen[bytes]:
        """Start a server in a session of its own, what it says appended to `log`."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="amends-postgres")
        return self._thread.submit(_fork, command, user, log).result()

    def close(self) -> None:
        """Let the thread go; whatever was launched and still runs is asked to stop by that."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None


def _fork(command: Sequence[str], user: RunAs | None, log: Path) -> subprocess.Popen[bytes]:
    uid, gid = ("-", "-") if user is None else (str(user.uid), str(user.gid))
    with log.open("ab") as said:
        return subprocess.Popen(  # noqa: S603 - the words are ours
            [sys.executable, "-I", "-S", "-c", LAUNCHER, str(os.getpid()), uid, gid, *command],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=environment(),
            cwd=log.parent,
            start_new_session=True,
        )


def run(
    command: Sequence[str], user: RunAs | None, folder: Path, password: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one of the database's tools to its end as `user`; what it said, errors included, is in `stdout`."""
    return subprocess.run(  # noqa: S603 - the words are ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment() | ({} if password is None else {"PGPASSWORD": password}),
        cwd=folder,
        user=None if user is None else user.uid,
        group=None if user is None else user.gid,
        extra_groups=None if user is None else [],
        check=False,
    )


def environment() -> dict[str, str]:
    """Nothing that would bend the server: no PG* of the caller's, no locale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def end(process: subprocess.Popen[bytes]) -> None:
    """SIGINT is PostgreSQL's fast shutdown; harder words only when it does not listen."""
    for word, patience in ((signal.SIGINT, PATIENCE_WITH_STOP_S), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        if process.poll() is not None:
            return
        process.send_signal(word)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
