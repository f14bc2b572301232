"""A buyer admits in the conversation that nothing is wrong; the seller keeps it as proof, with what stood around it, and it stays what it was (V-07)."""

import hashlib
import json
from uuid import uuid5

import pytest
from tests.marketplace import BUYER, SELLER, Said
from tests.stories.telling import Case, Story

from amends.actions.people_commands import PinMessage, SaidBefore, SendMessage
from amends.domain.facts.message import hash_of
from amends.domain.facts.people import Actor

ROBOT = Actor(kind="seller", id="seller:robot", permissions=frozenset({"*"}), human=False)


async def say(story: Story, case: Case, by: Actor, text: str, **more: object) -> Said:
    made = uuid5(case.id, f"{by.id}{text}")
    return await story.do((case.sold.shop_id, case.id), SendMessage, by=by, message_id=made, text=text, **more)


async def said_in(story: Story, case: Case) -> list[SaidBefore]:
    rows = await story.administrator.fetch(
        "select id, side, text, salt, sha256, at from amends.message where case_id = $1 order by seq", case.id
    )
    return [SaidBefore(**dict(row)) for row in rows]


@pytest.mark.requirement("V-07", "U-10", "T-07", "C-04")
async def test_a_conversation_becomes_proof(story: Story) -> None:
    sold = await story.order("gilda", "gb", currency="GBP")
    case = await story.open(sold, "refund_only", "damaged", proof=["photo_defect"])
    await a_person_answers(story, case)
    await story.later(minutes=3)
    await say(story, case, BUYER, "Honestly, nothing is broken.")
    answer = await say(story, case, BUYER, "I just do not like the blue.")
    assert answer.body["version"] == case.said.body["version"]  # nobody's open form is stale
    admission = await it_is_pinned(story, case)
    await its_words_are_erased(story, case, admission)


async def a_person_answers(story: Story, case: Case) -> None:
    # A robot greets: nobody has handled it. A person answers: now somebody has.
    assert (await say(story, case, ROBOT, "You will hear from us.")).code is None
    assert await case.due("first_response")
    assert (await say(story, case, SELLER, "What is wrong with it?", sort="macro", seen=False)).code is None
    assert await case.due("first_response")
    assert (await say(story, case, SELLER, "Could you tell me what is wrong with it?")).code is None
    running = await story.administrator.fetch(
        "select kind from amends.deadline where case_id = $1 and state = 'running'", case.id
    )
    assert [row["kind"] for row in running] == ["review"]


async def it_is_pinned(story: Story, case: Case) -> SaidBefore:
    # The admission is kept, with its neighbours, sealed at once.
    talk = await said_in(story, case)
    admission = next(one for one in talk if one.text == "Honestly, nothing is broken.")
    assert all(hash_of(one.salt or b"", one.text or "") == one.sha256 for one in talk)
    pinned = await story.do(
        (case.sold.shop_id, case.id),
        PinMessage,
        by=SELLER,
        message_id=admission.id,
        messages=tuple(talk[-3:]),
        based_on=case.said.body["version"],
    )
    assert pinned.code is None
    piece = await story.administrator.fetchrow(
        "select * from amends.evidence where case_id = $1 and kind = 'chat_in_app'", case.id
    )
    assert (piece["of"], piece["channel"], piece["state"]) == ("seller", "platform_messages", "clean")
    assert piece["sealed_at"] is not None
    assert hashlib.sha256(piece["text"].encode()).digest() == piece["sha256"]
    lines = [json.loads(line) for line in piece["text"].splitlines()]
    assert [(line["side"], line["pinned"]) for line in lines] == [("seller", False), ("buyer", True), ("buyer", False)]

    # The chain holds the hash and not the words; bent words cannot be pinned.
    bodies = str(await story.administrator.fetch("select body from amends.event where case_id = $1", case.id))
    assert "Honestly" not in bodies
    assert admission.sha256.hex() in bodies
    bent = SaidBefore(
        id=admission.id, side="buyer", text="It is broken.", salt=admission.salt, sha256=admission.sha256, at=admission.at
    )
    refused = await story.do((case.sold.shop_id, case.id), PinMessage, by=SELLER, message_id=admission.id, messages=(bent,))
    assert refused.code == "message_erased"

    return admission


async def its_words_are_erased(story: Story, case: Case, admission: SaidBefore) -> None:
    # The words are erased; the proof that was sealed and the chain stand.
    await story.administrator.execute(
        "update amends.message set text = null, salt = null, erased_at = amends.moment() where case_id = $1", case.id
    )
    with pytest.raises(Exception, match="append_only"):
        await story.administrator.execute("update amends.message set sha256 = '\\x00' where case_id = $1", case.id)
    erased = (await said_in(story, case))[-2]
    refused = await story.do((case.sold.shop_id, case.id), PinMessage, by=SELLER, message_id=admission.id, messages=(erased,))
    assert refused.code == "message_erased"
