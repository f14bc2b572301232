"""Money is whole minor units and a currency code. No floats, no conversion, no remainder lost."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from amends.kernel.refusals import Unreadable, unreadable

Exponents = Mapping[str, int]
"""Currency code -> number of decimals (USD 2, JPY 0, KWD 3). Data: `policies/vocabulary/currencies.yaml`."""

LARGEST: Final = 2**63 - 1
_AMOUNT = re.compile(r"(-?)([0-9]{1,25})(?:\.([0-9]{1,12}))?", re.ASCII)
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)


class Money(msgspec.Struct, frozen=True):
    """An amount in minor units (cents, fils, đồng) of one currency.

    Adding, subtracting and ordering work inside one currency; across two they raise TypeError. Equality across two is False.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"money is counted in whole minor units, not in {type(self.amount).__name__}")
        if not -LARGEST <= self.amount <= LARGEST:
            raise ValueError("an amount of money must fit into 64 bits")
        if not _CODE.fullmatch(self.currency):
            raise ValueError(f"{self.currency!r} is no currency code")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._like(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._like(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._like(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._like(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._like(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._like(other)

    def _like(self, other: object) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"money and {type(other).__name__} do not mix")
        if other.currency != self.currency:
            raise TypeError(f"{self.currency} and {other.currency} do not mix")
        return other.amount


def exponents_from(loaded: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Take the exponent table out of the loaded `currencies.yaml`; a wrong code or exponent raises ValueError."""
    table: dict[str, int] = {}
    for code, entry in loaded.items():
        exponent = entry.get("exponent")
        if not _CODE.fullmatch(str(code)) or type(exponent) is not int or not 0 <= exponent <= 4:  # noqa: PLR2004
            raise ValueError(f"currency {code!r}: a code has three capitals and an exponent is 0 to 4, not {exponent!r}")
        table[code] = exponent
    return table


def parse_amount(text: str, currency: str, exponents: Exponents) -> Money | Unreadable:
    """Read "12.50" as exact money of a currency.

    Refused: signs other than a leading minus, separators of thousands, exponents, blanks, digits of other scripts
    (`not_an_amount`), more decimals than the currency has (`too_many_decimals`), an unknown code (`unknown_currency`),
    more than 64 bits (`amount_too_large`).
    """
    exponent = exponents.get(currency)
    if exponent is None:
        return unreadable("unknown_currency", currency, "a currency of the vocabulary")
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return unreadable("not_an_amount", text, "an amount such as 12.50")
    sign, whole, decimals = found[1], found[2], found[3] or ""
    if len(decimals) > exponent:
        return unreadable("too_many_decimals", text, f"at most {exponent} decimals for {currency}")
    amount = int(whole + decimals.ljust(exponent, "0"))
    if amount > LARGEST:
        return unreadable("amount_too_large", text, "an amount that fits into 64 bits")
    return Money(-amount if sign else amount, currency)


def parse_money(text: str, exponents: Exponents) -> Money | Unreadable:
    """Read "100.00 USD": an amount, one blank, a code. Problems as in `parse_amount`."""
    amount, blank, currency = text.partition(" ")
    if not blank:
        return unreadable("not_an_amount", text, "an amount and a currency such as 100.00 USD")
    return parse_amount(amount, currency, exponents)


def format_amount(money: Money, exponents: Exponents) -> str:
    """Write the amount with exactly the currency's decimals: "12.50", "1200" (JPY). An unknown currency raises KeyError."""
    exponent = exponents[money.currency]
    sign = "-" if money.amount < 0 else ""
    digits = str(abs(money.amount)).rjust(exponent + 1, "0")
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}" if exponent else f"{sign}{digits}"


def format_money(money: Money, exponents: Exponents) -> str:
    """Write "12.50 USD"; `parse_money` reads it back."""
    return f"{format_amount(money, exponents)} {money.currency}"


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share out minor units by weight so that the shares sum exactly to the total (largest remainder).

    The units that are left go to the largest remainders, the earlier index first. A weight of zero gets nothing, unless all
    are zero: then the total is spread evenly. A negative total or weight, or something to share and nobody to get it, raises
    ValueError.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("only amounts and weights of zero and more can be shared out")
    if not weights:
        if total:
            raise ValueError("there is nobody to share it out to")
        return []
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    shares, remainders = [], []
    for weight in weights:
        share, remainder = divmod(total * weight, whole)
        shares.append(share)
        remainders.append(remainder)
    left = total - sum(shares)
    if left:
        for index in sorted(range(len(weights)), key=lambda index: -remainders[index])[:left]:
            shares[index] += 1
    return shares


def percent_of(amount: int, numerator: int, denominator: int) -> int:
    """Take numerator/denominator of minor units, rounded half to even: 5 of 100 of 250 is 12, of 270 is 14.

    A denominator of zero or less raises ValueError.
    """
    if denominator <= 0:
        raise ValueError("a denominator is greater than zero")
    share, remainder = divmod(amount * numerator, denominator)
    over_half = 2 * remainder - denominator
    return share + 1 if over_half > 0 or (over_half == 0 and share % 2) else share
