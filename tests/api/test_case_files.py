"""A case for outsiders over HTTP and on the command line: on request, by those who may, written down, and checkable anywhere."""

from pathlib import Path

from tests.api.marketplace import Market, is_problem
from tests.api.test_attention import rejected
from typer.testing import CliRunner

from amends.cli import command_line
from amends.exchange.case_check import check


async def test_a_seller_takes_the_file_of_their_case_and_anybody_can_check_it(market: Market, tmp_path: Path) -> None:
    case = await rejected(market, "A32")
    path = f"/v1/cases/{case['id']}/file"
    answer = await market.call("seller_a", "GET", path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    kept = tmp_path / "case.zip"
    kept.write_bytes(answer.content)
    assert check(kept).faults == ()
    said = CliRunner().invoke(command_line(), ["verify", str(kept)])
    assert (said.exit_code, "0 faults" in said.output) == (0, True), said.output
    kept.write_bytes(answer.content[:-30])
    assert CliRunner().invoke(command_line(), ["verify", str(kept)]).exit_code == 1
    pdf = await market.call("platform", "GET", f"{path}?form=pdf")
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    taken = await market.context.reviewers.fetch("select person, what from by_hand where subject = $1 order by at", case["id"])
    assert [tuple(row) for row in taken] == [("seller:anna", "taken as zip"), ("platform:ops", "taken as pdf")]


async def test_a_file_is_for_those_who_see_the_case(market: Market) -> None:
    case = await rejected(market, "A33")
    path = f"/v1/cases/{case['id']}/file"
    is_problem(await market.call("seller_b", "GET", path), 404, "not_found")
    is_problem(await market.call("buyer_1", "GET", path), 403, "permission_missing")
