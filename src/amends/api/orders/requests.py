"""What may be asked of an order and why not, a preview, and the request itself: the hot path."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec

from amends.actions.catalogue import act
from amends.actions.commands import AskedLine, GivenProof, OpenCase
from amends.actions.outcome import Blocked, Outcome, Previewed
from amends.api.door.answering import answered
from amends.api.door.bodies import OpenBody
from amends.api.door.calls import Request
from amends.api.door.files import Read, read_order
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.api.door.problems import CONFLICT, status_of
from amends.api.door.spoken import unspoken
from amends.api.orders.beside import beside
from amends.desk.answers import Answer
from amends.desk.views import CaseView, LineView, MoneyView
from amends.domain.lifecycle.machine import CASE_KINDS
from amends.domain.rulebook.verdict import Need, Verdict
from amends.domain.topics.costs import WayBack

NOT_FITTING = frozenset({"reason_does_not_fit_status"})


class ReasonView(msgspec.Struct, frozen=True, kw_only=True):
    """One reason: `verdict` is allowed, needs, declined or undecided; `codes` say why, `needs` what is still owed."""

    reason: str
    words: dict[str, str]
    verdict: str
    codes: tuple[str, ...]
    rules: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()


class KindView(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of request: open where some reason may be asked; `codes` where none may."""

    kind: str
    words: dict[str, str]
    open: bool
    codes: tuple[str, ...]
    reasons: list[ReasonView]


class ShownNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What the buyer of an order is to be shown (U-14): a word of `notices`, and the rule that says so."""

    notice: str
    words: dict[str, str]
    at: str


class RequestsView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that may be asked of an order now, and why the rest may not, with what its buyer is to be shown."""

    order_id: UUID
    notices: list[ShownNotice]
    requests: list[KindView]
    server_now: datetime


class PreviewView(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on a request that was not made, the money that it would move, and who would pay the way back.

    `most` is what could be asked for the same units, where `amount` is a part of it.
    """

    verdict: Verdict
    amount: MoneyView
    most: MoneyView
    lines: list[LineView]
    way_back: WayBack | None
    server_now: datetime


def _command(request: Request, shop_id: int, order_id: UUID, *, preview: bool) -> OpenCase:
    body = cast("OpenBody", request.body)
    return OpenCase(
        shop_id=shop_id,
        actor=request.caller.actor,
        key=request.key or None,
        order_id=order_id,
        kind=body.kind,
        reason=body.reason,
        lines=tuple([AskedLine(line_id=x.line_id, quantity=x.quantity, amount=x.amount) for x in body.lines]),
        amount=body.amount,
        note=body.note,
        proof=tuple([GivenProof(kind=p.kind, upload_id=p.upload_id, channel=p.channel, text=p.text) for p in body.proof]),
        destination=body.destination,
        told=body.told,
        preview=preview,
    )


async def _ask(request: Request, *, preview: bool) -> Answer | Problem:
    context = request.context
    refused = unspoken(request.body, context.vocabulary)
    if refused is not None:
        return refused
    place = await context.places.order(request.caller, request.params["order_id"])
    if place is None:
        return Problem(code="not_found")
    answer = await context.group.handle(_command(request, *place, preview=preview))
    if answer.case_id is not None:
        context.places.born(answer.case_id, place[1])
    return answer


async def open_case(request: Request) -> Reply | Problem:
    """Make a request; it is decided and durable when this answers."""
    answer = await _ask(request, preview=False)
    return answer if isinstance(answer, Problem) else answered(answer, "created")


async def preview_case(request: Request) -> Reply | Problem:
    """The same judged without being made: a refusal is an answer here, not an error."""
    answer = await _ask(request, preview=True)
    if isinstance(answer, Problem):
        return answer
    if answer.code is not None and status_of(answer.code) == CONFLICT:
        return Reply(body=answer.body)
    return answered(answer)


async def list_requests(request: Request) -> Reply | Problem:
    """Every kind with every reason that fits, judged now without proof."""
    read = await read_order(request.context, request.caller, request.params["order_id"])
    if read is None:
        return Problem(code="not_found")
    kinds = [_kind(request, read, kind) for kind in CASE_KINDS]
    view = RequestsView(order_id=read.loaded.file.order.id, notices=_notices(read), requests=kinds, server_now=read.loaded.now)
    return json_reply(view)


def _notices(read: Read) -> list[ShownNotice]:
    words = read.rules.vocabulary.words("notices")
    shown = [words[word] for word in beside(read).show if words[word].traits.get("at") != "case"]
    return [
        ShownNotice(notice=term.word, words={"zh": term.says.zh, "en": term.says.en}, at=str(term.traits.get("at")))
        for term in shown
    ]


def _kind(request: Request, read: Read, kind: str) -> KindView:
    vocabulary = read.rules.vocabulary
    judged = [(reason, _judge(request, read, kind, reason)) for reason in vocabulary.words("reasons")]
    seen = [_reason(reason, vocabulary.says("reasons", reason), outcome) for reason, outcome in judged]
    fitting = [view for view in seen if not NOT_FITTING.intersection(view.codes)]
    may = any(view.verdict != "declined" for view in fitting)
    codes = () if may else tuple(dict.fromkeys(code for view in fitting or seen for code in view.codes))
    if not may and len({view.codes for view in fitting}) <= 1:
        fitting = []  # one answer for every reason: the kind itself is closed
    says = vocabulary.says("kinds", kind)
    return KindView(kind=kind, words={"zh": says.zh, "en": says.en}, open=may, codes=codes, reasons=fitting)


def _judge(request: Request, read: Read, kind: str, reason: str) -> Outcome:
    file, now, desk = read.loaded.file, read.loaded.now, request.context.desk
    command = OpenCase(shop_id=file.order.shop_id, actor=request.caller.actor, order_id=file.order.id, kind=kind, reason=reason,
                       note="…", preview=True)  # fmt: skip
    return act(file, command, read.rules, now, lambda: desk.make_id(now))


def _reason(reason: str, says: Any, outcome: Outcome) -> ReasonView:
    verdict = outcome.verdict if isinstance(outcome, Previewed | Blocked) else None
    if isinstance(outcome, Blocked) and not isinstance(verdict, Verdict):
        return ReasonView(reason=reason, words={"zh": says.zh, "en": says.en}, verdict="declined",
                          codes=(outcome.code, *(code for code in outcome.reasons if code != outcome.code)))  # fmt: skip
    if not isinstance(verdict, Verdict):
        raise TypeError(f"a preview answered {type(outcome).__name__}")
    codes = tuple(dict.fromkeys(found.code for found in verdict.reasons)) if verdict.kind != "allowed" else ()
    return ReasonView(reason=reason, words={"zh": says.zh, "en": says.en}, verdict=verdict.kind, codes=codes,
                      rules=verdict.rules, needs=verdict.needs)  # fmt: skip


REFUSALS = (
    "not_found", "unknown_word", "final_sale", "window_closed", "kind_not_open_in_status", "reason_does_not_fit_status",
    "partial_cancellation_not_offered",
    "request_already_open", "already_refunded", "nothing_left_to_ask", "exceeds_refundable", "line_unknown",
    "no_deadline_promised",
    "ask_seller_or_support", "evidence_kind_not_admitted", "channel_not_accepted", "note_required", "upload_in_quarantine",
)  # fmt: skip
OPERATIONS = (
    Operation(id="list_requests", method="GET", path="/v1/orders/{order_id}/requests",
              summary="What may be asked of an order, and why not", handler=list_requests, who=PEOPLE, permission="orders.read",
              answer=RequestsView, problems=("not_found",)),
    Operation(id="preview_case", method="POST", path="/v1/orders/{order_id}/cases:preview",
              summary="Judge a request without making it", handler=preview_case, who=PEOPLE, permission="cases.open",
              body=OpenBody, answer=PreviewView, problems=("not_found", "unknown_word")),
    Operation(id="open_case", method="POST", path="/v1/orders/{order_id}/cases", summary="Make a request", handler=open_case,
              who=PEOPLE, permission="cases.open", body=OpenBody, answer=CaseView, done="created", keyed=True, sort="write",
              problems=REFUSALS, links=(("get_case", "case_id"), ("list_case_events", "case_id"), ("list_case_moves", "case_id"))),
)  # fmt: skip
