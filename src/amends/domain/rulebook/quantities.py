"""Quantities inside rules: `14 days`, `48 hours`, `2 working days`, `12.4 percent`, `100.00 USD`, `3`, `4.8`. Floats never appear."""

import re
from decimal import Decimal
from typing import Final

import msgspec

from amends.kernel import quantities as kernel
from amends.kernel.money import Exponents, Money, format_money, parse_money
from amends.kernel.refusals import Unreadable

COUNT: Final = "count"
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?", re.ASCII)
_TIME: Final[dict[type, str]] = {
    kernel.Days: "days",
    kernel.Hours: "hours",
    kernel.Minutes: "minutes",
    kernel.WorkingDays: "working_days",
}
_MINUTES: Final = re.compile(r"([1-9][0-9]{0,3}) minutes?", re.ASCII)
_CURRENCY: Final = re.compile(r".* [A-Z]{3}", re.ASCII)


class Quantity(msgspec.Struct, frozen=True):
    """A number and its unit: `days`, `hours`, `minutes`, `working_days`, `percent` (in millionths), `count`, or a currency (in minor units)."""

    number: int | Decimal
    unit: str

    @property
    def is_money(self) -> bool:
        """Whether the unit is a currency."""
        return self.unit.isupper()

    @property
    def measure(self) -> int | Decimal:
        """What facts are compared with: seconds where the unit is hours, else the number itself."""
        return self.number * 3600 if self.unit == "hours" else self.number

    @property
    def duration(self) -> kernel.Duration:
        """The same in the kernel's lengths of time; any other quantity, minutes too, raises TypeError."""
        number = int(self.number)
        match self.unit:
            case "days":
                return kernel.Days(number)
            case "hours":
                return kernel.Hours(number)
            case "minutes":
                return kernel.Minutes(number)
            case "working_days":
                return kernel.WorkingDays(number)
        raise TypeError(f"{self.unit} is no unit of time")

    @property
    def percent(self) -> kernel.Percent:
        """The same as a share; a quantity that is none raises TypeError."""
        if self.unit != "percent":
            raise TypeError(f"{self.unit} is no share")
        return kernel.Percent(int(self.number))


def read_quantity(text: str, exponents: Exponents) -> Quantity | Unreadable:
    """The quantity that a text states. Problems as in `kernel.quantities.parse_quantity` and `kernel.money.parse_money`."""
    text = text.strip()
    number = _NUMBER.fullmatch(text)
    if number:
        return Quantity(Decimal(text) if number[1] else int(text), COUNT)
    if _CURRENCY.fullmatch(text):
        money = parse_money(text, exponents)
        return money if isinstance(money, Unreadable) else Quantity(money.amount, money.currency)
    minutes = _MINUTES.fullmatch(text)
    if minutes:
        return Quantity(int(minutes[1]), "minutes")
    read = kernel.parse_quantity(text)
    if isinstance(read, Unreadable):
        return read
    return Quantity(read.millionths, "percent") if isinstance(read, kernel.Percent) else Quantity(read.n, _TIME[type(read)])


def write_quantity(quantity: Quantity, exponents: Exponents) -> str:
    """The quantity as policy writes it; `read_quantity` reads it back."""
    if quantity.is_money:
        return format_money(Money(int(quantity.number), quantity.unit), exponents)
    if quantity.unit == COUNT:
        return str(quantity.number)
    if quantity.unit == "minutes":
        return f"{quantity.number} minute{'' if quantity.number == 1 else 's'}"
    return kernel.format_quantity(quantity.percent if quantity.unit == "percent" else quantity.duration)
