import operator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from amends.kernel.money import (
    LARGEST,
    Money,
    exponents_from,
    format_amount,
    format_money,
    parse_amount,
    parse_money,
    percent_of,
    split,
)
from amends.kernel.refusals import Unreadable

CURRENCIES = yaml.safe_load((Path(__file__).parents[2] / "policies/vocabulary/currencies.yaml").read_text("utf-8"))
EXPONENTS = exponents_from(CURRENCIES)
amounts = st.integers(-LARGEST, LARGEST)
currencies = st.sampled_from(sorted(EXPONENTS))


def code_of(found: object) -> str:
    assert isinstance(found, Unreadable), found
    return found.code


@pytest.mark.parametrize("wrong", [1.0, True, "1", None, Decimal(1)])
def test_money_is_made_of_whole_minor_units_only(wrong: object) -> None:
    with pytest.raises(TypeError, match="whole minor units"):
        Money(wrong, "USD")  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["usd", "US", "USDT", "", "ＵＳＤ"])
def test_a_currency_is_three_capitals(wrong: str) -> None:
    with pytest.raises(ValueError, match="currency code"):
        Money(1, wrong)


def test_money_beyond_64_bits_is_refused() -> None:
    with pytest.raises(ValueError, match="64 bits"):
        Money(LARGEST + 1, "USD")
    with pytest.raises(ValueError, match="64 bits"):
        Money(LARGEST, "USD") + Money(1, "USD")


def test_money_of_one_currency_adds_subtracts_and_orders() -> None:
    five, two = Money(500, "USD"), Money(200, "USD")
    assert (five + two, five - two, -five) == (Money(700, "USD"), Money(300, "USD"), Money(-500, "USD"))
    assert two < five
    assert two <= two  # noqa: PLR0124 - equal is meant
    assert five > two
    assert five >= five  # noqa: PLR0124


@pytest.mark.parametrize("name", ["add", "sub", "lt", "le", "gt", "ge"])
@pytest.mark.parametrize("other", [Money(1, "EUR"), 1])
def test_two_currencies_never_meet(name: str, other: object) -> None:
    with pytest.raises(TypeError, match="do not mix"):
        getattr(operator, name)(Money(1, "USD"), other)


def test_equal_numbers_of_two_currencies_are_not_equal() -> None:
    assert Money(1, "USD") != Money(1, "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.50", "USD", 1250),
        ("12.5", "USD", 1250),
        ("12", "USD", 1200),
        ("-0.01", "USD", -1),
        ("0", "USD", 0),
        ("1200", "JPY", 1200),
        ("150000", "VND", 150_000),
        ("1.234", "KWD", 1234),
        ("15000", "IDR", 1_500_000),
        ("007.00", "GBP", 700),
    ],
)
def test_amounts_are_read_exactly(text: str, currency: str, amount: int) -> None:
    assert parse_amount(text, currency, EXPONENTS) == Money(amount, currency)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1,00", "1e3", "+1", ".5", "1.", "--1", "NaN", "inf", "0x1", "١٢", "１２", "1_000", "1\n"]
)
def test_what_is_no_plain_amount_is_refused(text: str) -> None:
    assert code_of(parse_amount(text, "USD", EXPONENTS)) == "not_an_amount"


@pytest.mark.parametrize(("text", "currency"), [("1.000", "USD"), ("1.0", "JPY"), ("1.0000", "KWD")])
def test_more_decimals_than_the_currency_has_are_refused_even_if_zero(text: str, currency: str) -> None:
    assert code_of(parse_amount(text, currency, EXPONENTS)) == "too_many_decimals"


def test_an_unknown_currency_and_too_large_an_amount_are_named() -> None:
    assert code_of(parse_amount("1", "XXX", EXPONENTS)) == "unknown_currency"
    assert code_of(parse_amount("92233720368547758.08", "USD", EXPONENTS)) == "amount_too_large"
    assert parse_amount("92233720368547758.07", "USD", EXPONENTS) == Money(LARGEST, "USD")


def test_a_policy_writes_the_currency_behind_the_amount() -> None:
    assert parse_money("100.00 USD", EXPONENTS) == Money(10_000, "USD")
    assert code_of(parse_money("100.00", EXPONENTS)) == "not_an_amount"
    assert code_of(parse_money("100.00  USD", EXPONENTS)) == "unknown_currency"


@given(amounts, currencies)
def test_what_is_written_is_read_back(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert parse_money(format_money(money, EXPONENTS), EXPONENTS) == money
    assert Decimal(format_amount(money, EXPONENTS)).scaleb(EXPONENTS[currency]) == amount


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_named_problem(text: str) -> None:
    assert isinstance(parse_money(text, EXPONENTS), Money | Unreadable)


def test_every_market_has_its_currency_with_the_exponent_of_iso_4217() -> None:
    assert {"USD", "GBP", "CAD", "MYR", "THB", "VND", "PHP", "SGD", "SAR", "AED", "IDR", "CNY", "BRL"} <= set(EXPONENTS)
    assert {code: exponent for code, exponent in EXPONENTS.items() if exponent != 2} == {"JPY": 0, "VND": 0, "KWD": 3}
    assert all(entry["zh"] and entry["en"] and entry["symbol"] for entry in CURRENCIES.values())


@pytest.mark.parametrize("entry", [{}, {"exponent": "2"}, {"exponent": True}, {"exponent": 5}, {"exponent": -1}])
def test_a_wrong_exponent_does_not_load(entry: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="currency 'USD'"):
        exponents_from({"USD": entry})


def shares_by_fractions(total: int, weights: list[int]) -> list[int]:
    """Say it slowly: whole parts first, then one unit at a time to whoever is furthest below the exact share."""
    if not any(weights):
        weights = [1] * len(weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    shares = [int(part) for part in exact]
    for _ in range(total - sum(shares)):
        behind = [part - share for part, share in zip(exact, shares, strict=True)]
        shares[behind.index(max(behind))] += 1
    return shares


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9) | st.integers(0, 3), min_size=1, max_size=12))
def test_shares_equal_those_of_exact_fractions(total: int, weights: list[int]) -> None:
    shares = split(total, weights)
    assert shares == shares_by_fractions(total, weights)
    assert sum(shares) == total
    if any(weights):
        assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [(100, [1, 1, 1], [34, 33, 33]), (2, [0, 0, 0], [1, 1, 0]), (5, [0, 1], [0, 5]), (0, [], []), (1, [1, 2, 1], [0, 1, 0])],
)
def test_what_is_left_goes_to_the_largest_remainder_and_the_earlier_index(
    total: int, weights: list[int], shares: list[int]
) -> None:
    assert split(total, weights) == shares


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [1, -1]), (1, [])])
def test_what_cannot_be_shared_out_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"shared? (it )?out"):
        split(total, weights)


@given(st.integers(-(10**15), 10**15), st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_percentage_rounds_half_to_even_like_an_exact_fraction(amount: int, numerator: int, denominator: int) -> None:
    assert percent_of(amount, numerator, denominator) == round(Fraction(amount * numerator, denominator))


@pytest.mark.parametrize(("amount", "share"), [(250, 12), (270, 14), (-250, -12), (10, 0), (30, 2)])
def test_five_percent_of_small_change(amount: int, share: int) -> None:
    assert percent_of(amount, 5, 100) == share


def test_a_percentage_of_nothing_is_a_bug() -> None:
    with pytest.raises(ValueError, match="denominator"):
        percent_of(1, 1, 0)
