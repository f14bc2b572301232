"""The cases behind a figure, as a filter of the list: whoever drills into a number goes on working with exactly what it counted (Q-06)."""

from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

import asyncpg
import msgspec

from amends.api.cases.filters import CasesQuery, narrowed
from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem
from amends.api.insight.bodies import DrillQuery
from amends.api.insight.insight import known_figure, question_of, told
from amends.store.reading import CaseFilter, cases_like

MOST: Final = 100_000
_UNREADABLE: Final = Problem(code="value_not_allowed", errors=(FieldError("counted", "value_not_allowed"),))


async def wanted_cases(request: Request, query: CasesQuery) -> CaseFilter | Problem:
    """What the list is narrowed to; `counted` is the query of a drill, and leaves what its figure counted."""
    wanted = narrowed(request, query)
    if isinstance(wanted, Problem) or query.counted is None:
        return wanted
    found = await _behind(request, query.counted)
    return found if isinstance(found, Problem) else msgspec.structs.replace(wanted, ids=found)


async def _behind(request: Request, text: str) -> tuple[UUID, ...] | Problem:
    asked = _read(request, text)
    if isinstance(asked, Problem):
        return asked
    question = await question_of(request, asked)
    if isinstance(question, Problem):
        return question
    answer = await told(request, "cases_behind", question, figure=asked.figure, part=asked.part, limit=MOST + 1)
    if isinstance(answer, Problem):
        return answer
    if answer["rows"] > MOST:
        return Problem(code="too_many", detail={"at_most": MOST})
    return tuple(map(UUID, answer["cases"]))


def _read(request: Request, text: str) -> DrillQuery | Problem:
    if not request.caller.may("insight.read"):
        return Problem(code="permission_missing", detail={"permission": "insight.read"})
    try:
        asked = msgspec.convert(dict(parse_qsl(text, strict_parsing=True)), DrillQuery, strict=False)
    except (ValueError, msgspec.ValidationError):
        return _UNREADABLE
    return asked if known_figure(request, asked.figure) else _UNREADABLE


async def with_text(connection: asyncpg.Connection, shops: list[int], wanted: CaseFilter, text: str | None) -> CaseFilter:
    """The same, narrowed to what a text means."""
    if text is None:
        return wanted
    like = await cases_like(connection, shops, text)
    return msgspec.structs.replace(wanted, ids=like if wanted.ids is None else tuple(set(like) & set(wanted.ids)))
