"""Any road through requests, offers, returns, rulings, failing payments and chargebacks: what each payment gives, each leg and each commission add up."""

from collections import Counter
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from small_world import BUYER, CARRIER, PROVIDER, REVIEWER, SELLER, World, a_photo, a_world

from amends.actions.answer_proposal import answer_proposal
from amends.actions.appeal import appeal
from amends.actions.approve import approve
from amends.actions.chargeback_commands import GiveUpRefund, OverrideChargeback, RecordChargeback
from amends.actions.claim_review import claim_review
from amends.actions.commands import (
    AnswerProposal,
    Appeal,
    Approve,
    AskedLine,
    ClaimReview,
    Escalate,
    InspectedLine,
    InspectReturn,
    Propose,
    RecordRefundResult,
    RecordScan,
    Reject,
    RetryRefund,
    Rule,
    ShipReturn,
    Withdraw,
)
from amends.actions.escalate import escalate
from amends.actions.give_up_refund import give_up_refund
from amends.actions.inspect_return import inspect_return
from amends.actions.outcome import Recorded
from amends.actions.override_chargeback import override_chargeback
from amends.actions.propose import propose
from amends.actions.record_chargeback import record_chargeback
from amends.actions.record_refund_result import record_refund_result
from amends.actions.record_scan import record_scan
from amends.actions.reject import reject
from amends.actions.retry_refund import retry_refund
from amends.actions.rule import rule
from amends.actions.ship_return import ship_return
from amends.actions.withdraw import withdraw
from amends.desk.after import after
from amends.domain.facts.order import Allocation, Payment
from amends.domain.facts.refund import Refund, Transaction

METHODS = ("card", "wallet", "voucher")
RESULTS = ("sent", "unknown", "failed", "succeeded", "succeeded")


def an_order(chance: Random) -> World:
    """Up to three lines with freight, tax and commission, paid in up to three ways."""
    lines = tuple(
        (chance.randint(1, 4), chance.choice([chance.randint(1, 20), chance.randint(100, 30_000)]))
        for _ in range(chance.randint(1, 3))
    )
    w = a_world(market=chance.choice(["us", "sg", "my"]), lines=lines)
    parts = []
    for line in w.file.lines:
        shipping, tax = chance.randint(0, line.paid // 3), chance.randint(0, line.paid // 6)
        commission = chance.randint(0, line.paid // 5)
        price = line.paid - shipping - tax
        parts.append(replace(line, price=price, shipping=shipping, tax=tax, commission=commission))
    ways = chance.randint(1, len(METHODS))
    shares = {line.id: slices(chance, line.paid, ways) for line in parts}
    payments, allocations = [], []
    for n in range(ways):
        amount = sum(each[n] for each in shares.values())
        if amount:
            payments.append(Payment(UUID(int=400 + n), n + 1, METHODS[n], amount, amount, 0, 0, None))
            allocations += [Allocation(UUID(int=400 + n), line, each[n], 0) for line, each in shares.items() if each[n]]
    w.file = replace(w.file, lines=tuple(parts), payments=tuple(payments), allocations=tuple(allocations))
    return w


def slices(chance: Random, total: int, parts: int) -> list[int]:
    cuts = sorted(chance.randint(0, total) for _ in range(parts - 1))
    return [after_it - before for before, after_it in zip([0, *cuts], [*cuts, total], strict=True)]


class Road:
    """One order and everything that happens to it, by chance."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.w = chance, an_order(chance)
        self.ledger: list[Transaction] = []

    def go(self) -> None:
        """One step: somebody asks, or whoever may do something with a case does it."""
        self.w.later(hours=self.chance.randint(1, 5))
        if not self.w.file.cases or self.chance.random() < 0.25:
            self.ask()
        elif self.chance.random() < 0.15:
            self.bank()
        else:
            self.w.file = self.w.file.focus(self.chance.choice(self.w.file.cases).id)
            step = getattr(self, self.w.case.state, None)
            if step is not None:
                step()
        self.written()
        self.adds_up()

    def ask(self) -> None:
        asked = [
            AskedLine(
                line_id=line.id,
                quantity=self.chance.choice([None, self.chance.randint(1, line.quantity)]),
                amount=self.chance.choice([None, self.chance.randint(1, line.paid)]),
            )
            for line in self.w.file.lines
            if self.chance.random() < 0.6
        ]
        kind, reason = self.chance.choice(
            [("return_refund", "damaged"), ("refund_only", "damaged"), ("refund_only", "shipping_fee_only")]
        )
        at = self.w.file.cases[-1].id if self.w.file.cases else None
        outcome = self.w.ask(kind, reason, lines=tuple(asked), proof=(a_photo(),))
        if not isinstance(outcome, Recorded) and at is not None:
            self.w.file = self.w.file.focus(at)

    def bank(self) -> None:
        """The bank takes a payment back, or gives it back; at times a person lets refunds through all the same."""
        at, payment = self.w.case.id, self.chance.choice(self.w.file.payments)
        told = {"payment": str(payment.id), "source": "bank", "reference": f"{payment.sequence}-{self.chance.randint(1, 3)}"}
        amount = self.chance.choice([payment.amount, self.chance.randint(1, payment.amount)])
        state = self.chance.choice(["open", "won", "lost", "withdrawn"])
        money = {"amount": amount, "currency": self.w.file.order.currency}
        self.do(record_chargeback, RecordChargeback, PROVIDER, state=state, **told, **money)
        if self.w.file.chargebacks and self.chance.random() < 0.15:
            let = self.chance.choice(self.w.file.chargebacks).id
            self.do(override_chargeback, OverrideChargeback, REVIEWER, chargeback_id=let, why="The buyer has a right to it.")
        self.w.file = self.w.file.focus(at)

    def pending_review(self) -> None:
        chance, amount = self.chance.random(), self.chance.randint(1, max(1, self.w.case.amount))
        if chance < 0.5:
            self.do(approve, Approve, SELLER)
        elif chance < 0.6:
            self.do(withdraw, Withdraw, BUYER)
        elif chance < 0.8:
            offered = self.do(propose, Propose, SELLER, what="change", amount=amount)
            assert (
                getattr(offered, "code", None) in (None, "proposal_changes_nothing", "deadline_passed") or not self.w.case.amount
            )
        else:
            self.do(reject, Reject, SELLER, ground="other", note="no")

    def negotiating(self) -> None:
        taken = self.do(answer_proposal, AnswerProposal, BUYER, answer=self.chance.choice(["accept", "decline"]))
        assert getattr(taken, "code", None) in (None, "deadline_passed", "payment_disputed", "exceeds_refundable"), taken

    def rejected_1(self) -> None:
        if self.chance.random() < 0.3:
            self.do(approve, Approve, SELLER)
        else:
            self.do(escalate, Escalate, BUYER)

    rejected_2 = rejected_1

    def in_dispute(self) -> None:
        self.do(claim_review, ClaimReview, REVIEWER)
        part = {"amount": self.chance.randint(1, max(1, self.w.case.amount))} if self.chance.random() < 0.5 else {}
        liable = self.chance.choice(["seller", "platform", "carrier"])
        self.do(rule, Rule, REVIEWER, ruling="buyer", liability=liable, rationale="Both sides' proof was looked at.", **part)

    def awaiting_buyer_ship(self) -> None:
        self.do(ship_return, ShipReturn, BUYER, carrier="ups", tracking_number=f"AB{self.chance.randint(10**9, 10**10)}")

    def return_in_transit(self) -> None:
        parcel, at = self.w.file.return_parcel, self.w.case.id
        assert parcel is not None
        told: dict[str, Any] = {"source": "ups", "event_id": str(self.w.new_id()), "occurred_at": self.w.now}
        command = RecordScan(shop_id=7, actor=CARRIER, tracking_number=str(parcel.tracking_number), status="delivered", **told)
        outcome = record_scan(self.w.file, command, self.w.rules, self.w.now, self.w.new_id)
        assert isinstance(outcome, Recorded)
        self.w.file = after(self.w.file, outcome).focus(at)

    def return_delivered(self) -> None:
        found = []
        for line in self.w.file.own_lines:
            accepted = self.chance.randint(0, line.quantity)
            kept = self.chance.choice([0, self.chance.randint(0, line.amount * accepted // line.quantity)])
            found.append(InspectedLine(line_id=line.line_id, accepted=accepted, refused=line.quantity - accepted, deducted=kept))
        ground = {"ground": "used_or_damaged_by_buyer", "proof": (a_photo("photo_six_view"),)}
        self.do(inspect_return, InspectReturn, SELLER, lines=tuple(found), **ground)

    def refund_approved(self) -> None:
        if not self.w.file.refunds:
            return
        refund = self.chance.choice(self.w.file.refunds)
        if refund.status == "failed" and self.chance.random() < 0.7:
            if self.chance.random() < 0.8:
                self.do(retry_refund, RetryRefund, REVIEWER, refund_id=refund.id)
            else:
                self.do(give_up_refund, GiveUpRefund, REVIEWER, refund_id=refund.id)
        else:
            result = {"result": self.chance.choice(RESULTS), "provider_reference": str(refund.id)}
            self.do(record_refund_result, RecordRefundResult, PROVIDER, refund_id=refund.id, **result)
        if self.w.file.dispute and self.chance.random() < 0.2:
            self.do(appeal, Appeal, SELLER, note="It was not so.", proof=(a_photo("inspection_report"),))

    refund_failed = completed = refund_approved

    def do(self, action: Any, command: type, actor: Any, **said: Any) -> Any:
        outcome = self.w.do(action, command, actor, **said)
        if isinstance(outcome, Recorded):
            for part in (outcome, *outcome.also):
                self.ledger += part.transactions
        return outcome

    def written(self) -> None:
        """What the rows of the payments remember, as the database does."""
        file, live = self.w.file, self.live()
        held = Counter[UUID]()
        for chargeback in file.chargebacks:
            held[chargeback.payment_id] += chargeback.held
        payments = [
            replace(p, reserved=sum(r.amount for r in live if r.payment_id == p.id), charged_back=held[p.id])
            for p in file.payments
        ]
        given = Counter[tuple[UUID, UUID]]()
        for refund in live:
            given.update({(refund.payment_id, line.line_id): line.amount for line in refund.lines})
        shares = [replace(a, refunded=given[a.payment_id, a.line_id]) for a in file.allocations]
        self.w.file = replace(file, payments=tuple(payments), allocations=tuple(shares))

    def live(self) -> list[Refund]:
        return [refund for refund in self.standing() if refund.status != "given_up"]

    def standing(self) -> list[Refund]:
        known = self.w.file.all_refunds
        return [refund for refund in known if refund.id not in {each.replaces for each in known}]

    def adds_up(self) -> None:
        file, live = self.w.file, self.live()
        assert all(p.reserved + p.charged_back <= p.captured for p in file.payments)
        assert all(share.refunded <= share.amount for share in file.allocations)
        assert all(refund.amount == sum(line.amount for line in refund.lines) for refund in live)
        for line in file.lines:
            assert sum(each.quantity for refund in live for each in refund.lines if each.line_id == line.id) <= line.quantity
        self.ledger_adds_up()
        for case in file.cases:
            if case.state == "completed":
                promised = sum(line.amount - line.deducted for line in file.case_lines if line.case_id == case.id)
                assert promised == sum(refund.amount for refund in self.standing() if refund.case_id == case.id)

    def ledger_adds_up(self) -> None:
        """Every leg; the buyer has what was paid, and the platform returns its commission, all of it with the last of the money."""
        assert all(sum(leg.amount for leg in each.postings) == 0 for each in self.ledger)
        paid = sum(refund.amount for refund in self.w.file.all_refunds if refund.status == "succeeded")
        had, returned = Counter[str](), 0
        for each in self.ledger:
            for leg in each.postings:
                had[leg.account.split(":")[0]] += leg.amount
                returned -= leg.amount if leg.account == "platform:commission" and each.why.startswith("refund_c") else 0
                returned -= leg.amount if leg.account == "platform:commission" and each.why == "refund" else 0
        assert had["buyer"] == paid
        commission = sum(line.commission for line in self.w.file.lines)
        assert 0 <= returned <= commission
        if paid == sum(line.paid for line in self.w.file.lines):
            assert returned == commission


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 10**9), steps=st.integers(4, 25))
def test_whatever_happens_to_an_order_its_money_adds_up(seed: int, steps: int) -> None:
    road = Road(Random(seed))  # noqa: S311 -- what happens by chance
    for _ in range(steps):
        road.go()


def test_an_offer_of_less_freight_is_made_and_taken_beside_a_request_for_the_goods() -> None:
    w = a_world(market="us", lines=((2, 5000),))
    w.file = replace(w.file, lines=(replace(w.file.lines[0], price=4400, shipping=600),))
    w.opened("refund_only", "shipping_fee_only", proof=(a_photo(),))
    freight = w.case.id
    w.opened("return_refund", "damaged", proof=(a_photo(),))
    w.file = w.file.focus(freight)
    offered = w.do(propose, Propose, SELLER, what="change", amount=250)
    assert isinstance(offered, Recorded), offered
    taken = w.do(answer_proposal, AnswerProposal, BUYER, answer="accept")
    assert isinstance(taken, Recorded), taken
    assert [refund.amount for refund in w.file.refunds] == [250]


def test_an_offer_of_less_stands_whatever_else_is_asked_for_meanwhile() -> None:
    w = a_world(market="us", lines=((2, 1900),))
    w.file = replace(w.file, lines=(replace(w.file.lines[0], price=1300, shipping=600),))
    line = w.file.lines[0].id
    w.opened("return_refund", "damaged", proof=(a_photo(),), lines=(AskedLine(line_id=line, quantity=1),))
    goods = w.case.id
    w.opened("refund_only", "shipping_fee_only", proof=(a_photo(),), lines=(AskedLine(line_id=line, quantity=1),))
    w.file = w.file.focus(goods)
    offered = w.do(propose, Propose, SELLER, what="change", amount=w.case.amount - 1)
    assert isinstance(offered, Recorded), offered
    assert isinstance(w.do(answer_proposal, AnswerProposal, BUYER, answer="accept"), Recorded), w.last
