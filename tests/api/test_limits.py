"""Too fast is 429, and only for whoever is too fast."""

from typing import Any

import pytest
from tests.api.marketplace import Market, is_problem


@pytest.fixture(scope="module")
def settings_more() -> dict[str, Any]:
    return {"rate_limit": 5}


async def test_whoever_is_too_fast_waits_and_nobody_else_does(market: Market) -> None:
    answers = [await market.call("seller_a", "GET", "/v1/vocabulary/reasons") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    answers = [await market.call("seller_a", "GET", "/v1/shops") for _ in range(40)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    is_problem(refused[0], 429, "rate_limited")
    assert int(refused[0].headers["retry-after"]) >= 1
    assert (await market.call("seller_b", "GET", "/v1/shops")).status_code == 200
