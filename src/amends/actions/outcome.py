"""What an action answers: `Recorded`, with whole rows to write, or `Blocked`, with reasons. It touches nothing itself."""

from datetime import datetime
from typing import Any

import msgspec

from amends.domain.facts.case import Case, CaseLine
from amends.domain.facts.chargeback import Chargeback
from amends.domain.facts.conduct import Compensation
from amends.domain.facts.deadline import Deadline
from amends.domain.facts.dispute import Approval, Dispute, Ruling
from amends.domain.facts.events import Event
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.message import Message
from amends.domain.facts.order import Order
from amends.domain.facts.parcel import Parcel, Scan
from amends.domain.facts.proposal import Proposal
from amends.domain.facts.refund import Refund, Transaction
from amends.domain.facts.replacement import NewOrder, Replacement
from amends.domain.facts.shop_rule import Use
from amends.domain.facts.travel import NOTHING, Travel
from amends.domain.topics.costs import WayBack


class Blocked(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing happens. `code` and `reasons` are words of `vocabulary/problems.yaml`; `detail` says what would unblock it.

    `facts` is the sheet that the refusal rests on and `verdict` its verdict, so that a refused attempt can be derived again.
    """

    code: str
    reasons: tuple[str, ...] = ()
    detail: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    verdict: Any = None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """Rows as they shall stand afterwards; new and changed ones alike are written whole.

    `alarms` name deadlines (kind, started_seq) that people were told of, which alarm it was, and when; `excuses` what an outage
    moved later (outage, kind, started_seq, was due, is due); `tags` what a new case is tagged with by itself. `case` is `None` only for a command that touches an order or a parcel and no case. `also` carries further cases of the same
    order that the command moves (a child case, the cancellation that shipping rejects).
    """

    case: Case | None
    events: tuple[Event, ...] = ()
    lines: tuple[CaseLine, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    refunds: tuple[Refund, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    scans: tuple[Scan, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    new_order: NewOrder | None = None
    rule_uses: tuple[Use, ...] = ()
    order: Order | None = None
    compensations: tuple[Compensation, ...] = ()
    messages: tuple[Message, ...] = ()
    alarms: tuple[tuple[str, int, str, datetime], ...] = ()
    excuses: tuple[tuple[int, str, int, datetime, datetime], ...] = ()
    disputes: tuple[Dispute, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    approvals: tuple[Approval, ...] = ()
    chargebacks: tuple[Chargeback, ...] = ()
    travel: Travel = NOTHING
    facts: dict[str, Any] = {}
    verdict: Any = None
    tags: tuple[str, ...] = ()
    also: tuple["Recorded", ...] = ()


class Previewed(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on a preview, the money that it would move, and who would pay the way back; nothing is recorded.

    `most` is what could be asked for these units, where `amount` is a part of it.
    """

    verdict: Any
    amount: int
    most: int
    currency: str
    lines: tuple[CaseLine, ...] = ()
    way_back: WayBack | None = None


class Unchanged(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing to do and nothing wrong: the deadline was answered meanwhile, the scan was known."""

    why: str


Outcome = Recorded | Blocked | Previewed | Unchanged
