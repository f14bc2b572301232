"""What is installed is whole: the wheel carries the built pages, and whoever installs it needs neither Node nor the sources."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tools.console import HOME, WEB, build

from amends.cli.children import free_port

PATIENCE_S, LARGE = 120, 10_000
UV = Path(sys.executable).with_name("uv")
pytestmark = pytest.mark.long


def ran(*words: object, **more: str) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, env=dict(os.environ) | more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the database's own user can reach too, which pytest's are not."""
    made = Path(tempfile.mkdtemp(prefix="amends-wheel-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    """The wheel, built from this checkout with its pages."""
    build()
    ran(UV, "build", "--wheel", "--out-dir", folder / "dist", HOME)
    (made,) = (folder / "dist").glob("*.whl")
    return made


def test_the_wheel_carries_the_pages_and_their_compressed_copies(wheel: Path) -> None:
    held = {entry.filename: entry.file_size for entry in zipfile.ZipFile(wheel).infolist()}
    names = held.keys()
    for name in ("index.html", "buyer.html", "embed.js", "sw.js", "manifest.webmanifest"):
        assert f"amends/web/{name}" in names
    large = {
        name for name, size in held.items() if name.startswith("amends/web/assets/") and name.endswith(".js") and size > LARGE
    }
    assert large
    assert {f"{name}.br" for name in large} <= names
    assert not [name for name in names if "node_modules" in name or name.startswith("console/")]


def test_installed_in_a_clean_environment_without_node_it_serves_both_pages(wheel: Path, folder: Path) -> None:
    clean = folder / "clean"
    ran(sys.executable, "-m", "venv", clean)
    python = clean / "bin" / "python"
    ran(UV, "pip", "install", "--python", python, "-r", HOME / "requirements.lock")
    ran(UV, "pip", "install", "--python", python, "--no-deps", wheel)
    assert ran(python, "-c", "import amends; print(amends.__file__)").startswith(str(clean))
    (folder / "empty").mkdir()
    port = free_port()
    # PATH names nothing but what every system has: no Node, no checkout
    env = {"PATH": "/usr/sbin:/sbin", "HOME": str(folder), "AMENDS_HOME": str(folder / "home"), "AMENDS_PORT": str(port)}
    assert not any((Path(place) / "node").exists() for place in env["PATH"].split(":"))
    running = subprocess.Popen([clean / "bin" / "amends", "serve"], env=env, cwd=folder / "empty", stdout=subprocess.DEVNULL)
    try:
        for path, said in (("/", 'src="/assets/index-'), ("/buyer", 'src="/assets/buyer-')):
            assert said in fetched(f"http://127.0.0.1:{port}{path}", running)
        assert fetched(f"http://127.0.0.1:{port}/ready", running)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(60)


def test_the_pages_are_built_where_there_is_no_node(folder: Path) -> None:
    bare = folder / "bare"
    bare.mkdir()
    for name in ("sh", "env"):
        (bare / name).symlink_to(shutil.which(name) or name)
    before = (WEB / "index.html").stat().st_mtime_ns
    done = subprocess.run(
        [sys.executable, "-m", "tools.console", "--always"],
        cwd=HOME, env=dict(os.environ) | {"PATH": str(bare)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (WEB / "index.html").stat().st_mtime_ns > before


def fetched(address: str, running: subprocess.Popen[bytes]) -> str:
    """What stands there, once it stands there."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            answer = httpx.get(address, headers={"accept": "text/html"}, timeout=5)
            if answer.is_success:
                return answer.text
        except httpx.TransportError:
            pass
        assert running.poll() is None, "it ended"
        assert time.monotonic() < until, "it did not come up"
        time.sleep(0.5)
