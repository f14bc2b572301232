"""`amends import orders`: files in, orders handed to the desk, every row accounted for.

The whole file is read once before anything is handed over, so that dates can be told apart and rows joined in any order.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from amends.domain.facts.told import Taken, ToldOrder, ToldShop
from amends.exchange.mapped_orders import MappedOrders
from amends.exchange.mapping import ColumnMapping, ImportingShop, MappingProblem, read_mapping
from amends.exchange.report import Problem, Progress, Report, RowRef, no_progress, worst
from amends.exchange.told import Read
from amends.kernel.money import Exponents

BATCH: Final = 500
TakeOrders = Callable[[list[ToldOrder]], Awaitable[Sequence[Taken]]]
TakeShops = Callable[[list[ToldShop]], Awaitable[object]]
_OUTCOME: Final = {"created": "imported", "updated": "imported", "same": "same"}


class OrderOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to import. The mapping of a Seller Center export (`shipped("seller_center")`) wants a `shop`.

    `preview` reads and reports and hands nothing over. `say` gives a problem code's words, `sink` receives each problem.
    """

    exponents: Exponents
    mapping: Path
    shop: ImportingShop | None = None
    preview: bool = False
    say: Callable[[str], str] | None = None
    sink: Callable[[Problem], None] | None = None


async def import_orders(
    paths: Sequence[Path],
    options: OrderOptions,
    take_orders: TakeOrders,
    progress: Progress = no_progress,
    take_shops: TakeShops | None = None,
) -> Report:
    """Import order files. `take_shops`, where given, is told each shop before its first order; nothing raises for bad input."""
    report = Report(options.say, options.sink)
    mapping = read_mapping(options.mapping)
    if isinstance(mapping, MappingProblem):
        report.cannot_read(options.mapping.name, "import_header_unknown", detail=mapping.words)
        return report
    desk = _Handover(report, options, mapping, take_orders, take_shops)
    for group in file_groups(mapping, paths):
        with MappedOrders(mapping, options.exponents, options.shop) as orders:
            if not await asyncio.to_thread(orders.spool, group, report, progress):
                continue
            done = 0
            for read in orders.read():
                done += len(read.rows)
                await desk.hand_over(read)
                if done % BATCH < len(read.rows):
                    progress("orders", done, orders.count)
            await desk.flush()
            progress("orders", orders.count, orders.count)
    return report


def file_groups(mapping: ColumnMapping, paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Files that are read together: all of them where a mapping joins several, else each alone and in the order given."""
    files = [inside for path in paths for inside in (sorted(path.iterdir()) if path.is_dir() else [path])]
    joined = [part for part in (mapping.lines, mapping.payments) if part and part.file]
    yield from [files] if joined else [[file] for file in files]


class _Handover:
    """Collects orders into batches, hands them over, and settles the rows of each purchase by what came back."""

    def __init__(
        self, report: Report, options: OrderOptions, mapping: ColumnMapping, take_orders: TakeOrders, take_shops: TakeShops | None
    ) -> None:
        self._report, self._take, self._shops = report, take_orders, take_shops
        self._preview = options.preview
        self._market = options.shop.market if options.shop else mapping.market or ""
        self._known: set[str] = set()
        self._waiting: list[Read] = []
        self._orders: list[ToldOrder] = []

    async def hand_over(self, read: Read) -> None:
        """Take one purchase in; a full batch goes out."""
        if self._orders and len(self._orders) + len(read.ready) > BATCH:
            await self.flush()
        self._waiting.append(read)
        self._orders += [ready.order for ready in read.ready]
        if len(self._waiting) >= BATCH:
            await self.flush()

    async def flush(self) -> None:
        """Hand over what is collected."""
        waiting, orders = self._waiting, self._orders
        self._waiting, self._orders = [], []
        taken: Sequence[Taken] = []
        if orders and not self._preview:
            await self._tell_shops(orders)
            taken = await self._take(orders)
        elif orders:
            await asyncio.sleep(0)  # nothing is handed over, and whoever tells how far it is still gets a turn
            taken = [Taken(shop=o.shop, reference=o.reference, result="created") for o in orders]
        answers = iter(taken)
        for read in waiting:
            self._settle(read, [next(answers) for _ in read.ready])

    async def _tell_shops(self, orders: list[ToldOrder]) -> None:
        if self._shops is None:
            return
        new = [shop for shop in dict.fromkeys(order.shop for order in orders) if shop not in self._known]
        self._known.update(new)
        if new:
            await self._shops([ToldShop(reference=shop, name=shop, market=self._market, seller=shop) for shop in new])

    def _settle(self, read: Read, taken: list[Taken]) -> None:
        """Every row of the purchase ends as imported, same or refused; a refused one has a problem of its own."""
        outcomes: dict[RowRef, list[str]] = {row: [] for row in read.rows}
        left_out = {problem.at for problem in read.problems if not problem.taken}
        for problem in read.problems:
            self._report.note(problem)
        for ready, answer in zip(read.ready, taken, strict=True):
            self._report.things[answer.result] += 1
            outcome = _OUTCOME.get(answer.result, "refused")
            if outcome == "refused":
                for code in answer.problems or ("import_conflict",):
                    self._report.note(Problem(at=ready.rows[0], column="", code=code, reference=read.reference))
                left_out.add(ready.rows[0])
            else:
                for code in answer.problems:
                    self._report.note(Problem(at=ready.rows[0], column="", code=code, reference=read.reference, taken=True))
            for row in ready.rows:
                outcomes[row].append(outcome)
        for row, found in outcomes.items():
            outcome = "refused" if row in left_out or not found else worst(found)
            if outcome == "refused" and row not in left_out:
                self._report.note(Problem(at=row, column="", code="import_order_refused", reference=read.reference))
            self._report.settle(row.file, outcome)
