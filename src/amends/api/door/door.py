"""One call from its first byte to its last: find the operation, know the caller, guard, decode, handle, answer."""

import time
from datetime import datetime
from os import urandom
from typing import Any, Final

import msgspec
import structlog

from amends.api.door.callers import PermissionLacking
from amends.api.door.calls import Request
from amends.api.door.context import Context
from amends.api.door.cursors import has_cursor, looked_at, marked, taken_apart
from amends.api.door.gate import BULK_CAP, CAP, decode, misfit, read_body
from amends.api.door.limits import tenant_of
from amends.api.door.messages import FieldError, Headers, Problem, Receive, Reply, Scope, Send
from amends.api.door.operation import OF_ONE_ORDER, Operation
from amends.api.door.pages import Pages
from amends.api.door.problems import PROBLEM_JSON, SUCCESS, language_of, problem_headers, status_of
from amends.api.door.router import Router
from amends.api.door.wire import send_whole
from amends.kernel.text import text_problem
from amends.store.away import is_away
from amends.store.reading import storable

log = structlog.get_logger()
LONGEST_KEY: Final = 255
_COMMON: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


class Door:
    """Serves every operation of a table."""

    def __init__(self, operations: tuple[Operation, ...], context: Context, pages: Pages) -> None:
        self.operations = operations
        self.pages = pages
        self.context = context
        self.router = Router(operations)
        self.paged = frozenset(op.id for op in operations if has_cursor(op.query))
        self.decoders = {op.id: msgspec.json.Decoder(op.body) for op in operations if op.body is not None}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP call; whatever happens, with exactly one answer."""
        began = time.perf_counter()
        request_id = urandom(8).hex()
        name = "none"
        found = self.router.find(scope["path"])
        answer: Reply | Problem
        if found is None:
            if (sent := await self.pages.answer(scope, send)) is not None:
                self.context.metrics.saw("page", sent, time.perf_counter() - began)
                return
            answer = Problem(code="not_found")
        else:
            operations, params = found
            operation = operations.get("GET" if scope["method"] == "HEAD" else scope["method"])
            if operation is None:
                answer = Problem(code="method_not_allowed", headers=((b"allow", _allowed(operations)),))
            else:
                name = operation.id
                answer = await self._guarded(operation, Request(scope, receive, self.context, params, request_id))
        status = await self._send(scope, send, answer, request_id)
        self.context.metrics.saw(name, status, time.perf_counter() - began)

    async def _guarded(self, operation: Operation, request: Request) -> Reply | Problem:
        try:
            return await self._answer(operation, request)
        except PermissionLacking as lacking:
            return Problem(code="permission_missing", detail={"permission": lacking.permission})
        except Exception as problem:
            if is_away(problem):
                log.warning("database_away", operation=operation.id, problem=type(problem).__name__)
                return Problem(code="database_away")
            log.exception("request_broke", operation=operation.id, request_id=request.request_id, problem=type(problem).__name__)
            return Problem(code="internal_error")

    async def _answer(self, operation: Operation, request: Request) -> Reply | Problem:
        refused = await self._admit(operation, request) if operation.who else None
        if refused is None and (operation.keyed or operation.versioned):
            refused = _take_headers(operation, request)
        if refused is None and operation.query is not None:
            refused = _take_query(operation, request, paged=operation.id in self.paged)
        if refused is None and operation.body is not None and not operation.raw:
            refused = await self._take_body(operation, request)
        if refused is not None:
            return refused
        answer = await self._handled(operation, request)
        if isinstance(answer, Reply) and operation.id in self.paged:
            return marked(answer, request.scope["path"], request.query)
        return answer

    async def _handled(self, operation: Operation, request: Request) -> Reply | Problem:
        turns = self.context.turns
        tenant = tenant_of(request.caller) if turns.most and operation.who and operation.sort != "write" else None
        if tenant is None:
            return await operation.handler(request)
        if turns.full(tenant):
            return _too_fast(1)
        async with turns.turn(tenant):
            return await operation.handler(request)

    async def _admit(self, operation: Operation, request: Request) -> Problem | None:
        caller = await self.context.callers.of_request(request.scope, request.header(b"authorization"))
        if isinstance(caller, Problem):
            return caller
        request.caller = caller
        wait = self.context.limits.wait_for(caller.token_id, operation.sort, tenant=tenant_of(caller))
        if wait:
            return _too_fast(wait)
        if caller.order_id is not None and operation.id not in OF_ONE_ORDER:
            return Problem(code="permission_missing", detail={"permission": operation.id})
        permission = operation.permission
        if caller.kind not in operation.who or (permission is not None and not caller.may(permission)):
            return Problem(code="permission_missing", detail={"permission": permission or operation.id})
        request.caller = caller.within(permission)
        return None

    async def _take_body(self, operation: Operation, request: Request) -> Problem | None:
        body = await read_body(request.scope, request.receive, BULK_CAP if operation.bulk else CAP)
        if isinstance(body, Problem):
            return body
        read = decode(body, self.decoders[operation.id])
        if isinstance(read, Problem):
            return read
        request.body = read
        return None

    async def _send(self, scope: Scope, send: Send, answer: Reply | Problem, request_id: str) -> int:
        if isinstance(answer, Problem):
            language = language_of(next((value for name, value in scope["headers"] if name == b"accept-language"), None))
            body = self.context.words.body(answer, language, request_id)
            status, media_type, headers = status_of(answer.code), PROBLEM_JSON, problem_headers(answer)
            headers = (*headers, (b"content-language", language.encode()))
        else:
            body, status, media_type, headers = answer.body, SUCCESS[answer.done], answer.media_type, answer.headers
        start: Headers = ((b"x-request-id", request_id.encode()), *_COMMON, *headers)
        streamed = answer.stream if isinstance(answer, Reply) else None
        if status != SUCCESS["removed"]:
            start = (*start, (b"content-type", media_type))
            if streamed is None:
                start = (*start, (b"content-length", str(len(body)).encode()))
                if send_whole(scope, status, start, body):
                    return status
        await send({"type": "http.response.start", "status": status, "headers": list(start)})
        if streamed is not None and scope["method"] != "HEAD":
            async for part in streamed:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
        return status


def _too_fast(wait: int) -> Problem:
    return Problem(code="rate_limited", headers=((b"retry-after", str(wait).encode()),))


def _allowed(operations: dict[str, Operation]) -> bytes:
    methods = set(operations) | ({"HEAD"} if "GET" in operations else set())
    return ", ".join(sorted(methods)).encode()


def _take_headers(operation: Operation, request: Request) -> Problem | None:
    if operation.keyed:
        key = (request.header(b"idempotency-key") or b"").decode("latin-1").strip()
        if not key:
            return Problem(code="missing_idempotency_key")
        if len(key) > LONGEST_KEY or not key.isascii() or text_problem(key, LONGEST_KEY) is not None:
            return Problem(code="value_not_allowed", errors=(FieldError("Idempotency-Key", "value_not_allowed"),))
        request.key = key
    if operation.versioned:
        version = _version(request.header(b"if-match"))
        if version is None:
            return Problem(code="version_required")
        request.version = version
    return None


def _version(header: bytes | None) -> int | None:
    """The version in `If-Match: "7"`; quotes may be left out."""
    text = (header or b"").decode("latin-1").strip().removeprefix("W/").strip('"')
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - an int of PostgreSQL


def _take_query(operation: Operation, request: Request, *, paged: bool) -> Problem | None:
    from urllib.parse import parse_qsl

    try:
        pairs = parse_qsl(
            request.scope["query_string"].decode("ascii"), keep_blank_values=True, max_num_fields=50, errors="strict"
        )
    except ValueError:
        return Problem(code="value_not_allowed", errors=(FieldError("query", "value_not_allowed"),))
    values: dict[str, Any] = dict(pairs)
    if len(values) != len(pairs):
        return Problem(code="value_not_allowed", errors=(FieldError("query", "value_not_allowed"),))
    unclean = tuple(FieldError(name[:64], "text_not_clean") for name, v in pairs if name.isidentifier() and text_problem(v, 4000))
    if unclean:
        return Problem(code="text_not_clean", errors=unclean)
    mark = taken_apart(values) if paged else ""
    try:
        request.query = msgspec.convert(values, operation.query, strict=False)
    except msgspec.ValidationError as problem:
        return misfit(str(problem))
    asked = zip(operation.query.__struct_encode_fields__, msgspec.structs.astuple(request.query), strict=True)
    strange = tuple(
        FieldError(name, "bad_moment") for name, value in asked if isinstance(value, datetime) and not storable(value)
    )
    if strange:
        return Problem(code="bad_moment", errors=strange)
    return looked_at(mark, request.scope["path"], request.query)
