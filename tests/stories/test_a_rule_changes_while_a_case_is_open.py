"""A rule changes while cases run: what was promised stands, what was bought is judged as it was sold, and only what is new is new (P-07)."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from tests.stories.telling import Story

from amends.cli.publishing import publish_all
from amends.exchange.policies import policies_folder, read_policies


def stricter(folder: Path) -> Path:
    """The shipped policies with a shorter review and a shorter window in the US."""
    changed = shutil.copytree(policies_folder(), folder / "policies")
    deadlines, eligibility = changed / "markets/us/deadlines.yaml", changed / "markets/us/eligibility.yaml"
    deadlines.write_text(deadlines.read_text("utf-8").replace("within: 2 working days", "within: 1 working days"), "utf-8")
    eligibility.write_text(eligibility.read_text("utf-8").replace("30 days", "2 days").replace("31 days", "3 days"), "utf-8")
    return changed


@pytest.mark.requirement("P-07", "T-07")
async def test_what_was_promised_and_what_was_sold_outlive_a_new_release(story: Story, tmp_path: Path) -> None:
    founded = await story.administrator.fetchval("select max(published_at) from amends.policy_release")
    await story.set_clock(founded + timedelta(hours=1))
    running, waiting = await story.order(), await story.order()
    case = await story.open(running, "return_refund", "no_longer_needed")
    promised, release = await case.due("review"), case.said.body["handling_release"]

    folder = stricter(tmp_path)
    published = await publish_all(story.dsn, read_policies(folder), folder)
    assert {answer.market for answer in published if not answer.same} == {"us"}
    assert not any(answer.problem for answer in published)

    assert await case.due("review") == promised, "nothing already promised moves"
    later = await story.open(waiting, "return_refund", "no_longer_needed")  # sold when 30 days were promised
    assert later.said.body["eligibility_release"] == case.said.body["eligibility_release"] == release
    assert later.said.body["handling_release"] != release
    assert await later.due("review") < promised, "handled as it is now"

    await story.later(days=8)
    fresh = await story.order(delivered_ago=timedelta(days=3), placed_at=await story.now() - timedelta(days=4))
    no = await story.ask(fresh, "return_refund", "no_longer_needed")
    assert no.code == "window_closed", "sold under the new rule, judged by it"
    assert await case.state() == "awaiting_buyer_ship", "silence approved it when it was promised to"
