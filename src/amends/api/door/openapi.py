"""OpenAPI 3.1 from the table of operations: ids, bodies, answers, problems and links."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, Final

import msgspec

from amends.api.door.bodies import MOST_ROWS
from amends.api.door.cursors import has_cursor
from amends.api.door.gate import BULK_CAP, CAP
from amends.api.door.operation import Operation
from amends.api.door.problems import CONFLICT, PROBLEM_JSON, STATUS, SUCCESS, status_of

Json = dict[str, Any]
REF: Final = "#/components/schemas/{name}"
WORDS: Final[Json] = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
}
PROBLEM: Final[Json] = {
    "type": "object",
    "description": "A refusal (RFC 9457). `code` is stable; further members say what the code needs: errors, reasons, verdict, state …",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "words": WORDS,
        "next": WORDS,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"path": {"type": "string"}, "code": {"type": "string"}},
                "required": ["path", "code"],
            },
        },
        "reasons": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["type", "title", "status", "code", "request_id", "words", "next"],
}
_WITH_A_TOKEN: Final = ("not_signed_in", "token_expired", "permission_missing", "rate_limited")
_WITH_A_BODY: Final = (
    "bad_json", "body_too_large", "unsupported_media_type", "unknown_field", "missing_field", "wrong_type", "value_not_allowed",
    "text_too_long", "text_not_clean", "bad_identifier", "bad_moment", "amount_not_positive",
)  # fmt: skip
_ALWAYS: Final = ("internal_error", "database_away")


def problems_of(operation: Operation) -> tuple[str, ...]:
    """Every code that an operation can answer with as a whole."""
    codes = [*operation.problems, *_ALWAYS]
    if operation.who:
        codes += _WITH_A_TOKEN
    if operation.body is not None and not operation.raw:
        codes += _WITH_A_BODY
    if operation.query is not None:
        codes += ["value_not_allowed", "unknown_field", "wrong_type", "text_not_clean"]
    if has_cursor(operation.query):
        codes += ["bad_cursor"]
    if operation.keyed:
        codes += ["missing_idempotency_key", "idempotency_key_reused", "value_not_allowed"]
    if operation.versioned:
        codes += ["version_required", "stale_version"]
    return tuple(dict.fromkeys(codes))


def describe(operations: Iterable[Operation]) -> Json:
    """The whole description."""
    table = tuple(operations)
    shapes = [shape for op in table for shape in (op.body, op.query, op.answer) if shape is not None]
    schemas, components = msgspec.json.schema_components(list(dict.fromkeys(shapes)), ref_template=REF)
    known = dict(zip(dict.fromkeys(shapes), schemas, strict=True))
    paths: Json = {}
    for operation in table:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, known, components, table)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Amends",
            "version": version("amends"),
            "summary": "After-sales for live and social commerce: requests, reviews, refunds and deadlines, with rules that say why.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted({**components, "Problem": PROBLEM}.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "amends_live_… or, in a sandbox, amends_test_…"}
            },
        },
    }


def _operation(operation: Operation, known: Json, components: Json, table: tuple[Operation, ...]) -> Json:
    found: Json = {
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": _parameters(operation, known, components),
        "responses": {str(SUCCESS[operation.done]): _success(operation, known, table), **_refusals(operation)},
        "security": [{"token": []}] if operation.who else [],
    }
    if operation.permission:
        found["x-permission"] = operation.permission
    if operation.who:
        found["x-tokens"] = sorted(operation.who)
    if operation.body is not None:
        found["requestBody"] = {"required": True, "content": {operation.takes: {"schema": known[operation.body]}}}
        found["x-limits"] = {"bytes": BULK_CAP if operation.bulk else CAP, **({"rows": MOST_ROWS} if operation.bulk else {})}
    elif operation.raw:
        binary = {"type": "string", "contentMediaType": "application/octet-stream"}
        found["requestBody"] = {"required": True, "content": {operation.takes: {"schema": binary}}}
    return found


def _parameters(operation: Operation, known: Json, components: Json) -> list[Json]:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    found: list[Json] = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    if operation.query is not None:
        shape = components[known[operation.query]["$ref"].rsplit("/", 1)[1]]
        for name, schema in shape["properties"].items():
            required = name in shape.get("required", ())
            found.append({"name": name, "in": "query", "required": required, "schema": schema})
    if operation.keyed:
        key = {"type": "string", "minLength": 1, "maxLength": 255}
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": key})
    if operation.versioned:
        version = {"type": "string", "pattern": '^"[0-9]{1,9}"$'}
        found.append({"name": "If-Match", "in": "header", "required": True, "schema": version})
    return found


def _success(operation: Operation, known: Json, table: tuple[Operation, ...]) -> Json:
    answer: Json = {"description": operation.summary, "headers": {"X-Request-Id": {"schema": {"type": "string"}}}}
    if operation.answer is not None:
        answer["content"] = {kind: {"schema": known[operation.answer]} for kind in operation.media_types}
    elif operation.done != "removed":
        answer["content"] = {kind: {} for kind in operation.media_types}
    ids = {other.id for other in table}
    links = {to: {"operationId": to, "parameters": {name: "$response.body#/id"}} for to, name in operation.links if to in ids}
    return answer | ({"links": links} if links else {})


def _refusals(operation: Operation) -> Json:
    by_status: dict[int, list[str]] = {}
    for code in problems_of(operation):
        by_status.setdefault(status_of(code), []).append(code)
    if operation.body is not None or operation.keyed:
        by_status.setdefault(CONFLICT, [])
    schema = {"$ref": REF.format(name="Problem")}
    kind = PROBLEM_JSON.decode()
    return {
        str(status): {
            "description": ", ".join(codes) or "the words of a rule, or the state of the case",
            "content": {kind: {"schema": schema}},
            **({"headers": {"Retry-After": {"schema": {"type": "string"}}}} if status in _RETRIED else {}),
        }
        for status, codes in sorted(by_status.items())
    }


_RETRIED: Final = (STATUS["rate_limited"], STATUS["database_away"])
