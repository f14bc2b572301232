"""What a rule may answer: for each topic the forms of an outcome, as frozen structs. `forms` has the tables that reading checks them by."""

import msgspec

from amends.domain.rulebook.quantities import Quantity


class _Outcome(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="form"):
    pass


class Allow(_Outcome, frozen=True, tag="allow"):
    """The buyer may ask for these kinds; `review_by` names who must look first, `programme` the road that it takes."""

    allow: tuple[str, ...]
    review_by: str | None = None
    programme: str | None = None


class Decline(_Outcome, frozen=True, tag="decline"):
    """The buyer may not ask; a word of `problems`."""

    decline: str


class Undecided(_Outcome, frozen=True, tag="undecided"):
    """A person decides; a word of `problems`."""

    undecided: str


class Withhold(_Outcome, frozen=True, tag="withhold"):
    """A protection that does not cover this request. It never decides."""

    withhold: str


class ProofKinds(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kinds of proof: one of `any_of`, or every one of `all_of`."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()


class Demand(_Outcome, frozen=True, tag="demand"):
    """Proof that a side owes at a stage."""

    demand: ProofKinds
    of: str
    at: str


class Admit(_Outcome, frozen=True, tag="admit"):
    """Kinds of proof that count for a side."""

    admit: tuple[str, ...]
    of: str


class RejectProof(_Outcome, frozen=True, tag="reject"):
    """A piece of proof that does not count; `then: human_check` asks a person to look again."""

    reject: str
    of: str
    then: str | None = None


class Weigh(_Outcome, frozen=True, tag="weigh"):
    """Whose proof is looked at first."""

    weigh: str
    of: str


class TimeLimit(_Outcome, frozen=True, tag="deadline"):
    """A deadline of a kind: how long, what happens when it is over, and what is left at least when it resumes."""

    deadline: str
    within: Quantity
    on_expiry: str
    at_least: Quantity | None = None


class Pause(_Outcome, frozen=True, tag="pause"):
    """Stands in releases that are out and cannot be written any more: what pauses a clock stands in the lifecycle."""

    pause: tuple[str, ...]
    resume_on: tuple[str, ...]
    at_least: Quantity | None = None


class Shrink(_Outcome, frozen=True, tag="shrink_to"):
    """Clocks that become shorter, never longer."""

    shrink_to: Quantity
    of: tuple[str, ...] = ()


class Lane(_Outcome, frozen=True, tag="lane"):
    """The review lane that a case goes to."""

    lane: str


class MayReject(_Outcome, frozen=True, tag="may_reject"):
    """A ground that the seller may use at these stages."""

    may_reject: str
    stages: tuple[str, ...]


class Bar(_Outcome, frozen=True, tag="bar"):
    """A ground that the seller may not use here."""

    bar: str


class NoteLimit(msgspec.Struct, frozen=True):
    """A note is owed, of at most so many characters."""

    max_chars: int


class NoteOwed(msgspec.Struct, frozen=True):
    """What a rejection must carry."""

    note: NoteLimit


class Require(_Outcome, frozen=True, tag="require"):
    """What a rejection must carry besides its ground."""

    require: NoteOwed


class Overrule(_Outcome, frozen=True, tag="overrule"):
    """The rejection does not stand; a word of `problems`."""

    overrule: str


class Show(_Outcome, frozen=True, tag="show"):
    """Notices that must be seen."""

    show: tuple[str, ...]


class Tag(_Outcome, frozen=True, tag="tag"):
    """Words that a case is tagged with, so that people find and sort it (T-05)."""

    tag: tuple[str, ...]


class Duty(_Outcome, frozen=True, tag="duty"):
    """What the seller must declare or keep."""

    duty: tuple[str, ...]


class ReturnCommission(_Outcome, frozen=True, tag="return_commission"):
    """Commission that goes back with a refund."""

    return_commission: str


class ReturnFreight(_Outcome, frozen=True, tag="return_freight"):
    """Who pays the way back from the buyer; its first leg where a rule says who pays the rest."""

    return_freight: str


class ToWarehouse(_Outcome, frozen=True, tag="to_warehouse"):
    """Who pays the leg from the collection point to the seller's warehouse."""

    to_warehouse: str


class Share(msgspec.Struct, frozen=True, omit_defaults=True):
    """A share of the request's amount, with its bounds in money or, as a plain number, in units of the market's currency."""

    percent: Quantity
    at_least: Quantity | None = None
    at_most: Quantity | None = None


class Compensate(_Outcome, frozen=True, tag="compensate"):
    """Money from one party to another on top of the refund."""

    compensate: Share
    by: str = "seller"
    to: str = "buyer"


class RefundWhen(_Outcome, frozen=True, tag="refund"):
    """When the money goes back."""

    refund: str


class Score(_Outcome, frozen=True, tag="score"):
    """What conduct costs a shop; `expires` when the entry no longer counts."""

    score: str
    subtract: Quantity
    expires: Quantity | None = None


class Privilege(_Outcome, frozen=True, tag="privilege"):
    """What a shop loses."""

    bar: str


class Demote(_Outcome, frozen=True, tag="demote"):
    """Where a shop is shown less."""

    demote: str


class Estimate(_Outcome, frozen=True, tag="inform"):
    """An estimate that is shown and never decides."""

    inform: str
    per: Quantity
    lost: Quantity


class Benchmark(_Outcome, frozen=True, tag="benchmark"):
    """What is normal in this trade."""

    at_most: Quantity
    of: str = "return_rate"


class Label(_Outcome, frozen=True, tag="label"):
    """The label that the buyer gets for the way back."""

    label: str


class ScanWatch(_Outcome, frozen=True, tag="return_scan"):
    """Stands in releases that are out and cannot be written any more: the deadline `return_scan` is what counts."""

    return_scan: Quantity


class ReturnTo(_Outcome, frozen=True, tag="return_to"):
    """Where the parcel goes."""

    return_to: str


class Complaint(_Outcome, frozen=True, tag="complaint"):
    """A complaint that may be lodged with the carrier."""

    complaint: str


class Hold(_Outcome, frozen=True, tag="hold"):
    """An arrival that a person looks at before time may pay for it; a word of `problems`."""

    hold: str


class Propose(_Outcome, frozen=True, tag="propose"):
    """What the platform proposes instead, and who then pays the freight."""

    propose: str
    freight: str | None = None


class Signal(_Outcome, frozen=True, tag="signal"):
    """A sign that something is wrong with goods, journey or shop, and what it weighs."""

    signal: str
    weight: Quantity


class FaultFrom(_Outcome, frozen=True, tag="fault_from"):
    """The weight of all signals together from which on a fault counts as found."""

    fault_from: Quantity


class AutoAgree(_Outcome, frozen=True, tag="auto_agree"):
    """A programme that is agreed by itself."""

    auto_agree: str


class Keep(_Outcome, frozen=True, tag="keep"):
    """Roads that stay open beside it."""

    keep: tuple[str, ...]


class Only(_Outcome, frozen=True, tag="only"):
    """The only moves that stay open."""

    only: tuple[str, ...]


Outcome = (
    Allow
    | Decline
    | Undecided
    | Withhold
    | Demand
    | Admit
    | RejectProof
    | Weigh
    | TimeLimit
    | Pause
    | Shrink
    | Lane
    | MayReject
    | Bar
    | Require
    | Overrule
    | Show
    | Duty
    | Tag
    | ReturnCommission
    | ReturnFreight
    | ToWarehouse
    | Compensate
    | RefundWhen
    | Score
    | Privilege
    | Demote
    | Estimate
    | Benchmark
    | Label
    | ScanWatch
    | ReturnTo
    | Complaint
    | Hold
    | Propose
    | Signal
    | FaultFrom
    | AutoAgree
    | Keep
    | Only
)
