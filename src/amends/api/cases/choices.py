"""What the moves of a case offer: the console draws its forms from it and decides nothing (U-05, U-06)."""

from amends.actions.choosing import CaseChoices, choices
from amends.api.door.calls import Request
from amends.api.door.files import read_case
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation


async def case_choices(request: Request) -> Reply | Problem:
    """The choices of a case for the caller."""
    read = await read_case(request.context, request.caller, request.params["case_id"])
    if read is None:
        return Problem(code="not_found")
    file = read.loaded.file
    found = choices(file, read.rules, request.caller.in_shop(file.order.shop_id), read.loaded.now)
    return Problem(code="not_found") if found is None else json_reply(found)


OPERATIONS = (
    Operation(id="case_choices", method="GET", path="/v1/cases/{case_id}/choices",
              summary="What each move offers: grounds with their proof, offers, parcels, and the rules behind them",
              handler=case_choices, who=TRADE, permission="cases.read", answer=CaseChoices, problems=("not_found",)),
)  # fmt: skip
