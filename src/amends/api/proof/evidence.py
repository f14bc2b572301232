"""Proof: uploaded through a cap into quarantine, inspected, kept; handed out as a copy by a link that lives five minutes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, cast
from uuid import UUID

import msgspec

from amends.api.door.bodies import Word
from amends.api.door.callers import Caller, caller_named
from amends.api.door.calls import Request
from amends.api.door.gate import SenderGoneError, content_of, too_large
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.api.proof.photo_checks import CheckView, keep, mark, shown
from amends.gateways.clarity import Clarity
from amends.gateways.files import NotTaken, Quarantined
from amends.gateways.inspection import ALLOWED, Clean, Refused, inspect
from amends.gateways.signatures import LONGEST_LINK, Grant, read_link, sign_link
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction

CAP: Final = 10 * 1024 * 1024
VIDEO_CAP: Final = 100 * 1024 * 1024
MOST_FILES: Final = 20
READ_AT_ONCE: Final = 256 * 1024
AWAY: Final = "scanner_away"
ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf", "video/mp4": "mp4"}
_APART: Final = frozenset({"check", "stream", "url", "url_expires_at"})
_SAFE: Final = (
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-site"),
)


class UploadQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file shows, and where a chat comes from."""

    kind: Word
    channel: Word | None = None


class LinkQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`copy` was written anew and is safe to look at; `original` is the bytes as they came."""

    variant: Literal["copy", "original"] = "copy"


class UploadView(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was taken; its id is the `upload_id` of proof. `finding` is a word of `photo_findings`, for photos and films."""

    id: UUID
    order_id: UUID
    of: str
    kind: str
    state: str
    media_type: str
    size: int
    finding: str | None = None


class StreamView(msgspec.Struct, frozen=True, kw_only=True):
    """The moment of a live session that proof points at, and where the shop keeps the film."""

    room: str
    from_ms: int
    to_ms: int
    started_at: datetime
    recording: str | None
    recording_sha256: str | None


class EvidenceView(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of proof and, for a clean file, a link to it that lives five minutes."""

    id: UUID
    order_id: UUID
    case_id: UUID | None
    of: str
    at: str
    kind: str
    channel: str | None
    state: str
    media_type: str | None
    size: int
    text: str | None
    given_at: datetime
    sealed_at: datetime | None
    legible: bool | None
    matches_claim: bool | None
    check: CheckView | None
    stream: StreamView | None
    url: str | None
    url_expires_at: datetime | None


async def put_evidence(request: Request) -> Reply | Problem:
    """Take a file as proof for an order; the body is the file itself."""
    declared = _declared(request)
    if isinstance(declared, Problem):
        return declared
    place = await _room(request)
    if isinstance(place, Problem):
        return place
    cap = VIDEO_CAP if declared.startswith("video/") else CAP
    length = request.header(b"content-length") or b"0"
    if length.isdigit() and int(length) > cap:
        return _too_large(cap)
    try:
        taken = await request.context.files.put(content_of(request.receive), cap=cap)
    except SenderGoneError:
        return Problem(code="upload_unreadable")
    if isinstance(taken, NotTaken):
        return _too_large(cap) if taken.code == "upload_too_large" else Problem(code=taken.code)
    return await _inspected(request, place, declared, taken)


async def _room(request: Request) -> tuple[int, UUID] | Problem:
    """The order, where it is the caller's and has room for one more file of their side; asked before a byte is read."""
    context, query = request.context, cast("UploadQuery", request.query)
    for name, listed in (("kind", "evidence_kinds"), ("channel", "channels")):
        word = getattr(query, name)
        if word is not None and word not in context.vocabulary.words(listed):
            return Problem(code="unknown_word", errors=(FieldError(name, "unknown_word"),))
    place = await context.places.order(request.caller, request.params["order_id"])
    if place is None:
        return Problem(code="not_found")
    async with transaction(context.pool, [place[0]]) as connection:
        if not await connection.fetchval(queries("lock_order_for_proof"), *place):
            return Problem(code="not_found")
        full = await connection.fetchval(queries("count_proof"), *place, side_of_caller(request.caller)) >= MOST_FILES
    return Problem(code="upload_quota") if full else place


def _declared(request: Request) -> str | Problem:
    kind = (request.header(b"content-type") or b"").decode("latin-1").partition(";")[0].strip().lower()
    encoding = (request.header(b"content-encoding") or b"identity").strip().lower()
    close = ((b"connection", b"close"),)
    if kind not in ALLOWED:
        return Problem(code="upload_type_not_allowed", headers=close)
    return kind if encoding == b"identity" else Problem(code="unsupported_media_type", headers=close)


def _too_large(cap: int) -> Problem:
    return msgspec.structs.replace(too_large(cap), code="upload_too_large")


def side_of_caller(caller: Caller) -> str:
    """Whose proof it is that somebody brings; platform staff bring it for the buyer."""
    return "seller" if caller.kind == "seller" else "buyer"


async def _inspected(request: Request, place: tuple[int, UUID], declared: str, taken: Quarantined) -> Reply | Problem:
    files = request.context.files
    async with request.context.inspecting:
        workspace = files.workspace()
        try:
            seen = await inspect(taken.path, declared, workspace)
            if isinstance(seen, Refused) and seen.code != AWAY:
                files.discard(taken)
                return Problem(code=seen.code)
            served = files.take_in(seen.derivative) if isinstance(seen, Clean) else None
            if served is not None:
                files.keep(served)
            files.keep(taken)
        finally:
            await asyncio.to_thread(_sweep, workspace)
    clarity = seen.clarity if isinstance(seen, Clean) else None
    made = await _record(request, place, declared, taken, served, clarity)
    if isinstance(made, UploadView) and served is None:
        return Problem(code=AWAY, detail={"id": str(made.id)})
    return made if isinstance(made, Problem) else json_reply(made, done="created")


def _sweep(workspace: Path) -> None:
    import shutil

    shutil.rmtree(workspace, ignore_errors=True)


async def _record(
    request: Request,
    place: tuple[int, UUID],
    declared: str,
    taken: Quarantined,
    served: Quarantined | None,
    clarity: Clarity | None,
) -> UploadView | Problem:
    """The same file twice for one order and side is one piece of proof; one that waited in quarantine is let out by it."""
    context, caller, query = request.context, request.caller, cast("UploadQuery", request.query)
    side, content = side_of_caller(caller), bytes.fromhex(taken.sha256)
    made, copy = context.desk.make_id(datetime.now(UTC)), bytes.fromhex(served.sha256) if served else None
    state = "clean" if served else "quarantined"
    async with transaction(context.pool, [place[0]]) as connection:
        buyer = await connection.fetchval(queries("lock_order_for_proof"), *place)
    async with transaction(context.pool, [place[0]], buyer=buyer) as connection:
        await connection.execute(queries("lock_order_for_proof"), *place)
        known = await connection.fetchrow(queries("proof_by_content"), *place, side, content)
        if known is None and await connection.fetchval(queries("count_proof"), *place, side) >= MOST_FILES:
            return Problem(code="upload_quota")
        marked = await mark(connection, place, side, content, clarity) if clarity else None
        against = (marked.legible, marked.matches_claim) if marked else (None, None)
        row = await connection.fetchrow(queries("insert_proof"), place[0], made, place[1], side, query.kind, query.channel, state,
                                        content, copy, declared, taken.size, caller.actor.id, *against)  # fmt: skip
        if marked and row:
            await keep(connection, place, row["id"], side, content, marked)
    found = row or known
    return UploadView(id=found["id"], order_id=place[1], of=side, kind=query.kind, state=found["state"], media_type=declared,
                      size=taken.size, finding=clarity.finding if clarity else None)  # fmt: skip


async def get_evidence(request: Request) -> Reply | Problem:
    """A piece of proof with a link to its file."""
    context, caller = request.context, request.caller
    found = await _proof(request, caller, request.params["evidence_id"])
    if found is None:
        return Problem(code="not_found")
    shop_id, row = found
    expires = int((datetime.now(UTC) + LONGEST_LINK).timestamp())
    url = None
    if row["state"] == "clean" and row["served_sha256"] is not None:
        grant = Grant(method="GET", blob=str(row["id"]), variant=cast("LinkQuery", request.query).variant,
                      principal=caller.token_id, shop=shop_id, expires_at=expires)  # fmt: skip
        url = f"/v1/files/{sign_link(context.signing_key, grant)}"
    known: dict[str, Any] = {name: row[name] for name in EvidenceView.__struct_fields__ if name not in _APART}
    check = shown(row["looked"], shop_id, caller)
    return json_reply(
        EvidenceView(
            **known,
            check=check,
            stream=_stream(row["stream"]),
            url=url,
            url_expires_at=datetime.fromtimestamp(expires, UTC) if url else None,
        )
    )


async def _proof(request: Request, caller: Caller, text: str) -> tuple[int, Any] | None:
    place = await request.context.places.evidence(caller, text)
    if place is None:
        return None
    async with transaction(request.context.pool, [place[0]]) as connection:
        row = await connection.fetchrow(queries("proof_by_id"), *place)
        if row is None:
            return None
        looked = await connection.fetchrow(queries("check_of_evidence"), *place)
        stream = await connection.fetchrow(queries("reference_of_evidence"), *place) if row["kind"] == "live_recording" else None
    return place[0], {**row, "looked": looked, "stream": stream}


def _stream(row: Any) -> StreamView | None:
    if row is None:
        return None
    digest = row["recording_sha256"]
    return StreamView(room=row["room"], from_ms=row["from_ms"], to_ms=row["to_ms"], started_at=row["started_at"],
                      recording=row["recording"], recording_sha256=digest.hex() if digest else None)  # fmt: skip


async def get_file(request: Request) -> Reply | Problem:
    """The file behind a link, where whoever was given the link may still see it."""
    context = request.context
    grant = read_link(context.signing_key, request.params["file_token"], now=datetime.now(UTC))
    if grant is None or grant.method != "GET" or not isinstance(parse_id(grant.blob), UUID):
        return Problem(code="link_expired")
    named = await caller_named(context.pool, grant.principal)
    if named is None:
        return Problem(code="link_expired")
    caller = named.within("evidence.read")
    found = await _proof(request, caller, grant.blob) if caller.may("evidence.read") else None
    if found is None or found[1]["state"] != "clean":
        return Problem(code="link_expired")
    original = grant.variant == "original"
    path = context.files.find((found[1]["sha256"] if original else found[1]["served_sha256"]).hex())
    if path is None:
        return Problem(code="upload_not_found")
    kind = found[1]["media_type"]
    name = f"evidence-{grant.blob}.{'bin' if original else ENDINGS[kind]}"
    headers = (*_SAFE, (b"content-disposition", f'attachment; filename="{name}"'.encode()))
    return Reply(stream=_parts(path), headers=headers, media_type=b"application/octet-stream" if original else kind.encode())


async def _parts(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while part := await asyncio.to_thread(file.read, READ_AT_ONCE):
            yield part


REFUSALS = (
    "not_found", "unknown_word", "upload_too_large", "upload_empty", "upload_type_not_allowed", "upload_contents_disagree",
    "upload_unreadable", "upload_too_many_pixels", "upload_too_many_frames", "upload_too_long", "upload_too_many_pages",
    "upload_encrypted", "upload_scripted", "upload_quota", "upload_refused", "scanner_away", "unsupported_media_type",
)  # fmt: skip
OPERATIONS = (
    Operation(id="put_evidence", method="POST", path="/v1/orders/{order_id}/evidence", summary="Take a file as proof",
              handler=put_evidence, who=PEOPLE, permission="evidence.write", query=UploadQuery, raw=True, answer=UploadView,
              done="created", takes="image/jpeg", sort="upload", problems=REFUSALS, links=(("get_evidence", "evidence_id"),)),
    Operation(id="get_evidence", method="GET", path="/v1/evidence/{evidence_id}", summary="A piece of proof, with a link",
              handler=get_evidence, who=PEOPLE, permission="evidence.read", query=LinkQuery, answer=EvidenceView,
              problems=("not_found",)),
    Operation(id="get_file", method="GET", path="/v1/files/{file_token}", summary="The file behind a link", handler=get_file,
              who=frozenset(), media_types=("application/octet-stream",), problems=("link_expired", "upload_not_found")),
)  # fmt: skip
