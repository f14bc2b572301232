"""A case for outsiders, made on request: a ZIP that proves itself, or its page as a PDF. Who took one is written down."""

from datetime import UTC, datetime
from typing import Final, Literal, cast

import msgspec

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.paper import drawn
from amends.exchange.case_file import gather, packed
from amends.store.database import queries, transaction

_TYPES: Final = {"zip": b"application/zip", "pdf": b"application/pdf"}


class FileQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole folder, or the page alone; the page in this language."""

    form: Literal["zip", "pdf"] = "zip"
    language: Literal["zh", "en"] = "en"


async def get_case_file(request: Request) -> Reply | Problem:
    """Everything of a case: timeline, verdicts with rules and sources, proof, money, rulings, words, hashes."""
    context, query = request.context, cast("FileQuery", request.query)
    form = query.form
    place = await context.places.case(request.caller, request.params["case_id"])
    if place is None:
        return Problem(code="not_found")
    async with transaction(context.pool, [place[0]]) as connection:
        folder = await gather(connection, *place, context.files.find)
        if folder is None:
            return Problem(code="not_found")
        made = context.desk.make_id(datetime.now(UTC))
        taken = (place[0], made, "case_file", str(place[1]), request.caller.actor.id, f"taken as {form}")
        await connection.execute(queries("log_hand"), *taken)
    body = {"case": folder.case, "timeline": folder.timeline, "parts": folder.parts}
    pdf = await drawn(context, "case", query.language, body, datetime.now(UTC))
    name = f'attachment; filename="case-{place[1]}.{form}"'.encode()
    made_of = pdf if form == "pdf" else packed(folder, pdf)
    return Reply(body=made_of, media_type=_TYPES[form], headers=((b"content-disposition", name),))


OPERATIONS = (
    Operation(id="get_case_file", method="GET", path="/v1/cases/{case_id}/file", summary="A case for outsiders, as ZIP or PDF",
              handler=get_case_file, who=TRADE, permission="cases.read", query=FileQuery, media_types=tuple(kind.decode() for kind in _TYPES.values()),
              problems=("not_found",)),
)  # fmt: skip
