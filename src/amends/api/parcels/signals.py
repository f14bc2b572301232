"""Signals of carriers: scans in bulk, and signed messages one at a time. Nothing in them is ever our fault: no 5xx for content."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.actions.commands import RecordScan
from amends.actions.tracking import cleaned
from amends.api.door.bodies import Moment, ScanRow, ScansBody, Word
from amends.api.door.calls import Request
from amends.api.door.gate import CAP, decode, read_body
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.door.spoken import unspoken
from amends.api.reviews.chargebacks import ChargebackBody, told
from amends.desk.answers import Answer
from amends.domain.facts.people import Actor
from amends.gateways.signatures import message_is_genuine
from amends.store.database import queries, transaction

NOBODYS_SHOP: Final = 0
TAKEN, KNOWN, PARKED = "recorded", "known", "parked"
_WEIGHS: Final = (KNOWN, TAKEN, PARKED)
"""Of a scan that several orders hear of, what is answered: rather what is new, rather what a person must look at."""
SCANNED: Final = "parcel.scanned"
CHARGED_BACK: Final = "payment.charged_back"


class ScanAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one scan: `recorded`, `known` (nothing done twice) or `parked` for a person, with the code of why."""

    source: str
    event_id: str
    result: str
    code: str | None = None


class ScansAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer for each scan, in the order given."""

    scans: list[ScanAnswer]


class InboundScan(msgspec.Struct, frozen=True, kw_only=True):
    """What a `parcel.scanned` message says; other fields are the carrier's business."""

    tracking_number: Annotated[str, Meta(min_length=1, max_length=64)]
    status: Word
    occurred_at: Moment
    carrier: Word | None = None
    postcode: Annotated[str, Meta(min_length=1, max_length=16)] | None = None
    weight: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """A signed message: its type and what it is about."""

    type: Annotated[str, Meta(min_length=1, max_length=100)]
    data: Any = None


class InboundAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of the message: `recorded`, `known` or `parked`."""

    result: str
    code: str | None = None


_inbound = msgspec.json.Decoder(Inbound)


async def put_scans(request: Request) -> Reply | Problem:
    """Record carrier events in any order of arrival."""
    rows, caller = cast("ScansBody", request.body).scans, request.caller
    refused = unspoken(request.body, request.context.vocabulary)
    if refused is not None:
        return refused
    only = sorted(caller.shops) if caller.shops or caller.kind == "seller" else None
    foreign = [n for n, row in enumerate(rows) if row.shop_id is not None and only is not None and row.shop_id not in only]
    if foreign:
        return Problem(code="not_found", errors=tuple(FieldError(f"scans[{n}].shop_id", "not_found") for n in foreign[:100]))
    return json_reply(ScansAnswer(scans=await _recorded(request, rows, caller.actor, only)))


async def _recorded(request: Request, rows: Sequence[ScanRow], actor: Actor, only: list[int] | None) -> list[ScanAnswer]:
    """What became of each row, for every order that it is about."""
    context = request.context
    wanted = [
        (n, row.shop_id, number)
        for n, row in enumerate(rows)
        if _status_known(request, row)
        for number in sorted({row.tracking_number, cleaned(row.tracking_number)})
    ]
    columns = list(map(list, zip(*wanted, strict=True)))
    found = await context.reviewers.fetch(queries("orders_of_scans"), *columns, only) if wanted else []
    asked = [(n, _command(rows[n], shop_id, order_id, actor)) for n, shop_id, order_id in found]
    answers: dict[int, list[ScanAnswer]] = {n: [] for n in range(len(rows))}
    for start in range(0, len(asked), 500):
        chunk = asked[start : start + 500]
        told = await context.desk.handle([command for _, command in chunk])
        for (n, command), answer in zip(chunk, told, strict=True):
            answers[n].append(await _settled(request, rows[n], command.shop_id, answer))
    for n, row in enumerate(rows):
        if not answers[n]:
            why = "parcel_unknown" if _status_known(request, row) else "scan_status_unknown"
            answers[n].append(await _park(request, row, row.shop_id or NOBODYS_SHOP, why))
    return [max(answers[n], key=lambda answer: _WEIGHS.index(answer.result)) for n in range(len(rows))]


def _status_known(request: Request, row: ScanRow) -> bool:
    words = request.context.vocabulary
    return row.status in words.words("parcel_statuses") or row.status in words.words("return_parcel_statuses")


def _command(row: ScanRow, shop_id: int, order_id: UUID, actor: Actor) -> RecordScan:
    return RecordScan(shop_id=shop_id, actor=actor, source=row.source, event_id=row.event_id, status=row.status,
                      tracking_number=row.tracking_number, occurred_at=row.occurred_at.astimezone(UTC),
                      carrier=row.carrier, postcode=row.postcode, weight=row.weight, order_id=order_id)  # fmt: skip


async def _settled(request: Request, row: ScanRow, shop_id: int, answer: Answer) -> ScanAnswer:
    if answer.code is None:
        known = type(answer.outcome).__name__ == "Unchanged"
        return ScanAnswer(source=row.source, event_id=row.event_id, result=KNOWN if known else TAKEN)
    return await _park(request, row, shop_id, "parcel_unknown" if answer.code == "not_found" else answer.code)


async def _park(request: Request, row: ScanRow, shop_id: int, why: str) -> ScanAnswer:
    await park(request, shop_id, row.source, row.event_id, why, msgspec.to_builtins(row))
    return ScanAnswer(source=row.source, event_id=row.event_id, result=PARKED, code=why)


async def park(request: Request, shop_id: int, source: str, event_id: str, why: str, body: Any) -> bool:
    """Keep a signal that cannot be used, once; False where it was kept before."""
    context = request.context
    made = context.desk.make_id(datetime.now(UTC))
    async with transaction(context.pool, [shop_id]) as connection:
        return bool(await connection.fetchval(queries("park_signal"), shop_id, made, source, event_id, why, body or {}))


async def take_inbound(request: Request) -> Reply | Problem:
    """A signed message of a source: verified before a byte of it is read as JSON."""
    source = request.params["source"]
    body = await read_body(request.scope, request.receive, CAP)
    if isinstance(body, Problem):
        return body
    message_id = request.header(b"webhook-id") or b""
    secrets = request.context.settings.inbound.get(source, ())
    timestamp, signature = request.header(b"webhook-timestamp") or b"", request.header(b"webhook-signature") or b""
    if not message_is_genuine(secrets, message_id, timestamp, signature, body, now=datetime.now(UTC)):
        return Problem(code="signature_invalid")
    event_id = message_id.decode("ascii")
    message = decode(body, _inbound)
    if isinstance(message, Problem):
        await park(request, NOBODYS_SHOP, source, event_id, message.code, {})
        return json_reply(InboundAnswer(result=PARKED, code=message.code))
    if message.type == CHARGED_BACK:
        return await _inbound_chargeback(request, source, event_id, message.data)
    if message.type != SCANNED:
        await park(request, NOBODYS_SHOP, source, event_id, "unknown_word", msgspec.json.decode(body))
        return json_reply(InboundAnswer(result=PARKED, code="unknown_word"), done="accepted")
    return await _inbound_scan(request, source, event_id, message.data)


async def _inbound_chargeback(request: Request, source: str, event_id: str, data: Any) -> Reply | Problem:
    """What a bank says of a payment; what cannot be used, and what a carrier says of money, is kept for a person."""
    if source in request.context.vocabulary.words("carriers"):
        await park(request, NOBODYS_SHOP, source, event_id, "permission_missing", data)
        return json_reply(InboundAnswer(result=PARKED, code="permission_missing"))
    try:
        said = msgspec.convert({**data, "source": source} if isinstance(data, dict) else data, ChargebackBody)
    except msgspec.ValidationError:
        await park(request, NOBODYS_SHOP, source, event_id, "wrong_type", data)
        return json_reply(InboundAnswer(result=PARKED, code="wrong_type"))
    refused = unspoken(said, request.context.vocabulary)
    answer = refused or await told(request, said, Actor(kind="provider", id=source, human=False), None)
    if answer.code is not None:
        await park(request, answer.shop_id if isinstance(answer, Answer) else NOBODYS_SHOP, source, event_id, answer.code, data)
        return json_reply(InboundAnswer(result=PARKED, code=answer.code))
    known = type(getattr(answer, "outcome", None)).__name__ == "Unchanged"
    return json_reply(InboundAnswer(result=KNOWN if known else TAKEN))


async def _inbound_scan(request: Request, source: str, event_id: str, data: Any) -> Reply | Problem:
    try:
        said = msgspec.convert(data, InboundScan)
    except msgspec.ValidationError:
        await park(request, NOBODYS_SHOP, source, event_id, "wrong_type", data)
        return json_reply(InboundAnswer(result=PARKED, code="wrong_type"))
    row = ScanRow(source=source, event_id=event_id, tracking_number=said.tracking_number, status=said.status,
                  occurred_at=said.occurred_at, carrier=said.carrier, postcode=said.postcode, weight=said.weight)  # fmt: skip
    refused = unspoken(row, request.context.vocabulary)
    if refused is not None:
        answer = await _park(request, row, NOBODYS_SHOP, refused.code)
    else:
        (answer,) = await _recorded(request, [row], Actor(kind="carrier", id=f"carrier:{source}", human=False), None)
    return json_reply(InboundAnswer(result=answer.result, code=answer.code))


OPERATIONS = (
    Operation(id="put_scans", method="POST", path="/v1/scans", summary="Record carrier events, in any order of arrival",
              handler=put_scans, who=frozenset({"platform", "carrier", "seller"}), permission="parcels.write", body=ScansBody,
              answer=ScansAnswer, bulk=True, sort="write", problems=("not_found", "unknown_word", "batch_too_large")),
    Operation(id="take_inbound", method="POST", path="/v1/inbound/{source}",
              summary="A message signed as Standard Webhooks says", handler=take_inbound, who=frozenset(), body=Inbound, raw=True,
              answer=InboundAnswer, sort="write", problems=("signature_invalid", "body_too_large", "unsupported_media_type")),
)  # fmt: skip
