"""How much goes back, and to which payment."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.actions.outcome import Blocked
from amends.actions.posting import commission_of, commission_share, posted, reversal
from amends.actions.refunding import plan_refunds
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Allocation, Order, OrderLine, Payment, Shop
from amends.domain.facts.refund import Refund

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def an_id(n: int) -> UUID:
    return UUID(int=n)


def a_line(n: int = 1, *, paid: int = 1000, quantity: int = 1, commission: int = 0) -> OrderLine:
    return OrderLine(an_id(n), f"L{n}", "sku", "a thing", "home", quantity, paid, 0, 0, paid, commission, None)


def a_payment(n: int, amount: int, method: str = "card", **told: Any) -> Payment:
    return Payment(
        an_id(100 + n),
        n,
        method,
        amount,
        told.pop("captured", amount),
        told.get("reserved", 0),
        told.get("charged_back", 0),
        None,
    )


def a_file(lines: list[OrderLine], payments: list[Payment], shares: dict[tuple[int, int], int]) -> CaseFile:
    order = Order(
        7, an_id(900), "O1", "O1", "us", "b1", "USD", "delivered", "shelf", "marketplace", None, None,
        NOW, None, NOW, None, NOW, NOW, None, None, 1,
    )  # fmt: skip
    return CaseFile(
        shop=Shop(7, "a shop", "us", "s1"),
        order=order,
        lines=tuple(lines),
        payments=tuple(payments),
        allocations=tuple(Allocation(an_id(100 + p), an_id(n), amount, 0) for (p, n), amount in shares.items()),
        parcels=(),
        scans=(),
        cases=(),
        case_lines=(),
    )


def plan(file: CaseFile, wanted: dict[UUID, tuple[int, int]], destination: str | None = None) -> tuple[Refund, ...] | Blocked:
    case: Any = msgspec.defstruct("SomeCase", ["id"])(an_id(800))
    return plan_refunds(file, wanted, case, 3, NOW, uuid4, destination)


def paid_out(file: CaseFile, wanted: dict[UUID, tuple[int, int]], destination: str | None = None) -> tuple[Refund, ...]:
    refunds = plan(file, wanted, destination)
    assert not isinstance(refunds, Blocked), refunds
    return refunds


def reserve(file: CaseFile, refunds: tuple[Refund, ...]) -> CaseFile:
    """What the payment rows say once the refunds are written."""
    by_payment = {r.payment_id: r for r in refunds}
    taken = {(r.payment_id, line.line_id): line.amount for r in refunds for line in r.lines}
    return msgspec.structs.replace(
        file,
        payments=tuple(
            msgspec.structs.replace(p, reserved=p.reserved + (by_payment[p.id].amount if p.id in by_payment else 0))
            for p in file.payments
        ),
        allocations=tuple(
            msgspec.structs.replace(a, refunded=a.refunded + taken.get((a.payment_id, a.line_id), 0)) for a in file.allocations
        ),
    )


@st.composite
def orders(draw: st.DrawFn) -> CaseFile:
    n_lines, n_payments = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    shares = {(p, n): draw(st.integers(0, 500)) for p in range(1, n_payments + 1) for n in range(1, n_lines + 1)}
    payments = []
    for p in range(1, n_payments + 1):
        amount = sum(shares[p, n] for n in range(1, n_lines + 1))
        method = draw(st.sampled_from(["card", "wallet", "voucher", "cash_on_delivery"]))
        captured = draw(st.sampled_from([amount, amount, 0] if method == "cash_on_delivery" else [amount]))
        charged_back = draw(st.integers(0, captured)) if draw(st.booleans()) else 0
        payments.append(a_payment(p, amount, method, captured=captured, charged_back=charged_back))
    lines = []
    for n in range(1, n_lines + 1):
        paid = sum(shares[p, n] for p in range(1, n_payments + 1))
        lines.append(a_line(n, paid=paid, quantity=draw(st.integers(1, 5)), commission=draw(st.integers(0, paid))))
    return a_file(lines, payments, shares)


@st.composite
def orders_and_wishes(draw: st.DrawFn) -> tuple[CaseFile, dict[UUID, tuple[int, int]]]:
    file = draw(orders())
    asked = draw(st.lists(st.sampled_from(file.lines), unique=True, min_size=1))
    return file, {line.id: (draw(st.integers(0, line.quantity)), draw(st.integers(0, line.paid + 3))) for line in asked}


def most_possible(file: CaseFile, wanted: dict[UUID, tuple[int, int]]) -> int:
    """By counting over all sets of lines (max flow = min cut), as an oracle of its own kind."""
    lines = list(wanted)
    best = None
    for chosen in range(2 ** len(lines)):
        kept = [line for i, line in enumerate(lines) if chosen >> i & 1]
        cut = sum(wanted[line][1] for line in lines if line not in kept)
        for payment in file.payments:
            capacity = payment.amount if payment.captured == 0 else payment.captured - payment.reserved - payment.charged_back
            room = sum(a.amount - a.refunded for a in file.allocations if a.payment_id == payment.id and a.line_id in kept)
            cut += min(capacity, room)
        best = cut if best is None else min(best, cut)
    assert best is not None
    return best


@pytest.mark.requirement("E-03")
@given(orders_and_wishes())
def test_what_is_planned_is_what_was_wanted_whenever_the_payments_can_give_it(made: tuple[CaseFile, Any]) -> None:
    file, wanted = made
    refunds = plan(file, wanted, "bank account 1")
    asked = sum(amount for _, amount in wanted.values())
    if isinstance(refunds, Blocked):
        assert refunds.code == "exceeds_refundable"
        assert refunds.detail["left_in_all"] == most_possible(file, wanted) < asked
        return
    assert most_possible(file, wanted) == asked
    uncollected = {p.id for p in file.payments if p.captured == 0}
    assert not uncollected & {r.payment_id for r in refunds}
    promised = sum(p.amount for p in file.payments if p.captured == 0)
    assert asked - promised <= sum(r.amount for r in refunds) <= asked
    assert promised or sum(r.amount for r in refunds) == asked


@given(orders_and_wishes())
def test_no_refund_takes_more_than_a_payment_captured_or_a_line_was_allotted(made: tuple[CaseFile, Any]) -> None:
    file, wanted = made
    refunds = plan(file, wanted, "bank account 1")
    if isinstance(refunds, Blocked):
        return
    room = {(a.payment_id, a.line_id): a.amount - a.refunded for a in file.allocations}
    captured = {p.id: p.captured - p.reserved - p.charged_back for p in file.payments}
    assert len({r.payment_id for r in refunds}) == len(refunds)
    for refund in refunds:
        assert 0 < refund.amount == sum(line.amount for line in refund.lines) <= captured[refund.payment_id]
        assert all(0 < line.amount <= room[refund.payment_id, line.line_id] for line in refund.lines)
        assert all(line.amount <= wanted[line.line_id][1] for line in refund.lines)
    for line_id, (quantity, _) in wanted.items():
        slices = [line.quantity for r in refunds for line in r.lines if line.line_id == line_id]
        assert sum(slices) in ({quantity} if slices else {0})


@given(orders_and_wishes(), st.randoms())
def test_the_order_in_which_rows_arrive_changes_no_plan(made: tuple[CaseFile, Any], chance: Any) -> None:
    file, wanted = made

    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(rows, len(rows)))

    other = msgspec.structs.replace(file, payments=shuffled(file.payments), allocations=shuffled(file.allocations))
    names = iter(range(1, 99))
    again = iter(range(1, 99))
    case: Any = msgspec.defstruct("SomeCase", ["id"])(an_id(800))
    first = plan_refunds(file, wanted, case, 3, NOW, lambda: an_id(next(names)), "x")
    second = plan_refunds(other, dict(shuffled(tuple(wanted.items()))), case, 3, NOW, lambda: an_id(next(again)), "x")
    assert first == second


@given(orders(), st.lists(st.tuples(st.integers(0, 3), st.integers(1, 300)), max_size=8))
def test_partial_after_partial_never_gives_back_more_than_came_in(file: CaseFile, slices: list[tuple[int, int]]) -> None:
    for which, amount in slices:
        line = file.lines[which % len(file.lines)]
        refunds = plan(file, {line.id: (0, amount)}, "x")
        if not isinstance(refunds, Blocked):
            file = reserve(file, refunds)
    assert all(p.reserved + p.charged_back <= p.captured for p in file.payments)
    assert all(0 <= a.refunded <= a.amount for a in file.allocations)


@pytest.mark.requirement("Q-10")
@given(st.integers(1, 10_000), st.integers(0, 3_000), st.lists(st.integers(1, 2_000), max_size=9))
def test_all_slices_of_a_line_together_return_exactly_its_commission(paid: int, commission: int, cuts: list[int]) -> None:
    line = a_line(paid=paid, commission=commission)
    before, returned = 0, 0
    for cut in [*cuts, paid]:
        amount = min(cut, paid - before)
        returned += commission_share(line, before, amount)
        before += amount
    assert returned == commission


@pytest.mark.requirement("Q-10")
@given(orders(), st.lists(st.tuples(st.integers(0, 3), st.integers(1, 300)), max_size=6))
def test_refunds_of_an_order_return_its_commission_whichever_is_paid_first(file: CaseFile, cuts: list[tuple[int, int]]) -> None:
    asked = [*cuts, *((n, None) for n in range(len(file.lines)))]
    for which, amount in asked:
        line = file.lines[which % len(file.lines)]
        left = sum(a.amount - a.refunded for a in file.allocations if a.line_id == line.id)
        refunds = plan(file, {line.id: (0, left if amount is None else amount)}, "x")
        if not isinstance(refunds, Blocked):
            file = msgspec.structs.replace(reserve(file, refunds), all_refunds=file.all_refunds + refunds)
    returned = sum(commission_of(file, refund) for refund in reversed(file.all_refunds))
    whole = {line.id for line in file.lines if all(a.refunded == a.amount for a in file.allocations if a.line_id == line.id)}
    if len(whole) == len(file.lines):
        assert returned == sum(line.commission for line in file.lines if line.paid)
    assert returned <= sum(line.commission for line in file.lines)


@pytest.mark.requirement("Q-10")
@given(orders_and_wishes())
def test_the_postings_of_a_refund_and_of_its_reversal_sum_to_zero(made: tuple[CaseFile, Any]) -> None:
    file, wanted = made
    refunds = plan(file, wanted, "x")
    if isinstance(refunds, Blocked):
        return
    for refund in refunds:
        commission = commission_of(file, refund)
        paid, back = posted(file, refund, commission), reversal(file, refund, commission, an_id(1))
        assert sum(leg.amount for leg in paid.postings) == 0
        assert sum(leg.amount for leg in back.postings) == 0
        assert {leg.account: -leg.amount for leg in paid.postings} == {leg.account: leg.amount for leg in back.postings}
        assert back.reverses == paid.id


def test_money_goes_back_to_the_payments_in_their_order_and_to_vouchers_last() -> None:
    file = a_file(
        [a_line(paid=1000)],
        [a_payment(1, 300, "voucher"), a_payment(2, 400), a_payment(3, 300, "wallet")],
        {(1, 1): 300, (2, 1): 400, (3, 1): 300},
    )
    refunds = paid_out(file, {an_id(1): (1, 800)})
    assert [(r.payment_id.int - 100, r.amount) for r in refunds] == [(2, 400), (3, 300), (1, 100)]
    assert [[line.quantity for line in r.lines] for r in refunds] == [[1], [0], [0]]


def test_a_line_makes_room_for_another_that_only_one_payment_can_pay() -> None:
    file = a_file(
        [a_line(1, paid=100), a_line(2, paid=50)],
        [a_payment(1, 100, charged_back=50), a_payment(2, 50)],
        {(1, 1): 50, (1, 2): 50, (2, 1): 50},
    )
    refunds = paid_out(file, {an_id(1): (1, 50), an_id(2): (1, 50)})
    assert {(r.payment_id.int - 100, line.line_id.int): line.amount for r in refunds for line in r.lines} == {
        (1, 2): 50,
        (2, 1): 50,
    }


def test_a_refund_larger_than_what_is_left_is_refused_with_what_is_left() -> None:
    file = a_file([a_line(paid=1000)], [a_payment(1, 1000, reserved=0)], {(1, 1): 1000})
    file = reserve(file, paid_out(file, {an_id(1): (0, 700)}))
    refused = plan(file, {an_id(1): (1, 301)})
    assert isinstance(refused, Blocked)
    assert (refused.code, refused.detail) == ("exceeds_refundable", {"left": {str(an_id(1)): 300}, "left_in_all": 300})


def test_money_that_was_charged_back_is_not_given_back_again() -> None:
    file = a_file([a_line(paid=1000)], [a_payment(1, 1000, charged_back=1000)], {(1, 1): 1000})
    refused = plan(file, {an_id(1): (1, 1000)})
    assert isinstance(refused, Blocked)
    assert refused.detail["left_in_all"] == 0


def test_cash_on_delivery_that_was_never_collected_needs_no_payment_back() -> None:
    file = a_file([a_line(paid=1000)], [a_payment(1, 1000, "cash_on_delivery", captured=0)], {(1, 1): 1000})
    assert paid_out(file, {an_id(1): (1, 1000)}) == ()


def test_collected_cash_asks_for_a_destination_and_goes_there() -> None:
    file = a_file([a_line(paid=1000)], [a_payment(1, 1000, "cash_on_delivery")], {(1, 1): 1000})
    refused = plan(file, {an_id(1): (1, 1000)})
    assert isinstance(refused, Blocked)
    assert refused.code == "destination_required"
    assert [r.destination for r in paid_out(file, {an_id(1): (1, 1000)}, "iban 1")] == ["iban 1"]


def test_the_buyer_gets_all_and_the_shop_bears_it_less_the_commission() -> None:
    file = a_file([a_line(paid=1000, commission=80)], [a_payment(1, 1000)], {(1, 1): 1000})
    (refund,) = paid_out(file, {an_id(1): (1, 500)})
    assert {leg.account: leg.amount for leg in posted(file, refund, commission_of(file, refund)).postings} == {
        "buyer:b1": 500,
        "shop:7": -460,
        "platform:commission": -40,
    }


def test_the_one_payment_that_is_left_gives_no_more_for_a_line_than_its_share() -> None:
    lines = [a_line(1, paid=1000), a_line(2, paid=1000)]
    file = a_file(
        lines, [a_payment(2, 1000)], {(2, 1): 1, (2, 2): 999, (1, 1): 999, (1, 2): 1}
    )  # the card's is disputed, and left out
    short = plan(file, {an_id(1): (1, 500)})
    assert isinstance(short, Blocked)
    assert short.detail["left_in_all"] == 1
    (given_back,) = paid_out(file, {an_id(2): (1, 999)})
    assert given_back.amount == 999
