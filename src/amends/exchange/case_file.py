"""A case for outsiders: everything that a bank, a court or an appeal may ask for, in one folder that proves itself.

The manifest holds the hash of every file; the timeline holds each event as it was hashed into the shop's chain, with the hash of the
link before it, so that anybody can recompute the link. What was said by people stands beside, with its hash in an event.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from amends.store.database import queries

FORMAT: Final = "amends-case-file/1"
MANIFEST: Final = "manifest.json"
LARGEST_PROOF: Final = 100_000_000
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_PARTS: Final = {
    "attempts": "file_attempts",
    "deadlines": "file_deadlines",
    "refunds": "file_money",
    "postings": "file_postings",
    "rulings": "file_rulings",
}
_encode: Final = msgspec.json.Encoder(order="sorted").encode

Find = Callable[[str], Path | None]
"""Where a kept file of that hash (lower-case hex) lies."""


class CaseFolder(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a case, ready to be packed: the JSON parts by name, and the proof's files by their place in the folder."""

    case: dict[str, Any]
    timeline: list[dict[str, Any]]
    parts: dict[str, list[dict[str, Any]]]
    proof: dict[str, bytes]


async def gather(connection: asyncpg.Connection, shop_id: int, case_id: UUID, find: Find) -> CaseFolder | None:
    """Read a case whole; None where there is no such case. The connection sees the shop."""
    row = await connection.fetchrow(queries("file_of_case"), shop_id, case_id)
    if row is None:
        return None
    case = {**_plain(row), "verdict": _verdict(row["verdict"])}
    timeline = [_plain(event) for event in await connection.fetch(queries("file_events"), shop_id, case_id)]
    parts = {
        name: [_plain(r) for r in await connection.fetch(queries(query), shop_id, case_id)] for name, query in _PARTS.items()
    }
    parts["attempts"] = [{**each, "verdict": _verdict(each["verdict"])} for each in parts["attempts"]]
    parts["messages"] = [_plain(r) for r in await connection.fetch(queries("file_messages"), shop_id, case_id)]
    parts["chargebacks"] = [_plain(r) for r in await connection.fetch(queries("file_chargebacks"), shop_id, row["order_id"])]
    parts["evidence"], proof = [], {}
    for piece in await connection.fetch(queries("file_evidence"), shop_id, case_id):
        place, content = _content(piece, find)
        parts["evidence"].append({**_plain(piece), "file": place})
        if place is not None:
            proof[place] = content
    return CaseFolder(case=case, timeline=timeline, parts=parts, proof=proof)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in dict(row).items()}


def _value(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value


def _verdict(kept: Any) -> Any:
    if not kept:
        return None
    return msgspec.json.decode(bytes.fromhex(kept) if isinstance(kept, str) else kept)


def _content(piece: Mapping[str, Any], find: Find) -> tuple[str | None, bytes]:
    """The piece as it may be shown: its words, or the copy that was written anew; an original from outside is never handed on."""
    if piece["text"] is not None:
        return f"proof/{piece['id']}.txt", str(piece["text"]).encode()
    served = piece["served_sha256"]
    path = find(served.hex()) if served is not None and piece["state"] == "clean" else None
    if path is None or path.stat().st_size > LARGEST_PROOF:
        return None, b""
    ending = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "video/mp4": "mp4", "application/pdf": "pdf"}
    return f"proof/{piece['id']}.{ending.get(piece['media_type'], 'bin')}", path.read_bytes()


def files_of(folder: CaseFolder, pdf: bytes) -> dict[str, bytes]:
    """Every file of the folder but the manifest, by its place."""
    made = {
        "case.pdf": pdf,
        "case.json": _encode(folder.case),
        "timeline.json": _encode(folder.timeline),
        **{f"{name}.json": _encode(part) for name, part in folder.parts.items()},
        **folder.proof,
    }
    return dict(sorted(made.items()))


def packed(folder: CaseFolder, pdf: bytes) -> bytes:
    """The ZIP: the same case at the same moment gives the same bytes."""
    files = files_of(folder, pdf)
    manifest = {
        "format": FORMAT,
        "shop": folder.case["shop_id"],
        "case": folder.case["id"],
        "made_at": folder.case["made_at"],
        "files": [{"path": path, "size": len(content), "sha256": sha256(content).hexdigest()} for path, content in files.items()],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in {MANIFEST: _encode(manifest), **files}.items():
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), content, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
