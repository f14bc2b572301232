"""Webhook endpoints of a shop: registered, listed, removed; what was sent to them, and sending it again."""

import secrets
from datetime import UTC, datetime
from typing import Annotated, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Limit, ReplayBody, ShopQuery, WebhookBody
from amends.api.door.calls import Request
from amends.api.door.files import shops_of
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.spoken import unspoken
from amends.domain.facts.events import event_called
from amends.domain.rulebook.shape import Vocabulary
from amends.gateways.outbound import Forbidden, read_url
from amends.gateways.signatures import secret_of
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction

SECRET_BYTES = 32
MOST_SECRETS = 10
"""That sign side by side: a caller who asks for a new one again and again must not push out the one that its receiver knows."""
REMOVED = "removed"
MOST_ENDPOINTS = 50
"""Of one shop, at work: a caller that registers anew at each of its starts would owe itself every event ever more often."""


class EndpointView(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint. Its secret is shown once, when it is made."""

    id: UUID
    shop_id: int
    url: str
    topics: list[str]
    disabled_at: datetime | None
    disabled_why: str | None
    created_at: datetime


class NewEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A new endpoint with the secret that its messages are signed with."""

    id: UUID
    shop_id: int
    url: str
    topics: tuple[str, ...]
    secret: str


class NewSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A new secret of an endpoint, shown once. Until then each message is signed with those before it too."""

    id: UUID
    secret: str
    others_until: datetime


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """The endpoints of the caller's shops."""

    webhooks: list[EndpointView]


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """A message owed or sent, what it tells of (a word of `events`), and how the last try went."""

    id: UUID
    case_id: UUID
    seq: int
    event: str
    state: str
    attempts: int
    due_at: datetime
    created_at: datetime
    done_at: datetime | None
    last_attempt_at: datetime | None
    last_status: int | None
    last_problem: str | None


class Deliveries(msgspec.Struct, frozen=True, kw_only=True):
    """A page of messages, the newest first."""

    deliveries: list[DeliveryView]
    next_cursor: str | None


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages will be sent again."""

    replayed: int


class TestView(msgspec.Struct, frozen=True, kw_only=True):
    """A test message and what the endpoint answered; `sent_at` is null until a worker has sent it."""

    id: UUID
    asked_at: datetime
    sent_at: datetime | None
    status: int | None
    problem: str | None


class Tests(msgspec.Struct, frozen=True, kw_only=True):
    """The last test messages."""

    tests: list[TestView]


class DeliveriesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Messages before the one that the cursor names."""

    cursor: Annotated[str, Meta(max_length=64)] | None = None
    limit: Limit = 50


async def put_webhook(request: Request) -> Reply | Problem:
    """Register an endpoint."""
    caller, context = request.caller, request.context
    body = _by_event(cast("WebhookBody", request.body), context.vocabulary)
    refused = unspoken(body, context.vocabulary)
    if refused is not None:
        return refused
    shop_id = body.shop_id or caller.only_shop
    if shop_id is None:
        return Problem(code="missing_field", errors=(FieldError("shop_id", "missing_field"),))
    if shop_id not in await shops_of(context, caller):
        return Problem(code="not_found")
    loopback = context.settings.sandbox or context.settings.webhooks_to_loopback
    if isinstance(read_url(body.url, allow_loopback=loopback), Forbidden):
        return Problem(code="webhook_target_refused", errors=(FieldError("url", "webhook_target_refused"),))
    made, secret = context.desk.make_id(datetime.now(UTC)), secret_of(secrets.token_bytes(SECRET_BYTES))
    sealed = context.sealer.seal(secret, f"{shop_id}/{made}")
    async with transaction(context.pool, [shop_id]) as connection:
        row = (shop_id, made, body.url, [sealed], list(body.topics), MOST_ENDPOINTS)
        if await connection.fetchval(queries("insert_endpoint"), *row) is None:
            return Problem(code="too_many", detail={"at_most": MOST_ENDPOINTS})
    return json_reply(NewEndpoint(id=made, shop_id=shop_id, url=body.url, topics=body.topics, secret=secret), done="created")


def _by_event(body: WebhookBody, vocabulary: Vocabulary) -> WebhookBody:
    """Topics may be named as webhooks say them or as the chain does."""
    events = frozenset(vocabulary.words("events"))
    return msgspec.structs.replace(body, topics=tuple([event_called(topic, events) for topic in body.topics]))


async def list_webhooks(request: Request) -> Reply | Problem:
    """The endpoints of the caller's shops."""
    wanted = cast("ShopQuery", request.query).shop_id
    shops = [shop for shop in await shops_of(request.context, request.caller) if wanted in (None, shop)]
    async with transaction(request.context.pool, shops) as connection:
        rows = await connection.fetch(queries("endpoints_of_shops"), shops)
    return json_reply(Endpoints(webhooks=[EndpointView(**dict(row)) for row in rows]))


async def _place(request: Request) -> tuple[int, UUID] | None:
    endpoint = parse_id(request.params["webhook_id"])
    if not isinstance(endpoint, UUID):
        return None
    shops = await shops_of(request.context, request.caller)
    async with transaction(request.context.pool, shops) as connection:
        shop_id = await connection.fetchval(queries("endpoint_place"), shops, endpoint)
    return (shop_id, endpoint) if shop_id is not None else None


async def remove_webhook(request: Request) -> Reply | Problem:
    """Send nothing more to an endpoint; what was sent stays readable."""
    place = await _place(request)
    if place is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [place[0]]) as connection:
        await connection.execute(queries("disable_endpoint"), *place)
    return Reply(done="removed")


async def enable_webhook(request: Request) -> Reply | Problem:
    """Send to an endpoint again that was switched off. What happened meanwhile was never owed to it: the shop's events tell that."""
    place = await _place(request)
    if place is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [place[0]]) as connection:
        enabled = await connection.fetchval(queries("enable_endpoint"), *place, MOST_ENDPOINTS)
        row = await connection.fetchrow(queries("endpoint"), *place)
    if enabled is None and row["disabled_why"] == REMOVED:
        return Problem(code="endpoint_removed")
    if row["disabled_at"] is not None:
        return Problem(code="too_many", detail={"at_most": MOST_ENDPOINTS})
    return json_reply(EndpointView(**dict(row)))


async def rotate_secret(request: Request) -> Reply | Problem:
    """Give an endpoint a new secret; those before it sign beside it for a day, so that no message is lost while its receiver changes over."""
    place = await _place(request)
    if place is None:
        return Problem(code="not_found")
    secret = secret_of(secrets.token_bytes(SECRET_BYTES))
    sealed = request.context.sealer.seal(secret, f"{place[0]}/{place[1]}")
    async with transaction(request.context.pool, [place[0]]) as connection:
        until = await connection.fetchval(queries("rotate_secret"), *place, sealed, MOST_SECRETS)
        row = await connection.fetchrow(queries("endpoint"), *place)
    if until is None:
        removed = row["disabled_why"] == REMOVED
        return Problem(code="endpoint_removed") if removed else Problem(code="too_many", detail={"at_most": MOST_SECRETS})
    return json_reply(NewSecret(id=place[1], secret=secret, others_until=until))


async def list_deliveries(request: Request) -> Reply | Problem:
    """What was sent to an endpoint, and what is still owed."""
    query, place = cast("DeliveriesQuery", request.query), await _place(request)
    after = parse_id(query.cursor) if query.cursor else None
    if place is None:
        return Problem(code="not_found")
    if after is not None and not isinstance(after, UUID):
        return Problem(code="bad_cursor")
    async with transaction(request.context.pool, [place[0]]) as connection:
        rows = await connection.fetch(queries("deliveries_of_endpoint"), place[0], str(place[1]), after, query.limit + 1)
    page = rows[: query.limit]
    found = [
        DeliveryView(id=r["id"], case_id=r["case_id"], seq=r["seq"], event=r["event"], state=r["state"], attempts=r["attempts"], due_at=r["due_at"],
                     created_at=r["created_at"], done_at=r["done_at"], last_attempt_at=r["at"], last_status=r["status"],
                     last_problem=r["problem"])
        for r in page
    ]  # fmt: skip
    more = str(page[-1]["id"]) if len(rows) > query.limit else None
    return json_reply(Deliveries(deliveries=found, next_cursor=more))


async def replay_deliveries(request: Request) -> Reply | Problem:
    """Send again what was wished for an endpoint: messages by their ids, or a span of time; receivers know each message by its id."""
    body, place = cast("ReplayBody", request.body), await _place(request)
    refused = unspoken(body, request.context.vocabulary)
    if place is None or refused is not None:
        return refused or Problem(code="not_found")
    if body.since is None and not body.ids:
        return Problem(code="missing_field", errors=(FieldError("since", "missing_field"),))
    ids = list(body.ids) or None
    async with transaction(request.context.pool, [place[0]]) as connection:
        row = await connection.fetchrow(queries("endpoint"), *place)
        if row["disabled_at"] is not None:
            return Problem(code="endpoint_removed" if row["disabled_why"] == REMOVED else "endpoint_disabled")
        rows = await connection.fetch(queries("replay_deliveries"), place[0], str(place[1]), body.since, body.until, ids)
    return json_reply(Replayed(replayed=len(rows)), done="accepted")


async def test_webhook(request: Request) -> Reply | Problem:
    """Send a signed message of type `webhook.test` to an endpoint; what it answered is listed."""
    place = await _place(request)
    if place is None:
        return Problem(code="not_found")
    made = request.context.desk.make_id(datetime.now(UTC))
    async with transaction(request.context.pool, [place[0]]) as connection:
        row = await connection.fetchrow(queries("insert_test_message"), *place, made)
        await connection.execute("notify amends_work")
    return json_reply(TestView(**dict(row)), done="accepted")


async def list_tests(request: Request) -> Reply | Problem:
    """The last test messages of an endpoint, the newest first."""
    place = await _place(request)
    if place is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [place[0]]) as connection:
        rows = await connection.fetch(queries("test_messages"), *place)
    return json_reply(Tests(tests=[TestView(**dict(row)) for row in rows]))


_HERE = "/v1/webhooks/{webhook_id}"
OPERATIONS = (
    Operation(id="put_webhook", method="POST", path="/v1/webhooks", summary="Register an endpoint", handler=put_webhook, who=TRADE,
              permission="webhooks.manage", body=WebhookBody, answer=NewEndpoint, done="created", sort="write",
              problems=("not_found", "webhook_target_refused", "unknown_word", "too_many"),
              links=(("list_deliveries", "webhook_id"), ("remove_webhook", "webhook_id"))),
    Operation(id="list_webhooks", method="GET", path="/v1/webhooks", summary="The endpoints of the caller's shops",
              handler=list_webhooks, who=TRADE, permission="webhooks.manage", query=ShopQuery, answer=Endpoints),
    Operation(id="remove_webhook", method="DELETE", path=_HERE, summary="Send nothing more to an endpoint",
              handler=remove_webhook, who=TRADE, permission="webhooks.manage", done="removed", sort="write",
              problems=("not_found",)),
    Operation(id="enable_webhook", method="POST", path=f"{_HERE}/enable", summary="Send to an endpoint again that was switched off",
              handler=enable_webhook, who=TRADE, permission="webhooks.manage", answer=EndpointView, sort="write",
              problems=("not_found", "endpoint_removed", "too_many")),
    Operation(id="rotate_secret", method="POST", path=f"{_HERE}/secret", summary="Give an endpoint a new secret; the old one signs for a day",
              handler=rotate_secret, who=TRADE, permission="webhooks.manage", answer=NewSecret, sort="write",
              problems=("not_found", "endpoint_removed", "too_many")),
    Operation(id="list_deliveries", method="GET", path=f"{_HERE}/deliveries", summary="What was sent to an endpoint",
              handler=list_deliveries, who=TRADE, permission="webhooks.manage", query=DeliveriesQuery, answer=Deliveries,
              problems=("not_found",)),
    Operation(id="test_webhook", method="POST", path=f"{_HERE}/test", summary="Send a test message to an endpoint",
              handler=test_webhook, who=TRADE, permission="webhooks.manage", answer=TestView, done="accepted", sort="write",
              problems=("not_found",)),
    Operation(id="list_tests", method="GET", path=f"{_HERE}/tests", summary="What an endpoint answered to test messages",
              handler=list_tests, who=TRADE, permission="webhooks.manage", answer=Tests, problems=("not_found",)),
    Operation(id="replay_deliveries", method="POST", path=f"{_HERE}/replay", summary="Send again: by ids, or a span of time",
              handler=replay_deliveries, who=TRADE, permission="webhooks.manage", body=ReplayBody, answer=Replayed,
              done="accepted", sort="write", problems=("not_found", "bad_moment", "missing_field", "endpoint_disabled", "endpoint_removed")),
)  # fmt: skip
