"""One row that asks for after-sales, turned into commands: one an order of the purchase."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from amends.actions.commands import AskedLine, OpenCase
from amends.domain.facts.people import Actor
from amends.exchange.mapping import Reading
from amends.exchange.report import Problem, RowRef
from amends.kernel.text import text_problem

LONGEST_NOTE: Final = 2_000
ARRIVED: Final = frozenset({"delivered", "completed"})
NEVER_CAME: Final = frozenset({"not_received", "missing_item"})
MONEY_BACK: Final = "refund"
"""What hosts call a refund without a return: ours is one of three kinds, by where the parcel is."""
ReadMoment = Callable[[str, str], datetime | None]


class FoundLine(msgspec.Struct, frozen=True):
    """A line of a found order."""

    id: UUID
    reference: str
    sku: str = ""


class FoundOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order that a purchase number leads to, with what decides the kind of a request. Moments aware UTC, `zone` the market's."""

    shop_id: int
    order_id: UUID
    zone: str
    status: str
    buyer: str = ""
    placed_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    lines: tuple[FoundLine, ...] = ()


class RequestOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to import. `history`: each request at its row's own moment; else with the desk's clock.

    `reasons` and `kinds` are the words that exist (none given: the desk alone judges them), `aliases` other spellings of reasons.
    """

    mapping: Path
    history: bool
    reasons: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    aliases: dict[str, str] = {}
    say: Callable[[str], str] | None = None
    sink: Callable[[Problem], None] | None = None


class Asking:
    """Turns one row into commands: one an order of the purchase, so one attempt a shop."""

    def __init__(self, at: RowRef, cells: dict[str, str], reading: Reading, options: RequestOptions, moment: ReadMoment) -> None:
        self._at, self._cells, self._reading, self._options, self._moment = at, cells, reading, options, moment

    def _problem(self, field: str, code: str) -> Problem:
        column = self._reading.columns.get(field, self._reading.order_column if field == "order" else field)
        return Problem(at=self._at, column=column, code=code, reference=self._cells["order"])

    def commands(self, found: Sequence[FoundOrder]) -> list[OpenCase] | Problem:
        """The commands, or why the row asks for nothing that could be put to the desk."""
        if not found:
            return self._problem("order", "import_missing_order")
        reason = self._reason()
        if isinstance(reason, Problem):
            return reason
        kind = self._cells.get("kind")
        if "kind" in self._cells["unknown"].split() or (
            kind and self._options.kinds and kind not in {*self._options.kinds, MONEY_BACK}
        ):
            return self._problem("kind", "import_unknown_kind")
        if text_problem(self._cells.get("note", ""), LONGEST_NOTE, lines=True) == "text_too_long":
            return self._problem("note", "import_text_too_long")
        touched = self._touched(found)
        if isinstance(touched, Problem):
            return touched
        commands = [self._command(order, lines, reason, kind) for order, lines in touched]
        return next((c for c in commands if isinstance(c, Problem)), None) or [c for c in commands if isinstance(c, OpenCase)]

    def _reason(self) -> str | Problem:
        told = self._cells.get("reason", "")
        if not told and "reason" not in self._cells["unknown"].split():
            return self._problem("reason", "import_missing_value")
        reason = self._options.aliases.get(told.casefold(), told)
        known = self._options.reasons
        return reason if reason and (not known or reason in known) else self._problem("reason", "import_unknown_reason")

    def _touched(self, found: Sequence[FoundOrder]) -> list[tuple[FoundOrder, tuple[AskedLine, ...]]] | Problem:
        """Every order whole, or the one line that the row names."""
        name = self._cells.get("line")
        if not name:
            return [(order, ()) for order in found]
        quantity = self._cells.get("quantity", "")
        units = int(quantity) if quantity.isascii() and quantity.isdigit() and len(quantity) < 7 else None  # noqa: PLR2004
        if quantity and not units:
            return self._problem("quantity", "import_quantity_unreadable")
        for order in found:
            for line in order.lines:
                if name in (line.reference, line.sku):
                    return [(order, (AskedLine(line_id=line.id, quantity=units),))]
        return self._problem("line", "line_unknown")

    def _command(self, order: FoundOrder, lines: tuple[AskedLine, ...], reason: str, kind: str | None) -> OpenCase | Problem:
        text = self._cells.get("asked_at", "")
        moment = self._moment(text, order.zone) if text else None
        if moment is None and (text or self._options.history):
            return self._problem("asked_at", "import_time_unreadable" if text else "import_missing_value")
        if self._options.history and moment and order.placed_at and moment < order.placed_at:
            return self._problem("asked_at", "import_time_order")
        at = moment if self._options.history else None
        told = {f"item.{name}": flag for name in ("used", "opened") if (flag := _flag(self._cells.get(name))) is not None}
        return OpenCase(
            shop_id=order.shop_id,
            actor=Actor(kind="importer", id="import", permissions=frozenset({"*"}), human=False, buyer=order.buyer or None),
            key=self._key(order, moment, reason),
            moment=at,
            order_id=order.order_id,
            kind=kind if kind and kind != MONEY_BACK else kind_as_of(order, at, reason, keeps=kind == MONEY_BACK),
            reason=reason,
            lines=lines,
            note=_clean(self._cells.get("note", "")) or None,
            told=told,
        )

    def _key(self, order: FoundOrder, moment: datetime | None, reason: str) -> str:
        """The same request has the same key, whatever file it comes in: by its own id, else by order, moment, reason and line."""
        own = self._cells.get("id")
        what = [own] if own else [moment.isoformat() if moment else "", reason, self._cells.get("line", "")]
        mode = "history" if self._options.history else "live"
        told = "\x1f".join([mode, str(order.order_id), "id" if own else "", *what])
        return f"import-{sha256(told.encode()).hexdigest()[:40]}"


def kind_as_of(order: FoundOrder, moment: datetime | None, reason: str, *, keeps: bool = False) -> str:
    """What a row without a kind asks for, by the parcel as of then (`None`: as it stands).

    Not shipped: cancel. Moving: refund_in_transit. Delivered: refund_only where nothing or not all came, or where the buyer
    `keeps` the goods, else return_refund.
    """
    delivered = _happened(order.delivered_at, moment, unknown=order.status in ARRIVED)
    moving = _happened(order.shipped_at, moment, unknown=order.status == "in_transit")
    if delivered and (order.delivered_at or moving or not order.shipped_at):
        return "refund_only" if keeps or reason in NEVER_CAME else "return_refund"
    return "refund_in_transit" if moving else "cancel"


def _happened(told: datetime | None, moment: datetime | None, *, unknown: bool) -> bool:
    return unknown if told is None else moment is None or told <= moment


def _flag(text: str | None) -> bool | None:
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get((text or "").casefold())


def _clean(note: str) -> str:
    """A note keeps its line breaks and loses controls and marks that reorder what stands beside it."""
    kept = "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in note.replace("\r\n", "\n"))
    return kept.strip()
