"""Checks a case file without trusting whoever sent it: every file against the manifest, every link of the chain recomputed."""

import zipfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import asyncpg
import msgspec

from amends.exchange.case_file import FORMAT, MANIFEST
from amends.kernel.canonical import GENESIS, canonical, chain_hash
from amends.store.database import queries

MOST_FILES: Final = 10_000
MOST_BYTES: Final = 2_000_000_000
_LINK: Final = (
    "seq",
    "type",
    "at_us",
    "actor_kind",
    "actor",
    "from_state",
    "to_state",
    "body",
    "wishes",
    "fired_kind",
    "fired_started_seq",
)


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, and every fault in words."""

    case: str | None
    shop: int | None
    files: int
    links: int
    faults: tuple[str, ...]
    timeline: tuple[dict[str, Any], ...] = ()


def check(path: Path) -> Checked:
    """Look at a case file. A file that cannot be read as one is one fault."""
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MOST_FILES or sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                return _unreadable("it is larger than a case file can be")
            files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
            names = [entry.filename for entry in archive.infolist()]
        manifest = msgspec.json.decode(files[MANIFEST])
        if manifest["format"] != FORMAT:
            return _unreadable(f"its format is {manifest['format']}")
        timeline: list[dict[str, Any]] = msgspec.json.decode(files["timeline.json"]) if "timeline.json" in files else []
        faults = [*_twice(names), *_files(manifest, files), *_chain(manifest, timeline), *_words(files, timeline)]
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, msgspec.MsgspecError, NotImplementedError) as problem:
        return _unreadable(type(problem).__name__)
    return Checked(
        case=manifest["case"], shop=manifest["shop"], files=len(files), links=len(timeline), faults=tuple(faults),
        timeline=tuple(timeline),
    )  # fmt: skip


def _unreadable(why: str) -> Checked:
    return Checked(case=None, shop=None, files=0, links=0, faults=(f"this is no case file: {why}",))


def _twice(names: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield f"{name} stands twice in the archive"
        seen.add(name)


def _files(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterable[str]:
    listed = {entry["path"]: entry for entry in manifest["files"]}
    yield from (f"{path} is missing" for path in listed if path not in files)
    yield from (f"{path} is not in the manifest" for path in files if path not in listed and path != MANIFEST)
    for path, entry in listed.items():
        if path in files and (sha256(files[path]).hexdigest() != entry["sha256"] or len(files[path]) != entry["size"]):
            yield f"{path} is not what the manifest says: it was changed"


def _chain(manifest: Mapping[str, Any], timeline: list[dict[str, Any]]) -> Iterable[str]:
    """Each event hashed again with the link before it; where two links follow each other, they must meet."""
    if not timeline:
        yield "there is no timeline"
    known: dict[int, str] = {}
    for number, event in enumerate(timeline, 1):
        before = bytes.fromhex(event["before"]) if event["before"] else GENESIS
        body = canonical([manifest["case"], *(event[name] for name in _LINK)])
        if chain_hash(before, body).hex() != event["hash"]:
            yield f"event {event['seq']} does not fit its hash: it was changed"
        if event["seq"] != number:
            yield f"event {number} is missing"
        met = known.get(event["chain_seq"] - 1)
        if met is not None and met != event["before"]:
            yield f"event {event['seq']} does not follow the one before it in the chain"
        known[event["chain_seq"]] = event["hash"]


def _words(files: Mapping[str, bytes], timeline: list[dict[str, Any]]) -> Iterable[str]:
    """Proof, messages and rationales against the hashes that stand with them and in the chain."""
    for piece in msgspec.json.decode(files.get("evidence.json", b"[]")):
        expected = piece["sha256"] if piece["text"] is not None else piece["served_sha256"]
        if piece["file"] in files and expected and sha256(files[piece["file"]]).hexdigest() != expected:
            yield f"{piece['file']} is not the proof whose hash was kept"
    chained = {event["body"].get("message"): event["body"].get("sha256") for event in timeline}
    for message in msgspec.json.decode(files.get("messages.json", b"[]")):
        said = message["text"]
        if said is not None and sha256(bytes.fromhex(message["salt"]) + said.encode()).hexdigest() != message["sha256"]:
            yield f"message {message['id']} does not fit its hash"
        if chained.get(message["id"], message["sha256"]) != message["sha256"]:
            yield f"message {message['id']} is another one than the chain holds"
    rationales = {
        event["body"].get("ruled"): event["body"].get("rationale_sha256") for event in timeline if "ruled" in event["body"]
    }
    for ruling in msgspec.json.decode(files.get("rulings.json", b"[]")):
        kept = rationales.get(ruling["seq"])
        if kept is not None and ruling["rationale"] and sha256(ruling["rationale"].encode()).hexdigest() != kept:
            yield f"the rationale of ruling {ruling['seq']} is another one than the chain holds"


def against_checkpoints(checked: Checked, marks: Iterable[tuple[int, int, str]]) -> list[str]:
    """Faults against checkpoints that were kept elsewhere: (shop, number, hash in hex)."""
    links = {event["chain_seq"]: event["hash"] for event in checked.timeline}
    return [
        f"a checkpoint says otherwise of link {number}"
        for shop, number, digest in marks
        if shop == checked.shop and number in links and links[number] != digest
    ]


async def against_database(checked: Checked, connection: asyncpg.Connection) -> list[str]:
    """Faults against the database that the file came from: links that are not there, or are others."""
    rows = await connection.fetch(queries("hashes_of_case"), checked.shop, checked.case)
    stored = {row["seq"]: (row["chain_seq"], row["hash"].hex()) for row in rows}
    ours = {event["seq"]: (event["chain_seq"], event["hash"]) for event in checked.timeline}
    return [f"the database holds another event {seq}" for seq, link in ours.items() if stored.get(seq) != link]
