"""Whether a tracking number can be one at all (L-07: what cannot is shown as ERR_LOG_204)."""

import re
from collections.abc import Callable
from typing import Final

from amends.actions.outcome import Blocked
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules

_SHAPE: Final = re.compile(r"[A-Z0-9][A-Z0-9.]{5,38}[A-Z0-9]", re.ASCII)
_POSTAL: Final = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}", re.ASCII)
_UPS: Final = re.compile(r"1Z([A-Z0-9]{15})([0-9])", re.ASCII)
_FEWEST_DIGITS: Final = 3
_POSTS: Final = frozenset(
    [
        "usps",
        "canada_post",
        "royal_mail",
        "pos_malaysia",
        "thailand_post",
        "vietnam_post",
        "singapore_post",
        "pos_indonesia",
        "spl",
        "emirates_post",
        "ems",
        "correios",
    ]
)
_POSTAL_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
ERR_LOG: Final = "ERR_LOG_204"


def cleaned(number: str) -> str:
    """A number as carriers print it, without the blanks and hyphens that people copy along."""
    return re.sub(r"[\s-]", "", number).upper()


def plausible(carrier: str, number: str) -> bool:
    """Whether a cleaned number can be this carrier's: its shape, and its check digit where we know the carrier's own."""
    if not _SHAPE.fullmatch(number) or sum(map(str.isdigit, number)) < _FEWEST_DIGITS or len(set(number)) == 1:
        return False
    if carrier in _POSTS and (found := _POSTAL.fullmatch(number)):
        return _postal_digit(found[1]) == int(found[2])
    if carrier == "ups" and (found := _UPS.fullmatch(number)):
        return _ups_digit(found[1]) == int(found[2])
    return True


def _postal_digit(digits: str) -> int:
    """The check digit of a number of the Universal Postal Union (S10)."""
    left = 11 - sum(int(digit) * weight for digit, weight in zip(digits, _POSTAL_WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(left, left)


def _ups_digit(signs: str) -> int:
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in signs]
    return -(sum(values[::2]) + 2 * sum(values[1::2])) % 10


def refused_number(file: CaseFile, rules: Rules, carrier: str, number: str) -> Blocked | None:
    """Why a carrier and a cleaned number are not taken: `carrier_unknown`, `tracking_number_invalid` or `tracking_number_taken`."""
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("carrier_unknown", lambda: carrier in rules.vocabulary.words("carriers")),
        ("tracking_number_invalid", lambda: plausible(carrier, number)),
        ("tracking_number_taken", lambda: all(parcel.tracking_number != number for parcel in file.parcels)),
    )
    for code, passes in checks:
        if not passes():
            detail = {"log_code": ERR_LOG} if code == "tracking_number_invalid" else {}
            return Blocked(code=code, reasons=(code,), detail=detail)
    return None
