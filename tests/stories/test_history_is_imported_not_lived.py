"""Past requests come in at their own moments: judged by what was known then, with nothing owed, paid or fired (house: history)."""

from datetime import timedelta

from tests.stories.telling import Story

from amends.domain.facts.people import Actor

IMPORTER = Actor(kind="importer", id="import", permissions=frozenset({"*"}), human=False)


async def test_history_is_imported_not_lived(story: Story) -> None:
    sold = await story.order(delivered_ago=timedelta(days=100))
    then = await story.now() - timedelta(days=98)
    case = await story.open(sold, "refund_only", "damaged", by=IMPORTER, moment=then, proof=["photo_defect"])
    row = await story.case(case.id)
    assert (row["historical"], row["opened_at"]) == (True, then)
    await story.later(days=60)
    assert await story.case(case.id) == row
    assert await story.count("outbox") == 0
    assert await story.count("refund") == 0
    ended = await story.administrator.fetch("select ended from amends.deadline")
    assert {each["ended"] for each in ended} == {"historical"}
    refused = await case.seller_approves()
    assert refused.code == "historical"
    assert story.payments.calls == []


async def test_what_came_later_is_unseen(story: Story) -> None:
    sold = await story.order(delivered_ago=timedelta(days=10))
    then = await story.now() - timedelta(days=12)
    assert (await story.ask(sold, "refund_only", "damaged", by=IMPORTER, moment=then)).code == "kind_not_open_in_status"


async def test_today_the_same_request_would_be_too_late(story: Story) -> None:
    sold = await story.order(delivered_ago=timedelta(days=100))
    assert (await story.ask(sold, "refund_only", "damaged", proof=["photo_defect"])).code == "window_closed"
