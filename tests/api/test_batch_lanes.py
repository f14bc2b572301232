"""A batch is handled side by side, shop by shop."""

from tests.marketplace import MONDAY

from amends.actions.commands import Approve
from amends.api.cases.moves import in_lanes
from amends.domain.facts.people import SYSTEM
from amends.kernel.ids import IdMaker

make_id = IdMaker()


def _rows(shops: list[int]) -> list[tuple[str, Approve]]:
    return [(str(n), Approve(shop_id=shop, actor=SYSTEM, case_id=make_id(MONDAY))) for n, shop in enumerate(shops)]


def test_rows_of_a_shop_stay_in_one_lane_and_in_their_order() -> None:
    lanes = in_lanes(_rows([3, 1, 3, 2, 1, 3, 4]), 2)
    shops = [{command.shop_id for _, command in lane} for lane in lanes]
    assert not shops[0] & shops[1]
    for lane in lanes:
        for shop in {command.shop_id for _, command in lane}:
            numbers = [int(name) for name, command in lane if command.shop_id == shop]
            assert numbers == sorted(numbers)


def test_lanes_are_about_as_long_and_none_is_empty() -> None:
    assert sorted(map(len, in_lanes(_rows([1, 2, 3, 4] * 5), 2))) == [10, 10]
    assert len(in_lanes(_rows([7] * 9), 2)) == 1
    assert in_lanes([], 2) == []
