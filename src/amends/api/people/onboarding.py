"""What a shop still lacks before it may handle after-sales, with a reason and a next step for each point (P-03, F-06)."""

from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta

from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import shop_in_path
from amends.api.people.bodies import OnboardingBody
from amends.domain.topics.onboarding import MAINLAND, Point, Shown, checklist, why_not_shown
from amends.store.database import queries, transaction


class OnboardingQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The client that asks and its version, where an entry is not shown."""

    client: Literal["app", "console"] | None = None
    version: Annotated[str, Meta(max_length=40)] | None = None


class Onboarding(msgspec.Struct, frozen=True, kw_only=True):
    """The checklist, and whether the entry to after-sales is shown to this caller with this client; if not, everything that hides it."""

    shop_id: int
    ready: bool
    points: tuple[Point, ...]
    entry_shown: bool
    entry_hidden_by: tuple[Shown, ...]


async def get_onboarding(request: Request) -> Reply | Problem:
    """The checklist of a shop."""
    shop_id = await shop_in_path(request)
    if shop_id is None:
        return Problem(code="not_found")
    return json_reply(await _laid_out(request, shop_id, cast("OnboardingQuery", request.query)))


async def _laid_out(request: Request, shop_id: int, query: OnboardingQuery) -> Onboarding:
    context, caller = request.context, request.caller
    async with transaction(context.pool, [shop_id]) as connection:
        rows = await connection.fetch(queries("onboarding_of"), shop_id)
        counted = await connection.fetchrow(queries("onboarding_computed"), shop_id)
    most = int(context.vocabulary.words("limits")["quick_replies"].traits["is"])
    found = {row["word"]: row["met"] for row in rows}
    found |= {"quick_replies": counted["replies"] >= most, "main_account_bound": counted["main_accounts"] > 0}
    points = checklist(context.vocabulary, found)
    lacks = None if caller.kind == "platform" or caller.in_shop(shop_id).may("cases.handle") else "cases.handle"
    hidden = why_not_shown(context.vocabulary, points, client=query.client, version=query.version, lacks=lacks)
    return Onboarding(shop_id=shop_id, ready=all(p.state != "open" for p in points), points=points, entry_shown=not hidden,
                      entry_hidden_by=hidden)  # fmt: skip


async def put_onboarding(request: Request) -> Reply | Problem:
    """Say what was found about a shop."""
    shop_id, body, context = await shop_in_path(request), cast("OnboardingBody", request.body), request.context
    if shop_id is None:
        return Problem(code="not_found")
    known = {word for word, term in context.vocabulary.words("onboarding_checks").items() if not term.traits.get("computed")}
    wrong = tuple(FieldError(f"found.{word}", "unknown_word") for word in body.found if word not in known | {MAINLAND})
    if wrong:
        return Problem(code="unknown_word", errors=wrong)
    async with transaction(context.pool, [shop_id]) as connection:
        await connection.execute(
            queries("put_onboarding"), shop_id, list(body.found), list(body.found.values()), request.caller.actor.id
        )
    return json_reply(await _laid_out(request, shop_id, OnboardingQuery()))


OPERATIONS = (
    Operation(id="get_onboarding", method="GET", path="/v1/shops/{shop_id}/onboarding",
              summary="What a shop still lacks, and why an entry is not shown", handler=get_onboarding, who=TRADE,
              permission="cases.read", query=OnboardingQuery, answer=Onboarding, problems=("not_found",)),
    Operation(id="put_onboarding", method="PUT", path="/v1/shops/{shop_id}/onboarding", summary="Say what was found about a shop",
              handler=put_onboarding, who=frozenset({"platform"}), permission="shops.verify", body=OnboardingBody,
              answer=Onboarding, sort="write", problems=("not_found", "unknown_word")),
)  # fmt: skip
