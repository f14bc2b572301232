"""Two who act on one proposal in the same instant, through desks side by side: one of them is heard, and the money leaves once."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from tests.marketplace import BUYER, SELLER, SUPPORT, Marketplace, Sold

from amends.actions.commands import AnswerProposal, Approve, FireDeadline, Propose
from amends.cli.place import a_desk
from amends.desk.desk import Desk
from amends.domain.facts.people import SYSTEM
from amends.store.doctor import examine, lines, sick

ROUNDS = 12


async def desks(market: Marketplace, stack: AsyncExitStack) -> list[Desk]:
    return [await stack.enter_async_context(a_desk(market.dsn)) for _ in range(2)]


async def proposed(market: Marketplace, by: object = SELLER) -> tuple[Sold, object]:
    """A case with an open proposal on it: less money, and no goods back."""
    sold = await market.order()
    case = (await market.ask(sold, "refund_only", "damaged", proof=["photo_defect"])).case_id
    said = await market.do((sold.shop_id, case), Propose, by=by, what="change", amount=3000)  # type: ignore[arg-type]
    assert said.state == "negotiating", said.body
    return sold, case


async def healthy(market: Marketplace) -> None:
    """No worker runs here, so what is due and owed is left out."""
    findings = await examine(market.dsn)
    assert not [f for f in sick(findings) if f.name not in ("D07", "W02")], "\n".join(lines(findings))


@pytest.mark.requirement("N-07", "C-06")
async def test_the_seller_approves_while_the_buyer_accepts_and_one_amount_is_paid(marketplace: Marketplace) -> None:
    async with AsyncExitStack() as stack:
        one, two = await desks(marketplace, stack)
        for trial in range(ROUNDS):
            sold, case = await proposed(marketplace)
            common = {"shop_id": sold.shop_id, "case_id": case}
            accept = one.handle([AnswerProposal(actor=BUYER, answer="accept", **common)])  # type: ignore[arg-type]
            approve = two.handle([Approve(actor=SELLER, **common)])  # type: ignore[arg-type]
            answers = await asyncio.gather(*((accept, approve) if trial % 2 else (approve, accept)))
            codes = [answer.code for (answer,) in answers]
            assert codes.count(None) == 1, codes
            assert set(codes) == {None, "move_not_open"}
            paid = await marketplace.administrator.fetch("select amount from amends.refund where case_id = $1", case)
            state = await marketplace.administrator.fetchval("select state from amends.proposal where case_id = $1", case)
            assert [row["amount"] for row in paid] == [3000 if state == "accepted" else 5000]
    await healthy(marketplace)


@pytest.mark.requirement("C-05", "N-07")
async def test_at_the_instant_of_expiry_the_buyer_is_late_however_the_race_ends(marketplace: Marketplace) -> None:
    async with AsyncExitStack() as stack:
        one, two = await desks(marketplace, stack)
        for trial in range(ROUNDS):
            sold, case = await proposed(marketplace, SUPPORT)
            row = await marketplace.administrator.fetchrow(
                "select expires_at, opened_seq from amends.proposal where case_id = $1", case
            )
            # so near to the end that the answer's lock may be won before it or after it
            await marketplace.set_clock(row["expires_at"] - timedelta(milliseconds=trial * 2))
            common = {"shop_id": sold.shop_id, "case_id": case}
            accept = one.handle([AnswerProposal(actor=BUYER, answer="accept", **common)])  # type: ignore[arg-type]
            fire = two.handle([FireDeadline(actor=SYSTEM, kind="proposal", started_seq=row["opened_seq"], **common)])  # type: ignore[arg-type]
            (said,), _ = await asyncio.gather(accept, fire)
            ended = await marketplace.administrator.fetchrow(
                "select state, decided_at from amends.proposal where case_id = $1", case
            )
            if said.code is None:
                assert ended["state"] == "accepted"
                assert ended["decided_at"] < row["expires_at"]
            else:
                assert said.code in ("deadline_passed", "move_not_open")
                assert ended["state"] in ("open", "lapsed")
            await marketplace.set_clock(row["expires_at"] + timedelta(hours=1))
            await two.handle([FireDeadline(actor=SYSTEM, kind="proposal", started_seq=row["opened_seq"], **common)])  # type: ignore[arg-type]
    await healthy(marketplace)
