"""Files that people hand in: taken, read and reported by a worker, and applied when they say so (U-13)."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, Positive
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.gate import SenderGoneError, content_of, too_large
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.tables_out import XLSX
from amends.exchange.run_report import ImportReport
from amends.exchange.sheets import BOM, Cell, csv_lines
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction
from amends.store.reading import paged, read_cursor

CAP: Final = 2 * 1024**3
BEGUN: Final = ("wanted", "running", "done")
Kind = Literal["orders", "returns", "requests", "decisions", "reasons", "tracking"]


class ImportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file holds, whose it is, and what it is called."""

    kind: Kind
    shop_id: Positive | None = None
    name: Annotated[str, Meta(min_length=1, max_length=200)] = "file"


class ImportsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of runs."""

    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Limit = 50


class TemplateQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The language of its columns and drop-downs."""

    language: Literal["zh", "en"] = "en"


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """A run: `reading` → `previewed` → (apply) `wanted` → `running` → `done`; `failed` says that the file could not be read.

    What nobody applies for two weeks is `lapsed`, and its file is gone.
    """

    id: UUID
    shop_id: int
    kind: str
    name: str
    size: int
    state: str
    by_person: str
    made_at: datetime
    changed_at: datetime
    stage: str | None
    done: int
    total: int | None
    report: ImportReport | None


class Imports(msgspec.Struct, frozen=True, kw_only=True):
    """Runs, the newest first."""

    imports: list[ImportView]
    next_cursor: str | None


def file_of(home: Path, run_id: UUID) -> Path:
    """Where the file of a run lies."""
    return home / "imports" / str(run_id)


async def put_import(request: Request) -> Reply | Problem:
    """Take a file, to be read and reported; nothing is changed yet."""
    query, caller, context = cast("ImportQuery", request.query), request.caller, request.context
    shop_id = query.shop_id or caller.only_shop
    if shop_id is None:
        return Problem(code="missing_field", errors=(FieldError("shop_id", "missing_field"),))
    if shop_id not in await shops_of(context, caller):
        return Problem(code="not_found")
    refused = _may_not(request, query.kind, shop_id)
    if refused is not None:
        return refused
    run_id = context.desk.make_id(datetime.now(UTC))
    path = file_of(context.settings.home, run_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = False
    try:
        try:
            taken = await _taken(request, path)
        except SenderGoneError:
            return Problem(code="upload_unreadable")
        if isinstance(taken, Problem):
            return taken
        digest, size = taken
        row = (
            shop_id,
            run_id,
            query.kind,
            query.name,
            digest,
            size,
            caller.kind,
            caller.actor.id,
            sorted(caller.in_shop(shop_id).permissions),
        )
        async with transaction(context.pool, [shop_id]) as connection:
            await connection.execute(queries("insert_import"), *row)
            await connection.fetch(queries("tell_worker"))
            kept = True
            view = _view(await connection.fetchrow(queries("get_import"), [shop_id], run_id))
    finally:
        if not kept:
            path.unlink(missing_ok=True)
    return json_reply(view, done="accepted")


def _may_not(request: Request, kind: str, shop_id: int, *, of: str | None = None) -> Problem | None:
    """What a file does is asked in the shop that it is for: somebody's rights in another shop do not count. `of` is whose file it is."""
    needed, caller = str(request.context.vocabulary.words("import_kinds")[kind].traits["permission"]), request.caller
    if caller.in_shop(shop_id).may(needed) and of in (None, caller.actor.id):
        return None
    return Problem(code="permission_missing", detail={"permission": needed})


async def _taken(request: Request, path: Path) -> tuple[bytes, int] | Problem:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as out:
        async for part in content_of(request.receive):
            size += len(part)
            if size > CAP:
                return too_large(CAP)
            digest.update(part)
            out.write(part)
    return (digest.digest(), size) if size else Problem(code="upload_empty")


def _view(row: asyncpg.Record) -> ImportView:
    told: dict[str, Any] = {name: row[name] for name in ImportView.__struct_fields__ if name != "report"}
    return ImportView(**told, report=msgspec.convert(row["report"], ImportReport | None))


async def list_imports(request: Request) -> Reply | Problem:
    """What was handed in, the newest first."""
    query = cast("ImportsQuery", request.query)
    after = read_cursor(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    shops = await shops_of(request.context, request.caller)
    at, last = (after.at, after.id) if after else (None, None)
    async with transaction(request.context.pool, shops) as connection:
        rows = await connection.fetch(queries("list_imports"), shops, at, last, query.limit + 1)
    page, more = paged(rows, query.limit, "made_at", "id")
    return json_reply(Imports(imports=[_view(row) for row in page], next_cursor=more))


async def _found(request: Request) -> asyncpg.Record | None:
    run_id = parse_id(request.params["import_id"])
    if not isinstance(run_id, UUID):
        return None
    shops = await shops_of(request.context, request.caller)
    async with transaction(request.context.pool, shops) as connection:
        return await connection.fetchrow(queries("get_import"), shops, run_id)


async def get_import(request: Request) -> Reply | Problem:
    """One run, how far it is and what became of its rows."""
    row = await _found(request)
    return Problem(code="not_found") if row is None else json_reply(_view(row))


async def apply_import(request: Request) -> Reply | Problem:
    """Do what the preview said, once: who asks again, for the answer was lost, hears how far it is."""
    row, context = await _found(request), request.context
    if row is None:
        return Problem(code="not_found")
    refused = _may_not(request, row["kind"], row["shop_id"], of=row["by_person"])
    if refused is not None:
        return refused
    if row["state"] == "lapsed":
        return Problem(code="upload_not_found")
    async with transaction(context.pool, [row["shop_id"]]) as connection:
        begun = await connection.fetchval(queries("want_import"), row["shop_id"], row["id"])
        await connection.fetch(queries("tell_worker"))
        wanted = await connection.fetchrow(queries("get_import"), [row["shop_id"]], row["id"])
        if wanted is None or (begun is None and wanted["state"] not in BEGUN):
            return Problem(code="file_not_ready")
    return json_reply(_view(wanted), done="accepted")


async def remove_import(request: Request) -> Reply | Problem:
    """Forget a run and its file."""
    row = await _found(request)
    if row is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [row["shop_id"]]) as connection:
        if not await connection.fetchval(queries("drop_import"), row["shop_id"], row["id"]):
            return Problem(code="file_not_ready")
    file_of(request.context.settings.home, row["id"]).unlink(missing_ok=True)
    return Reply(done="removed")


async def import_problems(request: Request) -> Reply | Problem:
    """The rows that were not taken, as a table to mend and hand in again."""
    row = await _found(request)
    if row is None or row["report"] is None:
        return Problem(code="not_found")
    says = request.context.vocabulary
    rows: list[list[Cell]] = [["row", "column", "code", "reference", "zh", "en"]]
    for problem in row["report"]["problems"]:
        words = says.says("problems", problem["code"])
        rows.append([problem["row"], problem["column"], problem["code"], problem["reference"], words.zh, words.en])
    return Reply(body=BOM + csv_lines(rows), media_type=b"text/csv; charset=utf-8")


async def import_template(request: Request) -> Reply | Problem:
    """A workbook to fill in, with drop-downs."""
    kind, language = request.params["kind"], cast("TemplateQuery", request.query).language
    if kind not in request.context.vocabulary.words("import_kinds") or kind == "returns":
        return Problem(code="not_found")
    from amends.exchange.templates import template  # xlsxwriter is loaded when somebody asks

    name = f'attachment; filename="{kind}-{language}.xlsx"'.encode()
    return Reply(
        body=template(kind, request.context.vocabulary, language), media_type=XLSX, headers=((b"content-disposition", name),)
    )


_PATH: Final = "/v1/imports/{import_id}"
OPERATIONS = (
    Operation(id="import_template", method="GET", path="/v1/import-templates/{kind}", summary="A workbook to fill in, with drop-downs",
              handler=import_template, who=TRADE, permission="orders.read", query=TemplateQuery,
              media_types=(XLSX.decode(),), problems=("not_found",)),
    Operation(id="put_import", method="POST", path="/v1/imports", summary="Hand in a file, to be read and reported",
              handler=put_import, who=TRADE, permission="orders.read", query=ImportQuery, answer=ImportView, raw=True, done="accepted",
              takes="application/octet-stream", sort="upload", problems=("not_found", "missing_field", "upload_empty", "body_too_large")),
    Operation(id="list_imports", method="GET", path="/v1/imports", summary="Files that were handed in", handler=list_imports, who=TRADE,
              permission="orders.read", query=ImportsQuery, answer=Imports),
    Operation(id="get_import", method="GET", path=_PATH, summary="One file, and what became of its rows", handler=get_import, who=TRADE,
              permission="orders.read", answer=ImportView, problems=("not_found",)),
    Operation(id="import_problems", method="GET", path=f"{_PATH}/problems", summary="Rows that were not taken, as a table",
              handler=import_problems, who=TRADE, permission="orders.read", media_types=("text/csv",), problems=("not_found",)),
    Operation(id="apply_import", method="POST", path=f"{_PATH}/apply", summary="Do what the preview said", handler=apply_import,
              who=TRADE, permission="orders.read", answer=ImportView, done="accepted", sort="write",
              problems=("not_found", "file_not_ready", "upload_not_found")),
    Operation(id="remove_import", method="DELETE", path=_PATH, summary="Forget a file", handler=remove_import, who=TRADE,
              permission="orders.read", done="removed", problems=("not_found", "file_not_ready")),
)  # fmt: skip
