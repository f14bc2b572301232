"""Reads case files the way the desk does, without its locks, so that a reading and an answer look alike."""

from collections.abc import Sequence

import asyncpg
import msgspec

from amends.actions.commands import CaseCommand, OrderCommand
from amends.api.door.callers import Caller
from amends.api.door.context import Context
from amends.desk.links import linked
from amends.desk.load import Loaded, find_targets, load
from amends.domain.lifecycle.rules import Rules
from amends.store.database import queries, transaction


class Read(msgspec.Struct, frozen=True):
    """A file as it stands, and the rules that hold for it."""

    loaded: Loaded
    rules: Rules


async def read_files(
    context: Context, connection: asyncpg.Connection, asked: Sequence[CaseCommand | OrderCommand]
) -> list[Read | None]:
    """The file of each order or case, `None` where its shop has no such thing."""
    targets = await find_targets(connection, asked)
    found: list[Read | None] = []
    loaded = await linked(connection, asked, await load(connection, asked, targets))
    for one, target in zip(loaded, targets, strict=True):
        if one is None or (target is not None and target.case_id is not None and one.file.case is None):
            found.append(None)
        else:
            found.append(Read(one, await context.desk.rulebooks.rules(connection, one.file, one.now)))
    return found


async def read_case(context: Context, caller: Caller, text: str) -> Read | None:
    """The file of one case that the caller may see."""
    place = await context.places.case(caller, text)
    if place is None:
        return None
    shop_id, case_id = place
    async with transaction(context.pool, [shop_id]) as connection:
        (found,) = await read_files(context, connection, [CaseCommand(shop_id=shop_id, actor=caller.actor, case_id=case_id)])
    return found


async def read_order(context: Context, caller: Caller, text: str) -> Read | None:
    """The file of one order that the caller may see, opened at no case."""
    place = await context.places.order(caller, text)
    if place is None:
        return None
    shop_id, order_id = place
    async with transaction(context.pool, [shop_id]) as connection:
        (found,) = await read_files(context, connection, [OrderCommand(shop_id=shop_id, actor=caller.actor, order_id=order_id)])
    return found


async def shops_of(context: Context, caller: Caller) -> list[int]:
    """The shops whose things a caller may list: their own, all for the platform, those bought in for a buyer."""
    if caller.kind == "seller":
        return sorted(caller.shops)
    if caller.kind == "platform":
        return [row["id"] for row in await context.pool.fetch(queries("all_shop_ids"), sorted(caller.markets))]
    async with transaction(context.pool, [], buyer=caller.subject) as connection:
        return sorted(row["shop_id"] for row in await connection.fetch(queries("shops_of_buyer"), caller.subject))
