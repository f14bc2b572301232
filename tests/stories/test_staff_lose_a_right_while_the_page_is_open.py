"""Somebody's role is taken away while a page is open before them: what they then press is refused, named and kept (P-02, F-03)."""

import pytest
from tests.stories.telling import Story

from amends.actions.commands import Approve, Reject
from amends.domain.facts.people import Actor
from amends.store.database import transaction
from amends.store.members import Grant, begin, end, end_provider

AGENT = ("orders.read", "cases.read", "cases.handle")
PAT = Actor(kind="seller", id="seller:pat", permissions=frozenset({"*"}), member=True)
MIA = Actor(kind="seller", id="seller:mia", permissions=frozenset({"*"}), member=True)


async def hire(
    story: Story, shop_id: int, who: Actor, role: str, permissions: tuple[str, ...], provider: str | None = None
) -> None:
    async with transaction(story.desk.pool, [shop_id]) as connection:
        await begin(
            connection, shop_id, Grant(person=who.id, role=role, permissions=permissions, by="seller:anna", provider=provider)
        )


@pytest.mark.requirement("P-01", "P-02", "F-03", "P-06")
async def test_staff_lose_a_right_while_the_page_is_open(story: Story) -> None:
    sold = await story.order()
    first = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    second = await story.open(await story.order(), "refund_only", "damaged", proof=["photo_defect"])
    await hire(story, sold.shop_id, MIA, "after_sales_agent", AGENT)
    await hire(story, sold.shop_id, PAT, "provider_agent", AGENT, provider="helpers")
    async with transaction(story.desk.pool, [sold.shop_id]) as connection:
        await connection.execute(
            "insert into provider_grant (shop_id, provider, from_at, name, permissions, granted_by)"
            " values ($1, 'helpers', moment(), 'Helpers', $2, 'seller:anna')",
            sold.shop_id,
            list(AGENT),
        )

    # Mia works, and a page with the second case stands open before her.
    assert (await story.do((sold.shop_id, first.id), Approve, by=MIA)).code is None
    page = second.said.body["version"]
    await story.later(minutes=5)

    # Anna makes her a reader. The page still shows a button; the desk asks the database.
    await hire(story, sold.shop_id, MIA, "viewer", ("orders.read", "cases.read"))
    refused = await story.do((sold.shop_id, second.id), Approve, by=MIA, based_on=page, key="mia-1")
    assert (refused.code, refused.body["permission"], refused.body["allowed_actions"]) == (
        "permission_missing",
        "cases.handle",
        [],
    )
    kept = await story.administrator.fetchrow("select actor, code from amends.attempt order by at desc limit 1")
    assert tuple(kept) == ("seller:mia", "permission_missing")

    # The shop ends the provider: its people stop at once, in the middle of their work.
    async with transaction(story.desk.pool, [sold.shop_id]) as connection:
        assert await end_provider(connection, sold.shop_id, "helpers", by="seller:anna", why="ended") == ["seller:pat"]
    refused = await story.do((sold.shop_id, second.id), Reject, by=PAT, ground="other", note="no")
    assert refused.code == "permission_missing"

    # Mia gets the role back, and the same page works: nothing that a decision rests on has changed.
    await story.later(minutes=5)
    await hire(story, sold.shop_id, MIA, "after_sales_agent", AGENT)
    assert (await story.do((sold.shop_id, second.id), Approve, by=MIA, based_on=page, key="mia-2")).code is None
    async with transaction(story.desk.pool, [sold.shop_id]) as connection:
        await end(connection, sold.shop_id, [MIA.id], by="seller:anna", why="removed")
    await story.settle()
    assert await first.state() == await second.state() == "completed: refunded"
