"""One click per role, in the demo and only there: while `amends run` fills and shows one, on this very machine."""

import json
from typing import Any, Final, cast

from amends.api.buyers.links import page_for
from amends.api.door.calls import Request
from amends.api.door.cookies import LOOPBACK, from_elsewhere, is_local
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.login.bodies import DemoBody, DemoPeople, DemoPerson, LoggedIn
from amends.api.login.sessions import begun
from amends.store.accounts import account_of
from amends.store.database import queries
from amends.store.members import held_by

KEPT: Final = "demo-tokens.json"


def shown_here(request: Request) -> bool:
    """Whether this process shows a demo, to a browser on its own machine that calls it by its own name."""
    settings = request.context.settings
    return settings.demo and settings.host in {*LOOPBACK, "::1"} and is_local(request.scope) and not from_elsewhere(request.scope)


async def demo_people(request: Request) -> Reply | Problem:
    """Who can be logged in with one click."""
    if not shown_here(request):
        return Problem(code="only_in_demo")
    context = request.context
    kept = _kept(request)
    known = {one["person"]: one for one in kept.get("people", ()) if "person" in one}
    people = []
    for row in await context.pool.fetch(queries("people_of_demo")):
        held = await held_by(context.pool, row["person"])
        shops = [one.shop_id for one in held if one.shop_id is not None]
        named = await context.pool.fetch(queries("shops_known"), shops)
        role = held[0].role if held else None
        people.append(DemoPerson(person=row["person"], name=row["name"], kind=row["kind"], role=role, link=None,
                                 who=known.get(row["person"], {}).get("says", _role_words(request, role)),
                                 shops=[shop["name"] for shop in named]))  # fmt: skip
    return json_reply(DemoPeople(people=[*people, *_buyers(kept)]))


def _role_words(request: Request, role: str | None) -> dict[str, str]:
    if role is None:
        return {"zh": "", "en": ""}
    says = request.context.vocabulary.says("roles", role)
    return {"zh": says.zh, "en": says.en}


def _kept(request: Request) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads((request.context.settings.home / KEPT).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept


def _buyers(kept: dict[str, Any]) -> list[DemoPerson]:
    """Buyers have no account: a link with their token in its fragment, which no server sees, is all they need."""
    return [
        DemoPerson(person=one["person"], name=one.get("called", one["name"]), kind="buyer", role=None, who=one["says"], shops=[],
                   link=page_for(one["token"], None))
        for one in kept.get("people", ())
        if one.get("kind") == "buyer" and "person" in one
    ]  # fmt: skip


async def demo_log_in(request: Request) -> Reply | Problem:
    """Log in as one of them, without a password."""
    if not shown_here(request):
        return Problem(code="only_in_demo")
    account = await account_of(request.context.pool, person=cast("DemoBody", request.body).person)
    if account is None or not account.demo:
        return Problem(code="not_found")
    return await begun(request, account.person)


OPERATIONS = (
    Operation(id="demo_people", method="GET", path="/v1/demo/people", summary="Who can be logged in with one click, in a demo",
              handler=demo_people, who=frozenset(), answer=DemoPeople, problems=("only_in_demo",)),
    Operation(id="demo_log_in", method="POST", path="/v1/demo/sessions", summary="Log in with one click, in a demo",
              handler=demo_log_in, who=frozenset(), body=DemoBody, answer=LoggedIn, done="created", sort="write",
              problems=("only_in_demo", "not_found")),
)  # fmt: skip
