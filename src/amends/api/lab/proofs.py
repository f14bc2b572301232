"""What is proved of a draft while it is typed: everything wrong in it, and exactly which situations it answers otherwise."""

from typing import Any, cast

import msgspec

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.lab.bodies import TryBody
from amends.api.lab.rules import PLATFORM, tried_in_studio, typed
from amends.lab.proved import ProvedView


class DraftProofView(msgspec.Struct, frozen=True, kw_only=True):
    """What is proved of a draft; without a proof where its files have errors."""

    market: str
    errors: list[dict[str, Any]]
    proof: ProvedView | None


async def prove_draft(request: Request) -> Reply | Problem:
    """Prove what is being typed. What the same person types next stops this."""
    job = await typed(request, cast("TryBody", request.body))
    if isinstance(job, Problem):
        return job
    tried = await tried_in_studio(request, job | {"prove": True}, desk=":proofs")
    if isinstance(tried, Problem):
        return tried
    return json_reply(msgspec.convert({name: tried.get(name) for name in DraftProofView.__struct_fields__}, DraftProofView))


OPERATIONS = (
    Operation(id="prove_draft", method="POST", path="/v1/lab/proofs", summary="Prove what is being typed, over every situation",
              handler=prove_draft, who=PLATFORM, permission="policies.read", body=TryBody, answer=DraftProofView, bulk=True,
              problems=("market_unknown", "not_found", "value_not_allowed", "superseded", "lab_away")),
)  # fmt: skip
