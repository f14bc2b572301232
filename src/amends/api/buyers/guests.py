"""Statutory withdrawal for those who have no account: a signed link to one order (E-19)."""

from datetime import UTC, datetime
from typing import Annotated, Final, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.actions.catalogue import act
from amends.actions.commands import AskedLine, OpenCase, ShipReturn
from amends.actions.outcome import Blocked, Outcome, Previewed
from amends.api.buyers.receipts import ReceiptView, receipt_of
from amends.api.door.answering import answered
from amends.api.door.bodies import Lines, ShipBody, Short, Strict
from amends.api.door.callers import Caller
from amends.api.door.calls import Request
from amends.api.door.files import Read, read_order
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.door.spoken import unspoken
from amends.desk.views import CaseView, MoneyView
from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import Actor
from amends.gateways.signatures import LONGEST_GUEST_LINK, GuestGrant, read_guest_link, sign_guest_link

WITHDRAWAL: Final = "withdrawal"
_NOT_SHIPPED: Final = frozenset({"unpaid", "on_hold", "awaiting_shipment", "cancelled"})
_LINK: Final = "/v1/guests/{guest_token}"


class LinkBody(Strict, frozen=True, kw_only=True):
    """How many days the link lives."""

    days: Annotated[int, Meta(ge=1, le=LONGEST_GUEST_LINK.days)] = 30


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """A link for the buyer of one order. Whoever holds it may withdraw from that order, and nothing else. `page` is for people."""

    url: str
    page: str
    expires_at: datetime


class GuestView(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder of a link may do: `open` says whether the order can be withdrawn from now, `codes` why not."""

    order_id: UUID
    order_reference: str
    kind: str
    open: bool
    codes: tuple[str, ...]
    amount: MoneyView | None
    receipt: ReceiptView | None
    server_now: datetime


class GuestWithdrawalBody(Strict, frozen=True, kw_only=True):
    """What is withdrawn from; without lines the whole order. `destination` is where collected cash is paid out to."""

    lines: Lines = ()
    destination: Short | None = None


async def put_guest_link(request: Request) -> Reply | Problem:
    """A link that the platform sends to a buyer without an account."""
    context = request.context
    read = await read_order(context, request.caller, request.params["order_id"])
    if read is None:
        return Problem(code="not_found")
    order, body = read.loaded.file.order, cast("LinkBody", request.body)
    expires = int(datetime.now(UTC).timestamp()) + body.days * 86_400
    token = sign_guest_link(context.signing_key, GuestGrant(order=str(order.id), buyer=order.buyer, expires_at=expires))
    view = LinkView(
        url=_LINK.replace("{guest_token}", token), page=f"/buyer#guest={token}", expires_at=datetime.fromtimestamp(expires, UTC)
    )
    return json_reply(view, done="created")


def _guest(request: Request, sort: str) -> GuestGrant | Problem:
    """Whom the link speaks for; from here on the call is that buyer's."""
    grant = read_guest_link(request.context.signing_key, request.params["guest_token"], now=datetime.now(UTC))
    if grant is None:
        return Problem(code="link_expired")
    name = f"guest:{grant.order}"
    wait = request.context.limits.wait_for(name, sort, tenant=("buyer", grant.buyer))
    if wait:
        return Problem(code="rate_limited", headers=((b"retry-after", str(wait).encode()),))
    actor = Actor(kind="buyer", id=name, buyer=grant.buyer)
    request.caller = Caller(token_id=name, kind="buyer", subject=grant.buyer, shops=frozenset(), actor=actor)
    return grant


async def _order(request: Request, sort: str) -> Read | Problem:
    grant = _guest(request, sort)
    if isinstance(grant, Problem):
        return grant
    return await read_order(request.context, request.caller, grant.order) or Problem(code="not_found")


def _newest(file: CaseFile) -> Case | None:
    mine = [case for case in file.cases if case.reason_group == WITHDRAWAL and case.parent_id is None]
    return max(mine, key=lambda case: case.opened_at, default=None)


def _kind(file: CaseFile) -> str:
    return "cancel" if file.order.status in _NOT_SHIPPED else "return_refund"


def _command(request: Request, file: CaseFile, body: GuestWithdrawalBody, *, preview: bool) -> OpenCase:
    return OpenCase(
        shop_id=file.order.shop_id,
        actor=request.caller.actor,
        key=request.key or None,
        order_id=file.order.id,
        kind=_kind(file),
        reason=WITHDRAWAL,
        lines=tuple([AskedLine(line_id=x.line_id, quantity=x.quantity, amount=x.amount) for x in body.lines]),
        destination=body.destination,
        preview=preview,
    )


async def guest_order(request: Request) -> Reply | Problem:
    """What the link leads to: whether the order can be withdrawn from, and the receipt once it was."""
    read = await _order(request, "read")
    if isinstance(read, Problem):
        return read
    file, now, desk = read.loaded.file, read.loaded.now, request.context.desk
    outcome = act(file, _command(request, file, GuestWithdrawalBody(), preview=True), read.rules, now, lambda: desk.make_id(now))
    codes = _closed(outcome)
    amount = MoneyView(outcome.amount, outcome.currency) if isinstance(outcome, Previewed) else None
    made = _newest(file)
    view = GuestView(
        order_id=file.order.id,
        order_reference=file.order.reference,
        kind=_kind(file),
        open=not codes,
        codes=codes,
        amount=amount,
        receipt=await receipt_of(request, str(made.id)) if made else None,
        server_now=now,
    )
    return json_reply(view)


def _closed(outcome: Outcome) -> tuple[str, ...]:
    """Why the order cannot be withdrawn from; empty where it can."""
    if isinstance(outcome, Previewed):
        declined = outcome.verdict.kind == "declined"
        return tuple(dict.fromkeys(reason.code for reason in outcome.verdict.reasons)) if declined else ()
    return tuple(dict.fromkeys((outcome.code, *outcome.reasons))) if isinstance(outcome, Blocked) else ()


async def withdraw_as_guest(request: Request) -> Reply | Problem:
    """Declare the withdrawal; it is granted and durable when this answers."""
    body = cast("GuestWithdrawalBody", request.body)
    read = await _order(request, "write")
    if isinstance(read, Problem):
        return read
    return answered(await request.context.group.handle(_command(request, read.loaded.file, body, preview=False)), "created")


async def ship_as_guest(request: Request) -> Reply | Problem:
    """Say by whom and under which number the goods go back: the proof of their sending."""
    body = cast("ShipBody", request.body)
    read = await _order(request, "write")
    refused = read if isinstance(read, Problem) else unspoken(body, request.context.vocabulary)
    if isinstance(read, Problem) or refused is not None:
        return refused or Problem(code="not_found")
    case = _newest(read.loaded.file)
    if case is None:
        return Problem(code="case_unknown")
    command = ShipReturn(
        shop_id=read.loaded.file.order.shop_id,
        actor=request.caller.actor,
        key=request.key,
        case_id=case.id,
        carrier=body.carrier,
        tracking_number=body.tracking_number,
    )
    return answered(await request.context.group.handle(command))


OPERATIONS = (
    Operation(id="put_guest_link", method="POST", path="/v1/orders/{order_id}/guest-links",
              summary="A link by which a buyer without an account may withdraw", handler=put_guest_link,
              who=frozenset({"platform"}), permission="cases.open", body=LinkBody, answer=LinkView, done="created", sort="write",
              problems=("not_found",)),
    Operation(id="guest_order", method="GET", path=_LINK, summary="What a guest may withdraw from, and the receipt",
              handler=guest_order, who=frozenset(), answer=GuestView, problems=("link_expired", "not_found", "rate_limited")),
    Operation(id="withdraw_as_guest", method="POST", path=_LINK + "/withdrawal", summary="Withdraw from the order",
              handler=withdraw_as_guest, who=frozenset(), keyed=True, body=GuestWithdrawalBody, answer=CaseView, done="created", sort="write",
              problems=("link_expired", "not_found", "rate_limited", "withdrawal_not_offered", "withdrawal_not_for_this_sale",
                        "window_closed", "exempt_category", "nothing_left_to_ask", "units_already_claimed", "line_unknown",
                        "exceeds_refundable", "destination_required")),
    Operation(id="ship_as_guest", method="POST", path=_LINK + "/return", summary="Send the goods back", handler=ship_as_guest,
              who=frozenset(), keyed=True, body=ShipBody, answer=CaseView, sort="write",
              problems=("link_expired", "not_found", "rate_limited", "case_unknown", "move_not_open", "deadline_passed", "carrier_unknown",
                        "tracking_number_invalid", "tracking_number_taken", "unknown_word")),
)  # fmt: skip
