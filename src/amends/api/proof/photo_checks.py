"""What the machine makes of an uploaded photo or film, kept beside it: how clear it is, and whether it was seen before (V-17, F-01).

A buyer's photo that cannot be read, or that was given for another purchase already, is not refused: it carries the finding, and the
rules bring the case to a person. A seller's is only marked.
"""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from amends.api.door.callers import Caller
from amends.gateways.clarity import ALIKE_WITHIN, Clarity
from amends.store.database import queries

Place = tuple[int, UUID]


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. `finding` is a word of `photo_findings`; `seen` says exact or alike where the photo was seen before.

    `seen_before` names the earlier proof to those who may look at it: staff, where it lies in the same shop.
    """

    finding: str
    sharpness: int
    brightness: int
    contrast: int
    seen: str | None
    seen_before: UUID | None


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """The finding, the print and the order that it was found for; `legible` and `matches_claim` as they go beside the proof."""

    clarity: Clarity
    buyer: str
    seen: asyncpg.Record | None
    legible: bool | None
    matches_claim: bool | None


async def mark(connection: asyncpg.Connection, place: Place, side: str, content: bytes, clarity: Clarity) -> Marked:
    """Compare a photo with those known; its measures speak against the proof of a buyer alone."""
    order = await connection.fetchrow(queries("order_to_compare"), *place)
    seen = await connection.fetchrow(
        queries("seen_before"), place[0], order["buyer"], place[1], order["purchase"], content, clarity.print, ALIKE_WITHIN
    )
    buyers = side == "buyer"
    return Marked(
        clarity=clarity,
        buyer=order["buyer"],
        seen=seen,
        legible=clarity.finding == "clear" if buyers else None,
        matches_claim=False if buyers and seen is not None else None,
    )


async def keep(connection: asyncpg.Connection, place: Place, evidence: UUID, side: str, content: bytes, marked: Marked) -> None:
    """Write the measures beside the proof."""
    seen, found = marked.seen, marked.clarity
    earlier = (seen["evidence_id"], seen["shop_id"], seen["how"]) if seen else (None, None, None)
    await connection.execute(
        queries("keep_check"), place[0], evidence, place[1], side, marked.buyer, content, found.finding, found.sharpness,
        found.brightness, found.contrast, found.print, *earlier,
    )  # fmt: skip


def shown(row: Any, shop_id: int, caller: Caller) -> CheckView | None:
    """The check as this caller may see it."""
    if row is None:
        return None
    near = caller.kind != "buyer" and row["seen_before_shop"] == shop_id
    return CheckView(
        finding=row["finding"],
        sharpness=row["sharpness"],
        brightness=row["brightness"],
        contrast=row["contrast"],
        seen=row["seen_how"],
        seen_before=row["seen_before"] if near else None,
    )
