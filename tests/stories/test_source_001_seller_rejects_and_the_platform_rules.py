"""Source 001: a seller rejects with a ground and its proof, the buyer takes it to the platform, both prove, the platform rules.

The rejection that is overturned is counted; the seller's second appeal stands on a third-party report.
"""

import pytest
from tests.marketplace import BUYER, SELLER
from tests.stories.telling import Case, Story

from amends.domain.facts.people import Actor
from amends.domain.facts.told import ToldLine

RULES = frozenset({"disputes.rule"})
OMAR, RUTH, SAM = (Actor(kind="platform", id=f"platform:{name}", permissions=RULES) for name in ("omar", "ruth", "sam"))
SENIOR = Actor(kind="platform", id="platform:sol", permissions=RULES | {"disputes.senior"})
DEVICE = "works_as_intended"


async def rejected(story: Story, price: int = 5000) -> Case:
    line = ToldLine(reference="1", sku="RADIO", title="Radio", category="home", price=price, commission=price * 8 // 100)
    sold = await story.order(lines=(line,))
    case = await story.open(sold, "refund_only", "defective", proof=["photo_defect"])
    assert (await case.seller_rejects(DEVICE)).code == "proof_demanded"
    await case.seller_rejects(DEVICE, "video_function", note="It plays in the video.")
    assert await case.state() == "rejected_1"
    return case


async def balance(story: Story, case: Case) -> dict[str, int]:
    rows = await story.administrator.fetch(
        "select p.account, sum(p.amount)::bigint as amount from amends.posting p"
        " join amends.money_transaction t on t.shop_id = p.shop_id and t.id = p.transaction_id"
        " where t.case_id = $1 group by 1 having sum(p.amount) <> 0",
        case.id,
    )
    return {row["account"]: row["amount"] for row in rows}


async def body(story: Story, case: Case, event: str) -> dict[str, object]:
    found: dict[str, object] = await story.administrator.fetchval(
        "select body from amends.event where case_id = $1 and type = $2 order by seq desc limit 1", case.id, event
    )
    return found


@pytest.mark.requirement("R-01", "R-08", "T-05", "T-06", "N-08", "V-09", "Q-03")
async def test_source_001_seller_rejects_and_the_platform_rules(story: Story) -> None:
    case = await rejected(story)
    await case.buyer_escalates("video_unboxing", note="It is silent, watch the second minute.")
    assert await case.state() == "in_dispute"
    await case.seller_shows("chat_in_app")
    await case.buyer_shows("photo_defect")
    assert (await case.ruled("buyer", "seller", OMAR)).state == "refund_approved"
    overturned = await body(story, case, "ruled_for_buyer")
    assert (overturned["overturned"], overturned["round"], overturned["liability"]) == (True, 1, "seller")
    await story.settle()
    assert await case.state() == "completed: refunded"

    await case.appeals(SELLER, note="The video shows this very radio.")
    await case.buyer_shows("photo_defect")
    assert (await case.claimed(OMAR)).code == "ruled_before"
    await case.ruled("buyer", "seller", RUTH)
    weak = await case.appeals(SELLER, "photo_six_view")
    assert (weak.code, weak.body["any_of"]) == ("proof_demanded", ["inspection_report", "customs_doc"])
    await case.appeals(SELLER, "inspection_report")
    await case.ruled("seller", "buyer", SAM)
    upheld = await body(story, case, "ruled_for_seller")
    assert (upheld["overturned"], upheld["round"]) == (False, 3)
    assert await balance(story, case) == {"buyer:mei": 5000, "platform:costs": -5000}
    assert case.said.body["is_final"]
    assert (await case.appeals(SELLER, "customs_doc")).code == "ruling_is_final"


@pytest.mark.requirement("T-06")
async def test_a_buyer_who_lost_appeals_and_what_nobody_appeals_becomes_final(story: Story) -> None:
    case = await rejected(story)
    await case.buyer_escalates()
    await case.ruled("seller", "buyer", OMAR)
    assert await case.state() == "closed: seller_upheld"
    await case.appeals(BUYER, "inspection_report")
    await case.ruled("buyer", "carrier", RUTH)
    await story.later(days=22)
    assert await case.state() == "completed: refunded"
    assert await balance(story, case) == {"buyer:mei": 5000, "carrier:costs": -5000}
    assert (await case.events())[-1] == "appeal_expired"
    assert (await case.appeals(SELLER)).code == "ruling_is_final"


async def test_above_the_limit_two_people_rule_and_time_never_does(story: Story) -> None:
    case = await rejected(story, price=60_000)
    await case.buyer_escalates()
    await case.claimed(OMAR)
    await story.later(days=23)
    assert (await case.events()).count("dispute_expired") == 2
    assert (await case.claimed(OMAR)).code == "senior_lane"
    assert (await case.ruled("buyer", "seller", SENIOR)).state == "in_dispute"
    assert (await case.confirmed(SENIOR)).code == "four_eyes_missing"
    second = Actor(kind="platform", id="platform:tess", permissions=RULES | {"disputes.senior"})
    assert (await case.confirmed(second)).state == "refund_approved"
    await story.settle()
    assert await case.refunds() == [(60_000, "succeeded")]


async def test_whoever_is_linked_to_the_shop_or_the_buyer_rules_on_nothing_of_theirs(story: Story) -> None:
    case = await rejected(story)
    await case.buyer_escalates()
    admin = story.administrator
    await admin.execute(
        "insert into amends.interest (person, kind, of, why, declared_at) values ('platform:omar', 'buyer', 'mei', 'cousin', now())"
    )
    assert (await case.claimed(OMAR)).code == "own_case"
    token = "insert into amends.token (id, hash, kind, label, subject, shops, permissions, revoked_at) values "
    await admin.execute(token + f"('t1', 'x', 'seller', '', 'ruth', '{{{case.sold.shop_id}}}', '{{*}}', null)")
    assert (await case.claimed(RUTH)).code == "own_case", "who sells in the shop is a party"
    await case.ruled("seller", "buyer", SAM)
    assert await case.state() == "closed: seller_upheld"
