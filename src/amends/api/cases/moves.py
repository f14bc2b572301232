"""Moves on cases: one at a time with `If-Match`, or many in one call with the version in each row."""

import asyncio
from typing import Any, Final, cast

import msgspec

from amends.actions import commands
from amends.actions.chargeback_commands import GiveUpRefund
from amends.actions.commands import AskedLine, CaseCommand, GivenProof, InspectedLine
from amends.api.door import bodies
from amends.api.door.answering import answered
from amends.api.door.bodies import BatchBody, MoveRow
from amends.api.door.callers import Caller
from amends.api.door.calls import Handler, Request
from amends.api.door.gate import misfit
from amends.api.door.messages import FieldError, Problem, Reply, encode
from amends.api.door.operation import PEOPLE, Operation
from amends.api.door.problems import SUCCESS, status_of
from amends.api.door.spoken import unspoken
from amends.desk.answers import Answer
from amends.desk.views import CaseView
from amends.domain.lifecycle.moves import PERMISSIONS

CHUNK: Final = 250
Asked = tuple[str, CaseCommand]
"""A row's id and what it asks."""
MOVES: Final[dict[str, tuple[type[CaseCommand], type[bodies.Strict], str]]] = {
    "approve": (commands.Approve, bodies.ApproveBody, "Approve the request, or the returned goods"),
    "reject": (commands.Reject, bodies.RejectBody, "Reject with a ground and the proof that it demands"),
    "withdraw": (commands.Withdraw, bodies.WithdrawBody, "Take the request back"),
    "submit_evidence": (commands.SubmitEvidence, bodies.SubmitEvidenceBody, "Hand in proof"),
    "amend": (commands.Amend, bodies.AmendBody, "Change the request while the seller reviews"),
    "ask_for_proof": (commands.AskForProof, bodies.AskForProofBody, "Ask the buyer for more proof, once"),
    "decide_recheck": (commands.DecideRecheck, bodies.DecideRecheckBody, "Settle a re-check"),
    "ship_return": (commands.ShipReturn, bodies.ShipReturnBody, "Send the goods back"),
    "inspect_return": (commands.InspectReturn, bodies.InspectReturnBody, "Say what inspection found, by unit"),
    "convert_to_refund": (commands.ConvertToRefund, bodies.ConvertBody, "Turn an exchange into a refund"),
    "ship_replacement": (commands.ShipReplacement, bodies.ShipBody, "Send the replacement of an exchange"),
    "accept_replacement": (commands.AcceptReplacement, bodies.AcceptReplacementBody, "Keep the replacement"),
    "propose": (commands.Propose, bodies.ProposeBody, "Offer something else"),
    "answer_proposal": (commands.AnswerProposal, bodies.AnswerProposalBody, "Accept or decline what is offered"),
    "settle_return": (commands.SettleReturn, bodies.SettleReturnBody, "Settle a return that did not arrive"),
    "escalate": (commands.Escalate, bodies.EscalateBody, "Take a rejection to the platform"),
    "cancel_dispute": (commands.CancelDispute, bodies.CancelDisputeBody, "Let the dispute be"),
    "appeal": (commands.Appeal, bodies.AppealBody, "Ask for another ruling"),
    "claim_review": (commands.ClaimReview, bodies.ClaimReviewBody, "Take a dispute to rule on it, or give it back"),
    "rule": (commands.Rule, bodies.RuleBody, "Rule on a dispute"),
    "confirm_ruling": (commands.ConfirmRuling, bodies.ConfirmRulingBody, "Agree with a proposed ruling, or not"),
    "correct_return_number": (commands.CorrectReturnNumber, bodies.CorrectNumberBody, "Correct the number of a return"),
    "agree_refusal": (commands.AgreeRefusal, bodies.AgreeRefusalBody, "Agree to a refund after refusing the parcel"),
    "order_interception": (commands.OrderInterception, bodies.OrderInterceptionBody, "Have the carrier stop a parcel"),
    "complain_to_carrier": (commands.ComplainToCarrier, bodies.ComplaintBody, "Complain that intercepted goods are not back"),
    "give_up_refund": (GiveUpRefund, bodies.GiveUpRefundBody, "Give a failed refund up"),
    "retry_refund": (commands.RetryRefund, bodies.RetryRefundBody, "Replace a refund that failed"),
}
_LOWERED: Final[dict[str, type]] = {"LineBody": AskedLine, "ProofBody": GivenProof, "InspectedBody": InspectedLine}


class RowAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to one row: the case as it now stands, or the problem with the status that it would have alone."""

    id: str
    status: int
    case: msgspec.Raw | None = None
    problem: msgspec.Raw | None = None
    replayed: bool = False


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer for each row, in the order given."""

    rows: list[RowAnswer]


def _lowered(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_lowered(one) for one in value)
    shape = _LOWERED.get(type(value).__name__)
    if shape is None:
        return value
    return shape(**{name: getattr(value, name) for name in value.__struct_fields__})


def missing_permission(caller: Caller, move: str) -> Problem | None:
    """The permission that a move needs and this caller was not granted, by name (P-02)."""
    permission = PERMISSIONS.get(caller.kind, {}).get(move)
    if permission is None or caller.actor.may(permission):
        return None
    return Problem(code="permission_missing", detail={"permission": permission})


def move_command(caller: Caller, place: tuple[int, Any], move: str, body: bodies.Strict, key: str, version: int) -> CaseCommand:
    """The command of a move with its body."""
    fields = {name: _lowered(getattr(body, name)) for name in body.__struct_fields__}
    return MOVES[move][0](shop_id=place[0], actor=caller.actor, key=key, case_id=place[1], based_on=version, **fields)


def _make(move: str) -> Handler:
    async def make_move(request: Request) -> Reply | Problem:
        context, caller = request.context, request.caller
        refused = missing_permission(caller, move) or unspoken(request.body, context.vocabulary)
        if refused is not None:
            return refused
        place = await context.places.case(caller, request.params["case_id"])
        if place is None:
            return Problem(code="not_found")
        return answered(await context.group.handle(move_command(caller, place, move, request.body, request.key, request.version)))

    return make_move


async def move_batch(request: Request) -> Reply | Problem:
    """Many moves, an answer for each row; what one row breaks does not hold up the others."""
    rows = cast("BatchBody", request.body).moves
    if len({row.id for row in rows}) != len(rows):
        return Problem(code="value_not_allowed", errors=(FieldError("moves", "value_not_allowed"),))
    answers: dict[str, RowAnswer] = {}
    asked: list[Asked] = []
    for row, command in zip(rows, await asyncio.gather(*(_row_command(request, row) for row in rows)), strict=True):
        if isinstance(command, Problem):
            answers[row.id] = refused_row(request, row.id, command)
        else:
            asked.append((row.id, command))

    async def told(lane: list[Asked]) -> None:
        for start in range(0, len(lane), CHUNK):
            chunk = lane[start : start + CHUNK]
            for (row_id, _), answer in zip(chunk, await request.context.desk.handle([c for _, c in chunk]), strict=True):
                answers[row_id] = row_answer(request, row_id, answer)

    await asyncio.gather(*(told(lane) for lane in in_lanes(asked, request.context.settings.lanes)))
    return Reply(body=encode(BatchAnswer(rows=[answers[row.id] for row in rows])))


def in_lanes(asked: list[Asked], lanes: int) -> list[list[Asked]]:
    """Rows to be handled side by side: a shop's in one lane and in their order, for its events are one chain; lanes about as long."""
    shops: dict[int, list[Asked]] = {}
    for each in asked:
        shops.setdefault(each[1].shop_id, []).append(each)
    found: list[list[Asked]] = [[] for _ in range(lanes)]
    for rows in sorted(shops.values(), key=len, reverse=True):
        min(found, key=len).extend(rows)
    return [lane for lane in found if lane]


async def _row_command(request: Request, row: MoveRow) -> CaseCommand | Problem:
    context, caller = request.context, request.caller
    if row.move not in MOVES:
        return Problem(code="unknown_word", errors=(FieldError("move", "unknown_word"),))
    try:
        body = msgspec.convert(row.body, MOVES[row.move][1])
    except msgspec.ValidationError as problem:
        return misfit(str(problem))
    refused = missing_permission(caller, row.move) or unspoken(body, context.vocabulary)
    if refused is not None:
        return refused
    place = await context.places.case(caller, str(row.case_id))
    if place is None:
        return Problem(code="not_found")
    return move_command(caller, place, row.move, body, f"{request.key}:{row.id}", row.version)


def row_answer(request: Request, row_id: str, answer: Answer) -> RowAnswer:
    """What the desk said to one row."""
    if answer.code is not None:
        problem = Problem(code=answer.code, told=answer.body)
        return msgspec.structs.replace(refused_row(request, row_id, problem), replayed=answer.replayed)
    return RowAnswer(id=row_id, status=SUCCESS["ok"], case=msgspec.Raw(answer.body), replayed=answer.replayed)


def refused_row(request: Request, row_id: str, problem: Problem) -> RowAnswer:
    """A row that was refused, with the status that it would have alone."""
    body = request.context.words.body(problem, "en", request.request_id)
    return RowAnswer(id=row_id, status=status_of(problem.code), problem=msgspec.Raw(body))


REFUSALS = ("not_found", "unknown_word", "version_required", "stale_version", "move_not_open", "deadline_passed", "case_is_final",
            "proposal_open", "historical", "exceeds_refundable", "payment_disputed", "still_running",
            "no_deadline_promised")  # fmt: skip
OPERATIONS = (
    *(
        Operation(id=move, method="POST", path=f"/v1/cases/{{case_id}}/moves/{move}", summary=summary, handler=_make(move),
                  who=PEOPLE, body=body, answer=CaseView, keyed=True, versioned=True, sort="write", problems=REFUSALS)
        for move, (_, body, summary) in MOVES.items()
    ),
    Operation(id="move_batch", method="POST", path="/v1/moves:batch", summary="Many moves, an answer for each row",
              handler=move_batch, who=PEOPLE, body=BatchBody, answer=BatchAnswer, bulk=True, keyed=True, sort="write",
              problems=("batch_too_large",)),
)  # fmt: skip
