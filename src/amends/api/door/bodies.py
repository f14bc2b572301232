"""What callers send. Unknown fields are refused; amounts are whole minor units; every text and list has an end."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.domain.facts.words import CaseKind
from amends.store.reading import MOST as LONGEST_PAGE

MOST = 2**53 - 1
MOST_ROWS = 1000
MOST_LINES = 500

Word = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_]*\Z")]
Topic = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^(case\.)?[a-z0-9][a-z0-9_]*\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Short = Annotated[str, Meta(max_length=500)]
Note = Annotated[str, Meta(max_length=2000)]
Excerpt = Annotated[str, Meta(max_length=20_000)]
Positive = Annotated[int, Meta(ge=1, le=MOST)]
Minor = Annotated[int, Meta(ge=0, le=MOST)]
Units = Annotated[int, Meta(ge=1, le=1_000_000)]
SomeUnits = Annotated[int, Meta(ge=0, le=1_000_000)]
Limit = Annotated[int, Meta(ge=1, le=LONGEST_PAGE)]
"""Rows of a page of a list."""
Version = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Currency = Annotated[str, Meta(min_length=3, max_length=3, pattern=r"^[A-Z]{3}\Z")]
Moment = Annotated[datetime, Meta(tz=True)]


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A body. What it does not know, it refuses."""


class ShopQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Narrows a list to one shop."""

    shop_id: Positive | None = None


class LineBody(Strict, frozen=True, kw_only=True):
    """A line that is asked about. Without quantity: all units that no other request holds."""

    line_id: UUID
    quantity: Units | None = None
    amount: Positive | None = None


class ProofBody(Strict, frozen=True, kw_only=True):
    """Proof: an upload by its id, or a text or chat excerpt with the channel that it comes from."""

    kind: Word
    upload_id: UUID | None = None
    channel: Word | None = None
    text: Excerpt | None = None


Lines = Annotated[tuple[LineBody, ...], Meta(max_length=MOST_LINES)]
Proof = Annotated[tuple[ProofBody, ...], Meta(max_length=20)]
SomeProof = Annotated[tuple[ProofBody, ...], Meta(min_length=1, max_length=20)]
Kinds = Annotated[tuple[Word, ...], Meta(min_length=1, max_length=20)]


class OpenBody(Strict, frozen=True, kw_only=True):
    """A request. Without lines it is about every line; `told` are facts that the asker states, such as `item.used`."""

    kind: CaseKind
    reason: Word
    lines: Lines = ()
    amount: Positive | None = None
    note: Note | None = None
    proof: Proof = ()
    destination: Short | None = None
    told: Annotated[dict[str, bool], Meta(max_length=20)] = {}


class ApproveBody(Strict, frozen=True, kw_only=True):
    """Approve. `keep_goods` refunds a return without the goods coming back."""

    keep_goods: bool = False
    note: Note | None = None
    return_address_id: UUID | None = None


class RejectBody(Strict, frozen=True, kw_only=True):
    """Reject on a ground, with the proof that it demands."""

    ground: Word
    note: Note | None = None
    proof: Proof = ()


class WithdrawBody(Strict, frozen=True, kw_only=True):
    """Nothing to say."""


class SubmitEvidenceBody(Strict, frozen=True, kw_only=True):
    """Proof to hand in."""

    proof: SomeProof


class AmendBody(Strict, frozen=True, kw_only=True):
    """What of the request changes; what is left out stays."""

    reason: Word | None = None
    lines: Lines = ()
    amount: Positive | None = None
    note: Note | None = None
    proof: Proof = ()


class AskForProofBody(Strict, frozen=True, kw_only=True):
    """Kinds of proof that the buyer is asked for."""

    kinds: Kinds
    note: Note | None = None


class DecideRecheckBody(Strict, frozen=True, kw_only=True):
    """How a person of the platform settles a re-check; `decline` names its reason, `ask_proof` the kinds."""

    decision: Literal["admit", "ask_proof", "decline"]
    reason: Word | None = None
    kinds: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    note: Note | None = None


class ShipBody(Strict, frozen=True, kw_only=True):
    """Who carries the parcel, and its number."""

    carrier: Word
    tracking_number: Annotated[str, Meta(min_length=1, max_length=64)]


class ShipReturnBody(ShipBody, frozen=True, kw_only=True):
    """The same for goods on their way back; `together` are other cases of the order whose goods are in the parcel."""

    together: Annotated[tuple[UUID, ...], Meta(max_length=20)] = ()


class CorrectNumberBody(ShipBody, frozen=True, kw_only=True):
    """The right carrier and number."""


class InspectedBody(Strict, frozen=True, kw_only=True):
    """What inspection found of a line, by unit."""

    line_id: UUID
    accepted: SomeUnits
    refused: SomeUnits = 0
    deducted: Minor = 0
    disposition: Word = "restocked"


class InspectReturnBody(Strict, frozen=True, kw_only=True):
    """The inspection; a refusal or a deduction names its ground and brings its proof."""

    lines: Annotated[tuple[InspectedBody, ...], Meta(min_length=1, max_length=MOST_LINES)]
    ground: Word | None = None
    note: Note | None = None
    proof: Proof = ()


class ConvertBody(Strict, frozen=True, kw_only=True):
    """An exchange becomes a refund."""

    note: Note | None = None


class AcceptReplacementBody(Strict, frozen=True, kw_only=True):
    """Nothing to say."""


class ProposeBody(Strict, frozen=True, kw_only=True):
    """Something else that is offered: to withdraw, to prove (`kinds` of proof), or to change the kind, the amount or both."""

    what: Literal["withdraw", "prove", "change"]
    kind: CaseKind | None = None
    amount: Positive | None = None
    kinds: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    freight: Word | None = None
    note: Note | None = None


class AnswerProposalBody(Strict, frozen=True, kw_only=True):
    """The buyer's answer; who accepts to prove hands the proof in with it."""

    answer: Literal["accept", "decline"]
    proof: Proof = ()


class SettleReturnBody(Strict, frozen=True, kw_only=True):
    """What became of a return that did not arrive."""

    decision: Literal["found", "lost", "never_sent", "genuine"]
    note: Note | None = None


class EscalateBody(Strict, frozen=True, kw_only=True):
    """What the buyer tells the platform, with proof, and the theme that it touches on, where the buyer says so."""

    note: Note | None = None
    proof: Proof = ()
    theme: Word | None = None


class CancelDisputeBody(Strict, frozen=True, kw_only=True):
    """Nothing to say."""


class AppealBody(Strict, frozen=True, kw_only=True):
    """Why another ruling is asked for, with new proof."""

    note: Note | None = None
    proof: Proof = ()


class ClaimReviewBody(Strict, frozen=True, kw_only=True):
    """Take the dispute, or give it back; `theme` where the reviewer sees that it touches on one."""

    give_back: bool = False
    theme: Word | None = None


class RuleBody(Strict, frozen=True, kw_only=True):
    """A ruling; `amount` grants a part."""

    ruling: Word
    liability: Word
    rationale: Annotated[str, Meta(min_length=1, max_length=4000)]
    amount: Positive | None = None


class ConfirmRulingBody(Strict, frozen=True, kw_only=True):
    """Whether the second person agrees."""

    agree: bool = True


class GiveUpRefundBody(Strict, frozen=True, kw_only=True):
    """The failed refund that is not paid any more, and why."""

    refund_id: UUID
    note: Note | None = None


class RetryRefundBody(Strict, frozen=True, kw_only=True):
    """The failed refund that is replaced, and where the money goes instead."""

    refund_id: UUID
    destination: Short | None = None


class AgreeRefusalBody(Strict, frozen=True, kw_only=True):
    """Nothing to say."""


class OrderInterceptionBody(Strict, frozen=True, kw_only=True):
    """Which parcel, where there are several; `whole_parcel` says that other lines in it may be stopped as well."""

    parcel_id: UUID | None = None
    whole_parcel: bool = False


class ComplaintBody(Strict, frozen=True, kw_only=True):
    """What the carrier should know."""

    note: Note | None = None


class MoveRow(Strict, frozen=True, kw_only=True):
    """One row of a batch: its own id, the case, the version that was seen, the move and its body."""

    id: Annotated[str, Meta(min_length=1, max_length=100)]
    case_id: UUID
    move: Word
    version: Version
    body: dict[str, Any] = {}


class BatchBody(Strict, frozen=True, kw_only=True):
    """Many moves at once."""

    moves: Annotated[tuple[MoveRow, ...], Meta(min_length=1, max_length=MOST_ROWS)]


class ScanRow(Strict, frozen=True, kw_only=True):
    """One carrier event; taken once by (source, event_id). Without `shop_id` its parcel is found by its number."""

    source: Word
    event_id: Name
    tracking_number: Annotated[str, Meta(min_length=1, max_length=64)]
    status: Word
    occurred_at: Moment
    carrier: Word | None = None
    postcode: Annotated[str, Meta(min_length=1, max_length=16)] | None = None
    weight: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    shop_id: Positive | None = None


class ScansBody(Strict, frozen=True, kw_only=True):
    """Many carrier events."""

    scans: Annotated[tuple[ScanRow, ...], Meta(min_length=1, max_length=MOST_ROWS)]


class WebhookBody(Strict, frozen=True, kw_only=True):
    """An endpoint that wants to hear; no topics means every event."""

    url: Annotated[str, Meta(min_length=1, max_length=2000)]
    topics: Annotated[tuple[Topic, ...], Meta(max_length=100)] = ()
    shop_id: Positive | None = None


class ReplayBody(Strict, frozen=True, kw_only=True):
    """Send again the messages of these ids, or what was wished from a moment on, until before another."""

    since: Moment | None = None
    until: Moment | None = None
    ids: Annotated[tuple[UUID, ...], Meta(max_length=500)] = ()


class TokenBody(Strict, frozen=True, kw_only=True):
    """A token to make. A buyer's `subject` is the buyer's reference; staff get at most the permissions that are named.

    A `seat` goes wherever its person is a member, so that nobody logs out to switch shops.
    """

    kind: Literal["platform", "seller", "buyer", "carrier"]
    subject: Name
    label: Annotated[str, Meta(max_length=200)] = ""
    shops: Annotated[tuple[Positive, ...], Meta(max_length=1000)] = ()
    seat: bool = False
    permissions: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=64)], ...], Meta(max_length=64)] = ("*",)
    expires_at: Moment | None = None


class ClockBody(Strict, frozen=True, kw_only=True):
    """Where the sandbox's clock goes: so many seconds on, or to a later moment."""

    advance_seconds: Annotated[int, Meta(ge=1, le=10 * 366 * 86_400)] | None = None
    set_to: Moment | None = None
