"""A replay on the command line: every figure, with cases behind it."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from amends.kernel.money import Money, format_money
from amends.lab.replay import Side
from amends.lab.replayed import Behind, Replay, ReplayReport


def show(console: Console, found: Replay, sides: Mapping[str, tuple[Side, Side]], cases: int) -> None:
    """The markets beside each other, then each that has anything to say, with so many cases behind each figure."""
    if len(found.markets) > 1:
        table = _table(
            "market", "cases", "refused then", "decided otherwise", "certain of these", "asked for", "promised otherwise"
        )
        for each in found.markets:
            amount = _money(sides[each.market][0], each.amount)
            table.add_row(
                each.market, *map(str, (each.cases, each.refused, each.changed, each.certain)), amount, str(each.promises)
            )
        console.print(table)
    for report in found.reports:
        if len(found.reports) == 1 or report.transitions or report.deadlines:
            _Shown(console, report, sides[report.market], cases).whole()


def _table(*heads: str) -> Table:
    table = Table()
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def _money(side: Side, amount: int) -> str:
    return format_money(Money(amount, side.book.book.currency), side.book.book.vocabulary.exponents())


class _Shown:
    """One market."""

    def __init__(self, console: Console, found: ReplayReport, sides: tuple[Side, Side], cases: int) -> None:
        self.console, self.found, self.sides, self.cases = console, found, sides, cases

    def whole(self) -> None:
        """Everything that changes."""
        found, say = self.found, self.console.print
        names = [(side.book.origin.release or "")[:12] for side in self.sides]
        say(f"{found.market}: {found.cases} cases and {found.refused} refused requests, {names[0]} → {names[1]}")
        say(
            f"{found.agreed} of them come out under {names[0]} as they were recorded; {found.changed} would come out otherwise",
            end="",
        )
        say(f", and of {found.certain} of these history knows what follows" if found.changed else "")
        self.transitions()
        if found.changed:
            self.money()
            self.counted()
            self.shops()
        for wait in found.deadlines:
            text = f"deadline {wait.deadline}: {wait.before or 'none'} → {wait.after or 'none'}, {wait.promises} promises"
            say(f"{text}; {self.named(wait.behind)}")
        for unsure in found.unsure:
            say(f"not answered by history: {unsure.why}: {unsure.requests}; {self.named(unsure.behind)}")

    def transitions(self) -> None:
        """From which verdict to which, by which rules."""
        if not self.found.transitions:
            return
        table = _table("before", "after", "requests", "refused then", "certain", "asked for", "for example")
        for each in self.found.transitions:
            sides = (f"{each.before} {each.before_rule}", f"{each.after} {each.after_rule}")
            table.add_row(
                *sides, *map(str, (each.requests, each.refused, each.certain)), self.amount(each.amount), self.named(each.behind)
            )
        self.console.print(table)

    def money(self) -> None:
        """What each party would have had more or less."""
        table = _table("party", "was paid (certain)", "asked for in cases no longer opened", "asked for in requests then refused")
        for share in self.found.money:
            figures = (
                (share.paid, share.behind_paid),
                (share.asked_less, share.behind_less),
                (share.asked_more, share.behind_more),
            )
            table.add_row(share.party, *(f"{self.amount(n)}\n{self.named(behind)}".rstrip() for n, behind in figures))
        self.console.print(table)

    def counted(self) -> None:
        """Whose work grows."""
        table = _table("who has to act next", "before", "after", "for example")
        for work in self.found.work:
            table.add_row(work.name, str(work.before), str(work.after), self.named(work.behind))
        self.console.print(table)

    def shops(self) -> None:
        """The shops most touched."""
        table = _table("shop", "requests", "asked for", "for example")
        for shop in self.found.shops[:5]:
            table.add_row(shop.shop, str(shop.requests), self.amount(shop.amount), self.named(shop.behind))
        self.console.print(table)

    def amount(self, minor: int) -> Any:
        """Money as people read it."""
        return _money(self.sides[0], minor)

    def named(self, behind: Behind) -> str:
        """A few of the cases, and of the refused requests, behind a figure."""
        told = [*behind.cases[: self.cases], *(f"refused {each}" for each in behind.refused[: self.cases])]
        return "\n".join(told)
