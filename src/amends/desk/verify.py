"""Recomputes the hash chain of every shop from its stored rows: every change is seen, and with checkpoints kept outside every cut."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import asyncpg
import msgspec

from amends.kernel.canonical import GENESIS, chain_hash
from amends.store.database import connect, open_pool, queries, transaction

FETCHED_AT_ONCE: Final = 2000
_sorted: Final = msgspec.json.Encoder(order="sorted").encode
_decode: Final = msgspec.json.decode


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a shop's chain at a moment; `hash` in lower-case hex. One JSON line each, in a file kept outside the database."""

    shop: int
    seq: int
    hash: str
    taken_at: datetime


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """Where a chain stops holding, and why: changed, missing, head, checkpoint."""

    shop: int
    seq: int
    why: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was recomputed, and the first fault of every shop that has one."""

    shops: int
    links: int
    checkpoints: int
    broken: tuple[Broken, ...] = ()


async def verify_all(dsn: str, checkpoints: Path | None = None) -> Report:
    """Recompute every shop's chain and hold it against its head, the stored checkpoints and those of the file."""
    outside = read_checkpoints(checkpoints) if checkpoints is not None else []
    connection = await connect(dsn, "amends_reviewer", application_name="amends verify", raw_json=True)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            marks: defaultdict[int, dict[int, list[bytes]]] = defaultdict(dict)
            stored = [(r["shop_id"], r["seq"], r["hash"]) for r in await connection.fetch(queries("stored_checkpoints"))]
            stored += [(mark.shop, mark.seq, bytes.fromhex(mark.hash)) for mark in outside]
            for shop, seq, digest in stored:
                marks[shop].setdefault(seq, []).append(digest)
            heads = {row["shop_id"]: (row["seq"], row["hash"]) for row in await connection.fetch(queries("chain_heads"))}
            links, broken = 0, []
            for shop in sorted(heads.keys() | marks.keys()):
                count, fault = await _verify_shop(connection, shop, heads.get(shop), marks[shop])
                links += count
                broken += [fault] if fault else []
        return Report(shops=len(heads), links=links, checkpoints=len(stored), broken=tuple(broken))
    finally:
        await connection.close()


async def _verify_shop(
    connection: asyncpg.Connection, shop: int, head: tuple[int | None, bytes | None] | None, marks: Mapping[int, list[bytes]]
) -> tuple[int, Broken | None]:
    number, before = 0, GENESIS
    while (row := await connection.fetchrow(queries("chain_links"), shop, number, FETCHED_AT_ONCE))["numbers"]:
        for found, digest, body in zip(row["numbers"], row["hashes"], _decode(row["bodies"]), strict=True):
            number += 1
            if found != number:
                return number, Broken(shop=shop, seq=number, why="missing")
            before = chain_hash(before, _sorted(body))  # the same canonical bytes, whatever jsonb made of the order of keys
            if before != digest:
                return number, Broken(shop=shop, seq=number, why="changed")
            if number in marks and any(mark != before for mark in marks[number]):
                return number, Broken(shop=shop, seq=number, why="checkpoint")
    if cut := max((seq for seq in marks if seq > number), default=0):
        return number, Broken(shop=shop, seq=cut, why="checkpoint")
    if head is None or head[0] != number or (number and head[1] != before):
        return number, Broken(shop=shop, seq=number, why="head")
    return number, None


def read_checkpoints(path: Path) -> list[Checkpoint]:
    """The checkpoints of a file, none where there is no file yet; a line that is none raises `msgspec.DecodeError`."""
    if not path.exists():
        return []
    return [msgspec.json.decode(line, type=Checkpoint) for line in path.read_bytes().splitlines() if line.strip()]


async def take_checkpoint(dsn: str, path: Path) -> list[Checkpoint]:
    """Add the present head of every shop to a file and to the database. The file is on disk when this returns; keep it elsewhere."""
    pool = await open_pool(dsn, "amends_worker", min_size=1, max_size=1)
    try:
        taken = await _heads(dsn)
        async with transaction(pool, [mark.shop for mark in taken]) as connection:
            for mark in taken:
                await connection.execute(queries("store_checkpoint"), mark.shop, mark.seq, bytes.fromhex(mark.hash))
    finally:
        await pool.close()
    _append(path, taken)
    return taken


async def _heads(dsn: str) -> list[Checkpoint]:
    connection = await connect(dsn, "amends_reviewer", application_name="amends verify")
    try:
        now = await connection.fetchval("select moment()")
        rows = await connection.fetch(queries("chain_heads"))
        return [Checkpoint(shop=r["shop_id"], seq=r["seq"], hash=r["hash"].hex(), taken_at=now) for r in rows if r["seq"]]
    finally:
        await connection.close()


def _append(path: Path, marks: Iterable[Checkpoint]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.writelines(msgspec.json.encode(mark) + b"\n" for mark in marks)
        file.flush()
        os.fsync(file.fileno())


_WHY: Final = {
    "changed": "the row does not fit its hash: it, or one before it, was changed or moved",
    "missing": "the row of this number is not there",
    "head": "the chain's head is another one than its last row",
    "checkpoint": "a checkpoint says otherwise: rows were cut off or the chain was written anew",
}


def lines(report: Report) -> list[str]:
    """What the command line prints."""
    said = [f"BROKEN shop {fault.shop} at link {fault.seq}: {_WHY[fault.why]}" for fault in report.broken]
    summary = f"{report.links} links of {report.shops} shops recomputed, {report.checkpoints} checkpoints held against them"
    return [*said, f"{summary}: {len(report.broken)} chains broken"]
