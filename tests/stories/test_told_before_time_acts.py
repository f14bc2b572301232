"""Silent approval is what sellers complain about most: whoever must act is told at half time, twelve hours and two hours before the end."""

from datetime import timedelta
from typing import Any

import pytest
from tests.stories.telling import Case, Story

from amends.gateways.notices import Away, FakeNotices, Refused


@pytest.fixture
def mail(story: Story) -> FakeNotices:
    """A mail server in memory in place of the one that is not set."""
    fake = FakeNotices()
    story.worker.ahead.digests.notices.gateway = fake
    return fake


async def asked(story: Story) -> Case:
    sold = await story.order("brit", "gb", currency="GBP")
    return await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])


async def wants(story: Story, language: str = "en", **more: Any) -> None:
    known = {"alarms": True, "digest_hour": None, "zone": "Europe/London"} | more
    await story.administrator.execute(
        "insert into amends.notice_setting (shop_id, address, language, alarms, digest_hour, zone) values ($1, $2, $3, $4, $5, $6)",
        await story.shop("brit", "gb"), "anna@example.com", language, known["alarms"], known["digest_hour"], known["zone"],
    )  # fmt: skip


async def told(story: Story) -> list[tuple[str, str]]:
    await story.worker.ahead.look()
    await story.settle()
    rows = await story.administrator.fetch("select body from amends.event where type = 'deadline_near' order by at, seq")
    return [(row["body"]["deadline"], row["body"]["alarm"]) for row in rows]


async def test_each_alarm_is_told_once_at_its_moment_and_the_seller_hears_it(story: Story, mail: FakeNotices) -> None:
    await wants(story)
    case = await asked(story)
    opened, due = await story.now(), await case.due("first_response")
    assert await told(story) == []
    await story.set_clock(opened + timedelta(hours=12, seconds=1))
    assert await told(story) == [("first_response", "12_hours")], "half time of a day is twelve hours before its end: told once"
    assert await told(story) == [("first_response", "12_hours")]
    await story.set_clock(due - timedelta(hours=2))
    assert (await told(story))[-1] == ("first_response", "2_hours")
    assert len(mail.carried) == 2
    notice = mail.carried[-1]
    assert notice.to == "anna@example.com"
    assert "2 hours are left" in notice.text
    assert case.sold.told.reference in notice.text
    assert "mei" not in notice.text, "nothing names the buyer"


async def test_a_deadline_that_was_answered_is_told_no_more(story: Story, mail: FakeNotices) -> None:
    await wants(story)
    case = await asked(story)
    await story.later(hours=13)
    await case.seller_approves()
    await told(story)
    assert [n for n in await case.events() if n == "deadline_near"] == []


async def test_while_an_outage_stands_nobody_is_told_that_time_runs_out(story: Story, mail: FakeNotices) -> None:
    await wants(story)
    case = await asked(story)
    opened, due = await story.now(), await case.due("first_response")
    await story.administrator.execute(
        "insert into amends.outage (from_at, why, declared_at) values ($1, 'a cut cable', $1)", opened + timedelta(hours=1)
    )
    await story.set_clock(opened + timedelta(hours=20))
    assert await told(story) == [], "nobody can answer now, and the clock will get its time back"
    await story.administrator.execute("update amends.outage set to_at = (select amends.moment())")
    await story.settle()
    assert await told(story) == [], "nineteen hours were given back: half time is yet to come"
    later = await case.due("first_response")
    assert later >= due + timedelta(hours=19)
    await story.set_clock(later - timedelta(hours=2))
    assert ("first_response", "2_hours") in await told(story)


async def test_a_clock_that_rested_warns_again_before_its_new_end(story: Story, mail: FakeNotices) -> None:
    await wants(story)
    case = await asked(story)
    await case.seller_asks_for("photo_six_view")
    await case.buyer_shows("photo_six_view")
    before = await case.due("review")
    await story.set_clock(before - timedelta(hours=1))
    assert (await told(story))[-1] == ("review", "2_hours")
    await story.administrator.execute(
        "insert into amends.outage (from_at, to_at, why, declared_at) values ($1, $2, 'a cut cable', $2)",
        before - timedelta(hours=5), before - timedelta(hours=1, minutes=30),
    )  # fmt: skip
    await story.settle()
    after = await case.due("review")
    assert after == before + timedelta(hours=3, minutes=30)
    assert await told(story) == [("review", "2_hours")], "four hours and a half are left: nothing new is near"
    await story.set_clock(after - timedelta(hours=2))
    assert await told(story) == [("review", "2_hours")] * 2
    assert await told(story) == [("review", "2_hours")] * 2


async def test_two_workers_tell_each_alarm_once(story: Story) -> None:
    for _ in range(5):
        await asked(story)
    await story.set_clock(await story.now() + timedelta(hours=13))
    import asyncio

    from amends.worker.alarms import Alarms

    await asyncio.gather(*(Alarms(story.worker.deadlines.desk).tell() for _ in range(3)))
    await story.worker.ahead.alarms.tell()
    assert await story.count("deadline_alarm") == 5
    await story.settle()


async def test_a_shop_that_wants_chinese_is_told_in_chinese(story: Story, mail: FakeNotices) -> None:
    await wants(story, "zh")
    await asked(story)
    await story.later(hours=13)
    await told(story)
    assert "剩余 12 小时" in mail.carried[0].text


async def test_a_mail_server_that_is_away_is_tried_again_under_the_same_key(story: Story, mail: FakeNotices) -> None:
    await wants(story)
    await asked(story)
    await story.later(hours=13)
    mail.next_answers.append(Away("OSError"))
    await told(story)
    assert mail.carried == []
    await story.later(minutes=2)
    assert [n.key.startswith("notice-") for n in mail.carried] == [True]


async def test_the_morning_says_what_is_open_and_what_is_due(story: Story, mail: FakeNotices) -> None:
    await wants(story, digest_hour=8)
    case = await asked(story)
    await story.worker.ahead.digests.send()
    assert len(mail.carried) == 1, "it is three in the afternoon in London: today's is made at once"
    mail.carried.clear()
    tomorrow = (await story.now()).replace(hour=7, minute=59)
    await story.set_clock(tomorrow + timedelta(days=1))
    await story.worker.ahead.digests.send()
    assert mail.carried == []
    await story.set_clock(tomorrow + timedelta(days=1, minutes=2))
    mail.next_answers.append(Away("OSError"))
    await story.worker.ahead.digests.send()
    assert mail.carried == []
    await story.set_clock(tomorrow + timedelta(days=1, minutes=5))
    await story.worker.ahead.digests.send()
    await story.worker.ahead.digests.send()
    (notice,) = mail.carried
    assert "1 open" in notice.text
    assert f"first response by a person, order {case.sold.told.reference}" in notice.text
    assert notice.key.startswith("digest-")


async def test_an_address_that_is_none_is_not_tried_again(story: Story, mail: FakeNotices) -> None:
    await wants(story, digest_hour=8)
    mail.next_answers.append(Refused("recipient_refused"))
    await story.worker.ahead.digests.send()
    await story.later(hours=2)
    await story.worker.ahead.digests.send()
    assert mail.carried == []
    assert await story.administrator.fetchval("select state from amends.digest") == "dead"
