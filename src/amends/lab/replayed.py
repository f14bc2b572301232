"""What a replay comes to, as it is told: on the screen, on the command line, as JSON."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

SHOWN: Final = 50
"""Cases that are named behind each figure."""
UNSURE: Final = ("facts_not_recorded", "proof_never_shown", "seller_never_answered", "facts_unknown")
"""What history cannot answer."""


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """What stands behind a figure: cases, and requests that were refused then; at most fifty of each."""

    cases: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """Requests that are decided otherwise in the same way. `amount` is what they ask for; `refused` of them opened no case.

    Of `certain` of them history knows what follows; of the others `UNSURE` says what it does not know.
    """

    before: str
    before_rule: str
    after: str
    after_rule: str
    requests: int
    refused: int
    certain: int
    amount: int
    behind: Behind


class MovedMoney(msgspec.Struct, frozen=True, kw_only=True):
    """Minor units that a party would have had more (less, where negative), and the requests behind them.

    `paid` is certain: what moved in cases that would not have been opened. `asked_less` is what such cases asked for, paid or not;
    `asked_more` what refused requests asked for that would have been opened: what the seller would have said to them, nobody knows.
    """

    party: str
    paid: int
    asked_less: int
    asked_more: int
    behind_paid: Behind
    behind_less: Behind
    behind_more: Behind


class MovedDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline that would have been promised otherwise; lengths as policy writes them, empty where there is none."""

    deadline: str
    before: str
    after: str
    promises: int
    behind: Behind


class CountedWork(msgspec.Struct, frozen=True, kw_only=True):
    """How many requests something counts, before and after, and those that it gains or loses."""

    name: str
    before: int
    after: int
    behind: Behind


class TouchedShop(msgspec.Struct, frozen=True, kw_only=True):
    """A shop and how many of its requests are decided otherwise."""

    shop_id: int
    shop: str
    requests: int
    amount: int
    behind: Behind


class Unsure(msgspec.Struct, frozen=True, kw_only=True):
    """What history cannot answer, and of which requests."""

    why: str
    requests: int
    behind: Behind


class ReplayReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a candidate would have done to what was asked in one market.

    `agreed` of all `cases` and `refused` requests come out under the base as they were recorded; `changed` come out otherwise under the
    candidate, and of `certain` of these history knows what follows.
    """

    market: str
    currency: str
    at: datetime
    cases: int
    refused: int
    agreed: int
    changed: int
    certain: int
    amount: int
    transitions: tuple[Transition, ...]
    money: tuple[MovedMoney, ...]
    deadlines: tuple[MovedDeadline, ...]
    work: tuple[CountedWork, ...]
    verdicts: tuple[CountedWork, ...]
    shops: tuple[TouchedShop, ...]
    unsure: tuple[Unsure, ...]


class TouchedMarket(msgspec.Struct, frozen=True, kw_only=True):
    """A market and how many of its requests are decided, of its deadlines promised otherwise. `amount` is in its own currency."""

    market: str
    currency: str
    cases: int
    refused: int
    changed: int
    certain: int
    amount: int
    promises: int


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate over the history of every market that it is part of; the markets most touched first."""

    markets: tuple[TouchedMarket, ...]
    reports: tuple[ReplayReport, ...]


def replayed(reports: Iterable[ReplayReport]) -> Replay:
    """Several markets beside each other."""
    ordered = tuple(sorted(reports, key=lambda each: (-each.changed, -_promises(each), each.market)))
    return Replay(markets=tuple(map(_touched, ordered)), reports=ordered)


def _promises(each: ReplayReport) -> int:
    return sum(moved.promises for moved in each.deadlines)


def _touched(each: ReplayReport) -> TouchedMarket:
    return TouchedMarket(
        market=each.market,
        currency=each.currency,
        cases=each.cases,
        refused=each.refused,
        changed=each.changed,
        certain=each.certain,
        amount=each.amount,
        promises=_promises(each),
    )
