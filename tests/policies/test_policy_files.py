"""The files are read, checked, and a fault planted in them is found."""

import shutil
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from amends.domain.rulebook.outcomes import Outcome, Pause, ScanWatch
from amends.domain.rulebook.quantities import Quantity
from amends.exchange.policies import Policies, policies_folder, read_policies
from amends.exchange.policy_check import check_policies

SUPPORTED = {"us", "gb", "ca", "my", "th", "vn", "ph", "sg", "sa", "ae", "id", "cn"}


def test_every_file_is_read_and_every_example_comes_out(policies: Policies, now: datetime) -> None:
    checked = check_policies(policies, now)
    assert [(error.file, error.line, error.message.en) for error in checked.errors] == []
    assert checked.gaps == ()


@pytest.mark.requirement("P-04")
def test_the_ten_markets_and_indonesia_and_china_are_supported_and_brazil_is_not(policies: Policies) -> None:
    assert {market for market, book in policies.books.items() if book.supported} == SUPPORTED
    assert not policies.books["br"].supported
    assert (policies.books["br"].zone, policies.books["br"].currency) == ("America/Sao_Paulo", "BRL")


def test_every_pack_and_market_tells_its_source_in_plain_words() -> None:
    for owner in [*policies_folder().glob("packs/*"), *policies_folder().glob("markets/*")]:
        assert "**中文**" in (owner / "README.md").read_text("utf-8"), owner


def test_every_rule_speaks_both_languages_and_names_its_source(policies: Policies) -> None:
    for rule in (rule for rules in policies.rules.values() for rule in rules):
        assert rule.source, rule.id
        assert any("\u4e00" <= letter <= "\u9fff" for letter in rule.says.zh), rule.id
        assert rule.says.en.isascii() or "“" in rule.says.en, rule.id


def test_only_rules_of_a_dated_source_take_effect_on_a_day(policies: Policies) -> None:
    for rule in policies.rules["base"]:
        assert rule.from_ is None, rule.id
    for rule in policies.rules["live_auction"]:
        assert str(rule.from_) == "2026-06-28", rule.id


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(policies_folder(), tmp_path / "policies"))


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_a_planted_unknown_word_is_named_with_file_and_line(copy: Path) -> None:
    _change(copy / "packs/live_auction/eligibility.yaml", "decline: final_sale", "decline: finale_sale")
    errors = read_policies(copy).errors
    assert (errors[0].file, errors[0].code) == ("policies/packs/live_auction/eligibility.yaml", "unknown_word")
    assert errors[0].line > 1


def test_a_planted_wrong_window_contradicts_its_examples(copy: Path, now: datetime) -> None:
    _change(copy / "markets/id/eligibility.yaml", "over: 6 days", "over: 7 days")
    assert "example_does_not_fire" in {error.code for error in check_policies(read_policies(copy), now).errors}


def test_a_planted_missing_rule_leaves_a_gap(copy: Path, now: datetime) -> None:
    _change(copy / "packs/base/eligibility.yaml", "order.status: {is: completed}", "order.status: {is: cancelled}")
    gaps = check_policies(read_policies(copy), now).gaps
    assert gaps
    assert {gap.status for gap in gaps} == {"completed"}


def test_a_planted_rule_without_examples_is_refused(copy: Path, now: datetime) -> None:
    _change(copy / "packs/base/costs.yaml", "- id: commission_back", "- id: commission_returned")
    codes = {error.code for error in check_policies(read_policies(copy), now).errors}
    assert {"example_missing_fires", "example_missing_misses", "example_unknown_rule"} <= codes


@pytest.mark.parametrize(
    ("outcome", "written"),
    [
        (ScanWatch(return_scan=Quantity(48, "hours")), "return_scan: 48 hours"),
        (Pause(pause=("review",), resume_on=("case_opened",)), "pause: [review]"),
    ],
    ids=["return_scan", "pause"],
)
def test_a_form_that_is_gone_is_refused_where_it_is_written_and_read_where_it_was_published(
    copy: Path, outcome: Outcome, written: str
) -> None:
    assert msgspec.json.decode(msgspec.json.encode(outcome), type=Outcome) == outcome
    _change(copy / "packs/base/logistics.yaml", "return_to: seller_address", written)
    assert "policies/packs/base/logistics.yaml" in {error.file for error in read_policies(copy).errors}
