"""What `postmaster.pid` says and whether to believe it: a pid may be dead, a zombie, or somebody else's by now."""

import subprocess
from pathlib import Path
from typing import NamedTuple

STATUS_LINE = 7


class Postmaster(NamedTuple):
    """A server that runs on this data folder: its pid, port, socket folder and status (starting, ready, stopping, standby)."""

    pid: int
    port: int
    socket_folder: str
    status: str


def read(data: Path) -> Postmaster | None:
    """The lines of `postmaster.pid`, or None where there is none or it is still being written."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        status = lines[STATUS_LINE].strip() if len(lines) > STATUS_LINE else "starting"
        return Postmaster(int(lines[0]), int(lines[3]), lines[4], status)
    except (FileNotFoundError, IndexError, ValueError):
        return None


def living(data: Path) -> Postmaster | None:
    """The server that really runs on this data folder.

    A file that names a zombie or a process of another kind is removed, because PostgreSQL would refuse to start beside it.
    A file that names nobody is left: PostgreSQL reads from it which shared memory to look for.
    """
    found = read(data)
    if found is None:
        return None
    command = _command_of(found.pid)
    if command is None:
        return None
    if str(data) in command and "postgres" in command:
        return found
    (data / "postmaster.pid").unlink(missing_ok=True)
    return None


def parent_of(pid: int) -> int | None:
    """The pid of a process's parent; None where there is no such process."""
    status = Path(f"/proc/{pid}/status")
    if Path("/proc/self/status").exists():
        try:
            return next(
                int(line.split()[1])
                for line in status.read_text(encoding="utf-8", errors="replace").splitlines()
                if line.startswith("PPid:")
            )
        except (FileNotFoundError, ProcessLookupError, StopIteration):
            return None
    answer = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return int(answer.stdout) if answer.stdout.strip().isdigit() else None


def remove_socket(folder: Path, port: int) -> None:
    """Remove what a killed server left in its socket folder: its lock file too may name a zombie or somebody else by now.

    Only to be called when no server runs on the data that this folder belongs to.
    """
    for name in (f".s.PGSQL.{port}.lock", f".s.PGSQL.{port}"):
        (folder / name).unlink(missing_ok=True)


def _command_of(pid: int) -> str | None:
    """The command line of a process; empty for a zombie, None for no process."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
    answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return answer.stdout if answer.returncode == 0 else None
