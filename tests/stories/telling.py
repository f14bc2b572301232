"""Stories: the sources told end to end, through the desk on a real database, with time moved by hand and the worker called directly.

Each one ends with a healthy database: every statement of the doctor holds, every chain of events can be recomputed, and what
we hold as paid is what the payment provider executed.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.marketplace import BUYER, SELLER, SUPPORT, Marketplace, Said, Sold

from amends.actions.commands import (
    AcceptReplacement,
    AnswerProposal,
    Appeal,
    Approve,
    AskForProof,
    CancelDispute,
    CaseCommand,
    ClaimReview,
    ConfirmRuling,
    ConvertToRefund,
    CorrectReturnNumber,
    DecideRecheck,
    Escalate,
    GivenProof,
    InspectedLine,
    InspectReturn,
    Propose,
    Reject,
    Rule,
    ShipReplacement,
    ShipReturn,
    SubmitEvidence,
    Withdraw,
)
from amends.desk.desk import Desk
from amends.desk.load import find_targets, load
from amends.desk.verify import verify_all
from amends.desk.views import case_body
from amends.domain.facts.people import Actor
from amends.gateways.carriers_fake import FakeCarrier
from amends.gateways.payments_fake import FakePayments
from amends.store.database import transaction
from amends.store.doctor import examine, lines, sick
from amends.worker.run import Worker

RETURN = "9400111899223100005678"
SENT = "9400111899223100009012"
Proof = Sequence[str | GivenProof]


def pieces(proof: Proof) -> tuple[GivenProof, ...]:
    return tuple(GivenProof(kind=p, text=f"a {p}") if isinstance(p, str) else p for p in proof)


class Case:
    """A case as its people act on it; `said` is the last answer."""

    def __init__(self, story: "Story", sold: Sold, said: Said) -> None:
        self.story, self.sold, self.said, self.id = story, sold, said, said.case_id

    async def _do(self, command: type, by: Actor, **fields: Any) -> Said:
        self.said = await self.story.do((self.sold.shop_id, self.id), command, by=by, **fields)
        return self.said

    async def seller_approves(self, **fields: Any) -> Said:
        return await self._do(Approve, SELLER, **fields)

    async def seller_rejects(self, ground: str, *proof: str | GivenProof, **fields: Any) -> Said:
        return await self._do(Reject, SELLER, ground=ground, proof=pieces(proof), **fields)

    async def seller_asks_for(self, *kinds: str) -> Said:
        return await self._do(AskForProof, SELLER, kinds=kinds)

    async def buyer_withdraws(self) -> Said:
        return await self._do(Withdraw, BUYER)

    async def buyer_shows(self, *proof: str | GivenProof) -> Said:
        return await self._do(SubmitEvidence, BUYER, proof=pieces(proof))

    async def seller_shows(self, *proof: str | GivenProof) -> Said:
        return await self._do(SubmitEvidence, SELLER, proof=pieces(proof))

    async def buyer_ships_back(self, number: str = RETURN) -> Said:
        return await self._do(ShipReturn, BUYER, carrier="usps", tracking_number=number)

    async def buyer_corrects_number(self, number: str) -> Said:
        return await self._do(CorrectReturnNumber, BUYER, carrier="usps", tracking_number=number)

    async def carrier_says(self, status: str, number: str = RETURN) -> Said:
        self.said = await self.story.scan(self.sold.shop_id, number, status)
        return self.said

    async def platform_decides(self, decision: str, **fields: Any) -> Said:
        return await self._do(DecideRecheck, SUPPORT, decision=decision, **fields)

    async def buyer_escalates(self, *proof: str | GivenProof, **fields: Any) -> Said:
        return await self._do(Escalate, BUYER, proof=pieces(proof), **fields)

    async def buyer_cancels_the_dispute(self) -> Said:
        return await self._do(CancelDispute, BUYER)

    async def appeals(self, by: Actor, *proof: str | GivenProof, **fields: Any) -> Said:
        return await self._do(Appeal, by, proof=pieces(proof), **fields)

    async def claimed(self, by: Actor, **fields: Any) -> Said:
        return await self._do(ClaimReview, by, **fields)

    async def ruled(self, ruling: str, liability: str, by: Actor, **fields: Any) -> Said:
        """A person of the platform takes the dispute and rules."""
        await self._do(ClaimReview, by)
        said = {"rationale": "Both sides' proof was looked at.", **fields}
        return await self._do(Rule, by, ruling=ruling, liability=liability, **said)

    async def confirmed(self, by: Actor, **fields: Any) -> Said:
        return await self._do(ConfirmRuling, by, **fields)

    async def seller_inspects(self, *, accepted: int, refused: int = 0, proof: Proof = (), **fields: Any) -> Said:
        line = await self.story.line(self.sold)
        found = InspectedLine(line_id=line, accepted=accepted, refused=refused, **fields.pop("found", {}))
        return await self._do(InspectReturn, SELLER, lines=(found,), proof=pieces(proof), **fields)

    async def seller_ships_replacement(self, number: str = SENT) -> Said:
        return await self._do(ShipReplacement, SELLER, carrier="usps", tracking_number=number)

    async def buyer_keeps_replacement(self) -> Said:
        return await self._do(AcceptReplacement, BUYER)

    async def buyer_converts(self) -> Said:
        return await self._do(ConvertToRefund, BUYER)

    async def seller_proposes(self, what: str, **fields: Any) -> Said:
        return await self._do(Propose, SELLER, what=what, **fields)

    async def platform_proposes(self, what: str, **fields: Any) -> Said:
        return await self._do(Propose, SUPPORT, what=what, **fields)

    async def buyer_answers(self, answer: str, *proof: str | GivenProof) -> Said:
        return await self._do(AnswerProposal, BUYER, answer=answer, proof=pieces(proof))

    async def proposals(self) -> list[tuple[str, str]]:
        """Channel and fate of every proposal, in the order in which they were made."""
        rows = await self.story.administrator.fetch(
            "select channel, state from amends.proposal where case_id = $1 order by opened_seq", self.id
        )
        return [(row["channel"], row["state"]) for row in rows]

    async def state(self) -> str:
        """Where it stands now, with how it ended."""
        row = await self.story.case(self.id)
        return f"{row['state']}: {row['ended']}" if row["ended"] else str(row["state"])

    async def events(self) -> list[str]:
        return await self.story.events(self.id)

    async def refunds(self) -> list[tuple[int, str]]:
        """Amount and status of every refund of the case, in the order of its payments."""
        rows = await self.story.administrator.fetch(
            "select r.amount, r.status from amends.refund r join amends.payment p on p.id = r.payment_id"
            " where r.case_id = $1 order by p.sequence, r.created_at",
            self.id,
        )
        return [(row["amount"], row["status"]) for row in rows]

    async def due(self, kind: str) -> datetime:
        """When the running deadline of that kind is due."""
        moment: datetime = await self.story.administrator.fetchval(
            "select due_at from amends.deadline where case_id = $1 and kind = $2 and state = 'running'", self.id, kind
        )
        assert moment is not None, f"no {kind} is running"
        return moment


class Story(Marketplace):
    """A marketplace with its worker, a payment provider and a carrier."""

    def __init__(
        self, dsn: str, desk: Desk, administrator: Any, worker: Worker, payments: FakePayments, carrier: FakeCarrier
    ) -> None:
        super().__init__(dsn, desk, administrator)
        self.worker, self.payments, self.carrier = worker, payments, carrier

    async def open(self, sold: Sold, kind: str, reason: str, **more: Any) -> Case:
        """A request that is taken."""
        return Case(self, sold, await self.ask(sold, kind, reason, **more))

    async def case_view(self, case: Case) -> dict[str, Any]:
        """The case as its seller sees it."""
        asked = [CaseCommand(shop_id=case.sold.shop_id, actor=SELLER, case_id=case.id)]
        async with transaction(self.desk.pool, [case.sold.shop_id]) as connection:
            (found,) = await load(connection, asked, await find_targets(connection, asked))
            assert found is not None
            rules = await self.desk.rulebooks.rules(connection, found.file, found.now)
        seen: dict[str, Any] = json.loads(case_body(found.file, rules, SELLER, found.now))
        return seen

    async def line(self, sold: Sold) -> UUID:
        """The only line of an order."""
        line: UUID = await self.administrator.fetchval("select id from amends.order_line where order_id = $1", sold.id)
        return line

    async def settle(self) -> None:
        """Let the worker do everything that can be done at this moment."""
        await self.worker.drain()

    async def later(self, **span: float) -> None:
        """Time passes; the worker acts at each moment when something falls due."""
        await self.until(await self.now() + timedelta(**span))

    async def until(self, goal: datetime) -> None:
        """Time passes until this moment."""
        await self.settle()
        while True:
            due = await self.administrator.fetchval("select amends.next_due()")
            await self.set_clock(goal if due is None else min(goal, due + timedelta(milliseconds=1)))
            await self.settle()
            if due is None or due >= goal:
                return

    async def check(self) -> None:
        """The database is healthy, its chains hold, and the provider paid what we think it paid."""
        executed = {key: done.amount for key, done in self.payments.executions.items()}
        findings = await examine(self.dsn, provider=executed)
        assert not sick(findings), "\n".join(lines(findings))
        assert not (await verify_all(self.dsn)).broken
