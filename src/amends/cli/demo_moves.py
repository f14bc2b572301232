"""What the people of the demo say to the desk: a word of a path becomes a command."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from amends.actions import commands as spoken
from amends.actions.chargeback_commands import RecordChargeback
from amends.actions.commands import Command, GivenProof, InspectedLine
from amends.cli.demo_orders import Planned
from amends.domain.facts.people import Actor
from amends.gateways.payments import Execution, Failed, NotFound, Outcome, PaymentsGateway, Unknown

SUPPORT: Final = Actor(kind="platform", id="platform:dana", permissions=frozenset({"*"}))
COLLEAGUE: Final = Actor(kind="platform", id="platform:rita", permissions=frozenset({"*"}))
ACCOUNT_CLOSED: Final = "account_closed"
_LOOKED_AT: Final = {
    "blurred": GivenProof(kind="photo_defect", text="a photo taken in the dark", legible=False),
    "contradicting": GivenProof(kind="photo_defect", text="a photo of another item", legible=True, matches_claim=False),
}


class Underway(msgspec.Struct, kw_only=True):
    """An order that is in the database, and its case once it is opened."""

    planned: Planned
    shop_id: int
    order_id: UUID
    case_id: UUID | None = None
    lines: list[tuple[UUID, int]] = []
    amount: int = 0

    @property
    def buyer(self) -> Actor:
        """Who bought it."""
        buyer = self.planned.told.buyer
        return Actor(kind="buyer", id=f"buyer:{buyer}", buyer=buyer)

    @property
    def seller(self) -> Actor:
        """Who sold it."""
        return Actor(kind="seller", id=f"seller:{self.planned.told.shop}", permissions=frozenset({"*"}))


def ask(order: Underway) -> Command:
    """The request that a path begins with."""
    path, told = order.planned.path, order.planned.told
    if path is None:
        raise ValueError("nobody asks for anything here")
    cash = any(payment.method == "cash_on_delivery" for payment in told.payments)
    return spoken.OpenCase(
        shop_id=order.shop_id,
        actor=SUPPORT if path.by == "platform" else order.buyer,
        order_id=order.order_id,
        kind=path.kind,
        reason=path.reason,
        proof=(_piece(path.proof),) if path.proof else (),
        destination=f"wallet:{told.buyer}" if cash else None,
    )


def _piece(kind: str) -> GivenProof:
    return _LOOKED_AT.get(kind) or GivenProof(kind=kind, text=f"{kind.replace('_', ' ')}, as handed in")


_STAFF: Final = {"platform": SUPPORT, "colleague": COLLEAGUE}
Say = Callable[[Underway, list[str], datetime], Command]


def _on_case(command: type[Command], by: str, **fields: Any) -> Say:
    def say(order: Underway, _: list[str], __: datetime) -> Command:
        actor = _STAFF.get(by) or getattr(order, by)
        return command(shop_id=order.shop_id, actor=actor, case_id=order.case_id, **fields)  # type: ignore[call-arg]

    return say


def _reject(order: Underway, words: list[str], _: datetime) -> Command:
    proof = tuple(_piece(kind) for kind in words[1:])
    return _on_case(spoken.Reject, "seller", ground=words[0], proof=proof)(order, words, _)


def _inspect(order: Underway, words: list[str], _: datetime) -> Command:
    """`inspect` accepts everything; `mixed` and `refuse`, with a ground and its proof, refuse one unit or all."""
    how, *rest = words
    lines = []
    for line_id, quantity in order.lines:
        refused = {"mixed": 1, "refuse": quantity}.get(how, 0)
        disposition = "not_restocked" if refused == quantity else "restocked"
        lines.append(InspectedLine(line_id=line_id, accepted=quantity - refused, refused=refused, disposition=disposition))
    fields: dict[str, Any] = {"ground": rest[0], "proof": tuple(_piece(kind) for kind in rest[1:])} if rest else {}
    return _on_case(spoken.InspectReturn, "seller", lines=tuple(lines), **fields)(order, words, _)


def _rule(order: Underway, words: list[str], _: datetime, by: str = "platform") -> Command:
    """`rule` with a ruling and who is liable, by the reviewer who took the dispute."""
    ruling, liability = words
    rationale = "Both sides' proof was looked at."
    return _on_case(spoken.Rule, by, ruling=ruling, liability=liability, rationale=rationale)(order, words, _)


def _chargeback(order: Underway, _: list[str], now: datetime) -> Command:
    """The buyer's bank takes the payment into question while the case is open."""
    told = order.planned.told
    payment = told.payments[0]
    return RecordChargeback(
        shop_id=order.shop_id, actor=Actor(kind="provider", id="card_network", human=False), payment=str(payment.provider_reference),
        source="card_network", reference=f"CB-{told.reference}", state="open", amount=payment.amount, currency=told.currency,
        reason="not as described", respond_by=now + timedelta(days=4),
    )  # fmt: skip


def _intercept(order: Underway, _: list[str], __: datetime) -> Command:
    return _on_case(spoken.OrderInterception, "seller", whole_parcel=True)(order, _, __)


def _ship_back(order: Underway, _: list[str], __: datetime) -> Command:
    planned = order.planned
    return _on_case(spoken.ShipReturn, "buyer", carrier=planned.carrier, tracking_number=planned.back)(order, _, __)


def _offer(order: Underway, words: list[str], _: datetime) -> Command:
    """`offer` a percentage of what is asked, without the goods coming back."""
    part = order.amount * int(words[0]) // 100
    return _on_case(spoken.Propose, "seller", what="change", kind="refund_only", amount=part)(order, words, _)


def _fresh(order: Underway) -> str:
    """The number of the parcel that a replacement travels in: another last figure than that of the goods that came back."""
    return order.planned.back[:-1] + str((int(order.planned.back[-1]) + 1) % 10)


def _replace(order: Underway, words: list[str], _: datetime) -> Command:
    number, carrier = _fresh(order), order.planned.carrier
    return _on_case(spoken.ShipReplacement, "seller", carrier=carrier, tracking_number=number)(order, words, _)


def _scan(order: Underway, words: list[str], now: datetime, number: str = "") -> Command:
    carrier = order.planned.carrier
    number = number or order.planned.back
    return spoken.RecordScan(
        shop_id=order.shop_id,
        actor=Actor(kind="carrier", id=f"carrier:{carrier}", human=False),
        source=carrier,
        event_id=f"{number}-{words[0]}",
        tracking_number=number,
        status=words[0],
        occurred_at=now,
        carrier=carrier,
    )


_SAID: Final[dict[str, Say]] = {
    "approve": _on_case(spoken.Approve, "seller"),
    "withdraw": _on_case(spoken.Withdraw, "buyer"),
    "admit": _on_case(spoken.DecideRecheck, "platform", decision="admit"),
    "decline": _on_case(spoken.DecideRecheck, "platform", decision="decline", reason="evidence_does_not_match"),
    "convert": _on_case(spoken.ConvertToRefund, "seller"),
    "reject": _reject,
    "ship_back": _ship_back,
    "scan": _scan,
    "offer": _offer,
    "accept": _on_case(spoken.AnswerProposal, "buyer", answer="accept"),
    "replace": _replace,
    "arrive": lambda order, _, now: _scan(order, ["delivered"], now, _fresh(order)),
    "keep": _on_case(spoken.AcceptReplacement, "buyer"),
    "inspect": lambda order, words, now: _inspect(order, ["inspect", *words], now),
    "mixed": lambda order, words, now: _inspect(order, ["mixed", *words], now),
    "refuse": lambda order, words, now: _inspect(order, ["refuse", *words], now),
    "proof": lambda order, words, now: _on_case(spoken.SubmitEvidence, "buyer", proof=(_piece(words[0]),))(order, words, now),
    "more": lambda order, words, now: _on_case(spoken.AskForProof, "seller", kinds=tuple(words))(order, words, now),
    "amend": lambda order, words, now: _on_case(spoken.Amend, "buyer", reason=words[0])(order, words, now),
    "escalate": _on_case(spoken.Escalate, "buyer", note="Please look at this again."),
    "claim": _on_case(spoken.ClaimReview, "platform"),
    "rule": _rule,
    "take": _on_case(spoken.ClaimReview, "colleague"),
    "find": lambda order, words, now: _rule(order, words, now, "colleague"),
    "object": _on_case(spoken.Appeal, "buyer", note="Here is what an inspector found.", proof=(_piece("inspection_report"),)),
    "chargeback": _chargeback,
    "intercept": _intercept,
    "appeal": _on_case(spoken.Appeal, "seller", note="The proof was not looked at."),
    "settle": lambda order, words, now: _on_case(spoken.SettleReturn, "platform", decision=words[0])(order, words, now),
}


def say(order: Underway, words: str, now: datetime) -> Command:
    """The command of a path's words."""
    first, *rest = words.split()
    return _SAID[first](order, rest, now)


def retry(order: Underway, refund_id: UUID) -> Command:
    """A failed refund is sent again by a person of the platform."""
    return _on_case(spoken.RetryRefund, "platform", refund_id=refund_id)(order, [], order.planned.told.placed_at)


class Mishaps:
    """A provider through which some payments are refused (`unlucky`) and some answers are lost (`lost`), by payment reference."""

    def __init__(self, provider: PaymentsGateway) -> None:
        self.provider = provider
        self.unlucky: set[str] = set()
        self.lost: set[str] = set()

    async def pay_out(self, *, key: str, payment_ref: str, amount: int, currency: str, destination: str) -> Outcome:
        """See PaymentsGateway."""
        return await self.refund(key=key, payment_ref=payment_ref, amount=amount, currency=currency, destination=destination)

    async def refund(self, *, key: str, payment_ref: str, amount: int, currency: str, destination: str) -> Outcome:
        """Pay, unless this one is to fail; tell, unless this answer is to be lost."""
        if payment_ref in self.unlucky:
            return Failed(code=ACCOUNT_CLOSED)
        told = await self.provider.refund(
            key=key, payment_ref=payment_ref, amount=amount, currency=currency, destination=destination
        )
        return Unknown(reason="cut_off") if payment_ref in self.lost else told

    async def find(self, key: str) -> Outcome | NotFound:
        """What became of it."""
        return await self.provider.find(key)

    async def report(self, since: datetime) -> tuple[Execution, ...] | Unknown:
        """What was executed."""
        return await self.provider.report(since)

    async def close(self) -> None:
        """Let connections go."""
        await self.provider.close()
