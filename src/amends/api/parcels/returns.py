"""The way back of a return: where it goes, its prepaid label, the nearest drop-offs; and the shop's address book (L-05, L-06)."""

from datetime import UTC, datetime
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Positive, ShopQuery, Short, Strict
from amends.api.door.calls import Request
from amends.api.door.files import read_case, shops_of
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import EVERYBODY, TRADE, Operation
from amends.api.door.spoken import unspoken
from amends.desk.views import MoneyView
from amends.domain.facts.sheet import request_of, sheet
from amends.domain.facts.travel import ReturnPlan, address_of, plan_of
from amends.domain.lifecycle.returning import to_drop_off
from amends.domain.topics.costs import WayBack, way_back
from amends.domain.topics.places import distance_m, next_pickup
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction

NEAREST = 5
Degree = Annotated[int, Meta(ge=-180_000_000, le=180_000_000)]
Country = Annotated[str, Meta(min_length=2, max_length=2, pattern=r"^[A-Z]{2}\Z")]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Clock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]


class AddressBody(Strict, frozen=True, kw_only=True):
    """An address that returns go to; `preferred` is the one that is taken where nobody names another."""

    shop_id: Positive | None = None
    name: Line
    line: Line
    city: Line
    region: Annotated[str, Meta(max_length=100)] = ""
    postcode: Annotated[str, Meta(max_length=16)] = ""
    country: Country
    phone: Annotated[str, Meta(max_length=40)] = ""
    preferred: bool = False


class AddressView(msgspec.Struct, frozen=True, kw_only=True):
    """An address of the book."""

    id: UUID
    shop_id: int
    name: str
    line: str
    city: str
    region: str
    postcode: str
    country: str
    phone: str
    preferred: bool


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of the caller's shops that are in use."""

    addresses: list[AddressView]


class NewAddress(msgspec.Struct, frozen=True, kw_only=True):
    """The id of a new address."""

    id: UUID


class PointBody(Strict, frozen=True, kw_only=True):
    """A partner's point. Coordinates in millionths of a degree; `pickup_at` is when it is emptied each day, local time."""

    reference: Short
    name: Line
    carrier: Short
    line: Line
    city: Line
    latitude: Annotated[int, Meta(ge=-90_000_000, le=90_000_000)]
    longitude: Degree
    pickup_at: Clock


class PointsBody(Strict, frozen=True, kw_only=True):
    """Points of a market, new and changed."""

    market: Short
    points: Annotated[tuple[PointBody, ...], Meta(min_length=1, max_length=1000)]


class PointsTaken(msgspec.Struct, frozen=True, kw_only=True):
    """How many points were taken."""

    taken: int


class WhereQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the buyer is, in millionths of a degree: then the nearest drop-offs are named."""

    latitude: Annotated[int, Meta(ge=-90_000_000, le=90_000_000)] | None = None
    longitude: Degree | None = None


class DropOffView(msgspec.Struct, frozen=True, kw_only=True):
    """A point where the parcel may be handed over: how far it is, and when it is picked up next."""

    reference: str
    name: str
    carrier: str
    line: str
    city: str
    latitude: int
    longitude: int
    distance_m: int | None
    next_pickup: datetime


class LabelView(msgspec.Struct, frozen=True, kw_only=True):
    """The prepaid label: wished, made or refused (`problem`); its cost is told to those who may bear it."""

    state: str
    carrier: str | None
    tracking_number: str | None
    service: str | None
    problem: str | None
    made_at: datetime | None
    cost: MoneyView | None


class ReturnView(msgspec.Struct, frozen=True, kw_only=True):
    """How the goods come back, and who pays for it. `return_to` is seller_address or nearest_drop_off."""

    case_id: UUID
    return_to: str
    address: AddressView | None
    label: LabelView | None
    tracking_number: str | None
    carrier: str | None
    status: str | None
    drop_offs: list[DropOffView]
    way_back: WayBack | None
    server_now: datetime


async def put_address(request: Request) -> Reply | Problem:
    """Add an address; a preferred one takes the place of the one before."""
    body, caller, context = cast("AddressBody", request.body), request.caller, request.context
    refused = unspoken(body, context.vocabulary)
    shop_id = body.shop_id or caller.only_shop
    if refused is not None or shop_id is None:
        return refused or Problem(code="missing_field", errors=(FieldError("shop_id", "missing_field"),))
    if shop_id not in await shops_of(context, caller):
        return Problem(code="not_found")
    made = context.desk.make_id(datetime.now(UTC))
    async with transaction(context.pool, [shop_id]) as connection:
        if body.preferred:
            await connection.execute(queries("prefer_no_address"), shop_id)
        await connection.execute(
            queries("insert_return_address"), shop_id, made, body.name, body.line, body.city, body.region, body.postcode,
            body.country, body.phone, body.preferred,
        )  # fmt: skip
    return json_reply(NewAddress(id=made), done="created")


async def list_addresses(request: Request) -> Reply | Problem:
    """The address book."""
    wanted = cast("ShopQuery", request.query).shop_id
    shops = [shop for shop in await shops_of(request.context, request.caller) if wanted in (None, shop)]
    async with transaction(request.context.pool, shops) as connection:
        rows = await connection.fetch(queries("return_addresses_of_shops"), shops)
    return json_reply(Addresses(addresses=[AddressView(**dict(row)) for row in rows]))


async def remove_address(request: Request) -> Reply | Problem:
    """Use an address no more; cases that named it keep it."""
    address = parse_id(request.params["address_id"])
    if not isinstance(address, UUID):
        return Problem(code="not_found")
    shops = await shops_of(request.context, request.caller)
    async with transaction(request.context.pool, shops) as connection:
        gone = await connection.fetchval(queries("retire_return_address"), shops, address)
    return Reply(done="removed") if gone else Problem(code="not_found")


async def put_points(request: Request) -> Reply | Problem:
    """Take the drop-off points of a market."""
    body, context = cast("PointsBody", request.body), request.context
    refused = unspoken(body, context.vocabulary)
    if refused is not None:
        return refused
    if context.desk.rulebooks.releases and body.market not in context.desk.rulebooks.releases:
        return Problem(code="market_unknown")
    fields = ("reference", "name", "carrier", "line", "city", "latitude", "longitude", "pickup_at")
    columns = [[getattr(point, name) for point in body.points] for name in fields]
    async with transaction(context.pool, []) as connection:
        await connection.execute(queries("upsert_drop_off_points"), body.market, *columns)
    return json_reply(PointsTaken(taken=len(body.points)))


async def get_return(request: Request) -> Reply | Problem:
    """How the goods of a case come back."""
    read = await read_case(request.context, request.caller, request.params["case_id"])
    file = read.loaded.file if read else None
    if read is None or file is None or file.case is None:
        return Problem(code="not_found")
    now, query = read.loaded.now, cast("WhereQuery", request.query)
    plan, parcel = plan_of(file.travel, file.case.id), file.return_parcel
    address = address_of(file.travel, plan)
    facts = sheet(file, request_of(file), now, read.rules.zone)
    nearest = to_drop_off(read.rules, facts)
    view = ReturnView(
        case_id=file.case.id,
        return_to="nearest_drop_off" if nearest else "seller_address",
        address=AddressView(shop_id=file.shop.id, **msgspec.structs.asdict(address)) if address else None,
        label=_label(plan, inside=request.caller.kind != "buyer"),
        tracking_number=parcel.tracking_number if parcel else None,
        carrier=parcel.carrier if parcel else None,
        status=parcel.status if parcel else None,
        drop_offs=await _drop_offs(request, file.order.market, query, now, read.rules.zone) if nearest else [],
        way_back=way_back(read.rules.topic("costs"), facts),
        server_now=now,
    )
    return json_reply(view)


def _label(plan: ReturnPlan | None, *, inside: bool) -> LabelView | None:
    if plan is None or plan.label is None:
        return None
    cost = MoneyView(plan.cost, plan.currency) if inside and plan.cost is not None and plan.currency else None
    return LabelView(state=plan.label, carrier=plan.carrier, tracking_number=plan.tracking_number, service=plan.service,
                     problem=plan.problem, made_at=plan.made_at, cost=cost)  # fmt: skip


async def _drop_offs(request: Request, market: str, query: WhereQuery, now: datetime, zone: str) -> list[DropOffView]:
    rows = await request.context.pool.fetch(queries("drop_off_points_of_market"), market)
    here = (query.latitude, query.longitude) if query.latitude is not None and query.longitude is not None else None
    found = [_point(row, here, now, zone) for row in rows]
    found.sort(key=lambda point: (point.distance_m or 0, point.reference))
    return found[:NEAREST]


def _point(row: Any, here: tuple[int, int] | None, now: datetime, zone: str) -> DropOffView:
    fields = {name: row[name] for name in ("reference", "name", "carrier", "line", "city", "latitude", "longitude")}
    away = distance_m(here, (row["latitude"], row["longitude"])) if here else None
    return DropOffView(**fields, distance_m=away, next_pickup=next_pickup(now, row["pickup_at"], zone))


async def get_label(request: Request) -> Reply | Problem:
    """The label as a PDF of 100 by 150 millimetres."""
    read = await read_case(request.context, request.caller, request.params["case_id"])
    file = read.loaded.file if read else None
    if file is None or file.case is None:
        return Problem(code="not_found")
    plan = plan_of(file.travel, file.case.id)
    address = address_of(file.travel, plan)
    if plan is None or plan.label != "made" or address is None:
        return Problem(code="label_not_made")
    from amends.exchange.label_pdf import Unprintable, label_pdf  # drawing takes a while to load, and few ask for it

    try:
        made = label_pdf(plan, address, order=file.order.reference)
    except Unprintable:
        return Problem(code="label_not_printable")
    headers = ((b"content-disposition", b'attachment; filename="return-label.pdf"'),)
    return Reply(body=made, headers=headers, media_type=b"application/pdf")


OPERATIONS = (
    Operation(id="put_return_address", method="POST", path="/v1/return-addresses", summary="Add an address that returns go to",
              handler=put_address, who=TRADE, permission="cases.handle", body=AddressBody, answer=NewAddress, done="created",
              sort="write", problems=("not_found",), links=(("remove_return_address", "address_id"),)),
    Operation(id="list_return_addresses", method="GET", path="/v1/return-addresses", summary="The address book for returns",
              handler=list_addresses, who=TRADE, permission="orders.read", query=ShopQuery, answer=Addresses),
    Operation(id="remove_return_address", method="DELETE", path="/v1/return-addresses/{address_id}",
              summary="Use an address no more", handler=remove_address, who=TRADE, permission="cases.handle", done="removed",
              sort="write", problems=("not_found",)),
    Operation(id="put_drop_off_points", method="POST", path="/v1/drop-off-points", summary="Take the drop-off points of a market",
              handler=put_points, who=frozenset({"platform"}), permission="parcels.write", body=PointsBody, answer=PointsTaken,
              bulk=True, sort="write", problems=("market_unknown",)),
    Operation(id="get_return", method="GET", path="/v1/cases/{case_id}/return", summary="How the goods of a case come back",
              handler=get_return, who=EVERYBODY - {"carrier"}, permission="cases.read", query=WhereQuery, answer=ReturnView,
              problems=("not_found",)),
    Operation(id="get_return_label", method="GET", path="/v1/cases/{case_id}/return/label",
              summary="The prepaid label, 100 by 150 mm", handler=get_label, who=EVERYBODY - {"carrier"}, permission="cases.read",
              media_types=("application/pdf",), problems=("not_found", "label_not_made", "label_not_printable")),
)  # fmt: skip
