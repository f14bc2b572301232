"""Decisions taken in a train tunnel: what comes too late or against another decision is told so, with the one that stands (U-09)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.marketplace import SELLER, Said
from tests.stories.telling import Case, Story

from amends.actions.commands import Approve, Offline, Reject
from amends.domain.facts.people import Actor

COLLEAGUE = Actor(kind="seller", id="seller:carla", permissions=frozenset({"*"}))


async def sync(story: Story, case: Case, command: type, name: str, device_at: datetime, version: int, **fields: Any) -> Said:
    mark = Offline(id=name, device_at=device_at)
    return await story.do(
        (case.sold.shop_id, case.id), command, by=SELLER, key=f"offline:{name}", based_on=version, offline=mark, **fields
    )


async def kept(story: Story) -> list[tuple[str, str]]:
    rows = await story.administrator.fetch("select id, result from amends.offline_action order by received_at, id")
    return [(row["id"], row["result"]) for row in rows]


@pytest.mark.requirement("U-09")
async def test_decided_offline_and_synced_late(story: Story) -> None:
    cases = [await story.open(await story.order(), "refund_only", "damaged", proof=["photo_defect"]) for _ in range(3)]
    in_time, contested, overdue = cases
    seen = await story.now()
    await story.later(hours=3)
    await it_syncs_twice_and_applies_once(story, in_time, seen)
    await a_colleague_was_faster(story, contested, seen)
    await time_was_faster(story, overdue, seen)
    assert await kept(story) == [
        ("device-0001", "applied"),
        ("device-0002", "rejected_conflict"),
        ("device-0003", "rejected_late"),
        ("device-0004", "rejected_late"),
    ]
    await story.settle()
    assert (await in_time.events()).count("approved") == 1


async def it_syncs_twice_and_applies_once(story: Story, case: Case, seen: datetime) -> None:

    first = await sync(story, case, Approve, "device-0001", seen, 1)
    again = await sync(story, case, Approve, "device-0001", seen, 1)
    assert first.code is None
    assert again.answer.replayed
    assert first.body["state"] == again.body["state"] == "refund_approved"


async def a_colleague_was_faster(story: Story, case: Case, seen: datetime) -> None:
    await story.do((case.sold.shop_id, case.id), Reject, by=COLLEAGUE, ground="other", note="It was whole when packed.")
    conflict = await sync(story, case, Approve, "device-0002", seen, 1)
    assert conflict.body["offline"]["result"] == "rejected_conflict"
    stands = conflict.body["offline"]["stands"]
    assert (stands["event"], stands["by"], stands["by_time"], stands["state"]) == ("rejected", "seller", False, "rejected_1")
    assert datetime.fromisoformat(stands["at"]) > seen


async def time_was_faster(story: Story, case: Case, seen: datetime) -> None:
    await story.until(await case.due("review") + timedelta(seconds=5))
    late = await sync(story, case, Reject, "device-0003", seen, 1, ground="other", note="no")
    assert late.body["offline"]["result"] == "rejected_late"
    assert late.body["offline"]["stands"]["event"] == "review_expired"
    assert late.body["offline"]["stands"]["by_time"] is True

    # Another falls due this very moment and time has not acted yet: it is too late all the same.
    fresh = await story.open(await story.order(), "refund_only", "damaged", proof=["photo_defect"])
    await story.set_clock(await fresh.due("review"))
    at_once = await sync(story, fresh, Approve, "device-0004", seen, 1)
    assert at_once.code == "deadline_passed"
    assert at_once.body["offline"]["result"] == "rejected_late"
