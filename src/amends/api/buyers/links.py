"""Links by which a host marketplace lets its buyer in: to one order, or to all of theirs; for an hour, or for some days."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Name, Strict
from amends.api.door.calls import Request
from amends.api.door.files import read_order
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.store.tokens import create_token

LONGEST: Final = timedelta(days=7)
PAGE: Final = "/buyer"


class BuyerLinkBody(Strict, frozen=True, kw_only=True):
    """An order, whose buyer is let in to it alone; or a buyer by the host's reference, who is let in to all of theirs."""

    order_id: UUID | None = None
    buyer: Name | None = None
    minutes: Annotated[int, Meta(ge=5, le=int(LONGEST.total_seconds()) // 60)] = 60


class BuyerLinkView(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is the page behind this interface's address; the token stands in its fragment, which browsers send to nobody.

    `token` alone is for the embedded element; `id` revokes it.
    """

    id: str
    url: str
    token: str
    expires_at: datetime


async def put_buyer_link(request: Request) -> Reply | Problem:
    """Make a link for a buyer."""
    body, context = cast("BuyerLinkBody", request.body), request.context
    if (body.order_id is None) == (body.buyer is None):
        return Problem(code="missing_field", errors=(FieldError("order_id", "missing_field"),))
    buyer = body.buyer or ""
    if body.order_id is not None:
        read = await read_order(context, request.caller, str(body.order_id))
        if read is None:
            return Problem(code="not_found")
        buyer = read.loaded.file.order.buyer
    expires = datetime.now(UTC) + timedelta(minutes=body.minutes)
    made = await create_token(
        context.pool,
        kind="buyer",
        subject=buyer,
        label="link",
        permissions=(),
        expires_at=expires,
        live=not context.settings.sandbox,
        order_id=body.order_id,
    )
    view = BuyerLinkView(id=made.id, url=page_for(made.text, body.order_id), token=made.text, expires_at=expires)
    return json_reply(view, done="created")


def page_for(token: str, order_id: UUID | str | None) -> str:
    """The buyer's page, at one order or at the list of theirs."""
    return f"{PAGE}#order={order_id}&token={token}" if order_id else f"{PAGE}#token={token}"


OPERATIONS = (
    Operation(id="put_buyer_link", method="POST", path="/v1/buyer-links", summary="A link that lets a buyer in, without a password",
              handler=put_buyer_link, who=frozenset({"platform"}), permission="tokens.manage", body=BuyerLinkBody, answer=BuyerLinkView,
              done="created", sort="write", problems=("not_found", "missing_field"), links=(("remove_token", "token_id"),)),
)  # fmt: skip
