"""A key stands for one command and one answer, whoever asks again, however often and from wherever."""

import asyncio

from tests.marketplace import BUYER, SELLER, Marketplace, Sold

from amends.actions.commands import Approve, Command, OpenCase
from amends.cli.place import a_desk


def _open(sold: Sold, key: str, *, reason: str = "damaged") -> OpenCase:
    return OpenCase(shop_id=sold.shop_id, actor=BUYER, order_id=sold.id, kind="return_refund", reason=reason, key=key)


async def test_the_same_key_with_the_same_words_is_answered_byte_for_byte_the_same(marketplace: Marketplace) -> None:
    sold = await marketplace.order()
    first, *_ = await marketplace.desk.handle([_open(sold, "k1")])
    before = await marketplace.counts()
    again, *_ = await marketplace.desk.handle([_open(sold, "k1")])
    assert (again.body, again.code, again.replayed) == (first.body, None, True)
    assert await marketplace.counts() == before


async def test_a_refusal_is_replayed_too_and_recorded_once(marketplace: Marketplace) -> None:
    sold = await marketplace.order(sale_format="live_auction")
    command = _open(sold, "k1", reason="no_longer_needed")
    first, *_ = await marketplace.desk.handle([command])
    again, *_ = await marketplace.desk.handle([command])
    assert first.code == "final_sale"
    assert again.body == first.body
    assert await marketplace.count("attempt") == 1


async def test_the_same_key_with_other_words_is_refused(marketplace: Marketplace) -> None:
    sold = await marketplace.order()
    await marketplace.desk.handle([_open(sold, "k1")])
    before = await marketplace.counts()
    other, *_ = await marketplace.desk.handle([_open(sold, "k1", reason="defective")])
    assert other.code == "idempotency_key_reused"
    assert await marketplace.counts() == before


async def test_keys_of_two_people_do_not_meet(marketplace: Marketplace) -> None:
    sold = await marketplace.order()
    opened, *_ = await marketplace.desk.handle([_open(sold, "k1")])
    assert opened.case_id is not None
    approve = Approve(shop_id=sold.shop_id, actor=SELLER, case_id=opened.case_id, key="k1")
    approved, *_ = await marketplace.desk.handle([approve])
    assert approved.code is None


async def test_a_key_within_one_batch_takes_effect_once(marketplace: Marketplace) -> None:
    sold = await marketplace.order()
    answers = await marketplace.desk.handle([_open(sold, "k1")] * 5)
    assert len({answer.body for answer in answers}) == 1
    assert await marketplace.count("cases") == 1


async def test_two_desks_at_once_have_one_effect_and_one_answer(marketplace: Marketplace) -> None:
    async with a_desk(marketplace.dsn) as other:
        desks = (marketplace.desk, other)
        for trial in range(1, 6):
            sold, key = await marketplace.order(), f"k{trial}"
            both = await asyncio.gather(*(desk.handle([_open(sold, key)]) for desk in desks for _ in range(4)))
            assert len({answer.body for answers in both for answer in answers}) == 1
            assert await marketplace.count("cases") == trial
            assert await marketplace.count("idempotency") == trial


async def test_one_key_for_two_orders_at_once_is_reused_for_one_of_them(marketplace: Marketplace) -> None:
    async with a_desk(marketplace.dsn) as other:
        desks = (marketplace.desk, other)
        for trial in range(1, 6):
            orders = [await marketplace.order() for _ in range(6)]
            answers = await asyncio.gather(*(desks[n % 2].handle([_open(sold, f"k{trial}")]) for n, sold in enumerate(orders)))
            assert sorted(str(answer.code) for (answer,) in answers) == ["None"] + ["idempotency_key_reused"] * 5
            assert await marketplace.count("cases") == trial


async def test_a_key_that_found_nothing_is_free_again(marketplace: Marketplace) -> None:
    mine = await marketplace.order()
    theirs = await marketplace.order("bert")
    lost: Command = _open(Sold(mine.shop_id, theirs.id, theirs.told), "k1")
    assert (await marketplace.desk.handle([lost]))[0].code == "not_found"
    assert (await marketplace.desk.handle([_open(mine, "k1")]))[0].code is None
