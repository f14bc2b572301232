"""Two shops in one batch with swapped ids: nothing is found, nothing is written, nothing is revealed."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tests.marketplace import BUYER, SELLER, SUPPORT, Marketplace, Sold

from amends.actions import chargeback_commands as disputed
from amends.actions import commands as spoken
from amends.actions import conduct_commands as told
from amends.actions import people_commands as people
from amends.actions.catalogue import ACTIONS
from amends.actions.commands import Approve, Command, GivenProof, InspectedLine
from amends.domain.facts.people import SYSTEM, Actor

ANY = datetime(2026, 11, 16, tzinfo=UTC)
CARRIER = Actor(kind="carrier", id="usps", human=False)
PROVIDER = Actor(kind="provider", id="fake", human=False)


class Known(NamedTuple):
    """What one shop has."""

    sold: Sold
    case_id: UUID
    paid_case: UUID
    refund_id: UUID
    line_id: UUID
    number: str
    owed_id: UUID
    interception_id: UUID


async def _known(market: Marketplace, shop: str) -> Known:
    sold, other = await market.order(shop), await market.order(shop)
    opened = await market.ask(sold, "return_refund", "damaged")
    paid = await market.ask(other, "refund_only", "damaged", proof=["photo_defect"])
    await market.do((sold.shop_id, paid.case_id), Approve)
    refund = await market.administrator.fetchval("select id from amends.refund where case_id = $1", paid.case_id)
    line = await market.administrator.fetchval("select id from amends.order_line where order_id = $1", sold.id)
    owed: UUID = await market.administrator.fetchval(
        "insert into amends.compensation (shop_id, id, order_id, case_id, amount, currency, by_party, to_party, why, rule, status,"
        " decided_seq, created_at, updated_at) values ($1, gen_random_uuid(), $2, $3, 250, 'USD', 'seller', 'buyer',"
        " 'first_response', 'r', 'sent', 1, amends.moment(), amends.moment()) returning id",
        sold.shop_id, sold.id, opened.case_id,
    )  # fmt: skip
    moving = await market.order(shop, status="in_transit", promised_at=await market.now() - timedelta(days=1))
    stopped = await market.ask(moving, "refund_in_transit", "not_received")
    await market.do((sold.shop_id, stopped.case_id), spoken.OrderInterception)
    interception = await market.administrator.fetchval("select id from amends.interception where case_id = $1", stopped.case_id)
    number = str(sold.told.parcels[0].tracking_number)
    return Known(sold, opened.case_id, paid.case_id, refund, line, number, owed, interception)


def _payment(theirs: Known) -> str:
    return str(theirs.sold.told.payments[0].provider_reference) if theirs.sold.told else "pay_x"


def _every_command(shop: int, theirs: Known) -> list[Command]:
    """One command of each kind, spoken as `shop` about the other shop's things."""
    on_case = {"shop_id": shop, "case_id": theirs.case_id}
    proof = (GivenProof(kind="text_statement", text="it is mine"),)
    lines = (InspectedLine(line_id=theirs.line_id, accepted=1),)
    return [
        spoken.OpenCase(shop_id=shop, actor=BUYER, order_id=theirs.sold.id, kind="return_refund", reason="damaged"),
        spoken.OpenCase(shop_id=shop, actor=BUYER, order_id=theirs.sold.id, kind="return_refund", reason="damaged", preview=True),
        spoken.ShipOrder(shop_id=shop, actor=SELLER, order_id=theirs.sold.id, carrier="usps", tracking_number=theirs.number),
        spoken.Approve(actor=SELLER, **on_case),
        spoken.Reject(actor=SELLER, ground="other", note="no", **on_case),
        spoken.Withdraw(actor=BUYER, **on_case),
        spoken.SubmitEvidence(actor=BUYER, proof=proof, **on_case),
        spoken.Amend(actor=BUYER, reason="defective", **on_case),
        spoken.AskForProof(actor=SELLER, kinds=("photo_defect",), **on_case),
        spoken.DecideRecheck(actor=SUPPORT, decision="admit", **on_case),
        spoken.ShipReturn(actor=BUYER, carrier="usps", tracking_number="9400111899223100009999", **on_case),
        spoken.InspectReturn(actor=SELLER, lines=lines, **on_case),
        spoken.ConvertToRefund(actor=SELLER, **on_case),
        spoken.ShipReplacement(actor=SELLER, carrier="usps", tracking_number="9400111899223100008888", **on_case),
        spoken.AcceptReplacement(actor=BUYER, **on_case),
        spoken.Propose(actor=SELLER, what="withdraw", **on_case),
        spoken.AnswerProposal(actor=BUYER, answer="decline", **on_case),
        spoken.SettleReturn(actor=SUPPORT, decision="lost", **on_case),
        disputed.RecordChargeback(shop_id=shop, actor=PROVIDER, payment=_payment(theirs), source="bank", reference="cb1",
                                  state="open", amount=100, currency="USD"),
        disputed.AnswerChargeback(shop_id=shop, actor=SELLER, chargeback_id=theirs.case_id),
        disputed.OverrideChargeback(shop_id=shop, actor=SUPPORT, chargeback_id=theirs.case_id, why="why"),
        disputed.GiveUpRefund(shop_id=shop, actor=SUPPORT, case_id=theirs.paid_case, refund_id=theirs.refund_id),
        people.SendMessage(actor=SELLER, message_id=theirs.case_id, text="hello", **on_case),
        people.PinMessage(actor=SELLER, message_id=theirs.case_id, messages=(), **on_case),
        spoken.Escalate(actor=BUYER, **on_case),
        spoken.CancelDispute(actor=BUYER, **on_case),
        spoken.Appeal(actor=SELLER, **on_case),
        spoken.ClaimReview(actor=SUPPORT, **on_case),
        spoken.Rule(actor=SUPPORT, ruling="seller", liability="buyer", rationale="why", **on_case),
        spoken.ConfirmRuling(actor=SUPPORT, **on_case),
        spoken.FireDeadline(actor=SYSTEM, kind="review", started_seq=1, **on_case),
        spoken.RecordScan(shop_id=shop, actor=CARRIER, source="usps", event_id="e1", tracking_number=theirs.number,
                          status="delivered", occurred_at=ANY),
        spoken.RecordRefundResult(shop_id=shop, actor=PROVIDER, refund_id=theirs.refund_id, result="succeeded"),
        spoken.CorrectReturnNumber(actor=BUYER, carrier="usps", tracking_number="9400111899223197428497", **on_case),
        spoken.RecordLabel(actor=CARRIER, problem="no_service", **on_case),
        spoken.AgreeRefusal(actor=SELLER, **on_case),
        spoken.OrderInterception(actor=SELLER, **on_case),
        spoken.ComplainToCarrier(actor=SELLER, **on_case),
        spoken.RecordInterception(shop_id=shop, actor=CARRIER, interception_id=theirs.interception_id, result="declined"),
        spoken.AnswerComplaint(shop_id=shop, actor=CARRIER, interception_id=theirs.interception_id, answer="declined"),
        spoken.RetryRefund(shop_id=shop, actor=SUPPORT, case_id=theirs.paid_case, refund_id=theirs.refund_id),
        told.RetryCompensation(actor=SUPPORT, compensation_id=theirs.owed_id, **on_case),
        told.WarnOfDeadline(actor=SYSTEM, kind="review", started_seq=1, alarm="half", **on_case),
        told.ExtendDeadlines(actor=SYSTEM, outage=1, from_at=ANY, to_at=ANY, **on_case),
        told.ReconsiderDeadlines(actor=SYSTEM, **on_case),
        told.ChargeFreight(actor=SUPPORT, leg="first_leg", amount=100, carrier="usps", **on_case),
        told.RecordCompensationResult(shop_id=shop, actor=PROVIDER, compensation_id=theirs.owed_id, result="succeeded"),
    ]  # fmt: skip


def test_every_command_is_tried() -> None:
    some = Known(Sold(1, UUID(int=1), None), *[UUID(int=1)] * 4, "x", UUID(int=1), UUID(int=1))  # type: ignore[arg-type]
    assert {type(command) for command in _every_command(1, some)} == set(ACTIONS)


async def test_swapped_commands_of_two_shops_find_nothing_among_good_ones(marketplace: Marketplace) -> None:
    anna, bert = await _known(marketplace, "anna"), await _known(marketplace, "bert")
    swapped = _every_command(anna.sold.shop_id, bert) + _every_command(bert.sold.shop_id, anna)
    for seed in range(4):
        reason = "defective" if seed % 2 else "wrong_item"
        await _nothing_found(marketplace, [*swapped], [anna, bert], reason, random.Random(seed))  # noqa: S311 - the order of a batch


async def _nothing_found(
    marketplace: Marketplace, swapped: list[Command], shops: list[Known], reason: str, chance: random.Random
) -> None:
    good: list[Command] = [
        spoken.SubmitEvidence(
            shop_id=mine.sold.shop_id, actor=BUYER, case_id=mine.case_id, proof=(GivenProof(kind="text_statement", text=reason),)
        )
        for mine in shops
    ]
    before = await marketplace.counts()
    batch = [*swapped, *good]
    chance.shuffle(batch)
    answers = dict(zip(map(id, batch), await marketplace.desk.handle(batch), strict=True))
    for command in swapped:
        answer = answers[id(command)]
        assert (answer.code, json.loads(answer.body), answer.case_id) == ("not_found", {"code": "not_found"}, None), command
    assert [answers[id(command)].code for command in good] == [None, None]
    after = await marketplace.counts()
    assert {table: after[table] - before[table] for table in after if after[table] != before[table]} == {
        "event": 2,
        "evidence": 2,
    }
