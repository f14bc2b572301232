"""What is known of goods that travel, from rows and to rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from amends.domain.facts.travel import Interception, Reading, ReturnAddress, ReturnPlan, Travel

Thing = TypeVar("Thing", bound=msgspec.Struct)


def travel_of(parts: Mapping[str, Sequence[Any]]) -> Travel:
    """What hangs on an order's cases, from what `load.py` found, whose records stand in the order of the fields."""
    return Travel(
        interceptions=tuple(_read(Interception, parts.get("interceptions", ()))),
        plans=tuple(_read(ReturnPlan, parts.get("plans", ()))),
        readings=tuple(dict.fromkeys(_read(Reading, parts.get("readings", ())))),
        addresses=tuple(dict.fromkeys(_read(ReturnAddress, parts.get("addresses", ())))),
        reused=tuple(dict.fromkeys(parts.get("reused", ()))),
    )


def _read(shape: type[Thing], rows: Sequence[Any]) -> Iterator[Thing]:
    names = shape.__struct_fields__
    for row in rows:
        yield shape(**dict(zip(names, row, strict=True)))


def travel_rows(shop_id: int, order_id: UUID, travel: Travel) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Whole rows, each with the named query that writes it."""
    for interception in travel.interceptions:
        first, *rest = msgspec.structs.astuple(interception)
        yield "upsert_interceptions", (shop_id, first, order_id, *rest)
    for plan in travel.plans:
        yield "upsert_return_plans", (shop_id, *msgspec.structs.astuple(plan))
    for reading in travel.readings:
        yield "insert_readings", (shop_id, *msgspec.structs.astuple(reading))
