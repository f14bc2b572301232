"""What importers ask of the marketplace: the orders of a purchase, and the words of a problem."""

from collections.abc import Awaitable, Callable, Sequence

from amends.desk.desk import Desk
from amends.desk.finding import all_shops, find_purchase
from amends.domain.rulebook.shape import Vocabulary
from amends.exchange.requests import FoundLine, FoundOrder
from amends.store.database import queries


async def finder(desk: Desk, only: str | None = None) -> Callable[[str], Awaitable[Sequence[FoundOrder]]]:
    """Finds the orders of a purchase among all shops, or `only` one, with the zone of each one's market."""
    shops = await all_shops(desk.pool)
    if only is not None:
        async with desk.pool.acquire() as connection:
            shops = [row["id"] for row in await connection.fetch(queries("shops_by_reference"), [only])]
    zones = {}
    async with desk.pool.acquire() as connection:
        for market, releases in desk.rulebooks.releases.items():
            zones[market] = (await desk.rulebooks.book(connection, market, releases[0].hash)).book.zone

    async def find(purchase: str) -> Sequence[FoundOrder]:
        return [
            FoundOrder(
                shop_id=o.shop_id,
                order_id=o.order_id,
                zone=zones[o.market],
                status=o.status,
                buyer=o.buyer,
                placed_at=o.placed_at,
                shipped_at=o.shipped_at,
                delivered_at=o.delivered_at,
                lines=tuple(FoundLine(*line) for line in o.lines),
            )
            for o in await find_purchase(desk.pool, shops, purchase)
        ]

    return find


def say_of(words: Vocabulary) -> Callable[[str], str]:
    """What a problem is called in English."""
    return lambda code: words.says("problems", code).en
