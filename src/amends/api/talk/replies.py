"""Quick replies and macros of a shop (U-11). A macro is a reply and a move in one go; each of the two is answered on its own."""

from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import msgspec

from amends.actions.commands import CaseCommand
from amends.actions.people_commands import SendMessage
from amends.api.cases.moves import MOVES, RowAnswer, missing_permission, move_command, refused_row, row_answer
from amends.api.door.callers import Caller
from amends.api.door.calls import Request
from amends.api.door.gate import misfit
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import shop_in_path
from amends.api.door.speech import limit, refused_words
from amends.api.door.spoken import unspoken
from amends.api.talk.bodies import MacroBody, QuickRepliesBody, RunMacroBody
from amends.api.talk.talk import message_id, too_long
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction

SELLER = frozenset({"seller"})


class QuickReplyView(msgspec.Struct, frozen=True, kw_only=True):
    """A reply; `slot` is its number in the library."""

    slot: int
    zh: str
    en: str
    changed_by: str
    changed_at: datetime


class QuickReplies(msgspec.Struct, frozen=True, kw_only=True):
    """The library of a shop, how many there may be, and what others use where nothing is set yet."""

    replies: list[QuickReplyView]
    most: int
    presets: list[dict[str, str]]


class MacroView(msgspec.Struct, frozen=True, kw_only=True):
    """A reply and a move."""

    id: UUID
    name: str
    zh: str
    en: str
    move: str
    body: dict[str, Any]


class Macros(msgspec.Struct, frozen=True, kw_only=True):
    """The macros of a shop."""

    macros: list[MacroView]


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the reply and of the move."""

    reply: RowAnswer
    move: RowAnswer


async def list_quick_replies(request: Request) -> Reply | Problem:
    """The reply library of a shop."""
    shop_id = await shop_in_path(request)
    if shop_id is None:
        return Problem(code="not_found")
    return json_reply(await _library(request, shop_id))


async def _library(request: Request, shop_id: int) -> QuickReplies:
    context = request.context
    async with transaction(context.pool, [shop_id]) as connection:
        rows = await connection.fetch(queries("quick_replies"), shop_id)
    presets = [{"zh": term.says.zh, "en": term.says.en} for term in context.vocabulary.words("quick_replies").values()]
    return QuickReplies(
        replies=[QuickReplyView(**dict(row)) for row in rows], most=limit(context, "quick_replies"), presets=presets
    )


async def put_quick_replies(request: Request) -> Reply | Problem:
    """Set the whole library."""
    shop_id, body, context = await shop_in_path(request), cast("QuickRepliesBody", request.body), request.context
    if shop_id is None:
        return Problem(code="not_found")
    if len(body.replies) > limit(context, "quick_replies"):
        return Problem(code="too_many", detail={"most": limit(context, "quick_replies")})
    for n, one in enumerate(body.replies):
        refused = _unfit(request, one.zh, f"replies[{n}].zh") or _unfit(request, one.en, f"replies[{n}].en")
        if refused is not None:
            return refused
    async with transaction(context.pool, [shop_id]) as connection:
        await connection.execute(queries("lock_shop_texts"), shop_id)
        await connection.execute(queries("drop_quick_replies"), shop_id)
        await connection.execute(queries("insert_quick_replies"), shop_id, [one.zh for one in body.replies],
                                 [one.en for one in body.replies], request.caller.actor.id)  # fmt: skip
    return json_reply(await _library(request, shop_id))


def _unfit(request: Request, text: str, path: str) -> Problem | None:
    words = refused_words(request.context, text)
    if words:
        hits = [msgspec.structs.asdict(word) for word in words]
        return Problem(code="sensitive_words", errors=(FieldError(path, "sensitive_words"),), detail={"hits": hits})
    return too_long(request, text)


async def list_macros(request: Request) -> Reply | Problem:
    """The macros of a shop."""
    shop_id = await shop_in_path(request)
    if shop_id is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        rows = await connection.fetch(queries("macros"), shop_id)
    return json_reply(Macros(macros=[_macro(row) for row in rows]))


def _macro(row: Any) -> MacroView:
    return MacroView(**{name: row[name] for name in MacroView.__struct_fields__})


def _strange(request: Request, body: MacroBody) -> Problem | None:
    """What keeps a macro from being one: its words, its move, or what the move takes."""
    if body.move not in MOVES:
        return Problem(code="unknown_word", errors=(FieldError("move", "unknown_word"),))
    try:
        inner = msgspec.convert(body.body, MOVES[body.move][1])
    except msgspec.ValidationError as problem:
        return misfit(str(problem))
    return unspoken(inner, request.context.vocabulary) or _unfit(request, body.zh, "zh") or _unfit(request, body.en, "en")


async def put_macro(request: Request) -> Reply | Problem:
    """Make a macro, or change one where the path names it."""
    shop_id, body, context = await shop_in_path(request), cast("MacroBody", request.body), request.context
    if shop_id is None:
        return Problem(code="not_found")
    refused = _strange(request, body)
    if refused is not None:
        return refused
    named = request.params.get("macro_id")
    made = parse_id(named) if named else context.desk.make_id(datetime.now(UTC))
    if not isinstance(made, UUID):
        return Problem(code="not_found")
    fields = (shop_id, made, body.name, body.zh, body.en, body.move, body.body, request.caller.actor.id)
    async with transaction(context.pool, [shop_id]) as connection:
        await connection.execute(queries("lock_shop_texts"), shop_id)
        if named:
            if not await connection.fetch(queries("change_macro"), *fields):
                return Problem(code="not_found")
        elif len(await connection.fetch(queries("macros"), shop_id)) >= limit(context, "macros"):
            return Problem(code="too_many", detail={"most": limit(context, "macros")})
        else:
            await connection.execute(queries("insert_macro"), *fields)
        row = await connection.fetchrow(queries("macro_by_id"), shop_id, made)
    return json_reply(_macro(row), done="ok" if named else "created")


async def remove_macro(request: Request) -> Reply | Problem:
    """Take a macro away."""
    shop_id, made = await shop_in_path(request), parse_id(request.params["macro_id"])
    if shop_id is None or not isinstance(made, UUID):
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        if not await connection.fetch(queries("remove_macro"), shop_id, made, request.caller.actor.id):
            return Problem(code="not_found")
    return Reply(done="removed")


async def run_macro(request: Request) -> Reply | Problem:
    """Reply and act in one go. The move stands where the reply is refused, and the reply where the move is."""
    context, caller = request.context, request.caller
    place, wanted = await context.places.case(caller, request.params["case_id"]), parse_id(request.params["macro_id"])
    if place is None or not isinstance(wanted, UUID):
        return Problem(code="not_found")
    async with transaction(context.pool, [place[0]]) as connection:
        macro = await connection.fetchrow(queries("macro_by_id"), place[0], wanted)
        seen = await connection.fetchval(queries("looks_at_case"), *place, caller.actor.id)
        there = bool(await connection.fetch(queries("places_of_case"), [place[1]]))
    if not there:
        return Problem(code="not_found")
    if macro is None:
        return Problem(code="macro_unknown")
    asked, refused = _commands(request, caller, place, macro, seen=seen)
    told = dict(zip(asked, await context.desk.handle(list(asked.values())), strict=True))
    answers = {name: row_answer(request, name, told[name]) if name in told else refused[name] for name in ("reply", "move")}
    return json_reply(Ran(reply=answers["reply"], move=answers["move"]))


def _commands(
    request: Request, caller: Caller, place: tuple[int, UUID], macro: Any, *, seen: bool
) -> tuple[dict[str, CaseCommand], dict[str, RowAnswer]]:
    """Both commands, the reply first; and what is refused before the desk is asked."""
    text = str(macro[cast("RunMacroBody", request.body).language])
    key = f"{request.key}:reply"
    asked: dict[str, CaseCommand] = {
        "reply": SendMessage(shop_id=place[0], case_id=place[1], actor=caller.in_shop(place[0]), key=key,
                             message_id=message_id(request, place[1], key), text=text, sort="macro", seen=seen,
                             refused_words=refused_words(request.context, text))
    }  # fmt: skip
    lacking = missing_permission(caller, macro["move"])
    if lacking is not None:
        return asked, {"move": refused_row(request, "move", lacking)}
    inner = msgspec.convert(macro["body"], MOVES[macro["move"]][1])
    asked["move"] = move_command(caller, place, macro["move"], inner, f"{request.key}:move", request.version)
    return asked, {}


MANAGED = ("not_found", "unknown_word", "sensitive_words", "too_many", "text_too_long")
OPERATIONS = (
    Operation(id="list_quick_replies", method="GET", path="/v1/shops/{shop_id}/quick-replies", summary="The reply library of a shop",
              handler=list_quick_replies, who=TRADE, permission="cases.read", answer=QuickReplies, problems=("not_found",)),
    Operation(id="put_quick_replies", method="PUT", path="/v1/shops/{shop_id}/quick-replies", summary="Set the reply library of a shop",
              handler=put_quick_replies, who=SELLER, permission="replies.manage", body=QuickRepliesBody, answer=QuickReplies,
              sort="write", problems=MANAGED),
    Operation(id="list_macros", method="GET", path="/v1/shops/{shop_id}/macros", summary="The macros of a shop", handler=list_macros,
              who=TRADE, permission="cases.read", answer=Macros, problems=("not_found",)),
    Operation(id="put_macro", method="POST", path="/v1/shops/{shop_id}/macros", summary="Make a macro", handler=put_macro,
              who=SELLER, permission="replies.manage", body=MacroBody, answer=MacroView, done="created", sort="write",
              problems=MANAGED),
    Operation(id="change_macro", method="PUT", path="/v1/shops/{shop_id}/macros/{macro_id}", summary="Change a macro",
              handler=put_macro, who=SELLER, permission="replies.manage", body=MacroBody, answer=MacroView, sort="write",
              problems=MANAGED),
    Operation(id="remove_macro", method="DELETE", path="/v1/shops/{shop_id}/macros/{macro_id}", summary="Take a macro away",
              handler=remove_macro, who=SELLER, permission="replies.manage", done="removed", sort="write", problems=("not_found",)),
    Operation(id="run_macro", method="POST", path="/v1/cases/{case_id}/macros/{macro_id}", summary="Reply and act in one go",
              handler=run_macro, who=SELLER, permission="messages.write", body=RunMacroBody, answer=Ran, keyed=True, versioned=True,
              sort="write", problems=("not_found", "macro_unknown", "version_required")),
)  # fmt: skip
