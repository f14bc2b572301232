"""What can be asked of the desk: one struct a command. The listing is the manual.

Every command names its shop, its actor and, from outside, an idempotency `key`. `based_on` is the case version that the
actor saw (`If-Match`); `None` only for commands that decide nothing stale (scans, timers, results). `moment` may be given by an
importer of history alone.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from amends.domain.facts.people import Actor


class Command(msgspec.Struct, frozen=True, kw_only=True, tag=str.lower):
    """What every command carries."""

    shop_id: int
    actor: Actor
    key: str | None = None
    moment: datetime | None = None


class AskedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that the buyer asks about; without quantity: all units that no other case holds. `amount` asks for less than the units cost."""

    line_id: UUID
    quantity: int | None = None
    amount: int | None = None


class GivenProof(msgspec.Struct, frozen=True, kw_only=True):
    """Proof handed in with a command: an upload by its id, or a text or chat excerpt.

    `legible` and `matches_claim` are what a check or a person found; `None` where nobody looked.
    """

    kind: str
    upload_id: UUID | None = None
    channel: str | None = None
    text: str | None = None
    legible: bool | None = None
    matches_claim: bool | None = None


class OrderCommand(Command, frozen=True, kw_only=True):
    """A command on an order."""

    order_id: UUID


class OpenCase(OrderCommand, frozen=True, kw_only=True, tag="open_case"):
    """Ask for after-sales. No `lines` means every line. `told` are facts that the asker states (`item.used`, `item.opened`).

    With `preview` nothing is recorded and the answer is the verdict.
    """

    kind: str
    reason: str
    lines: tuple[AskedLine, ...] = ()
    amount: int | None = None
    note: str | None = None
    proof: tuple[GivenProof, ...] = ()
    destination: str | None = None
    told: dict[str, bool] = {}
    preview: bool = False


class ShipOrder(OrderCommand, frozen=True, kw_only=True, tag="ship_order"):
    """The seller hands the order to a carrier; a pre-shipment cancellation under review is rejected by it."""

    carrier: str
    tracking_number: str


class Offline(msgspec.Struct, frozen=True, kw_only=True):
    """A decision taken without a network: its own id, the device's time, which decides nothing, and the grace that policy gives."""

    id: str
    device_at: datetime
    grace: timedelta = timedelta(0)


class CaseCommand(Command, frozen=True, kw_only=True):
    """A command on a case."""

    case_id: UUID
    based_on: int | None = None
    offline: Offline | None = None


class Approve(CaseCommand, frozen=True, kw_only=True, tag="approve"):
    """Approve the request (1st review) or the returned goods (2nd). `keep_goods`: refund a return without the goods coming back.

    `return_address_id` names where the goods go; without it, the address that the shop prefers.
    """

    keep_goods: bool = False
    note: str | None = None
    return_address_id: UUID | None = None


class Reject(CaseCommand, frozen=True, kw_only=True, tag="reject"):
    """Reject with a ground of the stage and the proof that it demands; `other` demands a note of at most 200 characters."""

    ground: str
    note: str | None = None
    proof: tuple[GivenProof, ...] = ()


class Withdraw(CaseCommand, frozen=True, kw_only=True, tag="withdraw"):
    """The buyer takes the request back."""


class SubmitEvidence(CaseCommand, frozen=True, kw_only=True, tag="submit_evidence"):
    """Hand in proof; it answers an open demand where there is one."""

    proof: tuple[GivenProof, ...]


class Amend(CaseCommand, frozen=True, kw_only=True, tag="amend"):
    """The buyer changes reason, lines, amount or proof while the seller reviews."""

    reason: str | None = None
    lines: tuple[AskedLine, ...] = ()
    amount: int | None = None
    note: str | None = None
    proof: tuple[GivenProof, ...] = ()


class AskForProof(CaseCommand, frozen=True, kw_only=True, tag="ask_for_proof"):
    """The seller asks once for more proof; the review pauses."""

    kinds: tuple[str, ...]
    note: str | None = None


class DecideRecheck(CaseCommand, frozen=True, kw_only=True, tag="decide_recheck"):
    """A person of the platform settles a re-check: `admit`, `ask_proof` or `decline`, with a reason code for the last."""

    decision: str
    reason: str | None = None
    kinds: tuple[str, ...] = ()
    note: str | None = None


class ShipReturn(CaseCommand, frozen=True, kw_only=True, tag="ship_return"):
    """The buyer sends the goods back and gives the tracking number; goods of the cases in `together` are in the same parcel."""

    carrier: str
    tracking_number: str
    together: tuple[UUID, ...] = ()


class CorrectReturnNumber(CaseCommand, frozen=True, kw_only=True, tag="correct_return_number"):
    """The number that was given for a return was wrong."""

    carrier: str
    tracking_number: str


class InspectedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What inspection found of a line, by unit: `accepted` + `refused` is the case's quantity; `deducted` is kept from the accepted share."""

    line_id: UUID
    accepted: int
    refused: int = 0
    deducted: int = 0
    disposition: str = "restocked"


class InspectReturn(CaseCommand, frozen=True, kw_only=True, tag="inspect_return"):
    """The 2nd review by unit. A refusal or a deduction names its ground and brings its proof."""

    lines: tuple[InspectedLine, ...]
    ground: str | None = None
    note: str | None = None
    proof: tuple[GivenProof, ...] = ()


class ConvertToRefund(CaseCommand, frozen=True, kw_only=True, tag="convert_to_refund"):
    """An exchange that passed inspection ends as a refund."""

    note: str | None = None


class ShipReplacement(CaseCommand, frozen=True, kw_only=True, tag="ship_replacement"):
    """The seller sends the replacement and gives the tracking number."""

    carrier: str
    tracking_number: str


class AcceptReplacement(CaseCommand, frozen=True, kw_only=True, tag="accept_replacement"):
    """The buyer has the replacement and keeps it."""


class Propose(CaseCommand, frozen=True, kw_only=True, tag="propose"):
    """Offer something else: `withdraw`, `prove` (with `kinds` of proof) or `change` (another `kind`, `amount` or both).

    `freight` names who pays the way back where the offer sends goods back; without it, the seller.
    """

    what: str
    kind: str | None = None
    amount: int | None = None
    kinds: tuple[str, ...] = ()
    freight: str | None = None
    note: str | None = None


class AnswerProposal(CaseCommand, frozen=True, kw_only=True, tag="answer_proposal"):
    """The buyer's word on the open proposal: `accept` or `decline`. Who accepts to prove hands the proof in with it."""

    answer: str
    proof: tuple[GivenProof, ...] = ()


class SettleReturn(CaseCommand, frozen=True, kw_only=True, tag="settle_return"):
    """A person of the platform settles a return that did not arrive: `found`, `lost` or `never_sent` (row 41)."""

    decision: str
    note: str | None = None


class Escalate(CaseCommand, frozen=True, kw_only=True, tag="escalate"):
    """The buyer takes a rejection to the platform, with what proof they have; `theme` where they say that it touches on one."""

    note: str | None = None
    proof: tuple[GivenProof, ...] = ()
    theme: str | None = None


class CancelDispute(CaseCommand, frozen=True, kw_only=True, tag="cancel_dispute"):
    """The buyer lets the dispute be."""


class Appeal(CaseCommand, frozen=True, kw_only=True, tag="appeal"):
    """Who lost asks for another ruling; the second time only with new proof of the stronger kinds."""

    note: str | None = None
    proof: tuple[GivenProof, ...] = ()


class ClaimReview(CaseCommand, frozen=True, kw_only=True, tag="claim_review"):
    """A person of the platform takes a dispute, or with `give_back` lets somebody else have it; they may name its `theme`."""

    give_back: bool = False
    theme: str | None = None


class Rule(CaseCommand, frozen=True, kw_only=True, tag="rule"):
    """A ruling: for the `buyer` (in part with `amount`), `return_first`, or for the `seller`; who is liable, and why in words."""

    ruling: str
    liability: str
    rationale: str
    amount: int | None = None


class ConfirmRuling(CaseCommand, frozen=True, kw_only=True, tag="confirm_ruling"):
    """The second person agrees with a proposed ruling, or does not."""

    agree: bool = True


class AgreeRefusal(CaseCommand, frozen=True, kw_only=True, tag="agree_refusal"):
    """The seller agrees that the buyer refuses the parcel and gets the money back."""


class OrderInterception(CaseCommand, frozen=True, kw_only=True, tag="order_interception"):
    """Have the carrier stop a parcel. `whole_parcel` says that lines which nobody asked about may be stopped with it."""

    parcel_id: UUID | None = None
    whole_parcel: bool = False


class ComplainToCarrier(CaseCommand, frozen=True, kw_only=True, tag="complain_to_carrier"):
    """Intercepted goods did not come back; the carrier is asked for them."""

    note: str | None = None


class FireDeadline(CaseCommand, frozen=True, kw_only=True, tag="fire_deadline"):
    """Time acts: the worker found this deadline due."""

    kind: str
    started_seq: int


class RecordScan(Command, frozen=True, kw_only=True, tag="record_scan"):
    """A carrier event, of whatever order of arrival; known by (source, event_id). `weight` in grams.

    `order_id` names one of several orders that travel in the parcel; without it the newest that bears the number is meant.
    """

    source: str
    event_id: str
    tracking_number: str
    status: str
    occurred_at: datetime
    carrier: str | None = None
    postcode: str | None = None
    weight: int | None = None
    order_id: UUID | None = None


class RecordLabel(CaseCommand, frozen=True, kw_only=True, tag="record_label"):
    """The carrier's answer to a wished label: its number, service and cost (minor units), or the `problem` that kept it from being made."""

    carrier: str | None = None
    tracking_number: str | None = None
    service: str | None = None
    cost: int | None = None
    currency: str | None = None
    problem: str | None = None


class RecordInterception(Command, frozen=True, kw_only=True, tag="record_interception"):
    """The carrier's answer to an interception: `accepted`, `declined` (with its reason), then `succeeded` or `failed`. `cost` in minor units."""

    interception_id: UUID
    result: str
    reason: str | None = None
    cost: int | None = None
    currency: str | None = None
    reference: str | None = None


class AnswerComplaint(Command, frozen=True, kw_only=True, tag="answer_complaint"):
    """What became of a complaint: `lodged` (the carrier's `reference` for it), `accepted` with what it has `paid`, `declined`, `goods_back`."""

    interception_id: UUID
    answer: str
    reference: str | None = None
    paid: int | None = None


class RecordRefundResult(Command, frozen=True, kw_only=True, tag="record_refund_result"):
    """What the payment side said of a refund: `sent` before the call, then `succeeded`, `failed` or `unknown`; `came_back` after it was paid."""

    refund_id: UUID
    result: str
    provider_reference: str | None = None
    failure: str | None = None


class RetryRefund(CaseCommand, frozen=True, kw_only=True, tag="retry_refund"):
    """A confirmed failed refund is replaced by a new row, to the same or another destination, by an operator."""

    refund_id: UUID
    destination: str | None = None


AnyCommand = (
    OpenCase
    | ShipOrder
    | Approve
    | Reject
    | Withdraw
    | SubmitEvidence
    | Amend
    | AskForProof
    | DecideRecheck
    | ShipReturn
    | InspectReturn
    | ConvertToRefund
    | ShipReplacement
    | AcceptReplacement
    | Propose
    | AnswerProposal
    | SettleReturn
    | Escalate
    | CancelDispute
    | Appeal
    | ClaimReview
    | Rule
    | ConfirmRuling
    | FireDeadline
    | RecordScan
    | RecordRefundResult
    | RetryRefund
    | AgreeRefusal
    | CorrectReturnNumber
    | RecordLabel
    | OrderInterception
    | ComplainToCarrier
    | RecordInterception
    | AnswerComplaint
)
Body = dict[str, Any]
