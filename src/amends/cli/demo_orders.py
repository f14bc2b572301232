"""The demo's orders, laid out over the past weeks: the same ones every time, counted from now."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from amends.cli.demo_goods import PLACES, Good, Place
from amends.cli.demo_paths import PATHS, Hours, Path
from amends.domain.facts.told import ToldLine, ToldOrder, ToldParcel, ToldPayment, ToldShop

SEED: Final = 20260628
PLAIN: Final = {
    "unpaid": 4, "on_hold": 3, "awaiting_shipment": 12, "awaiting_collection": 6, "in_transit": 14, "delivered": 24,
    "completed": 12, "cancelled": 5,
}  # fmt: skip
"""Orders that nobody complains about, by where they stand now."""
NO_AUCTIONS: Final = frozenset({"gb", "cn"})
EXEMPT: Final = frozenset({"intimates", "made_to_order", "digital"})
FORMATS: Final = ("shelf", "shelf", "live", "short_video", "live_auction")
CHANNELS: Final = {"shelf": "product_card", "short_video": "short_video", "live": "live", "live_auction": "live"}


class Planned(msgspec.Struct, kw_only=True):
    """One order with its whole future: `told` is its end; `asked_at` and `moves` are what its path does, and when."""

    told: ToldOrder
    market: str
    carrier: str
    back: str
    path: Path | None = None
    asked_at: datetime | None = None
    moves: list[tuple[datetime, str]] = []

    def changes(self) -> list[datetime]:
        """When there is something new to tell of it."""
        told = self.told
        done = [told.delivered_at + timedelta(days=31)] if told.delivered_at and self.path is None else []
        return [at for at in (told.placed_at, told.shipped_at, told.delivered_at, *done) if at]

    def as_told(self, moment: datetime) -> ToldOrder:
        """The order as its marketplace would have told it at a moment."""
        told = self.told
        known = {name: at if (at := getattr(told, name)) and at <= moment else None for name in ("shipped_at", "delivered_at")}
        if told.status in ("unpaid", "on_hold", "cancelled", "awaiting_collection"):
            return told
        shipped, delivered = known["shipped_at"], known["delivered_at"]
        status = "delivered" if delivered else "in_transit" if shipped else "awaiting_shipment"
        if delivered and self.path is None and moment - delivered > timedelta(days=30):
            status = "completed"
        parcels = tuple(_parcel_at(parcel, moment) for parcel in told.parcels)
        payments = tuple(
            msgspec.structs.replace(p, captured=p.amount if delivered else 0) if p.method == "cash_on_delivery" else p
            for p in told.payments
        )
        return msgspec.structs.replace(told, status=status, parcels=parcels, payments=payments, **known)


def _parcel_at(parcel: ToldParcel, moment: datetime) -> ToldParcel:
    if parcel.delivered_at and parcel.delivered_at <= moment:
        return parcel
    if parcel.shipped_at and parcel.shipped_at <= moment:
        return msgspec.structs.replace(parcel, status="in_transit", delivered_at=None, signed_at=None)
    status = parcel.status if parcel.status == "packed" else "not_shipped"
    return ToldParcel(reference=parcel.reference, status=status)


def shops() -> list[ToldShop]:
    """Two shops for each market."""
    return [
        ToldShop(
            reference=reference,
            name=name,
            market=market,
            seller=reference,
            cross_border=market not in ("cn", "us"),
            duty_free_hainan=False if market == "cn" else None,
            local=True,
        )
        for market, place in PLACES.items()
        for reference, name in place.shops
    ]


def plan(now: datetime, exponents: Mapping[str, int], currencies: Mapping[str, str]) -> list[Planned]:
    """All orders of the demo. `currencies` is by market, `exponents` by currency."""
    maker = _Maker(now, exponents, currencies)
    planned = [maker.on_path(path) for path in PATHS for _ in range(path.times)]
    return planned + [maker.plain(status) for status, times in PLAIN.items() for _ in range(times)]


class _Maker:
    """Makes orders from one chain of chances, so that every run gives the same marketplace."""

    def __init__(self, now: datetime, exponents: Mapping[str, int], currencies: Mapping[str, str]) -> None:
        self.now, self.exponents, self.currencies = now, exponents, currencies
        self.chance = random.Random(SEED)  # noqa: S311 - a demo that is the same every time
        self.markets = self._turns()
        self.made = 0

    def _turns(self) -> Iterator[str]:
        """Every market in its turn; the United States twice as often."""
        while True:
            yield from [*PLACES, "us"]

    def hours(self, span: Hours) -> float:
        """A number of hours in a range."""
        return self.chance.uniform(*span) if isinstance(span, tuple) else span

    def on_path(self, path: Path) -> Planned:
        """An order that somebody asks after-sales for."""
        market = next(self.markets)
        while (path.markets and market not in path.markets.split()) or (path.sale == "live_auction" and market in NO_AUCTIONS):
            market = next(self.markets)
        asked_at = self.now - timedelta(hours=self.hours(path.ago))
        sale = path.sale or self.chance.choice(("shelf", "live", "short_video"))
        planned = self._order(market, sale, path, **self._travel(path, asked_at))
        moves = []
        for when, word in path.moves:
            hours = self.hours(when)
            moves.append(((self.now if hours < 0 else asked_at) + timedelta(hours=hours), word))
        planned.path, planned.asked_at, planned.moves = path, asked_at, moves
        return planned

    def _travel(self, path: Path, asked_at: datetime) -> dict[str, Any]:
        """How far the order had come when it was asked about."""
        if path.sold in ("unshipped", "packed"):
            return {"placed_at": asked_at - timedelta(hours=self.chance.uniform(2, 30))}
        if path.sold == "moving":
            promised = asked_at - timedelta(days=self.chance.uniform(2, 4))
            return {"shipped_at": promised - timedelta(days=6), "promised_at": promised}
        days = path.delivered_days or self.chance.uniform(0.2, 4)
        delivered = asked_at - timedelta(days=days)
        due = {"promised_at": delivered - timedelta(days=path.late_days)} if path.late_days else {}
        return {**due, "shipped_at": delivered - timedelta(days=self.chance.uniform(2, 6)), "delivered_at": delivered}

    def plain(self, status: str) -> Planned:
        """An order that nobody complains about."""
        days = timedelta(days=self.chance.uniform(0.3, 3))
        delivered = {"delivered": self.now - days * 6, "completed": self.now - timedelta(days=32) - days}.get(status)
        when: dict[str, Any] = {"delivered_at": delivered, "placed_at": self.now - days}
        if delivered or status == "in_transit":
            when["shipped_at"] = (delivered or self.now) - days
            when["placed_at"] = None
            when["promised_at"] = when["shipped_at"] + timedelta(days=7)
        if status == "cancelled":
            when["cancelled_at"] = self.now - days / 2
        market = next(self.markets)
        formats = FORMATS[:-1] if market in NO_AUCTIONS else FORMATS
        return self._order(market, self.chance.choice(formats), None, status=status, **when)

    def _order(self, market: str, sale: str, path: Path | None, *, status: str = "awaiting_shipment", **when: Any) -> Planned:
        place = PLACES[market]
        self.made += 1
        reference = f"{market.upper()}-{5770000 + self.made * 37}"
        carrier, number = self._number(place)
        placed = when.pop("placed_at", None) or when["shipped_at"] - timedelta(days=self.chance.uniform(0.5, 2))
        lines = self._lines(place, self.currencies[market], path, sale)
        parcels = self._parcels(carrier, number, lines, path, when)
        spread = tuple(msgspec.structs.replace(line, parcel=str(1 + n % len(parcels))) for n, line in enumerate(lines))
        unpaid = status == "unpaid"
        told = ToldOrder(
            shop=self.chance.choice(place.shops)[0],
            reference=reference,
            buyer=self.chance.choice(place.buyers),
            currency=self.currencies[market],
            status=status,
            sale_format=sale,
            review_lane=path.lane if path and path.lane else None,
            source=path.source if path else "marketplace",
            channel=CHANNELS[sale],
            high_value=any(line.category in ("luxury", "collectibles") for line in lines),
            placed_at=placed,
            won_at=placed if sale == "live_auction" else None,
            paid_at=None if unpaid else placed + timedelta(minutes=2),
            lines=spread,
            payments=self._payments(place, reference, sum(_whole(line) for line in lines), path, unpaid=unpaid),
            parcels=parcels,
            **when,
        )
        return Planned(told=told, market=market, carrier=carrier, back=self._number(place)[1])

    def _number(self, place: Place) -> tuple[str, str]:
        carrier, begins = self.chance.choice(place.carriers)
        return carrier, begins + "".join(self.chance.choice("0123456789") for _ in range(10))

    def _lines(self, place: Place, currency: str, path: Path | None, sale: str) -> tuple[ToldLine, ...]:
        goods = [g for g in place.goods if (g.category == path.category if path and path.category else g.category not in EXEMPT)]
        mixed = path is not None and any(word.startswith("mixed") for _, word in path.moves)
        number = 1 if mixed or sale == "live_auction" else self.chance.choice((1, 1, 1, 2, 2, 3))
        chosen = self.chance.sample(goods, min(number, len(goods)))
        return tuple(
            self._line(n, good, currency, 3 if mixed else self._quantity(good, sale)) for n, good in enumerate(chosen, 1)
        )

    def _quantity(self, good: Good, sale: str) -> int:
        single = sale == "live_auction" or good.category in ("luxury", "collectibles")
        return 1 if single else self.chance.choice((1, 1, 1, 1, 2, 2, 3, 4))

    def _line(self, n: int, good: Good, currency: str, quantity: int) -> ToldLine:
        unit = 10 ** self.exponents[currency]
        price = int(good.price * unit) * quantity
        return ToldLine(
            reference=str(n),
            sku=f"SKU-{abs(hash_of(good.title)) % 100000:05}",
            title=good.title,
            category=good.category,
            quantity=quantity,
            price=price,
            shipping=price // 20 if self.chance.random() < 0.4 else 0,  # noqa: PLR2004 - two orders of five
            tax=0,
            commission=price * self.chance.randint(5, 12) // 100,
        )

    def _payments(self, place: Place, reference: str, total: int, path: Path | None, *, unpaid: bool) -> tuple[ToldPayment, ...]:
        method = path.method if path and path.method else self.chance.choice(place.methods)
        several = not (path and path.method) and method != "cash_on_delivery" and self.chance.random() < 0.25  # noqa: PLR2004 - one of four
        second = total // 8 if several else 0
        paid = [(method, total - second)] + ([(self.chance.choice(("voucher", "wallet")), second)] if second else [])
        return tuple(
            ToldPayment(
                sequence=n,
                method=how,
                amount=amount,
                captured=0 if unpaid or how == "cash_on_delivery" else amount,
                provider_reference=f"pay_{reference}_{n}",
            )
            for n, (how, amount) in enumerate(paid, 1)
        )

    def _parcels(
        self, carrier: str, number: str, lines: tuple[ToldLine, ...], path: Path | None, when: dict[str, Any]
    ) -> tuple[ToldParcel, ...]:
        packed = path is not None and path.sold == "packed"
        shipped, delivered = when.get("shipped_at"), when.get("delivered_at")
        status = "delivered" if delivered else "in_transit" if shipped else "packed" if packed else "not_shipped"
        return tuple(
            ToldParcel(
                reference=str(n),
                status=status,
                carrier=carrier,
                tracking_number=f"{number}{n}",
                address_matches=True if delivered else None,
                shipped_at=shipped,
                delivered_at=delivered,
                signed_at=delivered,
            )
            for n in range(1, 3 if len(lines) > 2 else 2)  # noqa: PLR2004 - three lines travel in two parcels
        )


def _whole(line: ToldLine) -> int:
    return line.price + line.shipping + line.tax


def hash_of(text: str) -> int:
    """The same number for a text in every process."""
    return int.from_bytes(text.encode()[-6:], "big")
