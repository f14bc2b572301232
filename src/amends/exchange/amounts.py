"""Amounts as people and exports write them: currency words, marks of thousands, the market's decimal mark."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, Literal

from amends.kernel.money import Exponents, Money, parse_amount
from amends.kernel.refusals import Unreadable, unreadable

Mark = Literal[".", ","]
COMMA_CURRENCIES: Final = frozenset({"BRL", "EUR", "IDR", "VND"})
CURRENCY_WORDS: Final[Mapping[str, str]] = {
    "rp": "IDR", "rm": "MYR", "฿": "THB", "บาท": "THB", "₫": "VND", "đ": "VND", "₱": "PHP", "s$": "SGD", "us$": "USD",
    "c$": "CAD", "ca$": "CAD", "r$": "BRL", "£": "GBP", "€": "EUR", "cn¥": "CNY", "元": "CNY", "د.إ": "AED", "ر.س": "SAR",
    "sr": "SAR", "dh": "AED",
}  # fmt: skip
_SHARED: Final = {"$": frozenset({"USD", "CAD", "SGD"}), "¥": frozenset({"CNY", "JPY"})}
_NUMBER = re.compile(r"-?[0-9]+(?:[.,'][0-9]+)*", re.ASCII)
_GAP = re.compile(r"(?<=[0-9])\s(?=[0-9]{3})")
_THOUSANDS: Final = 3


def decimal_mark(currency: str) -> Mark:
    """The decimal mark of the currency's home."""
    return "," if currency in COMMA_CURRENCIES else "."


def read_amount(text: str, currency: str, exponents: Exponents, mark: Mark | None = None) -> Money | Unreadable:
    """Read `BRL 35,91`, `USD 12.00`, `Rp 12.345`, `1,234.50`, `฿99`, `12.345₫` as exact money of `currency`.

    One mark alone with three digits behind it is the market's mark of thousands or its decimal mark; every other spelling says
    for itself which it is. Problems: `import_other_currency`, `import_amount_unreadable`.
    """
    plain = _plain_digits(text)
    found = _NUMBER.search(plain)
    if found is None:
        return unreadable("import_amount_unreadable", text, "an amount")
    word = (plain[: found.start()] + plain[found.end() :]).strip(" .:").casefold()
    if word and (other := _other_currency(word, currency)):
        return unreadable(other, text, f"an amount in {currency}")
    number = _with_point(found[0], mark or decimal_mark(currency), exponents.get(currency, 2))
    if number is None:
        return unreadable("import_amount_unreadable", text, "an amount")
    money = parse_amount(number, currency, exponents)
    return unreadable("import_amount_unreadable", text, money.wanted) if isinstance(money, Unreadable) else money


def _plain_digits(text: str) -> str:
    """Digits of every script as 0 to 9, Arabic marks as ours, blanks of every width dropped between digits."""
    if text.isascii():
        return _GAP.sub("", text) if " " in text else text
    letters = []
    for letter in text:
        if letter.isdecimal() and not letter.isascii():
            letters.append(str(unicodedata.decimal(letter)))
        else:
            letters.append({"٫": ".", "٬": ",", "−": "-", "\u2019": "'"}.get(letter, letter))
    return _GAP.sub("", "".join(letters)).replace("\u200e", "").replace("\u200f", "")


def _other_currency(word: str, currency: str) -> str | None:
    if word == currency.casefold() or CURRENCY_WORDS.get(word) == currency or currency in _SHARED.get(word, ()):
        return None
    known = CURRENCY_WORDS.get(word) or word in _SHARED or re.fullmatch(r"[a-z]{3}", word)
    return "import_other_currency" if known else "import_amount_unreadable"


def _with_point(number: str, mark: Mark, exponent: int) -> str | None:
    """The number with a decimal point and no more zeros than the currency has decimals, or None where it cannot be told."""
    number = number.replace("'", "")
    marks = [letter for letter in number if letter in ".,"]
    decimal = _decimal_mark_in(number, marks, mark)
    whole, _, decimals = number.rpartition(decimal) if decimal else (number, "", "")
    groups = re.split(r"[.,]", whole)
    if len(groups) > 1 and any(len(group) != _THOUSANDS for group in groups[1:]):
        return None
    while len(decimals) > exponent and decimals.endswith("0"):
        decimals = decimals[:-1]
    return "".join(groups) + (f".{decimals}" if decimals else "")


def _decimal_mark_in(number: str, marks: list[str], home: Mark) -> str | None:
    if not marks:
        return None
    if len(set(marks)) > 1:
        return marks[-1] if marks.count(marks[-1]) == 1 else "?"
    if len(marks) > 1:
        return None
    behind = len(number) - number.index(marks[0]) - 1
    return marks[0] if behind != _THOUSANDS or marks[0] == home else None
