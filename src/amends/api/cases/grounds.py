"""On which grounds many cases may be rejected, in one answer: the dialog of a batch asks once, however many are ticked (U-05, U-16)."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.actions.choosing import rejecting
from amends.actions.commands import CaseCommand
from amends.actions.proof_shown import GroundChoice
from amends.api.door.bodies import MOST_ROWS, Strict
from amends.api.door.callers import Caller
from amends.api.door.calls import Request
from amends.api.door.context import Context
from amends.api.door.files import read_files
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.store.database import transaction

CHUNK: Final = 100
Places = Sequence[tuple[int, UUID]]


class GroundsBody(Strict, frozen=True, kw_only=True):
    """The cases that are ticked, at most as many as a batch may move."""

    cases: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=MOST_ROWS)]


class GroundsOfStage(msgspec.Struct, frozen=True, kw_only=True):
    """What the cases that name it have in common: the stage of their rejection, and each ground of it with what it still demands."""

    stage: str
    grounds: tuple[GroundChoice, ...]


class CaseGrounds(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it was judged, and the place of what it may be rejected on in `choices`."""

    case_id: UUID
    version: int
    choice: int


class GroundsView(msgspec.Struct, frozen=True, kw_only=True):
    """The grounds of many cases. What is alike is said once; cases that the caller has not are left out."""

    choices: list[GroundsOfStage]
    cases: list[CaseGrounds]


async def list_grounds(request: Request) -> Reply | Problem:
    """The grounds of each of these cases. Nothing is decided by it: a rejection is judged anew."""
    context, caller = request.context, request.caller
    asked = tuple(dict.fromkeys(cast("GroundsBody", request.body).cases))
    found = await asyncio.gather(*(context.places.case(caller, str(case)) for case in asked))
    places = [place for place in found if place is not None]
    choices: dict[bytes, tuple[int, GroundsOfStage]] = {}
    cases: list[CaseGrounds] = []
    for start in range(0, len(places), CHUNK):
        for case_id, version, stage in await _judged(context, caller, places[start : start + CHUNK]):
            at, _ = choices.setdefault(msgspec.json.encode(stage), (len(choices), stage))
            cases.append(CaseGrounds(case_id=case_id, version=version, choice=at))
        await asyncio.sleep(0)  # others are answered between two lots
    return json_reply(GroundsView(choices=[stage for _, stage in choices.values()], cases=cases))


async def _judged(context: Context, caller: Caller, places: Places) -> list[tuple[UUID, int, GroundsOfStage]]:
    commands = [CaseCommand(shop_id=shop, actor=caller.in_shop(shop), case_id=case) for shop, case in places]
    async with transaction(context.pool, sorted({shop for shop, _ in places})) as connection:
        read = await read_files(context, connection, commands)
    judged: list[tuple[UUID, int, GroundsOfStage]] = []
    for one in read:
        found = rejecting(one.loaded.file, one.rules, one.loaded.now) if one is not None else None
        if one is not None and one.loaded.file.case is not None and found is not None:
            case = one.loaded.file.case
            judged.append((case.id, case.version, GroundsOfStage(stage=found[0], grounds=found[1])))
    return judged


OPERATIONS = (
    Operation(id="list_grounds", method="POST", path="/v1/cases:grounds", summary="On which grounds many cases may be rejected, and with which proof",
              handler=list_grounds, who=frozenset({"seller"}), permission="cases.read", body=GroundsBody, answer=GroundsView),
)  # fmt: skip
