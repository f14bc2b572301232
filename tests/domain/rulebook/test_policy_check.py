"""`policy check` on a small folder: files are read, examples run, and what nobody answers is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from amends.exchange.policies import read_policies, where
from amends.exchange.policy_check import check_policies

NOW = datetime(2026, 11, 22, tzinfo=UTC)
RULE = """
- id: final_sale
  source: s
  when:
    order.sale_format: {is: live_auction}
  decline: final_sale
  says: {zh: 中, en: English}
"""
EXAMPLES = """
- name: an auction
  topic: eligibility
  fires: final_sale
  facts: {order.sale_format: live_auction, request.kind: cancel}
  expect: {verdict: declined, reasons: [final_sale], rules: [final_sale]}
- name: a shelf
  topic: eligibility
  misses: final_sale
  facts: {order.sale_format: shelf, request.kind: cancel}
"""


@pytest.fixture
def folder(tmp_path: Path, word_files: list[tuple[str, str, str]]) -> Path:
    for _, name, text in word_files:
        write(tmp_path, f"vocabulary/{name}", text)
    for name, words in {
        "order_statuses": ("awaiting_shipment", "in_transit", "delivered"),
        "requesters": ("buyer", "seller"),
    }.items():
        write(tmp_path, f"vocabulary/{name}.yaml", "\n".join(f"{word}: {{zh: {word}, en: {word}}}" for word in words))
    write(tmp_path, "packs/base/eligibility.yaml", RULE)
    write(tmp_path, "packs/base/examples/eligibility.yaml", EXAMPLES)
    market = "name: {zh: 美国, en: United States}\ncurrency: USD\ncountry: US\nzone: America/New_York\npacks: [base]\n"
    write(tmp_path, "markets/us/market.yaml", market)
    return tmp_path / "policies"


def write(root: Path, name: str, text: str) -> None:
    path = root / "policies" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def codes(folder: Path) -> list[str]:
    return [error.code for error in check_policies(read_policies(folder), NOW).errors]


def test_a_good_folder_has_no_errors_and_says_what_was_looked_at(folder: Path) -> None:
    checked = check_policies(read_policies(folder), NOW)
    assert checked.errors == ()
    assert (checked.rules, checked.examples, checked.markets) == (1, 2, 1)


def test_situations_that_no_rule_answers_are_grouped_by_kind_status_and_party(folder: Path) -> None:
    checked = check_policies(read_policies(folder), NOW)
    assert len(checked.gaps) == 4 * 3 * 2
    assert checked.gaps[0].sale_formats == ("shelf", "live")
    assert len(checked.gaps[0].reasons) == 5


def test_a_rule_without_its_two_examples_is_an_error(folder: Path) -> None:
    (folder / "packs/base/examples/eligibility.yaml").unlink()
    assert codes(folder) == ["example_missing_fires", "example_missing_misses"]


def test_an_example_that_does_not_come_out_is_an_error_with_its_line(folder: Path) -> None:
    path = folder / "packs/base/examples/eligibility.yaml"
    path.write_text(
        EXAMPLES.replace("verdict: declined", "verdict: allowed").replace("format: shelf", "format: live_auction"), "utf-8"
    )
    errors = check_policies(read_policies(folder), NOW).errors
    assert [(error.code, error.line) for error in errors] == [("example_differs", 2), ("example_does_not_miss", 7)]
    assert errors[0].file == "policies/packs/base/examples/eligibility.yaml"


def test_an_unknown_word_in_a_folder_is_an_error_of_the_check(folder: Path) -> None:
    path = folder / "packs/base/eligibility.yaml"
    path.write_text(RULE.replace("is: live_auction", "is: raffle"), "utf-8")
    assert "unknown_word" in codes(folder)


def test_a_market_of_an_unknown_pack_or_zone_is_an_error(folder: Path) -> None:
    path = folder / "markets/us/market.yaml"
    path.write_text(path.read_text("utf-8").replace("[base]", "[base, weather]").replace("New_York", "Nowhere"), "utf-8")
    assert {"unknown_pack", "unknown_zone"} <= set(codes(folder))


def test_where_a_rule_stands_and_which_markets_have_it(folder: Path) -> None:
    (place,) = where(read_policies(folder), "final_sale")
    assert (place.file, place.line, place.topic, place.pack) == ("policies/packs/base/eligibility.yaml", 2, "eligibility", "base")
    assert place.markets == ("us",)
    assert where(read_policies(folder), "nothing") == ()


def test_what_a_rule_gives_is_compared_whole(folder: Path) -> None:
    good = EXAMPLES.replace("  fires: final_sale\n", "  fires: final_sale\n  gives: {final_sale: {decline: final_sale}}\n")
    write(folder.parent, "packs/base/examples/eligibility.yaml", good)
    assert codes(folder) == []
    for wrong in ("{decline: window_closed}", "{since: 2026-01-01, decline: final_sale}"):
        write(folder.parent, "packs/base/examples/eligibility.yaml", good.replace("{decline: final_sale}", wrong))
        assert codes(folder) == ["example_differs"], wrong
    write(folder.parent, "packs/base/examples/eligibility.yaml", good.replace("gives: {final_sale:", "gives: {other_sale:"))
    assert set(codes(folder)) == {"example_differs", "example_unknown_rule"}


def test_one_situation_is_told_for_each_of_several_values(folder: Path) -> None:
    told = EXAMPLES.replace("  misses: final_sale\n", "  misses: final_sale\n  each: {order.sale_format: [live, live_auction]}\n")
    write(folder.parent, "packs/base/examples/eligibility.yaml", told)
    assert [example.name for example in read_policies(folder).examples] == [
        "an auction",
        "a shelf (live)",
        "a shelf (live_auction)",
    ]
    assert codes(folder) == ["example_does_not_miss"]
    write(folder.parent, "packs/base/examples/eligibility.yaml", told.replace("[live, live_auction]", "[live, flea_market]"))
    assert "unknown_word" in codes(folder)


def test_a_requirement_leads_to_every_rule_that_serves_it(folder: Path) -> None:
    assert where(read_policies(folder), "E-02") == ()
    write(folder.parent, "packs/base/eligibility.yaml", RULE.replace("  source: s\n", "  source: s\n  requirements: [E-02]\n"))
    policies = read_policies(folder)
    assert [place.rule for place in where(policies, "e-02")] == ["final_sale"]
    assert where(policies, "final_sale") == where(policies, "E-02")
