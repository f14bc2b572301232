"""A decision on a case that has moved on is refused; a command that breaks fails alone."""

import asyncio
from typing import Any
from unittest.mock import patch

import pytest
import structlog
from tests.marketplace import BUYER, SELLER, Marketplace

from amends.actions import catalogue
from amends.actions.amend import amend
from amends.actions.commands import Amend, Approve, OpenCase, Withdraw
from amends.api.door.problems import status_of
from amends.cli.place import a_desk
from amends.domain.lifecycle.clocks import NoPromiseError


@pytest.mark.requirement("T-04")
async def test_a_decision_on_a_version_that_has_passed_says_where_the_case_stands(marketplace: Marketplace) -> None:
    sold = await marketplace.order()
    said = await marketplace.ask(sold, "return_refund", "damaged")
    case, seen = (sold.shop_id, said.case_id), said.body["version"]
    await marketplace.do(case, Amend, by=BUYER, reason="defective")
    stale = await marketplace.do(case, Approve, based_on=seen)
    assert stale.code == "stale_version"
    assert stale.body["version"] > seen
    assert "approve" in stale.body["allowed_actions"]
    assert (await marketplace.do(case, Approve, based_on=stale.body["version"])).code is None


async def test_of_two_decisions_at_once_on_one_version_one_counts(marketplace: Marketplace) -> None:
    sold = await marketplace.order()
    said = await marketplace.ask(sold, "return_refund", "damaged")
    seen = said.body["version"]
    approve = Approve(shop_id=sold.shop_id, actor=SELLER, case_id=said.case_id, based_on=seen)
    withdraw = Withdraw(shop_id=sold.shop_id, actor=BUYER, case_id=said.case_id, based_on=seen)
    async with a_desk(marketplace.dsn) as other:
        answers = await asyncio.gather(marketplace.desk.handle([approve]), other.handle([withdraw]))
    codes = [answer.code for (answer,) in answers]
    assert codes.count(None) == 1
    assert set(codes) <= {None, "stale_version", "move_not_open", "case_is_final"}
    assert len(await marketplace.events(said.case_id)) == 2


async def test_commands_on_one_order_in_one_batch_see_each_other(marketplace: Marketplace) -> None:
    sold = await marketplace.order()
    ask = OpenCase(shop_id=sold.shop_id, actor=BUYER, order_id=sold.id, kind="return_refund", reason="damaged")
    first, second = await marketplace.desk.handle([ask, ask])
    assert (first.code, second.code) == (None, "nothing_left_to_ask")


async def test_a_command_that_breaks_fails_alone(marketplace: Marketplace, logs: list[structlog.typing.EventDict]) -> None:
    sold = [await marketplace.order() for _ in range(5)]
    opened = [await marketplace.ask(each, "return_refund", "damaged") for each in sold]
    broken = opened[2].case_id

    def poisoned(file: Any, command: Amend, *rest: Any) -> Any:
        if command.case_id == broken:
            raise RuntimeError("poison")
        return amend(file, command, *rest)

    commands = [
        Amend(shop_id=each.shop_id, actor=BUYER, case_id=said.case_id, reason="defective")
        for each, said in zip(sold, opened, strict=True)
    ]
    with patch.dict(catalogue.ACTIONS, {Amend: poisoned}):
        answers = await marketplace.desk.handle(commands)
    assert [answer.code for answer in answers] == [None, None, "internal_error", None, None]
    assert [log["event"] for log in logs] == ["command_broke"]
    assert await marketplace.events(broken) == ["case_opened"]
    assert (await marketplace.case(opened[3].case_id))["reason"] == "defective"


async def test_a_hole_in_the_rules_is_told_as_one_and_changes_nothing(
    marketplace: Marketplace, logs: list[structlog.typing.EventDict]
) -> None:
    sold = await marketplace.order()
    said = await marketplace.ask(sold, "return_refund", "damaged")

    def unpromised(*_: Any) -> Any:
        raise NoPromiseError("us: review: no rule")

    with patch.dict(catalogue.ACTIONS, {Approve: unpromised}):
        answer = await marketplace.do((sold.shop_id, said.case_id), Approve)
    assert answer.code == "no_deadline_promised"
    assert status_of(answer.code) == 409, "trying again changes nothing, so it is no 500"
    assert [log["event"] for log in logs] == ["command_broke"], "who writes the rules hears of it"
    assert await marketplace.events(said.case_id) == ["case_opened"]
    assert (await marketplace.do((sold.shop_id, said.case_id), Approve)).code is None
