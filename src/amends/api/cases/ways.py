"""What would open a request or a case that waits: every smallest change, judged by the rules when it is read, and dated in the market's zone."""

import asyncio
from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec

from amends.actions.asking import Judged, judge
from amends.actions.commands import AskedLine, GivenProof, OpenCase
from amends.actions.open_case import judged_request
from amends.actions.outcome import Blocked
from amends.actions.proof import owed
from amends.api.door.bodies import OpenBody
from amends.api.door.calls import Request
from amends.api.door.files import Read, read_case, read_order
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.api.door.spoken import unspoken
from amends.domain.facts.case import FREIGHT_ONLY
from amends.domain.facts.sheet import Request as Asking
from amends.domain.facts.sheet import groups, request_of, sheet
from amends.domain.rulebook.shape import Facts, Vocabulary
from amends.domain.rulebook.verdict import Need, Reason, Way
from amends.lab.counterfactuals import AwaitedClock, counterfactuals, waiting_for
from amends.lab.counterfactuals import Request as Unopened


class WaysView(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on a request that is not made, why, what is missing, and everything that would open it: one change, or two."""

    verdict: str
    reasons: tuple[Reason, ...]
    needs: tuple[Need, ...]
    ways: tuple[Way, ...]
    server_now: datetime


class CaseWaysView(msgspec.Struct, frozen=True, kw_only=True):
    """Why a case waits: its clocks and what each does, the verdict on it as it stands now, and what would open it."""

    case_id: UUID
    state: str
    verdict: str
    reasons: tuple[Reason, ...]
    needs: tuple[Need, ...]
    waiting: tuple[AwaitedClock, ...]
    ways: tuple[Way, ...]
    server_now: datetime


async def list_ways(request: Request) -> Reply | Problem:
    """What would open this request, made of an order as it stands now."""
    refused = unspoken(request.body, request.context.vocabulary)
    if refused is not None:
        return refused
    read = await read_order(request.context, request.caller, request.params["order_id"])
    if read is None:
        return Problem(code="not_found")
    desk, now, body = request.context.desk, read.loaded.now, cast("OpenBody", request.body)
    command = _command(request, read, body)
    judged = judged_request(read.loaded.file, command, read.rules, now, lambda: desk.make_id(now))
    if isinstance(judged, Blocked):
        return Problem(code=judged.code, detail=judged.detail)
    lines = tuple(line.line_id for line in body.lines) or tuple(line.id for line in read.loaded.file.lines)
    asking = Asking(kind=body.kind, reason=body.reason, group=str(judged.facts["request.reason_group"]), by=str(judged.facts["request.by"]),
                    amount=judged.facts["request.amount"][0], lines=lines, told=body.told)  # fmt: skip
    ways = await asyncio.to_thread(_ways, read, judged, asking)
    verdict = judged.verdict
    return json_reply(WaysView(verdict=verdict.kind, reasons=verdict.reasons, needs=verdict.needs, ways=ways, server_now=now))


def _command(request: Request, read: Read, body: OpenBody) -> OpenCase:
    order = read.loaded.file.order
    return OpenCase(
        shop_id=order.shop_id, actor=request.caller.actor, order_id=order.id, kind=body.kind, reason=body.reason, amount=body.amount,
        lines=tuple([AskedLine(line_id=x.line_id, quantity=x.quantity, amount=x.amount) for x in body.lines]), note=body.note,
        proof=tuple([GivenProof(kind=p.kind, upload_id=p.upload_id, channel=p.channel, text=p.text) for p in body.proof]),
        told=body.told, preview=True,
    )  # fmt: skip


async def list_case_ways(request: Request) -> Reply | Problem:
    """What a case waits for, and what would open it."""
    read = await read_case(request.context, request.caller, request.params["case_id"])
    if read is None or read.loaded.file.case is None:
        return Problem(code="not_found")
    file, rules, now = read.loaded.file, read.rules, read.loaded.now
    asking = request_of(file)
    judged = judge(file, rules, asking, file.evidence, now)
    ways = await asyncio.to_thread(_ways, read, judged, asking)
    case, verdict = read.loaded.file.case, judged.verdict
    return json_reply(
        CaseWaysView(case_id=case.id, state=case.state, verdict=verdict.kind, reasons=verdict.reasons, needs=verdict.needs,
                     waiting=waiting_for(rules.vocabulary, file.deadlines, rules.zone), ways=ways, server_now=now)
    )  # fmt: skip


def _ways(read: Read, judged: Judged, asking: Asking) -> tuple[Way, ...]:
    file, rules, now = read.loaded.file, read.rules, read.loaded.now

    def proof_for(facts: Facts) -> tuple[Need, ...]:
        return owed(rules, dict(facts), judged.looked, of="buyer", at="opening")

    parts = groups(file, asking.lines)
    beside = (
        tuple(sheet(file, msgspec.structs.replace(asking, lines=part), now, rules.zone) for part in parts)
        if len(parts) > 1
        else ()
    )
    unopened = Unopened(rules.topic("eligibility"), judged.facts, now, rules.zone, proof_for, beside)
    found = counterfactuals(unopened, file.order.currency)
    freight = any(line.shipping for line in file.lines if line.id in asking.lines)
    return found if freight else tuple(way for way in found if not _asks_for_freight_alone(way, rules.vocabulary))


def _asks_for_freight_alone(way: Way, vocabulary: Vocabulary) -> bool:
    """Whether nothing but the freight could be asked for in this way: where none was paid, it leads nowhere."""
    reasons = vocabulary.words("reasons")
    for change in way.changes:
        named = set(change.to) if change.fact == "request.reason" else set()
        if change.fact == "request.reason_group":
            named = {word for word, term in reasons.items() if term.traits["group"] in change.to}
        if named == {FREIGHT_ONLY}:
            return True
    return False


OPERATIONS = (
    Operation(id="list_ways", method="POST", path="/v1/orders/{order_id}/cases:ways", who=PEOPLE, permission="orders.read", body=OpenBody,
              handler=list_ways, answer=WaysView, summary="Everything that would open a request: one change, or two",
              problems=("not_found", "unknown_word", "request_already_open", "already_refunded", "nothing_left_to_ask", "line_unknown",
                        "exceeds_refundable", "evidence_kind_not_admitted", "channel_not_accepted", "upload_in_quarantine")),
    Operation(id="list_case_ways", method="GET", path="/v1/cases/{case_id}/ways", who=PEOPLE, permission="cases.read",
              handler=list_case_ways, answer=CaseWaysView, summary="What a case waits for, and what would open it",
              problems=("not_found",)),
)  # fmt: skip
