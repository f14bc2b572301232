from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.exchange.amounts import read_amount
from amends.exchange.shares import spread
from amends.kernel.money import Money
from amends.kernel.refusals import Unreadable

EXPONENTS = {"BRL": 2, "USD": 2, "IDR": 2, "THB": 2, "VND": 0, "KWD": 3, "SAR": 2, "MYR": 2, "GBP": 2, "SGD": 2, "CNY": 2}


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("BRL 35,91", "BRL", 3591),
        ("R$ 1.234,50", "BRL", 123450),
        ("99.9", "BRL", 9990),
        ("USD 12.00", "USD", 1200),
        ("$1,234.5", "USD", 123450),
        ("1,234", "USD", 123400),
        ("Rp 12.345", "IDR", 1234500),
        ("Rp12.345.678", "IDR", 1234567800),
        ("12345.00", "IDR", 1234500),
        ("IDR 12,345,678", "IDR", 1234567800),
        ("฿99", "THB", 9900),
        ("THB 1,099.50", "THB", 109950),
        ("12.345₫", "VND", 12345),
        ("12.345 ₫", "VND", 12345),
        ("1.250.000đ", "VND", 1250000),
        ("15000.00", "VND", 15000),
        ("KWD 12.345", "KWD", 12345),
        ("ر.س ١٢٫٥٠", "SAR", 1250),
        ("RM 1 234.50", "MYR", 123450),
        ("1'234.50", "GBP", 123450),
        ("S$5", "SGD", 500),
        ("¥7", "CNY", 700),
        ("0", "USD", 0),
        ("-5.00", "USD", -500),
    ],
)
def test_amounts_are_read_as_each_market_writes_them(text: str, currency: str, minor: int) -> None:
    assert read_amount(text, currency, EXPONENTS) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("EUR 12", "USD", "import_other_currency"),
        ("Rp 12.345", "BRL", "import_other_currency"),
        ("$5", "GBP", "import_other_currency"),
        ("free", "USD", "import_amount_unreadable"),
        ("", "USD", "import_amount_unreadable"),
        ("12.3456", "USD", "import_amount_unreadable"),
        ("1.23.4567", "BRL", "import_amount_unreadable"),
        ("12.50 and 3", "USD", "import_amount_unreadable"),
        ("9" * 30, "USD", "import_amount_unreadable"),
        ("=1+2", "USD", "import_amount_unreadable"),
    ],
)
def test_what_is_no_amount_of_the_shops_currency_is_named(text: str, currency: str, code: str) -> None:
    answer = read_amount(text, currency, EXPONENTS)
    assert isinstance(answer, Unreadable)
    assert answer.code == code


@given(st.integers(0, 10**12), st.sampled_from([("BRL", ".", ","), ("USD", ",", "."), ("GBP", ",", ".")]))
def test_an_amount_written_in_full_reads_back_to_the_cent(minor: int, how: tuple[str, str, str]) -> None:
    currency, thousands, decimal = how
    whole = f"{minor // 100:,}".replace(",", thousands)
    assert read_amount(f"{currency} {whole}{decimal}{minor % 100:02d}", currency, EXPONENTS) == Money(minor, currency)


@given(st.lists(st.integers(0, 10**9), max_size=6), st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_payments_spread_over_shops_come_out_on_both_sides(amounts: list[int], weights: list[int]) -> None:
    shared = spread(amounts, weights)
    assert [sum(row) for row in shared] == amounts
    columns = [sum(row[n] for row in shared) for n in range(len(weights))]
    assert sum(columns) == sum(amounts)
    if sum(amounts) == sum(weights):
        assert columns == weights
    for column, weight in zip(columns, weights, strict=True):
        if sum(weights):
            assert abs(column - Fraction(sum(amounts) * weight, sum(weights))) < 1
    assert all(share >= 0 for row in shared for share in row)
