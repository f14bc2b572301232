"""How the sandbox provider behaves: once per key, and otherwise as badly as it is told. Speaks no HTTP and has no clock."""

import hashlib
import random
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from amends.gateways.payments import Execution
from amends.gateways.sandbox_ledger import Entry, Ledger

Mode = Literal["ok", "fail_before", "fail", "hang", "lose_answer", "slow"]
Reply = tuple[int, object]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A refund as it is asked for."""

    payment_ref: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    amount: Annotated[int, msgspec.Meta(gt=0, le=2**63 - 1)]
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
    destination: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class Control(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do with the next refunds. Only what is given changes."""

    mode: Mode | None = None
    rate: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    next_n: Annotated[int, msgspec.Meta(ge=0)] | None = None
    code: str | None = None
    delay_s: Annotated[float, msgspec.Meta(ge=0, le=600)] | None = None
    seed: int | None = None
    offset_seconds: float | None = None


class Provider:
    """Decides; speaks no HTTP. The moment is an argument."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.mode: Mode = "ok"
        self.rate = 1.0
        self.left: int | None = None
        self.code = "account_closed"
        self.delay_s = 1.0
        self.offset = timedelta()
        self._dice = random.Random(0)  # noqa: S311 - mishaps that can be repeated

    def told(self, control: Control) -> None:
        """Change what happens next. A new mode without `rate` or `next_n` strikes always and for ever."""
        if control.mode is not None:
            self.mode, self.rate, self.left = control.mode, 1.0, None
        self.rate = self.rate if control.rate is None else control.rate
        self.left = self.left if control.next_n is None else control.next_n
        self.code = control.code or self.code
        self.delay_s = self.delay_s if control.delay_s is None else control.delay_s
        self._dice = self._dice if control.seed is None else random.Random(control.seed)  # noqa: S311 - as above
        self.offset = self.offset if control.offset_seconds is None else timedelta(seconds=control.offset_seconds)

    def mishap(self) -> Mode:
        """What strikes this call."""
        if self.mode == "ok" or self.left == 0 or self._dice.random() >= self.rate:
            return "ok"
        if self.left is not None:
            self.left -= 1
        return self.mode

    def refund(self, key: str, asked: Asked, now: datetime, *, refuse: bool) -> Reply:
        """Execute once per key; the same key with other words is refused and changes nothing."""
        words = hashlib.sha256(msgspec.json.encode(asked)).hexdigest()
        known = self.ledger.entries.get(key)
        if known is None:
            status = "failed" if refuse else "succeeded"
            reference = f"sbx_{hashlib.sha256(key.encode()).hexdigest()[:20]}"
            done = Execution(
                key=key, provider_ref=reference, status=status, at=now + self.offset, **msgspec.structs.asdict(asked)
            )
            known = Entry(execution=done, asked=words, code=self.code if refuse else "")
            self.ledger.add(known)
        elif known.asked != words:
            return 422, {"code": "key_reused"}
        return _entry(known)

    def find(self, key: str) -> Reply:
        """What became of a key."""
        known = self.ledger.entries.get(key)
        return (404, {"code": "not_found"}) if known is None else _entry(known)

    def report(self, since: datetime) -> Reply:
        """What was really executed."""
        done = (entry.execution for entry in self.ledger.entries.values())
        return 200, {"rows": [one for one in done if one.status == "succeeded" and one.at >= since]}


def _entry(entry: Entry) -> Reply:
    if entry.execution.status == "failed":
        return 402, {"status": "failed", "code": entry.code}
    return 200, {"status": "succeeded", "provider_ref": entry.execution.provider_ref}
