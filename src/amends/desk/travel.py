"""What is known of goods that travel, from rows and to rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from amends.domain.facts.travel import Interception, Travel

_INTERCEPTION = tuple(field.name for field in msgspec.structs.fields(Interception))


def travel_of(parts: Sequence[Mapping[str, Any]]) -> Travel:
    """What hangs on an order's cases, from the columns of `load_case_parts`, whose records stand in the order of the fields."""
    rows = [row for part in parts for row in part["interceptions"] or ()]
    interceptions = [Interception(**dict(zip(_INTERCEPTION, row, strict=True))) for row in rows]
    return Travel(interceptions=tuple(interceptions))


def travel_rows(shop_id: int, order_id: UUID, travel: Travel) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Whole rows, each with the named query that writes it."""
    for each in travel.interceptions:
        first, *rest = msgspec.structs.astuple(each)
        yield "upsert_interceptions", (shop_id, first, order_id, *rest)
