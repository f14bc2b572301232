"""Disputes: who must prove, who may rule, what a ruling does, and what can still be said against it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from casebook import BUYER, PLATFORM, QUALITY, SELLER, Book, an_order, promised_or_final

from amends.actions.burden import burden
from amends.actions.commands import (
    Appeal,
    CancelDispute,
    ClaimReview,
    ConfirmRuling,
    Escalate,
    FireDeadline,
    GivenProof,
    RecordRefundResult,
    Reject,
    Rule,
    SubmitEvidence,
    Withdraw,
)
from amends.actions.outcome import Outcome, Recorded
from amends.domain.facts.dispute import Rejection
from amends.domain.facts.people import SYSTEM, Actor

OMAR, RUTH = (
    Actor(kind="platform", id=f"platform:{name}", permissions=frozenset({"disputes.rule"})) for name in ("omar", "ruth")
)
SENIOR = Actor(kind="platform", id="platform:sam", permissions=frozenset({"disputes.rule", "disputes.senior"}))
REPORT = (GivenProof(kind="inspection_report", text="an institute looked at it"),)


def rejected(paid: int = 5000, *, market: str = "us", lane: str | None = None, **order: Any) -> Book:
    """A request that the seller rejected with proof; the file knows the rejection, as it is loaded."""
    file = an_order(paid=paid, **order)
    file = msgspec.structs.replace(file, order=msgspec.structs.replace(file.order, review_lane=lane, market=market))
    book = Book(file, market).open("refund_only", "defective", proof=QUALITY)
    book.do(Reject, SELLER, ground="works_as_intended", proof=(GivenProof(kind="video_function", text="it runs"),))
    no = Rejection(book.case.id, book.case.seq, "rejected", "works_as_intended", "rejection_1")
    book.file = msgspec.structs.replace(book.file, rejections=(no,))
    return book


def escalated(paid: int = 5000, **order: Any) -> Book:
    book = rejected(paid, **order)
    book.do(Escalate, BUYER, note="It does not run.")
    return book


def ruled(book: Book, ruling: str, liability: str, by: Actor = OMAR, **more: Any) -> Outcome:
    book.do(ClaimReview, by)
    return book.do(Rule, by, ruling=ruling, liability=liability, rationale="The video shows another device.", **more)


def paid_out(book: Book) -> None:
    for refund in book.file.refunds:
        book.do(
            RecordRefundResult,
            Actor(kind="provider", id="p"),
            refund_id=refund.id,
            result="succeeded",
            provider_reference=str(refund.id),
        )


def balance(outcomes: list[Recorded]) -> dict[str, int]:
    """What each account has by the transactions of these outcomes."""
    sums: dict[str, int] = {}
    for transaction in (t for outcome in outcomes for t in outcome.transactions):
        assert sum(leg.amount for leg in transaction.postings) == 0
        for leg in transaction.postings:
            sums[leg.account] = sums.get(leg.account, 0) + leg.amount
    return {account: amount for account, amount in sums.items() if amount}


@pytest.mark.requirement("T-05", "T-06")
def test_the_buyer_takes_a_rejection_to_the_platform_and_a_ruling_is_owed() -> None:
    book = escalated()
    dispute = book.file.dispute
    assert dispute is not None
    assert (book.case.state, dispute.state, dispute.round, dispute.lane) == ("in_dispute", "under_review", 1, "usual")
    assert (dispute.ground, dispute.stage) == ("works_as_intended", "rejection_1")
    assert set(book.live) == {"dispute"}
    assert [piece.at for piece in book.file.evidence if piece.kind == "text_statement"] == ["dispute"]


@pytest.mark.requirement("C-03")
def test_the_independent_lane_rules_within_two_hours_and_then_goes_to_a_senior_person() -> None:
    book = rejected(market="sa", lane="independent")
    book.do(Escalate, BUYER)
    dispute = book.file.dispute
    assert dispute is not None
    assert (dispute.lane, book.case.lane, book.live["dispute"].due_at - book.now) == (
        "independent",
        "independent",
        timedelta(hours=2),
    )
    book.time_out("dispute")
    assert book.file.dispute is not None
    assert book.file.dispute.lane == "senior"


@pytest.mark.requirement("V-11")
@pytest.mark.parametrize(("local", "first"), [(True, "seller"), (False, None)])
def test_where_culture_is_touched_on_the_local_sellers_proof_is_looked_at_first(local: bool, first: str | None) -> None:  # noqa: FBT001
    book = rejected(market="sa")
    book.file = msgspec.structs.replace(book.file, shop=msgspec.structs.replace(book.file.shop, local=local))
    book.do(Escalate, BUYER)
    dispute = book.file.dispute
    assert dispute is not None
    assert burden(book.file, dispute, book.rules, book.now).first is None, "nothing is inferred: somebody says so"
    book.do(ClaimReview, OMAR, theme="culture")
    assert book.file.dispute is not None
    seen = burden(book.file, book.file.dispute, book.rules, book.now)
    assert (seen.first, [reason.rule for reason in seen.why_first]) == (first, ["local_seller_first"] if first else [])
    assert book.refused(ClaimReview, OMAR, theme="weather").code == "unknown_word"


def test_a_rejection_is_taken_to_the_platform_in_time_or_not_at_all() -> None:
    book = rejected()
    book.now = book.live["escalate"].due_at
    assert book.refused(Escalate, BUYER).code == "deadline_passed"


@pytest.mark.requirement("R-01", "V-18")
def test_the_seller_who_said_no_must_prove_it_first_and_then_the_buyer() -> None:
    book = escalated()
    dispute = book.file.dispute
    assert dispute is not None
    seen = burden(book.file, dispute, book.rules, book.now)
    seller, buyer = seen.sides
    assert (seller.of, buyer.of, seen.falls_on) == ("seller", "buyer", "neither")
    assert "video_function" in seller.counted
    without = tuple(piece for piece in book.file.evidence if piece.of == "buyer")
    bare = burden(msgspec.structs.replace(book.file, evidence=without), dispute, book.rules, book.now)
    assert bare.falls_on == "seller"
    assert "video_function" in bare.sides[0].missing[0].any_of


def test_a_dispute_is_claimed_before_it_is_ruled_on_and_then_it_is_one_persons() -> None:
    book = escalated()
    said = {"ruling": "seller", "liability": "buyer", "rationale": "It runs."}
    assert book.refused(Rule, OMAR, **said).code == "review_not_claimed"
    book.do(ClaimReview, OMAR)
    assert book.refused(ClaimReview, RUTH).code == "review_taken"
    assert book.refused(Rule, RUTH, **said).code == "review_taken"
    book.do(ClaimReview, OMAR, give_back=True)
    book.do(ClaimReview, RUTH)
    book.do(Rule, RUTH, **said)
    assert (book.case.state, book.case.ended) == ("closed", "seller_upheld")


@pytest.mark.requirement("R-08")
@pytest.mark.parametrize(
    ("ruling", "event", "overturned"), [("buyer", "ruled_for_buyer", True), ("seller", "ruled_for_seller", False)]
)
def test_a_ruling_says_whether_it_sets_the_rejection_aside(ruling: str, event: str, overturned: bool) -> None:  # noqa: FBT001
    book = escalated()
    done = ruled(book, ruling, "carrier")
    assert isinstance(done, Recorded)
    body = done.events[0].body
    assert (done.events[0].type, body["overturned"], body["round"], body["liability"]) == (event, overturned, 1, "carrier")
    assert "video shows" not in str(body), "words of people stand outside the chain"
    promised_or_final(book.file)


@pytest.mark.requirement("T-05")
def test_a_ruling_in_part_pays_that_part_of_each_line_and_keeps_the_rest() -> None:
    book = escalated(quantity=2)
    ruled(book, "buyer", "both", amount=1999)
    assert (book.case.state, [refund.amount for refund in book.file.refunds]) == ("refund_approved", [1999])
    assert book.refused(Rule, OMAR, ruling="buyer", liability="both", rationale="again").code == "move_not_open"


def test_goods_back_first_turns_a_refund_into_a_return_and_the_seller_still_inspects() -> None:
    book = escalated()
    ruled(book, "return_first", "seller")
    dispute = book.file.dispute
    assert (book.case.kind, book.case.state, set(book.live)) == ("return_refund", "awaiting_buyer_ship", {"ship_back"})
    assert dispute is not None
    assert dispute.final


def test_a_ruling_that_makes_no_sense_is_refused() -> None:
    book = escalated()
    book.do(ClaimReview, OMAR)
    said: dict[str, Any] = {"ruling": "buyer", "liability": "seller", "rationale": "why"}
    assert book.refused(Rule, OMAR, **said | {"liability": "buyer"}).code == "value_not_allowed"
    assert book.refused(Rule, OMAR, **said | {"ruling": "draw"}).code == "unknown_word"
    assert book.refused(Rule, OMAR, **said | {"rationale": "  "}).code == "missing_field"
    assert book.refused(Rule, OMAR, **said | {"amount": 5001}).code == "amount_too_large"
    assert book.refused(Rule, OMAR, **said | {"ruling": "seller", "liability": "buyer", "amount": 5}).code == "value_not_allowed"


def test_from_the_limit_on_a_second_and_different_person_must_agree() -> None:
    book = escalated(paid=50_000)
    ruled(book, "buyer", "seller")
    assert (book.case.state, [r.state for r in book.file.rulings]) == ("in_dispute", ["proposed"])
    assert book.refused(ConfirmRuling, OMAR).code == "four_eyes_missing"
    assert book.refused(Rule, OMAR, ruling="buyer", liability="seller", rationale="again").code == "four_eyes_missing"
    done = book.do(ConfirmRuling, RUTH)
    assert isinstance(done, Recorded)
    assert book.case.state == "refund_approved"
    assert [each.person for each in done.approvals] == ["platform:ruth"]
    promised_or_final(book.file)


def test_below_the_limit_one_person_rules_and_a_proposal_that_is_declined_is_ruled_anew() -> None:
    assert ruled(escalated(paid=49_999), "buyer", "seller").events[0].type == "ruled_for_buyer"  # type: ignore[union-attr]
    book = escalated(paid=50_000)
    ruled(book, "buyer", "seller")
    book.do(ConfirmRuling, RUTH, agree=False)
    assert [r.state for r in book.file.rulings] == ["declined"]
    book.do(Rule, OMAR, ruling="seller", liability="buyer", rationale="On second thoughts.")
    assert book.case.state == "closed"


def test_nobody_rules_on_a_case_of_their_own() -> None:
    book = escalated()
    book.file = msgspec.structs.replace(book.file, interests=("brother of the seller",))
    for command, said in (
        (ClaimReview, {}),
        (Rule, {"ruling": "seller", "liability": "buyer", "rationale": "why"}),
        (ConfirmRuling, {}),
    ):
        assert book.refused(command, OMAR, **said).code == "own_case"
    book.file = msgspec.structs.replace(book.file, interests=())
    without = Actor(kind="platform", id="platform:pat", permissions=frozenset({"cases.read"}))
    assert book.refused(ClaimReview, without).code == "permission_missing"


def test_a_dispute_that_is_overdue_goes_to_the_senior_lane_and_time_decides_nothing() -> None:
    book = escalated()
    book.do(ClaimReview, OMAR)
    book.now = book.live["dispute"].due_at
    book.time_out("dispute")
    dispute = book.file.dispute
    assert dispute is not None
    assert (book.case.state, dispute.lane, dispute.reviewer) == ("in_dispute", "senior", None)
    assert book.refused(ClaimReview, OMAR).code == "senior_lane"
    ruled(book, "seller", "buyer", SENIOR)
    assert book.case.state == "closed"


@pytest.mark.parametrize("command", [CancelDispute, Withdraw])
def test_the_buyer_may_let_the_dispute_be_and_what_was_proposed_falls(command: type) -> None:
    book = escalated(paid=50_000)
    ruled(book, "buyer", "seller")
    book.do(command, BUYER)
    dispute = book.file.dispute
    assert dispute is not None
    assert (book.case.state, book.case.ended, dispute.state) == ("closed", "withdrawn", "cancelled")
    assert [r.state for r in book.file.rulings] == ["declined"]
    promised_or_final(book.file)


@pytest.mark.requirement("N-08")
def test_a_seller_who_wins_the_appeal_is_made_whole_and_the_buyer_keeps_the_refund() -> None:
    book = escalated()
    ruled(book, "buyer", "seller")
    paid_out(book)
    assert (book.case.state, set(book.live)) == ("completed", {"appeal"})
    before = [r for r in book.outcomes if isinstance(r, Recorded)]
    assert balance(before) == {"buyer:b1": 5000, "shop:7": -4600, "platform:commission": -400}
    book.do(Appeal, SELLER, note="The video shows the very device.")
    assert (book.case.state, set(book.live)) == ("completed", {"dispute"})
    assert book.refused(ClaimReview, OMAR).code == "ruled_before"
    ruled(book, "seller", "host", RUTH)
    assert balance([r for r in book.outcomes if isinstance(r, Recorded)]) == {"buyer:b1": 5000, "host:7": -5000}
    dispute = book.file.dispute
    assert dispute is not None
    assert (dispute.state, dispute.final, set(book.live)) == ("settled", True, set())
    assert book.refused(Appeal, SELLER).code == "ruling_is_final"


def test_an_appeal_that_is_won_before_the_refund_is_paid_is_borne_when_it_is() -> None:
    book = escalated()
    ruled(book, "buyer", "seller")
    book.do(Appeal, SELLER)
    ruled(book, "seller", "buyer", RUTH)
    assert balance([r for r in book.outcomes if isinstance(r, Recorded)]) == {}
    paid_out(book)
    assert balance([r for r in book.outcomes if isinstance(r, Recorded)]) == {"buyer:b1": 5000, "platform:costs": -5000}


def test_a_carrier_that_is_liable_bears_the_refund_and_no_longer_when_it_comes_back() -> None:
    book = escalated()
    ruled(book, "buyer", "carrier")
    paid_out(book)
    assert balance([r for r in book.outcomes if isinstance(r, Recorded)]) == {"buyer:b1": 5000, "carrier:costs": -5000}
    refund = book.file.refunds[0]
    book.do(RecordRefundResult, Actor(kind="provider", id="p"), refund_id=refund.id, result="failed", failure="closed_account")
    assert balance([r for r in book.outcomes if isinstance(r, Recorded)]) == {}


@pytest.mark.requirement("N-08", "V-09")
def test_a_second_appeal_needs_new_proof_of_the_stronger_kinds_and_the_third_ruling_is_final() -> None:
    book = escalated()
    ruled(book, "buyer", "seller")
    paid_out(book)
    book.do(Appeal, SELLER, note="We insist.")
    ruled(book, "buyer", "seller", RUTH)
    assert set(book.live) == {"appeal"}
    weak = book.refused(Appeal, SELLER, proof=(GivenProof(kind="photo_defect", text="again"),))
    assert weak.code == "proof_demanded"
    assert set(weak.detail["any_of"]) == {"inspection_report", "customs_doc"}
    book.do(Appeal, SELLER, proof=REPORT)
    assert [p.at for p in book.file.evidence if p.kind == "inspection_report"] == ["appeal"]
    assert book.refused(ClaimReview, RUTH).code == "ruled_before"
    ruled(book, "buyer", "seller", SENIOR)
    dispute = book.file.dispute
    assert dispute is not None
    assert (dispute.round, dispute.final, set(book.live)) == (3, True, set())
    assert book.refused(Appeal, SELLER, proof=REPORT).code == "ruling_is_final"
    promised_or_final(book.file)


@pytest.mark.requirement("T-06")
def test_a_buyer_who_lost_may_appeal_and_the_closed_case_is_opened_again() -> None:
    book = escalated()
    ruled(book, "seller", "buyer")
    assert (book.case.state, set(book.live)) == ("closed", {"appeal"})
    assert book.refused(Appeal, SELLER).code in ("case_is_final", "move_not_open", "permission_missing")
    book.do(Appeal, BUYER, proof=(GivenProof(kind="inspection_report", text="it is broken"),))
    assert (book.case.state, book.case.ended, set(book.live)) == ("in_dispute", None, {"dispute"})
    done = ruled(book, "buyer", "seller", RUTH)
    assert isinstance(done, Recorded)
    assert (book.case.state, done.events[0].body["round"], done.events[0].body["overturned"]) == ("refund_approved", 2, True)
    promised_or_final(book.file)


def test_a_ruling_that_nobody_appeals_in_21_days_is_final() -> None:
    book = escalated()
    ruled(book, "seller", "buyer")
    due = book.live["appeal"].due_at
    assert timedelta(days=21) <= due - book.now <= timedelta(days=22)
    book.now = due
    assert book.refused(Appeal, BUYER).code == "deadline_passed"
    book.time_out("appeal")
    dispute = book.file.dispute
    assert dispute is not None
    assert (dispute.state, dispute.final) == ("settled", True)
    assert book.refused(Appeal, BUYER).code == "ruling_is_final"
    assert (
        book.try_(FireDeadline(shop_id=7, actor=SYSTEM, case_id=book.case.id, kind="appeal", started_seq=1)).why
        == "deadline_done"
    )  # type: ignore[union-attr]


def test_both_sides_hand_in_proof_in_a_dispute_and_in_an_appeal_and_nobody_in_between() -> None:
    book = escalated()
    for actor in (BUYER, SELLER):
        book.do(SubmitEvidence, actor, proof=(GivenProof(kind="chat_in_app", text="look"),))
    assert {p.at for p in book.file.evidence if p.kind == "chat_in_app"} == {"dispute"}
    ruled(book, "buyer", "seller")
    assert book.refused(SubmitEvidence, BUYER, proof=REPORT).code == "move_not_open"
    book.do(Appeal, SELLER)
    book.do(SubmitEvidence, BUYER, proof=REPORT)
    assert [p.at for p in book.file.evidence if p.kind == "inspection_report"] == ["appeal"]


def test_units_that_were_asked_for_anew_cannot_be_appealed_for() -> None:
    book = escalated()
    ruled(book, "seller", "buyer")
    again = msgspec.structs.replace(book.case, id=UUID(int=4242), state="pending_review", ended=None, closed_at=None)
    line = msgspec.structs.replace(book.file.own_lines[0], case_id=again.id)
    book.file = msgspec.structs.replace(book.file, cases=(*book.file.cases, again), case_lines=(*book.file.case_lines, line))
    assert book.refused(Appeal, BUYER).code == "units_already_claimed"


def test_the_platform_that_rules_needs_no_more_than_its_permission() -> None:
    book = escalated()
    ruled(book, "seller", "buyer", PLATFORM)
    assert book.case.state == "closed"
