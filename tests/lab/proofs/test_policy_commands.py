"""The command line refuses what a proof finds wrong, with file and line, before anything is published."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from amends.cli import command_line
from amends.exchange.policies import policies_folder

SECOND_LABEL = """
- id: label_for_exchanges
  source: planted
  when:
    request.kind: {is: exchange}
  label: prepaid
  says: {zh: 换货预付面单, en: An exchange has a prepaid label.}
"""


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(tmp_path_factory.mktemp("spoiled")) / "policies"
    shutil.copytree(policies_folder(), folder)
    with (folder / "packs" / "base" / "logistics.yaml").open("a", encoding="utf-8") as file:
        file.write(SECOND_LABEL)
    return folder


@pytest.mark.parametrize("command", ["check", "publish"])
def test_rules_that_contradict_each_other_are_named_and_not_published(command: str, spoiled: Path) -> None:
    done = CliRunner().invoke(command_line(), ["policy", command, "--folder", str(spoiled)])
    assert done.exit_code == 1
    assert "policies/packs/base/logistics.yaml:" in done.output
    assert "contradiction" in done.output
    assert "label_for_exchanges" in done.output
    assert "founded" not in done.output


def test_two_folders_are_compared_situation_by_situation(spoiled: Path) -> None:
    done = CliRunner().invoke(command_line(), ["policy", "difference", str(policies_folder()), str(spoiled), "--market", "br"])
    assert done.exit_code == 0, done.output
    assert "br: 1 groups of situations change" in done.output
    assert "what is asked for: exchange" in done.output


def test_a_sellers_terms_are_proved_or_refused(tmp_path: Path) -> None:
    terms = tmp_path / "terms.yaml"
    rule = "{id: hurry, source: ours, overrides: [ship_back_base], deadline: ship_back, within: %s, on_expiry: close, says: {zh: 寄回, en: send it back}}"
    for within, code in (("20 days", 0), ("2 days", 1)):
        terms.write_text(f"seller: a\nmarket: th\nterms:\n  deadlines:\n    - {rule % within}\n", "utf-8")
        done = CliRunner().invoke(command_line(), ["policy", "terms", str(terms)])
        assert done.exit_code == code, done.output


def test_what_would_open_a_request_is_told_in_either_language() -> None:
    asked = ["policy", "why", "us", "order.sale_format=live_auction", "request.reason=better_price", "parcel.since_delivered=3"]
    english, chinese = (CliRunner().invoke(command_line(), [*asked, "--language", language]) for language in ("en", "zh"))
    assert english.exit_code == chinese.exit_code == 0
    assert "final_sale" in english.output
    assert "New York" in english.output
    assert "可通过" in chinese.output
