"""A real PostgreSQL with nothing to set up: our own small supervisor around the binaries that come from PyPI.

Meant for trying, developing and testing; a production node names its own server in DATABASE_URL. What it promises: started
once, it is there until `stop`; it dies with the process that started it; a crash of either loses nothing that was acknowledged.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from amends.store import embedded_pidfile as pidfile
from amends.store.embedded_errors import (
    DiskFullError,
    ForeignDataError,
    PortTakenError,
    VersionMismatchError,
    named,
    told,
)
from amends.store.embedded_place import MAJOR, RunAs, binaries_for, choose_place, pgbench_path, run_as, socket_folder
from amends.store.embedded_process import Keeper, end, run

__all__ = ["EmbeddedPostgres", "pgbench_path"]

LOGIN = "amends"
DATABASE = "amends"
SOCKET_NUMBER = 5432
ROOM_NEEDED = 300 * 1024 * 1024
LOG_KEPT = 8 * 1024 * 1024
PATIENCE_WITH_ORPHANS_S = 20.0
PATIENCE_WITH_RECOVERY_S = 300.0
PATIENCE_WITH_STOP_S = 20.0

SETTINGS: dict[str, str] = {
    "shared_buffers": "256MB",
    "max_connections": "60",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_compression": "off",
    "wal_buffers": "16MB",
    "max_wal_size": "2GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


class EmbeddedPostgres:
    """One PostgreSQL 18 whose data lies under `home`.

    Without `port` it listens on a unix socket only; with one, on 127.0.0.1 too. Both ask for a generated password.
    `settings` overrides single server settings, for tests.
    """

    def __init__(self, home: Path, port: int | None = None, *, settings: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.port = port
        self._settings = {**SETTINGS, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = Keeper()
        self._place = home
        self._socket_folder = home
        self._user: RunAs | None = None
        self._binaries = home

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def place(self) -> Path:
        """The folder that holds data, log and password; known after `start`."""
        return self._place

    @property
    def data(self) -> Path:
        """The data folder."""
        return self._place / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self._place / "postgres.log"

    @property
    def dsn(self) -> str:
        """The address over the unix socket, password included."""
        return self.dsn_of(DATABASE)

    def dsn_of(self, database: str) -> str:
        """The same for another database of this server."""
        return f"postgresql://{LOGIN}:{self._password()}@/{database}?host={quote(str(self._socket_folder), safe='/')}&port={self._number}"

    @property
    def tcp_dsn(self) -> str:
        """The address over 127.0.0.1; only for a server that was given a port."""
        return f"postgresql://{LOGIN}:{self._password()}@127.0.0.1:{self._number}/{DATABASE}"

    @property
    def running(self) -> bool:
        """Whether a server runs on this data and takes connections."""
        found = pidfile.living(self.data)
        return found is not None and found.status == "ready" and not self._process_ended()

    @property
    def owned(self) -> bool:
        """Whether this object started the server, and so stops it."""
        return self._process is not None

    @property
    def _number(self) -> int:
        return self.port or SOCKET_NUMBER

    def start(self) -> str:
        """Bring the server up, or join the one that another process runs on the same home. Gives the DSN.

        Raises:
            EmbeddedError: with a code: home_not_writable, disk_full, port_taken, foreign_data, database_version_mismatch,
                database_binaries_missing, database_start_failed.
        """
        try:
            self._place = choose_place(self.home)
            with _one_at_a_time(self._place / "start.lock"):
                self._prepare()
                if not self._join():
                    self._launch()
                self._create_database()
        except OSError as trouble:
            raise named(trouble, self._place) from trouble
        return self.dsn

    def ensure_alive(self) -> bool:
        """Start the server again if it is gone. True if it had to be."""
        if self.running:
            return False
        if self._process is not None:
            if self._wait_until_ready(self._process):
                return False
            end(self._process)
        self._process = None
        self.start()
        return True

    def stop(self) -> None:
        """Stop the server if this object started it: clients are cut off, what was committed is kept."""
        process, self._process = self._process, None
        if process is not None:
            end(process)
        self._keeper.close()
        if process is not None and self._socket_folder.parent != self._place:
            with contextlib.suppress(OSError):
                self._socket_folder.rmdir()

    def _prepare(self) -> None:
        self._user = run_as(self.data)
        self._binaries = binaries_for(self._place, self._user)
        self._socket_folder = socket_folder(self._place, self._number, self._user)
        self._check_data()
        if not self.data.exists():
            if shutil.disk_usage(self._place).free < ROOM_NEEDED:
                raise DiskFullError(
                    f"Less than {ROOM_NEEDED // 1024**2} MB are free at {self._place}. Free some, or set AMENDS_HOME elsewhere."
                )
            self._initialise()

    def _check_data(self) -> None:
        if not self.data.exists():
            return
        version = self.data / "PG_VERSION"
        if not version.is_file() or not (self._place / "password").is_file():
            raise ForeignDataError(f"{self.data} was not made by amends. Set AMENDS_HOME to another folder.")
        if (major := version.read_text(encoding="ascii").strip()) != MAJOR:
            raise VersionMismatchError(
                f"{self.data} was written by PostgreSQL {major}; this amends brings {MAJOR}. Dump it with the old one first."
            )
        if os.geteuid() != 0 and self.data.stat().st_uid != os.geteuid():
            raise ForeignDataError(f"{self.data} belongs to another user. Set AMENDS_HOME to a folder of yours.")

    def _initialise(self) -> None:
        """Make the data in a folder beside and move it into place when whole, so that a killed first start leaves nothing half done."""
        fresh = self._place / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        secret = self._write_password()
        try:
            if self._user is not None:
                for path in (fresh, secret):
                    os.chown(path, self._user.uid, self._user.gid)
            words = [
                "-U",
                LOGIN,
                "-A",
                "scram-sha-256",
                f"--pwfile={secret}",
                "-E",
                "UTF8",
                "--locale=C",
                "--locale-provider=builtin",
            ]
            words += ["--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions", "-c", "scram_iterations=1"]
            done = self._run("initdb", "-D", str(fresh), *words)
            if done.returncode != 0:
                raise told(done.stdout, self._place)
            fresh.rename(self.data)
        finally:
            secret.unlink(missing_ok=True)
            shutil.rmtree(fresh, ignore_errors=True)

    def _write_password(self) -> Path:
        """Keep a new password for the supervisor's user alone; give a second file with it for initdb. 256 random bits need no key stretching."""
        word = secrets.token_urlsafe(32)
        for name in ("password", "password.new"):
            path = self._place / name
            path.unlink(missing_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(word)
        return self._place / "password.new"

    def _password(self) -> str:
        return (self._place / "password").read_text(encoding="ascii")

    def _join(self) -> bool:
        """Use the server that runs on this data already. One whose supervisor is gone is on its way out: help it, and wait."""
        until = time.monotonic() + PATIENCE_WITH_ORPHANS_S
        asked = False
        while (found := pidfile.living(self.data)) is not None and time.monotonic() < until:
            if found.status == "ready" and not asked:
                if self._is_supervised(found.pid):
                    return self._joined(found)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(found.pid, signal.SIGINT)
                asked = True
            time.sleep(0.01)
        return False

    def _joined(self, found: pidfile.Postmaster) -> bool:
        self._socket_folder = Path(found.socket_folder)
        if self.port is not None and self.port != found.port:
            raise PortTakenError(
                f"The database of {self.home} runs already, on port {found.port}. Stop it, or ask for that port."
            )
        self.port = found.port if found.port != SOCKET_NUMBER else self.port
        return True

    def _is_supervised(self, pid: int) -> bool:
        """Whether the process that started the server is still its parent; so it is taken to be where nobody wrote that down."""
        try:
            return pidfile.parent_of(pid) == int((self._place / "supervisor").read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return True

    def _launch(self) -> None:
        """Start the server; try again while what a killed one left behind still holds its shared memory."""
        if self.port is not None:
            _refuse_taken(self.port)
        pidfile.remove_socket(self._socket_folder, self._number)
        until = time.monotonic() + PATIENCE_WITH_ORPHANS_S
        pause = 0.02
        while True:
            begin = self._log_length()
            (self._place / "supervisor").write_text(str(os.getpid()), encoding="ascii")
            self._process = self._spawn()
            if self._wait_until_ready(self._process):
                return
            end(self._process)
            self._process = None
            said = self._log_since(begin)
            if "is still in use" not in said or time.monotonic() > until:
                raise told(said, self._place)
            time.sleep(pause)
            pause = min(pause * 2, 0.5)

    def _spawn(self) -> subprocess.Popen[bytes]:
        listen = "127.0.0.1" if self.port is not None else ""
        ours = {"listen_addresses": listen, "port": str(self._number), "unix_socket_directories": str(self._socket_folder)}
        settings = [f"--{name}={value}" for name, value in {**self._settings, **ours}.items()]
        return self._keeper.launch([str(self._binaries / "postgres"), "-D", str(self.data), *settings], self._user, self.log)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> bool:
        until = time.monotonic() + PATIENCE_WITH_RECOVERY_S
        while process.poll() is None and time.monotonic() < until:
            found = pidfile.read(self.data)
            if found is not None and found.pid == process.pid and found.status == "ready":
                return True
            time.sleep(0.004)
        return False

    def _process_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _create_database(self) -> None:
        made = self._place / "database.made"
        if made.exists():
            return
        done = self._run(
            "createdb",
            "-h",
            str(self._socket_folder),
            "-p",
            str(self._number),
            "-U",
            LOGIN,
            "-w",
            DATABASE,
            password=self._password(),
        )
        if done.returncode != 0 and "already exists" not in done.stdout:
            raise told(done.stdout, self._place)
        made.touch()

    def _run(self, program: str, *words: str, password: str | None = None) -> subprocess.CompletedProcess[str]:
        return run([str(self._binaries / program), *words], self._user, self._place, password)

    def _log_length(self) -> int:
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT:
            self.log.replace(self.log.with_suffix(".log.old"))
        return self.log.stat().st_size if self.log.exists() else 0

    def _log_since(self, begin: int) -> str:
        with self.log.open("rb") as file:
            file.seek(begin)
            return file.read(64 * 1024).decode(errors="replace")


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _refuse_taken(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as trouble:
            raise PortTakenError(f"Port {port} is taken by another program.") from trouble
