"""How the sandbox carrier behaves: one label, interception and complaint a key, and messages as badly as it is told. Speaks no HTTP and has no clock."""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from amends.gateways.carriers import Intercepting, Labelled, Lodged, Place, Seen, Tracked

Sending = Literal["ok", "late", "twice", "out_of_order", "forged", "silent"]
_BY_MARKET = {"us": ("usps", "USD", 495), "gb": ("royal_mail", "GBP", 349), "ca": ("canada_post", "CAD", 899)}
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class LabelAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A label as it is asked for."""

    market: Text
    to: Place
    reference: Text


class ParcelAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An interception or a complaint as it is asked for."""

    carrier: Text
    tracking_number: Text
    about: str | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the carrier sees now, for trying."""

    tracking_number: Text
    status: Text
    occurred_at: datetime | None = None
    postcode: str | None = None
    weight: int | None = None


class Control(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to behave from now on. Only what is given changes."""

    sending: Sending | None = None
    delay_s: Annotated[float, msgspec.Meta(ge=0, le=600)] | None = None
    can_intercept: bool | None = None
    reason: str | None = None
    cost: Annotated[int, msgspec.Meta(ge=0)] | None = None
    currency: str | None = None
    offset_seconds: float | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message that leaves: its id, its body, how long it waits, and whether its signature is a forger's."""

    id: str
    body: bytes
    wait_s: float = 0.0
    forged: bool = False


class Carrier:
    """Decides; the moment is an argument."""

    def __init__(self) -> None:
        self.sending: Sending = "ok"
        self.delay_s = 1.0
        self.can_intercept, self.reason = True, "already_sorted"
        self.cost, self.currency = 300, "CNY"
        self.offset = timedelta()
        self.labels: dict[str, Labelled] = {}
        self.interceptions: dict[str, Intercepting] = {}
        self.complaints: dict[str, Lodged] = {}
        self.seen: dict[str, list[Seen]] = {}
        self.kept: list[Message] = []

    def told(self, control: Control) -> list[Message]:
        """Change what happens next; what was kept to be sent out of order leaves now."""
        for name in ("delay_s", "can_intercept", "reason", "cost", "currency"):
            if (value := getattr(control, name)) is not None:
                setattr(self, name, value)
        if control.offset_seconds is not None:
            self.offset = timedelta(seconds=control.offset_seconds)
        if control.sending is None:
            return []
        self.sending, kept, self.kept = control.sending, self.kept[::-1], []
        return kept

    def label(self, key: str, asked: LabelAsked) -> Labelled:
        """One label a key, with a number that is a postal one of the kind that the market uses."""
        carrier, currency, cost = _BY_MARKET.get(asked.market, ("platform_logistics", "USD", 500))
        made = Labelled(tracking_number=_number(key), carrier=carrier, service="ground", cost=cost, currency=currency)
        return self.labels.setdefault(key, made)

    def intercept(self, key: str) -> Intercepting:
        """One answer a key: whether it can, what it costs, and else why not."""
        said = Intercepting(can=self.can_intercept, reference=f"SO-{_digits(key, 10)}")
        if self.can_intercept:
            said = msgspec.structs.replace(said, cost=self.cost, currency=self.currency)
        else:
            said = msgspec.structs.replace(said, reason=self.reason)
        return self.interceptions.setdefault(key, said)

    def complain(self, key: str) -> Lodged:
        """One complaint a key."""
        return self.complaints.setdefault(key, Lodged(reference=f"CP-{_digits(key, 10)}"))

    def track(self, number: str) -> Tracked:
        """All that was seen of a parcel."""
        return Tracked(events=tuple(self.seen.get(number, ())))

    def see(self, told: Told, now: datetime) -> list[Message]:
        """Something happens to a parcel; gives the messages that leave for it, in their order."""
        before = self.seen.setdefault(told.tracking_number, [])
        at = told.occurred_at or now + self.offset
        event = Seen(event_id=f"{told.tracking_number}-{len(before) + 1}", status=told.status, occurred_at=at, postcode=told.postcode,
                     weight=told.weight)  # fmt: skip
        before.append(event)
        data = {name: value for name, value in msgspec.to_builtins(event).items() if name != "event_id" and value is not None}
        body = msgspec.json.encode({"type": "parcel.scanned", "data": {**data, "tracking_number": told.tracking_number}})
        message = Message(id=event.event_id, body=body)
        match self.sending:
            case "silent":
                return []
            case "late":
                return [msgspec.structs.replace(message, wait_s=self.delay_s)]
            case "twice":
                return [message, message]
            case "forged":
                return [msgspec.structs.replace(message, forged=True)]
            case "out_of_order":
                self.kept.append(message)
                return []
        return [message]


def _digits(key: str, n: int) -> str:
    return str(int(hashlib.sha256(key.encode()).hexdigest(), 16))[:n]


def _number(key: str) -> str:
    """22 digits as the United States' post prints them, the last one checking the others."""
    digits = "94001118" + _digits(key, 13)
    odd, even = sum(map(int, digits[::-1][::2])), sum(map(int, digits[::-1][1::2]))
    return digits + str(-(odd * 3 + even) % 10)
