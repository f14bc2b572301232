"""The conversation of a case: say, read, look before sending, and keep what was said as proof (U-10 to U-12, V-07)."""

from datetime import datetime
from typing import Annotated, cast
from uuid import UUID, uuid5

import msgspec
from msgspec import Meta

from amends.actions.people_commands import PinMessage, SaidBefore, SendMessage
from amends.api.door.answering import answered
from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.api.door.speech import Checked, checked, limit, refused_words
from amends.api.talk.bodies import CheckBody, MessageBody, PinBody
from amends.desk.views import CaseView
from amends.domain.topics.speech import Hit
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """One message. Who of the seller or the platform wrote it is told to their own side alone."""

    id: UUID
    seq: int
    side: str
    author: str | None
    sort: str
    personal: bool
    text: str | None
    sha256: str
    at: datetime
    erased_at: datetime | None


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """Messages in order; `next_after` goes on where there may be more."""

    messages: list[MessageView]
    next_after: int | None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was taken, the case as it stands, and the words that a second look would leave out."""

    message_id: UUID
    warnings: tuple[Hit, ...]
    case: msgspec.Raw


class ConversationQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Messages after the given `seq`."""

    after: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


def message_id(request: Request, case_id: UUID, key: str) -> UUID:
    """The same message for the same key, so that a repeated call says nothing twice."""
    return uuid5(case_id, f"{request.caller.actor.id} {key}")


def too_long(request: Request, text: str) -> Problem | None:
    """Longer than a message may be."""
    most = limit(request.context, "message_characters")
    return Problem(code="text_too_long", errors=(FieldError("text", "text_too_long"),)) if len(text) > most else None


async def send_message(request: Request) -> Reply | Problem:
    """Say something."""
    context, caller, body = request.context, request.caller, cast("MessageBody", request.body)
    place = await context.places.case(caller, request.params["case_id"])
    if place is None:
        return Problem(code="not_found")
    text = body.text
    if body.quick_reply is not None and text is None and caller.kind != "buyer":
        async with transaction(context.pool, [place[0]]) as connection:
            row = await connection.fetchrow(queries("quick_reply"), place[0], body.quick_reply)
        if row is None:
            return Problem(code="quick_reply_unknown")
        text = str(row[body.language])
    if text is None or (body.text is not None and body.quick_reply is not None):
        return Problem(code="missing_field", errors=(FieldError("text", "missing_field"),))
    if (refused := too_long(request, text)) is not None:
        return refused
    sort = "said" if body.text is not None else "quick_reply"
    made = message_id(request, place[1], request.key)
    command = SendMessage(shop_id=place[0], case_id=place[1], actor=caller.in_shop(place[0]), key=request.key, message_id=made,
                          text=text, sort=sort, refused_words=refused_words(context, text))  # fmt: skip
    said = answered(await context.group.handle(command), "created")
    if isinstance(said, Problem):
        return said
    sent = Sent(message_id=made, warnings=checked(context, text).hits, case=msgspec.Raw(said.body))
    return json_reply(sent, done="created", headers=said.headers)


async def list_messages(request: Request) -> Reply | Problem:
    """What was said."""
    context, caller, query = request.context, request.caller, cast("ConversationQuery", request.query)
    place = await context.places.case(caller, request.params["case_id"])
    if place is None:
        return Problem(code="not_found")
    async with transaction(context.pool, [place[0]]) as connection:
        rows = await connection.fetch(queries("case_messages"), *place, query.after, query.limit)
        if not rows and not await connection.fetch(queries("places_of_case"), [place[1]]):
            return Problem(code="not_found")
    shown = [
        MessageView(id=r["id"], seq=r["seq"], side=r["side"], author=r["author"] if r["side"] == caller.kind else None,
                    sort=r["sort"], personal=r["personal"], text=r["text"], sha256=r["sha256"].hex(), at=r["at"],
                    erased_at=r["erased_at"])
        for r in rows
    ]  # fmt: skip
    return json_reply(Conversation(messages=shown, next_after=shown[-1].seq if len(rows) == query.limit else None))


async def check_words(request: Request) -> Reply | Problem:
    """Look at a text before it is sent."""
    return json_reply(checked(request.context, cast("CheckBody", request.body).text))


async def pin_message(request: Request) -> Reply | Problem:
    """Keep a message, with its neighbours, as sealed proof."""
    context, caller, body = request.context, request.caller, cast("PinBody", request.body)
    place, wanted = await context.places.case(caller, request.params["case_id"]), parse_id(request.params["message_id"])
    if place is None or not isinstance(wanted, UUID):
        return Problem(code="not_found")
    around = limit(context, "pinned_neighbours") if body.neighbours is None else body.neighbours
    async with transaction(context.pool, [place[0]]) as connection:
        rows = await connection.fetch(queries("message_with_neighbours"), *place, wanted, around)
    if not rows:
        return Problem(code="not_found")
    said = tuple(
        SaidBefore(id=r["id"], side=r["side"], text=r["text"], salt=r["salt"], sha256=r["sha256"], at=r["at"]) for r in rows
    )
    command = PinMessage(shop_id=place[0], case_id=place[1], actor=caller.in_shop(place[0]), key=request.key,
                         based_on=request.version, message_id=wanted, messages=said)  # fmt: skip
    return answered(await context.group.handle(command))


REFUSALS = ("not_found", "historical", "move_not_open", "sensitive_words", "idempotency_key_reused")
OPERATIONS = (
    Operation(id="send_message", method="POST", path="/v1/cases/{case_id}/messages", summary="Say something", handler=send_message,
              who=PEOPLE, permission="messages.write", body=MessageBody, answer=Sent, done="created", keyed=True, sort="write",
              problems=(*REFUSALS, "quick_reply_unknown", "text_too_long")),
    Operation(id="list_messages", method="GET", path="/v1/cases/{case_id}/messages", summary="What was said",
              handler=list_messages, who=PEOPLE, permission="cases.read", query=ConversationQuery, answer=Conversation,
              problems=("not_found",)),
    Operation(id="check_words", method="POST", path="/v1/messages:check", summary="Look at a text before it is sent",
              handler=check_words, who=PEOPLE, permission="messages.write", body=CheckBody, answer=Checked),
    Operation(id="pin_message", method="POST", path="/v1/cases/{case_id}/messages/{message_id}/pin",
              summary="Keep a message, with its neighbours, as sealed proof", handler=pin_message, who=PEOPLE,
              permission="messages.write", body=PinBody, answer=CaseView, keyed=True, versioned=True, sort="write",
              problems=("not_found", "historical", "move_not_open", "stale_version", "version_required", "message_erased")),
)  # fmt: skip
