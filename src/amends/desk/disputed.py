"""Disputes and chargebacks between rows and facts: what is loaded of them with a file, and what an outcome writes."""

from collections.abc import Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from amends.actions.outcome import Recorded
from amends.domain.facts.chargeback import Chargeback
from amends.domain.facts.dispute import Dispute, Rejection, Ruling
from amends.domain.facts.file import CaseFile

Fact = TypeVar("Fact", Dispute, Ruling, Chargeback)


def disputed_parts(parts: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The fields of a file that come with its cases' parts. Columns stand in the order of the fields."""
    found: dict[str, Any] = {}
    if "disputes" in parts:
        found["all_disputes"] = facts_of(Dispute, parts["disputes"])
    if "rulings" in parts:
        found["all_rulings"] = facts_of(Ruling, parts["rulings"])
    if "rejections" in parts:
        found["rejections"] = tuple([Rejection(*row) for row in parts["rejections"]])
    if "chargebacks" in parts:
        found["chargebacks"] = facts_of(Chargeback, list({row[0]: row for row in parts["chargebacks"]}.values()))
    return found


def facts_of(shape: type[Fact], rows: Sequence[Any]) -> tuple[Fact, ...]:
    """Rows as facts; the columns stand in the order of the fields."""
    names = shape.__struct_fields__
    return tuple([shape(**dict(zip(names, row, strict=True))) for row in rows])


def disputed_rows(rows: MutableMapping[str, list[tuple[Any, ...]]], file: CaseFile, part: Recorded, now: datetime) -> None:
    """Lay out what an outcome says of disputes and chargebacks; a payment is told what its chargebacks hold of it."""
    shop_id = file.order.shop_id
    astuple = msgspec.structs.astuple
    for dispute in part.disputes:
        rows["upsert_disputes"].append((shop_id, *astuple(dispute), now))
    for ruling in part.rulings:
        rows["upsert_rulings"].append((shop_id, *astuple(ruling)))
    for approval in part.approvals:
        rows["insert_approvals"].append((shop_id, *_listed(astuple(approval))))
    before = {chargeback.id: chargeback.held for chargeback in file.chargebacks}
    for chargeback in part.chargebacks:
        rows["upsert_chargebacks"].append((shop_id, *astuple(chargeback), now))
        more = chargeback.held - before.get(chargeback.id, 0)
        if more:
            rows["hold_payments"].append((shop_id, chargeback.payment_id, more))


def _listed(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([list(value) if isinstance(value, tuple) else value for value in values])
