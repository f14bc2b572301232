"""Decisions taken without a network, synced in one call; each is answered on its own and applied at most once (U-09)."""

from datetime import timedelta
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.actions.commands import CaseCommand, Offline
from amends.actions.offline import OfflineResult, Stands
from amends.api.cases.moves import MOVES, missing_permission, move_command
from amends.api.door.bodies import Moment, Strict, Version, Word
from amends.api.door.calls import Request
from amends.api.door.gate import misfit
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.api.door.speech import limit
from amends.api.door.spoken import unspoken
from amends.desk.answers import Answer

MOST = 500


class OfflineBody(Strict, frozen=True, kw_only=True):
    """One decision: its own id, given by the device and never used for another, the version that was seen, and the device's time."""

    id: Annotated[str, Meta(min_length=8, max_length=100, pattern=r"^[A-Za-z0-9._-]+\Z")]
    case_id: UUID
    move: Word
    version: Version
    device_at: Moment
    body: Annotated[dict[str, Any], Meta(max_length=50)] = msgspec.field(default_factory=dict)


class SyncBody(Strict, frozen=True, kw_only=True):
    """Decisions in the order in which they were taken."""

    actions: Annotated[tuple[OfflineBody, ...], Meta(min_length=1, max_length=MOST)]


class OfflineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one. `stands` is the decision that stands where it was not applied; `case` the case where it was.

    Nothing here is an error to try again: the same id gets the same answer.
    """

    id: str
    result: OfflineResult
    stands: Stands | None = None
    case: msgspec.Raw | None = None
    problem: msgspec.Raw | None = None
    replayed: bool = False


class Synced(msgspec.Struct, frozen=True, kw_only=True):
    """An answer for each decision, in the order given."""

    answers: list[OfflineAnswer]


class _Mark(msgspec.Struct):
    result: OfflineResult
    stands: Stands | None = None


class _Told(msgspec.Struct):
    offline: _Mark | None = None


async def sync_offline_actions(request: Request) -> Reply | Problem:
    """Take decisions that were made offline."""
    actions = cast("SyncBody", request.body).actions
    if len({action.id for action in actions}) != len(actions):
        return Problem(code="value_not_allowed", errors=(FieldError("actions", "value_not_allowed"),))
    answers: dict[str, OfflineAnswer] = {}
    asked: list[tuple[str, CaseCommand]] = []
    for action in actions:
        command = await _command(request, action)
        if isinstance(command, Problem):
            answers[action.id] = OfflineAnswer(id=action.id, result="refused", problem=_worded(request, command))
        else:
            asked.append((action.id, command))
    told = await request.context.desk.handle([command for _, command in asked])
    answers |= {name: _answer(request, name, answer) for (name, _), answer in zip(asked, told, strict=True)}
    return json_reply(Synced(answers=[answers[action.id] for action in actions]))


async def _command(request: Request, action: OfflineBody) -> CaseCommand | Problem:
    context, caller = request.context, request.caller
    if action.move not in MOVES:
        return Problem(code="unknown_word", errors=(FieldError("move", "unknown_word"),))
    try:
        body = msgspec.convert(action.body, MOVES[action.move][1])
    except msgspec.ValidationError as problem:
        return misfit(str(problem))
    refused = (
        missing_permission(caller, action.move) or unspoken(action, context.vocabulary) or unspoken(body, context.vocabulary)
    )
    if refused is not None:
        return refused
    place = await context.places.case(caller, str(action.case_id))
    if place is None:
        return Problem(code="not_found")
    made = move_command(caller, place, action.move, body, f"offline:{action.id}", action.version)
    grace = timedelta(minutes=limit(context, "offline_grace_minutes"))
    return msgspec.structs.replace(made, offline=Offline(id=action.id, device_at=action.device_at, grace=grace))


def _worded(request: Request, problem: Problem) -> msgspec.Raw:
    return msgspec.Raw(request.context.words.body(problem, "en", request.request_id))


def _answer(request: Request, name: str, answer: Answer) -> OfflineAnswer:
    if answer.code is None:
        return OfflineAnswer(id=name, result="applied", case=msgspec.Raw(answer.body), replayed=answer.replayed)
    mark = msgspec.json.decode(answer.body, type=_Told).offline or _Mark("refused")
    code = mark.result if mark.result in ("rejected_late", "rejected_conflict") else answer.code
    problem = Problem(code=code, detail={"because": answer.code}) if code != answer.code else Problem(code=code, told=answer.body)
    return OfflineAnswer(
        id=name, result=mark.result, stands=mark.stands, problem=_worded(request, problem), replayed=answer.replayed
    )


OPERATIONS = (
    Operation(id="sync_offline_actions", method="POST", path="/v1/offline-actions:sync",
              summary="Take decisions that were made without a network", handler=sync_offline_actions, who=PEOPLE,
              permission="cases.read", body=SyncBody, answer=Synced, bulk=True, sort="write"),
)  # fmt: skip
