"""A desk in memory: it keeps what it is told, as the real one does, so that readers can be tested without a database."""

from collections import Counter
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import msgspec

from amends.actions.commands import OpenCase
from amends.domain.facts.told import Taken, ToldOrder
from amends.exchange.mapping import ImportingShop
from amends.exchange.requests import FoundLine, FoundOrder

DATA = Path(__file__).parent / "data"
EXPONENTS = {"BRL": 2, "USD": 2, "IDR": 2, "VND": 0, "GBP": 2, "THB": 2}
SHOPS = {
    "us": ImportingShop(reference="shop-us", market="us", currency="USD", zone="America/New_York"),
    "id": ImportingShop(reference="shop-id", market="id", currency="IDR", zone="Asia/Jakarta"),
    "br": ImportingShop(reference="shop-br", market="br", currency="BRL", zone="America/Sao_Paulo"),
    "gb": ImportingShop(reference="shop-gb", market="gb", currency="GBP", zone="Europe/London"),
}


class Answered(msgspec.Struct, frozen=True):
    """What the desk answers, as far as an importer looks at it."""

    code: str | None
    body: bytes
    replayed: bool = False


class DeskStandIn:
    """Takes orders and opens cases; `refuse` names orders that it will not take, `verdicts` the verdict by reason."""

    def __init__(self) -> None:
        self.orders: dict[tuple[str, str], ToldOrder] = {}
        self.opened: dict[str, OpenCase] = {}
        self.batches: list[int] = []
        self.shops: list[str] = []
        self.refuse: dict[str, tuple[str, ...]] = {}
        self.verdicts: dict[str, tuple[str, str]] = {}
        self.results: Counter[str] = Counter()

    async def take_shops(self, shops: list[Any]) -> None:
        self.shops += [shop.reference for shop in shops]

    async def take_orders(self, told: list[ToldOrder]) -> list[Taken]:
        self.batches.append(len(told))
        return [self._take(order) for order in told]

    def _take(self, order: ToldOrder) -> Taken:
        key = (order.shop, order.reference)
        refused = self.refuse.get(order.shop, ())
        result = (
            "refused" if refused else "created" if key not in self.orders else "same" if self.orders[key] == order else "updated"
        )
        if not refused:
            self.orders[key] = order
        return Taken(shop=order.shop, reference=order.reference, result=result, problems=refused)

    async def find_orders(self, purchase: str) -> list[FoundOrder]:
        mine = [order for order in self.orders.values() if order.purchase == purchase]
        return [
            FoundOrder(
                shop_id=n,
                order_id=uuid5(NAMESPACE_DNS, f"{order.shop}/{order.reference}"),
                zone="America/Sao_Paulo",
                status=order.status,
                buyer=order.buyer,
                placed_at=order.placed_at,
                shipped_at=order.shipped_at,
                delivered_at=order.delivered_at,
                lines=tuple(FoundLine(uuid5(NAMESPACE_DNS, x.reference), x.reference, x.sku) for x in order.lines),
            )
            for n, order in enumerate(mine, 1)
        ]

    async def handle(self, commands: list[OpenCase]) -> list[Answered]:
        self.batches.append(len(commands))
        return [self._open(command) for command in commands]

    def _open(self, command: OpenCase) -> Answered:
        assert command.key
        known = self.opened.get(command.key)
        if known is not None and known != command:
            return Answered("idempotency_key_reused", b'{"code":"idempotency_key_reused"}')
        self.opened[command.key] = command
        kind, rule = (
            self.verdicts.get(f"{command.reason}/{command.shop_id}") or self.verdicts.get(command.reason) or ("allowed", "base")
        )
        body = {"verdict": {"kind": kind, "reasons": [{"rule": rule, "code": "x", "says": {"zh": "", "en": ""}}]}}
        return Answered("x" if kind == "declined" else None, msgspec.json.encode(body), replayed=known is not None)


def only(desk: DeskStandIn) -> ToldOrder:
    """The one order that the desk was told."""
    (order,) = desk.orders.values()
    return order
