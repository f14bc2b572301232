"""A kind of proof that counts on application only: the rules are told whether its use was granted (V-10)."""

import pytest
from tests.marketplace import SELLER, Marketplace

from amends.actions.commands import CaseCommand
from amends.actions.proof import with_piece
from amends.desk.load import find_targets, load
from amends.store.database import transaction


@pytest.mark.requirement("V-10")
@pytest.mark.parametrize(("state", "granted"), [(None, False), ("applied", False), ("refused", False), ("granted", True)])
async def test_the_rules_are_told_whether_the_use_was_granted(marketplace: Marketplace, state: str | None, granted: bool) -> None:  # noqa: FBT001
    sold = await marketplace.order()
    case = (await marketplace.ask(sold, "refund_only", "damaged", proof=["photo_defect", "avatar_recording"])).case_id
    if state is not None:
        await marketplace.administrator.execute(
            "insert into amends.evidence_grant select shop_id, id, order_id, $1, 'x', 'seller:anna', given_at,"
            " case when $1 = 'applied' then null else 'support:omar' end, case when $1 = 'applied' then null else given_at end"
            " from amends.evidence where case_id = $2 and kind = 'avatar_recording'",
            state,
            case,
        )
    command = CaseCommand(shop_id=sold.shop_id, actor=SELLER, case_id=case)
    async with transaction(marketplace.desk.pool, [sold.shop_id]) as connection:
        (found,) = await load(connection, [command], await find_targets(connection, [command]))
    assert found is not None
    facts = {piece.kind: with_piece({}, piece)["evidence.application_granted"] for piece in found.file.evidence}
    assert facts["avatar_recording"] is granted
    assert facts["photo_defect"] == "none"
