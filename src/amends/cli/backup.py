"""`amends backup | restore | reconcile`: everything into one folder, back into an empty home, and money only after it was asked about."""

import asyncio
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit, urlunsplit

import msgspec
import typer

from amends.cli.place import database, settings_here
from amends.kernel.ids import new_id
from amends.settings import BadSetting, Settings
from amends.store.database import connect, queries
from amends.store.embedded_errors import EmbeddedError
from amends.store.embedded_place import wheel_binaries
from amends.store.migrate import ROLES, migrate, prepare_roles
from amends.worker.erasing import FORGOTTEN, fingerprint

DUMP: Final = "database.dump"
MANIFEST: Final = "manifest.json"
KEYS: Final = ("links.key", "sealing.keys")
READ_AT_ONCE: Final = 1024 * 1024


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds: SHA-256 (lower-case hex) by path inside it, and the database's own moment, from before the dump.

    `acting` are functions that act as one of our roles, which a dump that others restore forgets.
    """

    taken_at: datetime
    sums: dict[str, str]
    acting: dict[str, str] = {}


class BackupError(EmbeddedError):
    """A backup that cannot be made or put back; the sentence says why."""

    code = "backup"


def register(app: typer.Typer) -> None:
    """Hang these commands on the command line."""
    app.command()(backup)
    app.command()(restore)
    app.command()(reconcile)


def backup(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    *,
    keys: Annotated[
        bool, typer.Option(help="Take the home's keys along. Whoever has the folder can then read sealed secrets.")
    ] = False,
) -> None:
    """Dump the database, then copy evidence and policies into FOLDER. Works while everything runs."""
    settings = settings_here()
    with database(settings) as dsn:
        manifest = take(settings, dsn, folder, keys=keys)
    typer.echo(f"{len(manifest.sums)} files, {manifest.taken_at.isoformat()}. Keep it elsewhere; try it with `amends restore`.")


def restore(folder: Annotated[Path, typer.Argument(help="A folder that `amends backup` made.")]) -> None:
    """Put a backup into an empty database and this home. Money stays held until `amends reconcile`."""
    settings = settings_here()
    with database(settings) as dsn:
        put_back(settings, dsn, folder)
    typer.echo("Restored. Nothing that moves money leaves before `amends reconcile`; then `amends doctor` and `amends verify`.")


def reconcile(
    settle: Annotated[str | None, typer.Option(help="A key that a person has compared: its payment may pay again.")] = None,
) -> None:
    """Ask the payment provider about every refund in flight and what it paid since the backup; then let money go."""
    settings = settings_here()
    if settings.provider_url is None:
        raise BadSetting("AMENDS_PROVIDER_URL names the payments provider that is to be asked")
    with database(settings) as dsn:
        ended = asyncio.run(_reconcile(dsn, settings.provider_url, settle))
    if not ended:
        raise typer.Exit(1)


async def _reconcile(dsn: str, provider_url: str, key: str | None) -> bool:
    from amends.cli.place import a_desk
    from amends.gateways.payments_http import HttpPayments
    from amends.worker import reconciling

    gateway = HttpPayments(provider_url)
    try:
        async with a_desk(dsn, role="amends_worker") as desk:
            if key is not None:
                settled = await reconciling.settle(desk.pool, key)
                typer.echo("settled" if settled else "there is no such open key")
                return settled
            found = await reconciling.reconcile(desk.pool, desk, gateway)
    finally:
        await gateway.close()
    typer.echo("\n".join(reconciling.lines(found)))
    return found.released


def take(settings: Settings, dsn: str, folder: Path, *, keys: bool = False) -> Manifest:
    """Make a backup. The dump first: evidence only grows, so that whatever the dump names is there when the files are copied.

    Raises:
        BackupError: the folder is there already, or pg_dump failed.
    """
    if folder.exists():
        raise BackupError(f"{folder} is there already. Name a folder that does not exist yet.")
    folder.mkdir(parents=True, mode=0o700)
    taken_at, acting = asyncio.run(_looked_at(dsn))
    _postgres("pg_dump", dsn, "--format=custom", f"--file={folder / DUMP}")
    blobs = settings.files / "blobs"
    if blobs.is_dir():
        shutil.copytree(blobs, folder / "files" / "blobs")
    shutil.copytree(settings.policies, folder / "policies")
    for name in KEYS if keys else ():
        if (settings.home / name).is_file():
            shutil.copy2(settings.home / name, folder / name)
    sums = {str(path.relative_to(folder)): _sha256(path) for path in _files(folder)}
    manifest = Manifest(taken_at=taken_at, sums=sums, acting=acting)
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return manifest


def put_back(settings: Settings, dsn: str, folder: Path) -> Manifest:
    """Put a backup back and hold the money.

    Raises:
        BackupError: a file is missing or changed, the database is not empty, or pg_restore failed.
    """
    manifest = _whole(folder)
    asyncio.run(_empty(dsn))
    _postgres("pg_restore", dsn, "--exit-on-error", "--no-owner", "--single-transaction", str(folder / DUMP))
    asyncio.run(_held(dsn, manifest, _forgotten(settings.home)))
    if (folder / "files").is_dir():
        shutil.copytree(folder / "files", settings.files, dirs_exist_ok=True)
    shutil.copytree(folder / "policies", settings.home / "policies-restored", dirs_exist_ok=True)
    for name in KEYS:
        if (folder / name).is_file() and not (settings.home / name).exists():
            shutil.copy2(folder / name, settings.home / name)
    return manifest


def _whole(folder: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as problem:
        raise BackupError(f"{folder} is no backup: {MANIFEST} cannot be read.") from problem
    for name, digest in manifest.sums.items():
        if not (folder / name).is_file() or _sha256(folder / name) != digest:
            raise BackupError(f"{folder} is not whole: {name} is missing or was changed.")
    return manifest


def _postgres(program: str, dsn: str, *words: str) -> None:
    """One of PostgreSQL's own programs; a password goes through the environment, where no list of processes shows it."""
    parts = urlsplit(dsn)
    env = dict(os.environ)
    if parts.password:
        env["PGPASSWORD"] = parts.password
        parts = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1))
    command = [str(wheel_binaries() / program), f"--dbname={urlunsplit(parts)}", *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise BackupError(f"{program} failed: {said[-1]}")


async def _looked_at(dsn: str) -> tuple[datetime, dict[str, str]]:
    connection = await connect(dsn)
    try:
        moment: datetime = await connection.fetchval("select amends.moment()")
        rows = await connection.fetch(queries("acting_functions"))
        return moment, {row["function"]: row["owner"] for row in rows}
    finally:
        await connection.close()


async def _empty(dsn: str) -> None:
    connection = await connect(dsn)
    try:
        if await connection.fetchval(
            "select to_regnamespace('amends') is not null or to_regclass('public.schema_migration') is not null"
        ):
            raise BackupError(
                "The database is not empty. Restore into a new one (another AMENDS_HOME, or an empty DATABASE_URL)."
            )
        await prepare_roles(connection)
    finally:
        await connection.close()


async def _held(dsn: str, manifest: Manifest, forgotten: frozenset[str]) -> None:
    """The hold, before anybody can start; functions act as their roles again, newer migrations run, the forgotten are forgotten anew."""
    connection = await connect(dsn)
    try:
        for function, owner in manifest.acting.items():
            if owner not in ROLES:
                raise BackupError(f"The backup wants {function} to act as {owner}, which is no role of ours.")
            await connection.execute(f"grant create on schema amends to {owner}")
            await connection.execute(f"alter function {function} owner to {owner}")
            await connection.execute(f"revoke create on schema amends from {owner}")
        await migrate(dsn)
        await connection.execute(queries("begin_hold"), "restored", manifest.taken_at)
        now = await connection.fetchval("select amends.moment()")
        for row in await connection.fetch(queries("buyers_there")):
            if fingerprint(row["buyer"]) in forgotten:
                await connection.fetchrow(queries("ask_erasure"), new_id(now, os.urandom(8)), row["buyer"], "restored", "restore")
    finally:
        await connection.close()


def _forgotten(home: Path) -> frozenset[str]:
    path = home / FORGOTTEN
    return frozenset(path.read_text("ascii").split()) if path.is_file() else frozenset()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
