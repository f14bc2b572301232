"""Takes orders as they are told, in bulk: new ones whole, known ones by what may change; the same thing twice changes nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from amends.actions.commands import Command, RecordScan, ShipOrder
from amends.desk.desk import Desk
from amends.desk.retold import ENDS, WRITTEN, Key, known_orders, rewritten
from amends.desk.told import METHODS, ORIGIN, STATUSES, OrderRows, problems_of, rows_of, told_hash
from amends.domain.facts.people import SYSTEM
from amends.domain.facts.told import Taken, ToldOrder, ToldParcel, ToldShop
from amends.kernel.canonical import GENESIS
from amends.store.database import queries, retried, transaction

__all__ = ["METHODS", "STATUSES", "meet_shops", "take_orders", "take_shops"]
HOST = "marketplace"
"""Whose scans they are that a host tells with its orders."""
SHIPPED = frozenset({"in_transit", "delivered", "completed"})
Rows = list[tuple[Any, ...]]
Result = tuple[UUID, str, tuple[str, ...]]
"""An order's id, what became of it, and what of the word was not taken."""


async def take_shops(pool: asyncpg.Pool, shops: Sequence[ToldShop]) -> list[int]:
    """Create or update shops by reference; the id of each."""
    found = []
    for shop in shops:
        async with transaction(pool, []) as connection:
            told = (shop.reference, shop.name, shop.market, shop.seller, shop.cross_border, shop.duty_free_hainan, shop.local)
            shop_id = await connection.fetchval(queries("upsert_shop"), *told)
            await _start_chain(connection, shop_id)
        found.append(shop_id)
    return found


async def meet_shops(pool: asyncpg.Pool, shops: Sequence[ToldShop]) -> None:
    """Create the shops that a file names, where they are not known: it knows their references alone, and overwrites nothing."""
    for shop in shops:
        async with transaction(pool, []) as connection:
            shop_id = await connection.fetchval(queries("meet_shop"), shop.reference, shop.name, shop.market, shop.seller)
            if shop_id is not None:
                await _start_chain(connection, shop_id)


async def _start_chain(connection: asyncpg.Connection, shop_id: int) -> None:
    await connection.execute("select set_config('amends.shops', $1, true)", str(shop_id))
    await connection.execute(queries("start_chain"), shop_id, GENESIS)


async def take_orders(desk: Desk, told: Sequence[ToldOrder], *, only: frozenset[int] | None = None) -> list[Taken]:
    """Take orders, at most a thousand at a time; an answer for each, in the order given.

    `only` are the shops that the caller may speak for; `None` means all. An order that is now shipped rejects a
    pre-shipment cancellation under review, as shipping does. Of a known order all is taken that may change, and the rest is named.
    """
    async with desk.pool.acquire() as connection:
        rows = await connection.fetch(queries("shops_by_reference"), sorted({t.shop for t in told}))
    shops = {row["reference"]: row for row in rows if only is None or row["id"] in only}
    refusals = {n: _refusals(desk, t, shops) for n, t in enumerate(told)}
    last = {(t.shop, t.reference): n for n, t in enumerate(told)}  # told twice in one call: the later word counts
    good = sorted(n for n in last.values() if not refusals[n])
    results = await retried(lambda: _take(desk, [(told[n], shops[told[n].shop]) for n in good])) if good else []
    by_number = dict(zip(good, results, strict=True))
    await _tell_requests(desk, [(told[n], shops[told[n].shop]["id"], by_number[n]) for n in good])
    answers = []
    for n, t in enumerate(told):
        order_id, result, problems = by_number.get(last[t.shop, t.reference], (None, "refused", ()))
        if refusals[n]:
            order_id, result, problems = None, "refused", refusals[n]
        known = str(order_id) if order_id else None
        answers.append(Taken(shop=t.shop, reference=t.reference, result=result, order_id=known, problems=problems))
    return answers


def _refusals(desk: Desk, told: ToldOrder, shops: dict[str, asyncpg.Record]) -> tuple[str, ...]:
    if told.shop not in shops:
        return ("unknown_shop",)
    return problems_of(told, desk.rulebooks.currencies, desk.rulebooks.money.get(shops[told.shop]["market"]))


async def _take(desk: Desk, told: Sequence[tuple[ToldOrder, asyncpg.Record]]) -> list[Result]:
    async with transaction(desk.pool, sorted({shop["id"] for _, shop in told})) as connection:
        now = await connection.fetchval("select moment()")
        wanted = [[shop["id"] for _, shop in told], [t.reference for t, _ in told]]
        known = {(r["shop_id"], r["reference"]): r for r in await connection.fetch(queries("lock_told_orders"), *wanted)}
        results: list[Result] = []
        new: list[OrderRows] = []
        changed: list[tuple[ToldOrder, Key]] = []
        for t, shop in told:
            row = known.get((shop["id"], t.reference))
            if row is None:
                new.append(rows_of(shop["id"], shop["market"], t, lambda: desk.make_id(now)))
                results.append((new[-1].order[1], "created", ()))
            elif row["told_hash"] == told_hash(t):
                results.append((row["id"], "same", ()))
            else:
                changed.append((t, (row["shop_id"], row["id"])))
                results.append((row["id"], "updated", ()))
        await _insert(connection, new)
        problems = await _update(connection, changed, lambda: desk.make_id(now))
        results = [(order_id, result, problems.get(order_id, ())) for order_id, result, _ in results]
        await _tell_origins(connection, told, results)
        return results


async def _tell_origins(
    connection: asyncpg.Connection, told: Sequence[tuple[ToldOrder, asyncpg.Record]], results: Sequence[Result]
) -> None:
    """Where orders were sold; most say nothing of it, and then nothing is asked."""
    said = [
        (shop["id"], order_id, t.room, t.host, bool(t.replacement))
        for (t, shop), (order_id, result, _) in zip(told, results, strict=True)
        if result != "same" and any(getattr(t, name) is not None for name in ORIGIN)
    ]
    await _write(connection, "tell_origins", said)


async def _write(connection: asyncpg.Connection, name: str, rows: Rows) -> None:
    if rows:
        await connection.execute(queries(name), *map(list, zip(*rows, strict=True)))


async def _insert(connection: asyncpg.Connection, new: Sequence[OrderRows]) -> None:
    if not new:
        return
    columns = [list(column) for column in zip(*(rows.order for rows in new), strict=True)]
    made = await connection.fetch(queries("insert_orders"), *columns)
    if len(made) != len(new):  # somebody told the same order at the same moment: serialise, and look again
        raise asyncpg.SerializationError("an order was told twice at once")
    await _write(connection, "insert_told_parcels", [row for rows in new for row in rows.parcels])
    await _write(connection, "insert_order_lines", [row for rows in new for row in rows.lines])
    await _write(connection, "insert_payments", [row for rows in new for row in rows.payments])
    await _write(connection, "insert_allocations", [row for rows in new for row in rows.allocations])


async def _update(
    connection: asyncpg.Connection, changed: Sequence[tuple[ToldOrder, Key]], new_id: Callable[[], UUID]
) -> dict[UUID, tuple[str, ...]]:
    """Write what may change of known orders; what was told and not taken, by order."""
    if not changed:
        return {}
    pairs = [[shop_id for _, (shop_id, _) in changed], [order_id for _, (_, order_id) in changed]]
    wanted = ("orders_known", "lines_known", "payments_known", "parcels_known")
    known = known_orders(*[await connection.fetch(queries(name), *pairs) for name in wanted])
    rows: dict[str, Rows] = {name: [] for name in WRITTEN}
    problems = {}
    for t, at in changed:
        problems[at[1]] = known[at].problems(t)
        for name, more in rewritten(t, known[at], problems[at[1]], new_id):
            rows[name].append(more)
    for name, written in rows.items():
        await _write(connection, name, written)
    return problems


async def _tell_requests(desk: Desk, told: Sequence[tuple[ToldOrder, int, Result]]) -> None:
    """Shipping rejects a cancellation that waits (domain: reject by shipping); a request for what is on its way hears of its parcel (C-08).

    Asked of an order that is told the same again too: whoever told it first may have been cut off before this.
    """
    known = {(shop_id, order_id): t for t, shop_id, (order_id, result, _) in told if result != "created"}
    if not known:
        return
    shops, orders = zip(*known, strict=True)
    async with transaction(desk.pool, sorted(set(shops))) as connection:
        now = await connection.fetchval("select moment()")
        waiting = await connection.fetch(queries("waiting_for_parcels"), shops, orders)
    commands: list[Command] = []
    for shop_id, order_id, kind in waiting:
        t = known[shop_id, order_id]
        if kind == "cancel" and t.status in SHIPPED:
            commands.append(_shipping(shop_id, order_id, t))
        elif kind != "cancel":
            commands += [
                _seen(shop_id, order_id, parcel, now) for parcel in t.parcels if parcel.tracking_number and parcel.status in ENDS
            ]
    if commands:
        await desk.handle(commands)


def _shipping(shop_id: int, order_id: UUID, told: ToldOrder) -> ShipOrder:
    parcel = next(iter(told.parcels), None)
    carrier, number = (parcel.carrier or "other", parcel.tracking_number or "") if parcel else ("other", "")
    return ShipOrder(shop_id=shop_id, actor=SYSTEM, order_id=order_id, carrier=carrier, tracking_number=number)


def _seen(shop_id: int, order_id: UUID, parcel: ToldParcel, now: datetime) -> RecordScan:
    """The host's word of a parcel, once for each status."""
    at = {"delivered": parcel.delivered_at or parcel.signed_at}.get(parcel.status) or now
    return RecordScan(shop_id=shop_id, actor=SYSTEM, source=HOST, event_id=f"{order_id}/{parcel.reference}/{parcel.status}", status=parcel.status,
                      tracking_number=parcel.tracking_number or "", occurred_at=min(at, now), carrier=parcel.carrier, order_id=order_id)  # fmt: skip
