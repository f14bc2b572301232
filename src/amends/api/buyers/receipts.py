"""The receipt of a withdrawal, which lasts (E-19)."""

from datetime import datetime
from uuid import UUID

import msgspec

from amends.api.door.calls import Request
from amends.api.door.files import read_case
from amends.api.door.messages import Problem, Reply, json_reply
from amends.api.door.operation import PEOPLE, Operation
from amends.desk.views import LineView, MoneyView
from amends.domain.rulebook.shape import Vocabulary
from amends.store.database import queries, transaction


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True):
    """That a withdrawal was declared, of what and when; `send_back_by` is null where nothing was sent out. Moments are exclusive."""

    case_id: UUID
    order_id: UUID
    order_reference: str
    kind: str
    declared_at: datetime
    send_back_by: datetime | None
    refund_by: datetime | None
    amount: MoneyView
    lines: tuple[LineView, ...]
    state: str
    words: dict[str, str]


async def get_receipt(request: Request) -> Reply | Problem:
    """The receipt of a withdrawal."""
    receipt = await receipt_of(request, request.params["case_id"])
    return Problem(code="not_found") if receipt is None else json_reply(receipt)


async def receipt_of(request: Request, case_id: str) -> ReceiptView | None:
    """The receipt of a case that the caller may see; None where it is no withdrawal."""
    read = await read_case(request.context, request.caller, case_id)
    case = read.loaded.file.case if read else None
    if read is None or case is None:
        return None
    shop_id = read.loaded.file.order.shop_id
    async with transaction(request.context.pool, [shop_id]) as connection:
        row = await connection.fetchrow(queries("withdrawal_of_case"), shop_id, case.id)
    if row is None:
        return None
    file = read.loaded.file
    return ReceiptView(
        case_id=case.id,
        order_id=case.order_id,
        order_reference=file.order.reference,
        kind=case.kind,
        declared_at=row["declared_at"],
        send_back_by=row["send_back_by"],
        refund_by=row["refund_by"],
        amount=MoneyView(case.amount, case.currency),
        lines=tuple([LineView(line.line_id, line.quantity, line.amount) for line in file.own_lines]),
        state=case.state,
        words=_words(request.context.vocabulary, case.kind),
    )


def _words(vocabulary: Vocabulary, kind: str) -> dict[str, str]:
    says = vocabulary.says("receipts", "withdrawal_cancelled" if kind == "cancel" else "withdrawal_goods_back")
    return {"zh": says.zh, "en": says.en}


OPERATIONS = (
    Operation(id="get_receipt", method="GET", path="/v1/cases/{case_id}/receipt", summary="The receipt of a withdrawal",
              handler=get_receipt, who=PEOPLE, permission="cases.read", answer=ReceiptView, problems=("not_found",)),
)  # fmt: skip
