"""A small YAML file that says what the columns of somebody else's file mean (`mappings/` has those that we ship)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec

from amends.exchange.local_times import DayRule
from amends.kernel.moments import zone_named

OrderField = Literal[
    "status", "buyer", "purchase", "shop", "placed_at", "won_at", "paid_at", "promised_at", "shipped_at", "delivered_at",
    "cancelled_at", "sale_format", "source", "channel", "order_amount", "order_shipping", "order_tax", "order_discount", "method",
    "room", "host", "replacement",
]  # fmt: skip
LineField = Literal[
    "line", "shop", "sku", "sku_id", "title", "category", "quantity", "price", "unit_price", "shipping", "tax", "parcel",
    "carrier", "tracking_number",
]  # fmt: skip
PaymentField = Literal["sequence", "method", "amount", "provider_reference"]
RequestField = Literal[
    "order", "id", "asked_at", "reason", "kind", "line", "quantity", "note", "used", "opened", "status", "said", "refund"
]
REMEMBERED: Final = 4_096
TIMES: Final = ("placed_at", "won_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at")


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a field comes from: the first of `columns` that is there and not blank, or `always` the same.

    `words` turns the file's words into ours, compared without regard to case; with `contains` a word may stand inside the cell
    (the longest wins); of several columns' words the one that stands first in `prefer` counts. What no word fits is `otherwise`, and where that is not given it is reported. `day`: the column holds days.
    """

    columns: list[str] = []
    always: str | None = None
    words: dict[str, str] = {}
    contains: bool = False
    prefer: list[str] = []
    otherwise: str | None = None
    day: DayRule | None = None


Told = str | Column


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of orders, of lines or of payments: in which file (a name as in `*items*.csv`), joined by which column."""

    columns: dict[str, Told]
    file: str | None = None
    order: str | list[str] | None = None


class ColumnMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mapping file. Orders need `orders` and `lines`; requests need `requests`. `sheet` names a workbook's sheet.

    `defaults` say what a marketplace's orders all are; `market`, `currency` and `zone` may instead come with `--shop`.
    """

    about: str = ""
    market: str | None = None
    currency: str | None = None
    zone: str | None = None
    decimal_mark: Literal[".", ","] | None = None
    sheet: str | None = None
    defaults: dict[str, str] = {}
    orders: Part | None = None
    lines: Part | None = None
    payments: Part | None = None
    requests: Part | None = None


_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "orders": frozenset(get_args(OrderField)),
    "lines": frozenset(get_args(LineField)),
    "payments": frozenset(get_args(PaymentField)),
    "requests": frozenset(get_args(RequestField)),
}


class ImportingShop(msgspec.Struct, frozen=True, kw_only=True):
    """The shop that a file belongs to (`--shop`), and its market's currency and zone."""

    reference: str
    market: str
    currency: str
    zone: str


class MappingProblem(msgspec.Struct, frozen=True):
    """What is wrong with a mapping file, in words."""

    words: str


def shipped(name: str) -> Path:
    """Where a mapping that comes with Amends lies: in the package, or in the checkout that it runs from."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "mappings" / f"{name}.yaml"
    return installed if installed.exists() else package.parent.parent / "mappings" / f"{name}.yaml"


def read_mapping(path: Path) -> ColumnMapping | MappingProblem:
    """Read a mapping file; an unknown key, field or zone is a problem that names it."""
    try:
        mapping = msgspec.yaml.decode(path.read_bytes(), type=ColumnMapping)
    except OSError as problem:
        return MappingProblem(f"{path}: {problem.strerror}")
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        return MappingProblem(f"{path}: {problem}")
    for name, known in _FIELDS.items():
        part: Part | None = getattr(mapping, name)
        strange = sorted(set(part.columns) - known) if part else []
        if strange:
            return MappingProblem(f"{path}: {name} has no field {strange[0]!r}; it has {', '.join(sorted(known))}")
        if part and not part.order and (part.file or name in ("orders", "requests")):
            return MappingProblem(f"{path}: {name} does not say in which column the order stands (order: …)")
    try:
        zone_named(mapping.zone or "UTC")
    except ValueError as problem:
        return MappingProblem(f"{path}: {problem}")
    return mapping


class Reading:
    """One part of a mapping, ready to take rows: field -> text, and the columns that a report names."""

    def __init__(self, part: Part, header: tuple[str, ...] = ()) -> None:
        told = {name: Column(columns=[told]) if isinstance(told, str) else told for name, told in part.columns.items()}
        self._columns = told
        self._words = {name: {k.casefold(): v for k, v in column.words.items()} for name, column in told.items()}
        spelled = {squeezed(name): name for name in reversed(header)}
        self._names = {name: tuple(spelled.get(squeezed(c), c) for c in column.columns) for name, column in told.items()}
        joined = [part.order] if isinstance(part.order, str) else part.order or []
        self.order_columns = tuple(spelled.get(squeezed(name), name) for name in joined)
        present = set(header)
        self.order_column = next((name for name in self.order_columns if name in present), next(iter(self.order_columns), ""))
        self.columns = {name: next((c for c in names if c in present), names[0]) for name, names in self._names.items() if names}
        self.there = {
            name for name, names in self._names.items() if not header or present.intersection(names) or told[name].always
        }
        self._always = {name: column.always for name, column in told.items() if column.always}
        self._met: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self._plan = [
            (
                name,
                tuple(c for c in names if not header or c in present),
                told[name] if told[name].words or told[name].otherwise else None,
            )
            for name, names in self._names.items()
        ]
        self._plan = [step for step in self._plan if step[1] or step[2]]
        self.days = {name: column.day for name, column in told.items() if column.day}

    def fields(self, cells: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
        """The row in our words, and the fields whose word no list knows."""
        values: dict[str, str] = {}
        unknown = []
        for name, names, column in self._plan:
            text = next((cell for c in names if (cell := cells.get(c))), "")
            if column is not None:
                texts = (text, *(cell for c in names if (cell := cells.get(c)) and cell != text)) if text else ()
                word = self._remembered(name, texts, column)
                if word is None and texts:
                    unknown.append(name)
                text = word or ""
            if text:
                values[name] = text
        return {**self._always, **values}, tuple(unknown)

    def _remembered(self, name: str, texts: tuple[str, ...], column: Column) -> str | None:
        """Words repeat from row to row; what a cell means is looked up once, for as many cells as fit."""
        key = (name, texts)
        if key not in self._met:
            if len(self._met) >= REMEMBERED:
                self._met.clear()
            self._met[key] = self._word(name, texts, column)
        return self._met[key]

    def _word(self, name: str, texts: tuple[str, ...], column: Column) -> str | None:
        found = [word for text in texts if (word := self._look_up(name, text.strip().casefold(), column))]
        if column.prefer:
            found.sort(key=lambda word: column.prefer.index(word) if word in column.prefer else len(column.prefer))
        return found[0] if found else column.otherwise

    def _look_up(self, name: str, asked: str, column: Column) -> str | None:
        words = self._words[name]
        found = words.get(asked)
        if found is None and column.contains:
            found = words.get(max((word for word in words if word in asked), key=len, default=""))
        return found

    def moments(self, cells: Mapping[str, str]) -> Iterator[str]:
        """The row's moments in the order in which they must have happened, as texts."""
        for name in TIMES:
            text = next((cell for c in self._names.get(name, ()) if (cell := cells.get(c))), "")
            if text:
                yield text


def squeezed(name: str) -> str:
    """A column's name for comparing: letters and digits only, without regard to case."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
