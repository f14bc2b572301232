"""What a person meets who starts Amends: it comes up, goes down whole, and says in one sentence what is wrong."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from amends.cli import place
from amends.cli.children import free_port
from amends.settings import Settings
from amends.store.embedded import EmbeddedPostgres
from amends.store.embedded_errors import DiskFullError, HomeNotWritableError

AMENDS = (sys.executable, "-m", "amends")
PATIENCE_S = 90


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that the database's own user can reach too, which pytest's folders are not."""
    folder = Path(tempfile.mkdtemp(prefix="amends-test-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _run(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "AMENDS_HOME": str(home), **env}
    return subprocess.run([*AMENDS, *words], env=known, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


class Started:
    """A running marketplace."""

    def __init__(self, home: Path, *words: str) -> None:
        self.port = free_port()
        env = {**os.environ, "AMENDS_HOME": str(home), "AMENDS_PORT": str(self.port)}
        self.child = subprocess.Popen([*AMENDS, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait(self) -> str:
        """All that it says until it is up."""
        said, until = "", time.monotonic() + PATIENCE_S
        assert self.child.stdout is not None
        for line in self.child.stdout:
            said += line
            if "Ctrl-C" in line or time.monotonic() > until:
                break
        assert "Amends is running" in said, said
        return said

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.child.pid).children(recursive=True)

    def stop(self, word: signal.Signals = signal.SIGINT) -> None:
        self.child.send_signal(word)
        self.child.wait(PATIENCE_S)
        assert self.child.stdout is not None
        self.child.stdout.close()


def _gone(family: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(family, timeout=15)[1]


def test_it_comes_up_and_ctrl_c_leaves_no_process_behind_and_a_sandbox_that_is_killed_neither(home: Path) -> None:
    started = Started(home, "serve")
    try:
        assert "amends token create" in started.wait()
        family = started.family()
        assert {"api", "worker", "provider", "postgres"} <= _roles(family)
        _everything_else_is_refused(home, started)
    finally:
        started.stop()
    assert started.child.returncode == 0
    assert _gone(family)
    sandbox = Started(home, "serve", "--sandbox")
    try:
        sandbox.wait()
        family = sandbox.family()
        assert _moved(home, sandbox.port)["settled"] is True
    finally:
        sandbox.stop(signal.SIGKILL)
    assert _gone(family)


def _everything_else_is_refused(home: Path, started: Started) -> None:
    second = _run(home, "serve", AMENDS_PORT=str(free_port()))
    assert (second.returncode, second.stderr.startswith("amends: already_running:")) == (1, True)
    taken = _run(home, "serve", AMENDS_PORT=str(started.port))
    assert (taken.returncode, taken.stderr.startswith("amends: port_taken:")) == (1, True)


def _moved(home: Path, port: int) -> dict[str, Any]:
    """A day is moved through over HTTP, with a token from the command line."""
    dsn = EmbeddedPostgres(home).start()
    token = _run(home, "token", "create", "platform", "ops", AMENDS_SANDBOX="1", DATABASE_URL=dsn).stdout.strip()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/sandbox/clock",
        data=json.dumps({"advance_seconds": 86_400}).encode(),
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=40) as answer:  # noqa: S310 - our own address
        told: dict[str, Any] = json.loads(answer.read())
    return told


def _roles(family: list[psutil.Process]) -> set[str]:
    words = {"serve": "api", "work": "worker", "amends.gateways.sandbox_provider": "provider"}
    found = set()
    for process in family:
        line = process.cmdline()
        found |= {words[word] for word in line if word in words} | (
            {"postgres"} if any("bin/postgres" in w for w in line) else set()
        )
    return found


@pytest.mark.parametrize(
    ("env", "code"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "database_unreachable"),
        ({"DATABASE_URL": "nonsense"}, "setting"),
        ({"AMENDS_PORT": "many"}, "setting"),
    ],
)
def test_what_is_set_wrongly_is_one_sentence(home: Path, env: dict[str, str], code: str) -> None:
    said = _run(home, "run", **env)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith(f"amends: {code}: ")
    assert said.stderr.count("\n") == 1


def test_a_full_disk_is_noticed_before_anything_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place.os, "statvfs", lambda _: SimpleNamespace(f_bavail=1000, f_frsize=4096))
    with pytest.raises(DiskFullError, match="200 MB"):
        place.ready_home(Settings(home=tmp_path))


def test_a_home_that_cannot_be_written_is_noticed_too() -> None:
    with pytest.raises(HomeNotWritableError, match="AMENDS_HOME"):
        place.ready_home(Settings(home=Path("/proc/nowhere")))
