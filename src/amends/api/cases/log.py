"""The whole log of a case: events, messages, refused attempts, deliveries, each with its code (U-04, T-07)."""

from datetime import datetime
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.domain.rulebook.shape import Vocabulary
from amends.store.database import queries, transaction
from amends.store.reading import read_keys, write_keys


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened or was tried. `sort` says which: event, message, attempt, delivery, offline, note or notice.

    `code` is an event's type, a refusal's code, a delivery's status or problem; `words` says it in both languages. `error_code` is
    the one that other systems have for it where there is one (ERR_LOG_204).
    """

    at: datetime
    sort: str
    code: str
    words: dict[str, str]
    error_code: str | None
    by: str
    actor: str | None
    seq: int | None
    detail: Any
    reference: str


class CaseLog(msgspec.Struct, frozen=True, kw_only=True):
    """The log in order."""

    entries: list[LogEntry]
    next_cursor: str | None


class LogQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to go on."""

    cursor: Annotated[str, Meta(max_length=500)] | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


LISTS = {"event": "events", "attempt": "problems", "delivery": "problems", "offline": "problems", "notice": "events"}


async def case_log(request: Request) -> Reply | Problem:
    """Everything about a case."""
    context, caller, query = request.context, request.caller, cast("LogQuery", request.query)
    place = await context.places.case(caller, request.params["case_id"])
    if place is None:
        return Problem(code="not_found")
    after = read_keys(query.cursor) if query.cursor else None
    if query.cursor and after is None:
        return Problem(code="bad_cursor")
    async with transaction(context.pool, [place[0]]) as connection:
        rows = await connection.fetch(queries("case_log"), *place, caller.kind, after.at if after else None,
                                      after.name if after else None, query.limit + 1)  # fmt: skip
        if not rows and not await connection.fetch(queries("places_of_case"), [place[1]]):
            return Problem(code="not_found")
    page = rows[: query.limit]
    more = write_keys(page[-1]["reference"], page[-1]["at"]) if len(rows) > query.limit else None
    return json_reply(CaseLog(entries=[_entry(request, row) for row in page], next_cursor=more))


def _entry(request: Request, row: Any) -> LogEntry:
    vocabulary = request.context.vocabulary
    listed = LISTS.get(row["sort"], "")
    says = vocabulary.says(listed, row["code"])
    known = _known_elsewhere(vocabulary).get(row["code"]) if listed == "problems" else None
    hidden = row["by"] not in (request.caller.kind, "buyer", "system") and row["sort"] in (
        "event",
        "message",
        "attempt",
        "offline",
    )
    actor = None if hidden and request.caller.kind != "platform" else row["actor"]
    return LogEntry(at=row["at"], sort=row["sort"], code=row["code"], words={"zh": says.zh, "en": says.en}, error_code=known,
                    by=row["by"], actor=actor, seq=row["seq"], detail=row["detail"], reference=row["reference"])  # fmt: skip


def _known_elsewhere(vocabulary: Vocabulary) -> dict[str, str]:
    """Our codes of problems by the first name that other systems give them; ERR_LOG_204 is a tracking number that cannot be one."""
    term = vocabulary.words("aliases").get("problems")
    return {str(ours): theirs for theirs, ours in reversed(term.traits.items())} if term else {}


OPERATIONS = (
    Operation(id="list_case_log", method="GET", path="/v1/cases/{case_id}/log", summary="Everything that happened to a case",
              handler=case_log, who=TRADE, permission="cases.read", query=LogQuery, answer=CaseLog,
              problems=("not_found",)),
)  # fmt: skip
