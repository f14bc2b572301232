"""What is proved of a draft while it is typed: everything wrong in it, and exactly which situations it answers otherwise."""

from typing import Any, Literal, cast

import msgspec

from amends.api.calls import Request
from amends.api.draft_bodies import TryBody
from amends.api.draft_rules import PLATFORM, edited_texts, tried_in_studio
from amends.api.messages import Problem, Reply, json_reply
from amends.api.operations import Operation
from amends.store.database import queries

Words = dict[str, str]
Kind = Literal["contradiction", "never_applies", "shadowed", "override_never_bites", "hole", "worse_term", "law_broken"]


class ProvenSituation(msgspec.Struct, frozen=True, kw_only=True):
    """A situation that shows something: in words, and the facts worth naming; all others are as usual."""

    words: Words
    facts: dict[str, Any]


class ProofFindingView(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a rule, where it stands and in which markets; `accepted` is the reason why it stays.

    A `promise` of the house that is broken does not keep a draft from being handed in.
    """

    kind: Kind
    topic: str
    rule: str
    other: str
    file: str
    line: int
    markets: tuple[str, ...]
    words: Words
    situation: ProvenSituation | None
    accepted: str | None
    promise: bool


class ChangedGroupView(msgspec.Struct, frozen=True, kw_only=True):
    """Situations that change alike: whenever these facts are so, whatever the others are; and one of them."""

    words: Words
    situation: ProvenSituation


class ProvenChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an answer: the verdict (of eligibility alone), the rules and their words, before and after."""

    topic: str
    before: str
    before_rules: tuple[str, ...]
    before_words: Words
    after: str
    after_rules: tuple[str, ...]
    after_words: Words
    groups: list[ChangedGroupView]


class ProvedView(msgspec.Struct, frozen=True, kw_only=True):
    """The proof; `complete` is false where more situations change than are told."""

    findings: list[ProofFindingView]
    accepted: list[ProofFindingView]
    changes: list[ProvenChangeView]
    complete: bool
    rules: int
    laws: int
    markets: int


class DraftProofView(msgspec.Struct, frozen=True, kw_only=True):
    """What is proved of a draft; without a proof where its files have errors."""

    market: str
    errors: list[dict[str, Any]]
    proof: ProvedView | None


async def prove_draft(request: Request) -> Reply | Problem:
    """Prove what is being typed. What the same person types next stops this."""
    body, context = cast("TryBody", request.body), request.context
    async with context.pool.acquire() as connection:
        await context.desk.rulebooks.refresh(connection)
        row = await connection.fetchrow(queries("draft_by_id"), body.draft_id) if body.draft_id else None
    if body.market not in (request.caller.markets or context.desk.rulebooks.releases):
        return Problem(code="market_unknown")
    if body.draft_id and row is None:
        return Problem(code="not_found")
    texts = edited_texts(request, row["edits"] if row is not None else {}, body.edits)
    if isinstance(texts, Problem):
        return texts
    tried = await tried_in_studio(request, {"market": body.market, "files": texts, "prove": True}, desk=":proofs")
    if isinstance(tried, Problem):
        return tried
    return json_reply(msgspec.convert({name: tried.get(name) for name in DraftProofView.__struct_fields__}, DraftProofView))


OPERATIONS = (
    Operation(id="prove_draft", method="POST", path="/v1/lab/proofs", summary="Prove what is being typed, over every situation",
              handler=prove_draft, who=PLATFORM, permission="policies.draft", body=TryBody, answer=DraftProofView, bulk=True,
              problems=("market_unknown", "not_found", "value_not_allowed", "superseded", "lab_away")),
)  # fmt: skip
