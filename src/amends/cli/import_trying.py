"""What the desk would answer to a row: the same file, the same standing, the same action, and nothing recorded."""

from collections import OrderedDict
from typing import Final
from uuid import UUID

from amends.actions.catalogue import act
from amends.actions.commands import Command
from amends.actions.outcome import Blocked, Recorded
from amends.desk.after import after
from amends.desk.desk import Desk
from amends.desk.links import linked
from amends.desk.load import find_targets, load
from amends.desk.standing import lacking, staff_of
from amends.domain.facts.file import CaseFile
from amends.store.database import transaction

REMEMBERED: Final = 1_000


class Trying:
    """Tries the rows of one file one after another: each sees what those before it would have done to its order."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._after: OrderedDict[UUID, CaseFile] = OrderedDict()

    async def answer(self, command: Command) -> str | None:
        """The code of what stands against a command; None where the desk would take it."""
        async with transaction(self.desk.pool, [command.shop_id]) as connection:
            targets = await find_targets(connection, [command])
            loaded = await load(connection, [command], targets, staff_of([command]))
            (found,) = await linked(connection, [command], loaded)
            if found is None or targets[0] is None:
                return "not_found"
            now, case_id = found.now, targets[0].case_id
            asked, file = found.held.now(command, now, found.file.shop.market), self._after.get(found.file.order.id, found.file)
            if case_id is not None:
                file = file.focus(case_id)
            rules = await self.desk.rulebooks.rules(connection, file, now, found.policy_epoch)
        if lacking(asked) is not None:
            return "permission_missing"
        outcome = act(file, asked, rules, now, lambda: self.desk.make_id(now))
        if isinstance(outcome, Blocked):
            return outcome.code
        if isinstance(outcome, Recorded):
            self._remember(after(file, outcome))
        return None

    def _remember(self, file: CaseFile) -> None:
        self._after[file.order.id] = file
        self._after.move_to_end(file.order.id)
        while len(self._after) > REMEMBERED:
            self._after.popitem(last=False)
