"""The decisions of one case, derived again from the releases it was pinned to and the facts that were recorded."""

from uuid import UUID

import msgspec

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.lab.deriving import Decision
from amends.lab.rederive import derive_cases
from amends.store.database import transaction


class RederivedView(msgspec.Struct, frozen=True, kw_only=True):
    """Each judged decision of a case and whether it follows again: `equal`, `different`, or `not_derivable` where facts were not recorded yet."""

    case_id: UUID
    result: str
    decisions: tuple[Decision, ...]


async def rederive_case(request: Request) -> Reply | Problem:
    """Derive the decisions of a case again."""
    place = await request.context.places.case(request.caller, request.params["case_id"])
    if place is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [place[0]]) as connection:
        found = derive_cases(connection, case_id=place[1], rulebooks=request.context.desk.rulebooks)
        derived = [each async for each in found]
    if not derived:
        return Problem(code="not_found")
    return json_reply(RederivedView(case_id=place[1], result=derived[0].result, decisions=derived[0].decisions))


OPERATIONS = (
    Operation(id="rederive_case", method="GET", path="/v1/cases/{case_id}/rederive", summary="Every decision of a case, derived again",
              handler=rederive_case, who=frozenset({"platform"}), permission="cases.read", answer=RederivedView,
              problems=("not_found",)),
)  # fmt: skip
