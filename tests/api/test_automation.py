"""A shop's own rules over HTTP: made, changed by the version that was seen, switched off, and every version kept."""

import pytest
from tests.api.marketplace import Market

RULE = {
    "name": "small ones",
    "does": "approve",
    "kinds": ["refund_only"],
    "amount_at_most": 9_000_000,
    "currency": "USD",
    "per_buyer": 2,
}


def path(market: Market) -> str:
    return f"/v1/shops/{market.shops['a']}/rules"


async def test_a_rule_is_made_changed_switched_off_and_remembered(market: Market) -> None:
    made = await market.call("seller_a", "POST", path(market), RULE)
    assert made.status_code == 201, made.text
    one = f"{path(market)}/{made.json()['id']}"
    assert made.headers["etag"] == '"1"'
    changed = await market.call("seller_a", "PUT", one, {**RULE, "per_buyer": 1}, if_match='"1"')
    assert (changed.status_code, changed.json()["version"]) == (200, 2), changed.text
    stale = await market.call("seller_a", "PUT", one, RULE, if_match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    off = await market.call("seller_a", "DELETE", one, if_match='"2"')
    assert (off.status_code, off.json()["active"]) == (200, False)
    versions = (await market.call("seller_a", "GET", f"{one}/versions")).json()["versions"]
    assert [(v["version"], v["active"], v["rule"]["per_buyer"]) for v in versions] == [(1, True, 2), (2, True, 1), (3, False, 1)]
    listed = (await market.call("seller_a", "GET", path(market))).json()["rules"]
    assert [rule["id"] for rule in listed] == [made.json()["id"]]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"does": "reject"}, "value_not_allowed"),
        ({"deduct": 5}, "unknown_field"),
        ({"currency": None}, "missing_field"),
        ({"reasons": ["because"]}, "unknown_word"),
        ({"offer_kind": "exchange"}, "value_not_allowed"),
        ({"does": "propose"}, "value_not_allowed"),
        ({"begins": "2026-12-02T00:00:00Z", "ends": "2026-12-01T00:00:00Z"}, "value_not_allowed"),
    ],
)
async def test_what_is_no_rule_is_refused(market: Market, wrong: dict[str, object], code: str) -> None:
    refused = await market.call("seller_a", "POST", path(market), RULE | wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text


async def test_staff_who_may_not_manage_rules_read_the_name_of_the_permission(market: Market) -> None:
    refused = await market.call("staff_a", "POST", path(market), RULE)
    assert (refused.status_code, refused.json()["permission"]) == (403, "automation.manage")
