"""Orders and shops: taken in bulk, listed, read, and shipped."""

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.actions.commands import ShipOrder
from amends.api.door.answering import answered
from amends.api.door.as_of import on_from, reading_since
from amends.api.door.bodies import Limit, Moment, ShipBody
from amends.api.door.calls import Request
from amends.api.door.files import read_order, shops_of
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, TRADE, Operation
from amends.api.door.spoken import unspoken
from amends.api.orders.beside import beside
from amends.api.orders.told_bodies import OrdersBody, ShopsBody
from amends.desk.orders import take_orders, take_shops
from amends.domain.facts.told import Taken, ToldOrder, ToldShop
from amends.domain.rulebook.verdict import Reason
from amends.store.database import queries, transaction
from amends.store.reading import page_of_orders, read_id


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list; `paid` in minor units."""

    id: UUID
    shop_id: int
    reference: str
    purchase: str
    market: str
    buyer: str
    currency: str
    status: str
    sale_format: str
    placed_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    version: int
    updated_at: datetime
    paid: int


class OrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of orders; `next_cursor` is null on the last one. `as_of` is the `updated_since` to ask with next: nothing is skipped."""

    orders: list[OrderRow]
    next_cursor: str | None
    as_of: datetime


class OrderLineView(msgspec.Struct, frozen=True, kw_only=True):
    """A line; `claimed` are units that live or refunded requests hold."""

    id: UUID
    reference: str
    sku: str
    title: str
    category: str
    quantity: int
    claimed: int
    price: int
    shipping: int
    tax: int
    paid: int


class PaymentView(msgspec.Struct, frozen=True, kw_only=True):
    """A payment; `reserved` is held by refunds."""

    id: UUID
    sequence: int
    method: str
    amount: int
    captured: int
    reserved: int


class ParcelView(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel."""

    id: UUID
    direction: str
    status: str
    carrier: str | None
    tracking_number: str | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    signed_at: datetime | None


class OrderCaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case of the order, in short."""

    id: UUID
    kind: str
    reason: str
    state: str
    version: int
    opened_at: datetime


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An order with its lines, payments, parcels and cases. `duties` is what the rules lay on its seller: to state, to keep, to pack."""

    id: UUID
    shop_id: int
    reference: str
    purchase: str
    market: str
    buyer: str
    currency: str
    status: str
    sale_format: str
    source: str
    channel: str | None
    placed_at: datetime
    won_at: datetime | None
    paid_at: datetime | None
    promised_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    version: int
    lines: list[OrderLineView]
    payments: list[PaymentView]
    parcels: list[ParcelView]
    cases: list[OrderCaseView]
    duties: tuple[Reason, ...]
    shop_name: str
    server_now: datetime


class TakenOrders(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each order told, in the order given."""

    orders: list[Taken]


class ShopView(msgspec.Struct, frozen=True, kw_only=True):
    """A shop."""

    id: int
    reference: str
    name: str
    market: str
    seller: str
    cross_border: bool | None
    duty_free_hainan: bool | None
    local: bool | None


class ShopPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of shops; `next_cursor` is null on the last one."""

    shops: list[ShopView]
    next_cursor: str | None


class TakenShops(msgspec.Struct, frozen=True, kw_only=True):
    """The id of each shop told, in the order given."""

    shop_ids: list[int]


class Shipped(msgspec.Struct, frozen=True, kw_only=True):
    """The order after shipping, or the case that shipping rejected."""

    order_id: UUID
    status: str
    server_now: datetime


class OrdersQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters: the host's order number, or the purchase that joins orders of one checkout."""

    reference: Annotated[str, Meta(max_length=200)] | None = None
    purchase: Annotated[str, Meta(max_length=200)] | None = None
    updated_since: Moment | None = None
    cursor: Annotated[str, Meta(max_length=64)] | None = None
    limit: Limit = 50


class ShopsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shops after the one that the cursor names; `q` is a part of a shop's name or reference."""

    q: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    cursor: Annotated[int, Meta(ge=0, le=2**62)] = 0
    limit: Limit = 100


def _same_fields(shape: Any, thing: Any, **more: Any) -> Any:
    known = {name: getattr(thing, name) for name in shape.__struct_fields__ if name not in more}
    return shape(**known, **more)


async def put_orders(request: Request) -> Reply | Problem:
    """Take orders; each gets its own answer."""
    body, caller = cast("OrdersBody", request.body), request.caller
    refused = unspoken(body, request.context.vocabulary)
    if refused is not None:
        return refused
    only = None if caller.kind == "platform" and not caller.markets else frozenset(await shops_of(request.context, caller))
    told = [msgspec.convert(order, ToldOrder, from_attributes=True) for order in body.orders]
    return json_reply(TakenOrders(orders=await take_orders(request.context.desk, told, only=only)))


async def put_shops(request: Request) -> Reply | Problem:
    """Take shops by reference."""
    body = cast("ShopsBody", request.body)
    markets = request.context.desk.rulebooks.releases
    known = request.caller.markets or markets
    if any(markets and shop.market not in known for shop in body.shops):
        return Problem(code="market_unknown")
    rows = await request.context.pool.fetch(queries("shops_by_reference"), [shop.reference for shop in body.shops])
    sells_in = {row["reference"]: row["market"] for row in rows}
    moved = [n for n, shop in enumerate(body.shops) if sells_in.setdefault(shop.reference, shop.market) != shop.market]
    if moved:
        return Problem(
            code="shop_market_stands", errors=tuple(FieldError(f"shops[{n}].market", "shop_market_stands") for n in moved[:100])
        )
    told = [msgspec.convert(shop, ToldShop, from_attributes=True) for shop in body.shops]
    return json_reply(TakenShops(shop_ids=await take_shops(request.context.pool, told)))


async def list_shops(request: Request) -> Reply | Problem:
    """The caller's shops; the platform's are all."""
    query, caller = cast("ShopsQuery", request.query), request.caller
    only = None if caller.kind == "platform" else sorted(caller.shops)
    rows = await request.context.pool.fetch(
        queries("shops_of"), only, query.cursor, query.limit + 1, query.q, caller.only_markets
    )
    page = rows[: query.limit]
    more = str(page[-1]["id"]) if len(rows) > query.limit else None
    return json_reply(ShopPage(shops=[ShopView(**dict(row)) for row in page], next_cursor=more))


async def list_orders(request: Request) -> Reply | Problem:
    """A page of orders that the caller may see."""
    query, caller, context = cast("OrdersQuery", request.query), request.caller, request.context
    begun = await reading_since(request, query.cursor, read_id)
    if isinstance(begun, Problem):
        return begun
    as_of, after = begun
    shops = await shops_of(context, caller)
    async with transaction(context.pool, shops) as connection:
        rows = await page_of_orders(connection, shops, buyer=caller.buyer, reference=query.reference,
                                    purchase=query.purchase, after=after, limit=query.limit,
                                    updated_since=query.updated_since)  # fmt: skip
    page = rows[: query.limit]
    more = on_from(as_of, str(page[-1]["id"]) if len(rows) > query.limit else None)
    return json_reply(OrderPage(orders=[OrderRow(**dict(row)) for row in page], next_cursor=more, as_of=as_of))


async def get_order(request: Request) -> Reply | Problem:
    """One order."""
    read = await read_order(request.context, request.caller, request.params["order_id"])
    if read is None:
        return Problem(code="not_found")
    file = read.loaded.file
    view = _same_fields(
        OrderView,
        file.order,
        lines=[_same_fields(OrderLineView, line, claimed=file.claimed(line.id)) for line in file.lines],
        payments=[_same_fields(PaymentView, payment) for payment in file.payments],
        parcels=[_same_fields(ParcelView, parcel) for parcel in file.parcels],
        cases=[_same_fields(OrderCaseView, case) for case in file.cases],
        duties=beside(read).owed,
        shop_name=file.shop.name,
        server_now=read.loaded.now,
    )
    return json_reply(view)


async def ship_order(request: Request) -> Reply | Problem:
    """Hand the order to a carrier; a cancellation under review is rejected by it."""
    body, caller = cast("ShipBody", request.body), request.caller
    refused = unspoken(body, request.context.vocabulary)
    place = await request.context.places.order(caller, request.params["order_id"])
    if refused is not None or place is None:
        return refused or Problem(code="not_found")
    command = ShipOrder(shop_id=place[0], actor=caller.actor, key=request.key, order_id=place[1], carrier=body.carrier,
                        tracking_number=body.tracking_number)  # fmt: skip
    return answered(await request.context.group.handle(command))


OPERATIONS = (
    Operation(id="put_orders", method="POST", path="/v1/orders", summary="Take orders, new and changed, an answer for each",
              handler=put_orders, who=TRADE, permission="orders.write", body=OrdersBody, answer=TakenOrders, bulk=True,
              sort="write", problems=("unknown_word", "bad_moment", "batch_too_large")),
    Operation(id="list_orders", method="GET", path="/v1/orders", summary="Orders, the newest first", handler=list_orders,
              who=PEOPLE, permission="orders.read", query=OrdersQuery, answer=OrderPage),
    Operation(id="get_order", method="GET", path="/v1/orders/{order_id}", summary="One order", handler=get_order, who=PEOPLE,
              permission="orders.read", answer=OrderView, problems=("not_found",)),
    Operation(id="ship_order", method="POST", path="/v1/orders/{order_id}/ship", summary="Hand the order to a carrier",
              handler=ship_order, who=TRADE, permission="orders.write", body=ShipBody, answer=Shipped, keyed=True, sort="write",
              problems=("not_found", "already_shipped", "carrier_unknown", "tracking_number_invalid")),
    Operation(id="put_shops", method="POST", path="/v1/shops", summary="Take shops by the host's reference", handler=put_shops,
              who=frozenset({"platform"}), permission="orders.write", body=ShopsBody, answer=TakenShops, bulk=True, sort="write",
              problems=("market_unknown", "shop_market_stands", "batch_too_large")),
    Operation(id="list_shops", method="GET", path="/v1/shops", summary="The shops that the caller speaks for",
              handler=list_shops, who=TRADE, permission="orders.read", query=ShopsQuery, answer=ShopPage),
)  # fmt: skip
