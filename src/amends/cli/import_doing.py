"""What the rows of a shop's own files do: each is tried against what may be done now, or handed to the desk."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from amends.actions.commands import (
    Approve,
    CaseCommand,
    Command,
    CorrectReturnNumber,
    Reject,
    ShipOrder,
    ShipReplacement,
    ShipReturn,
)
from amends.cli.import_trying import Trying
from amends.desk.desk import Desk
from amends.desk.load import find_targets, load
from amends.domain.facts.people import Actor
from amends.domain.lifecycle.moves import Move, moves
from amends.domain.rulebook.shape import Vocabulary
from amends.exchange.handed_in import Do, HandedIn
from amends.store.database import queries, transaction

SENT: Final[dict[str, type[CaseCommand]]] = {
    "ship_replacement": ShipReplacement,
    "correct_return_number": CorrectReturnNumber,
    "ship_return": ShipReturn,
}
"""What a tracking number of a case may be for, by the move that is open."""
TAG: Final = "reason:"


class Doing:
    """Does rows for one person of one shop; with `apply` off it says what the desk would answer, and does nothing."""

    def __init__(
        self, desk: Desk, vocabulary: Vocabulary, shop_id: int, run_id: UUID, actor: Actor, beat: Callable[[], Awaitable[None]], *,
        apply: bool,
    ) -> None:  # fmt: skip
        self.desk, self.vocabulary, self.shop_id, self.run_id, self.actor = desk, vocabulary, shop_id, run_id, actor
        self.beat, self.apply, self.trying = beat, apply, Trying(desk)
        self.tagged: set[tuple[UUID, str]] = set()

    def of(self, kind: str) -> Do:
        """What is done with a row of this kind of file."""
        return {"decisions": self.decide, "reasons": self.reason, "tracking": self.track}[kind]

    async def decide(self, row: HandedIn) -> str | None:
        """Approve or reject."""
        case_id = await self._case(row.values["case"])
        if case_id is None:
            return "import_no_case"
        decision, note = row.values["decision"], row.values.get("note")
        said: dict[str, Any] = {
            "shop_id": self.shop_id,
            "actor": self.actor,
            "key": self._key(row),
            "case_id": case_id,
            "note": note,
        }
        return await self._handed(
            Approve(**said) if decision == "approve" else Reject(**said, ground=row.values.get("ground", ""))
        )

    async def track(self, row: HandedIn) -> str | None:
        """Give a tracking number: of the case that waits for one, or of the order that is still to ship."""
        sent = {"carrier": row.values["carrier"], "tracking_number": row.values["tracking_number"]}
        said: dict[str, Any] = {"shop_id": self.shop_id, "actor": self.actor, "key": self._key(row), **sent}
        case_id = await self._case(row.values["case"])
        if case_id is not None:
            found = {move.move: move for move in await self._moves(case_id)}
            ready = next((name for name in SENT if name in found and found[name].open), None)
            if ready is not None:
                return await self._handed(SENT[ready](case_id=case_id, **said))
        order_id = await self._order(row.values["case"])
        if order_id is None:
            return "move_not_open" if case_id else "import_no_case"
        return await self._handed(ShipOrder(order_id=order_id, **said))

    async def reason(self, row: HandedIn) -> str | None:
        """Keep what the shop found as a tag of the case, and the note beside it."""
        case_id = await self._case(row.values["case"])
        if case_id is None:
            return "import_no_case"
        tag, side, note = f"{TAG}{row.values['reason']}"[:40], self.actor.kind, row.values.get("note")
        await self.beat()
        async with transaction(self.desk.pool, [self.shop_id]) as connection:
            if not self.apply:
                there = {kept["tag"] for kept in await connection.fetch(queries("case_tags"), self.shop_id, case_id, side)}
                known = tag in there or (case_id, tag) in self.tagged
                self.tagged.add((case_id, tag))
                return "same" if known else None
            come = await connection.fetch(queries("insert_case_tags"), self.shop_id, case_id, side, [tag])
            now = await connection.fetchval(queries("domain_now"))
            traces = ([("tagged", tag)] if come else []) + ([("note", note)] if note and come else [])
            for sort, text in traces:
                await connection.fetchrow(
                    queries("insert_note"), self.shop_id, self.desk.make_id(now), case_id, side, self.actor.id, sort, text
                )
        return None if come else "same"

    def _key(self, row: HandedIn) -> str:
        return f"import:{self.run_id}:{row.at.row}"

    async def _handed(self, command: Command) -> str | None:
        await self.beat()
        if not self.apply:
            return await self.trying.answer(command)
        (answer,) = await self.desk.handle([command])
        return answer.code if answer.code is not None else "same" if answer.replayed else None

    async def _case(self, number: str) -> UUID | None:
        """The case by its id, or the newest of the order's, an open one before a closed one."""
        async with transaction(self.desk.pool, [self.shop_id]) as connection:
            row = await connection.fetchrow(queries("cases_by_number"), self.shop_id, number)
        return row["id"] if row else None

    async def _order(self, number: str) -> UUID | None:
        async with transaction(self.desk.pool, [self.shop_id]) as connection:
            found: UUID | None = await connection.fetchval(queries("order_by_number"), self.shop_id, number)
        return found

    async def _moves(self, case_id: UUID) -> tuple[Move, ...]:
        asked = [CaseCommand(shop_id=self.shop_id, actor=self.actor, case_id=case_id)]
        async with transaction(self.desk.pool, [self.shop_id]) as connection:
            (found,) = await load(connection, asked, await find_targets(connection, asked))
            if found is None or found.file.case is None:
                return ()
            rules = await self.desk.rulebooks.rules(connection, found.file, found.now)
        return moves(found.file, rules, self.actor, found.now)
