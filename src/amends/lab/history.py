"""What was asked and decided in a market, as columns: one row a request (a case or a refused attempt) or a promise (a deadline that began)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import asyncpg
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from amends.domain.facts.conduct import POINT
from amends.domain.facts.recorded import ALWAYS, PROOF, SELDOM, Told, restored, told
from amends.domain.facts.unknown import NONE, UNKNOWN
from amends.domain.rulebook.shape import Vocabulary
from amends.lab.kernel import Column, Numbers, Words, special
from amends.store.database import queries

FACTS: Final = (*ALWAYS, *SELDOM)
CASE, ATTEMPT, PROMISE = "case", "attempt", "promise"
NAMED: Final = 50
"""Cases without recorded facts that are named."""
_AT_ONCE: Final = 1_000
_NONE, _UNKNOWN = special(np.int64)
_FLAGS: Final = {"true": True, "false": False}
_OWN: Final[Mapping[str, Any]] = {
    "id": pa.string(),
    "sort": pa.dictionary(pa.int8(), pa.string()),
    "shop_id": pa.int64(),
    "shop": pa.dictionary(pa.int32(), pa.string()),
    "at": pa.timestamp("us", tz="UTC"),
    "amount": pa.int64(),
    "currency": pa.dictionary(pa.int8(), pa.string()),
    "verdict": pa.dictionary(pa.int8(), pa.string()),
    "rule": pa.dictionary(pa.int32(), pa.string()),
    "deadline": pa.dictionary(pa.int8(), pa.string()),
    "proof": pa.binary(),
    "buyer": pa.int64(),
    "seller": pa.int64(),
    "platform": pa.int64(),
}
PARTIES: Final = {"buyer": "buyer", "shop": "seller", "platform": "platform"}


class _Reason(msgspec.Struct):
    rule: str = ""


class _Kept(msgspec.Struct):
    kind: str
    reasons: list[_Reason] = []


_kept = msgspec.json.Decoder(_Kept).decode
_packed = msgspec.msgpack.Encoder().encode


class History(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one market, and how many cases there are whose facts were never recorded; some of them by name."""

    market: str
    table: Any
    not_recorded: int = 0
    not_recorded_ids: tuple[str, ...] = ()


async def read_history(
    connection: asyncpg.Connection, market: str, vocabulary: Vocabulary, *, since: datetime | None = None
) -> History:
    """Everything that can be replayed; inside a transaction, since it reads by cursors."""
    made = _Columns(vocabulary)
    missing: list[str] = []
    async for row in connection.cursor(queries("history_of_requests"), market, since, prefetch=_AT_ONCE):
        if row["facts"] is None:
            missing.append(str(row["id"]))
        else:
            made.add(CASE, row, told(row["facts"]), paid=row["paid"] or (), amount=row["amount"], kept=row["verdict"])
    async for row in connection.cursor(queries("history_of_attempts"), market, since, prefetch=_AT_ONCE):
        facts = row["facts"]
        known = Told(judged=True, facts=restored(facts), proof=tuple(tuple(piece) for piece in facts.get(PROOF, ())))
        amount = known.facts["request.amount"]
        made.add(ATTEMPT, row, known, amount=amount[0] if isinstance(amount, tuple) else 0, kept=row["verdict"])
    async for row in connection.cursor(queries("history_of_promises"), market, since, prefetch=_AT_ONCE):
        known = told(row["facts"])
        known.facts["case.state"] = row["to_state"]
        known.facts["deadline.missed"] = row["fired_kind"] or known.facts["deadline.missed"]
        made.add(PROMISE, row, known, deadline=row["kind"])
    return History(market=market, table=made.table(), not_recorded=len(missing), not_recorded_ids=tuple(missing[:NAMED]))


class _Columns:
    """Rows on their way into columns."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._own: dict[str, list[Any]] = {name: [] for name in _OWN}
        self._facts: dict[str, list[Any]] = {name: [] for name in FACTS if name in vocabulary.facts}
        self._types = {name: vocabulary.facts[name].type for name in self._facts}

    def add(
        self,
        sort: str,
        row: Mapping[str, Any],
        known: Told,
        *,
        paid: Iterable[tuple[str, int]] = (),
        amount: int = 0,
        kept: bytes | None = None,
        deadline: str | None = None,
    ) -> None:
        """One row: what is known of it, and its facts."""
        said = _kept(kept) if kept else None
        moved = {PARTIES[party]: total for party, total in paid if party in PARTIES}
        own = {
            "id": str(row["id"]),
            "sort": sort,
            "shop_id": row["shop_id"],
            "shop": row["shop"],
            "at": row["at"],
            "amount": amount,
            "currency": row["currency"],
            "verdict": said.kind if said else None,
            "rule": (said.reasons[0].rule if said.reasons else "") if said else None,
            "deadline": deadline,
            "proof": _packed(known.proof) if known.proof else None,
            **{party: moved.get(party, 0) for party in PARTIES.values()},
        }
        for name, value in own.items():
            self._own[name].append(value)
        for name, column in self._facts.items():
            column.append(written(known.facts.get(name, UNKNOWN), self._types[name], row["currency"]))

    def table(self) -> Any:
        """The columns as Arrow holds them: words as dictionaries, what is measured as whole numbers."""
        columns = {name: pa.array(values, type=_OWN[name]) for name, values in self._own.items()}
        for name, values in self._facts.items():
            word = self._types[name] in ("word", "flag")
            columns[name] = pa.array(values, type=pa.string()).dictionary_encode() if word else pa.array(values, type=pa.int64())
        return pa.table(columns)


def scale_of(vocabulary: Vocabulary, fact: str) -> int:
    """By how much a column of a fact is multiplied: counts stand in thousandths, since points have parts."""
    shape = vocabulary.facts.get(fact)
    return POINT if shape is not None and shape.type == "count" else 1


def written(value: Any, sort: str, currency: str) -> Any:
    """A fact's value as its column holds it."""
    if sort in ("word", "flag"):
        return value if isinstance(value, str) else "true" if value else "false"
    if value == NONE:
        return _NONE
    if value == UNKNOWN:
        return _UNKNOWN
    if sort == "money":
        return value[0] if value[1] == currency else _UNKNOWN
    return int(value * POINT) if sort == "count" else int(value)


def columns_of(table: Any, vocabulary: Vocabulary) -> dict[str, Column]:
    """The fact columns of a table, as the kernel reads them."""
    found: dict[str, Column] = {}
    for name in table.column_names:
        shape = vocabulary.facts.get(name)
        if shape is None or name in _OWN:
            continue
        column = table.column(name).combine_chunks()
        if shape.type in ("word", "flag"):
            column = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
            column = column.unify_dictionaries().combine_chunks() if isinstance(column, pa.ChunkedArray) else column
            words = [_FLAGS.get(word, word) if shape.type == "flag" else word for word in column.dictionary.to_pylist()]
            found[name] = Words(column.indices.to_numpy(zero_copy_only=False), words)
        else:
            found[name] = Numbers(column.to_numpy(zero_copy_only=False))
    return found


def facts_at(table: Any, row: int, vocabulary: Vocabulary) -> dict[str, Any]:
    """The sheet of one row, as it was."""
    currency = table.column("currency")[row].as_py()
    found: dict[str, Any] = {}
    for name in table.column_names:
        shape = vocabulary.facts.get(name)
        if shape is not None and name not in _OWN:
            found[name] = _read(table.column(name)[row].as_py(), shape.type, currency)
    return found


def _read(value: Any, sort: str, currency: str) -> Any:
    if sort == "word":
        return value
    if sort == "flag":
        return _FLAGS.get(value, value)
    if value in (_NONE, _UNKNOWN):
        return NONE if value == _NONE else UNKNOWN
    if sort == "money":
        return value, currency
    if sort != "count":
        return value
    whole, rest = divmod(value, POINT)
    return Decimal(value) / POINT if rest else whole


def proof_at(table: Any, row: int) -> tuple[tuple[Any, ...], ...]:
    """The proof of one row, as it was looked at."""
    packed = table.column("proof")[row].as_py()
    return tuple(tuple(piece) for piece in msgspec.msgpack.decode(packed)) if packed else ()


def save(history: History, path: Path) -> None:
    """Write the columns as Parquet."""
    missing = {"not_recorded": str(history.not_recorded), "not_recorded_ids": " ".join(history.not_recorded_ids)}
    table = history.table.replace_schema_metadata({"market": history.market, **missing})
    pq.write_table(table, path)


def opened(path: Path) -> History:
    """Read what `save` wrote."""
    table = pq.read_table(path)
    known = table.schema.metadata or {}
    return History(
        market=known[b"market"].decode(),
        table=table,
        not_recorded=int(known.get(b"not_recorded", b"0")),
        not_recorded_ids=tuple(known.get(b"not_recorded_ids", b"").decode().split()),
    )
