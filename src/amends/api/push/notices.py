"""Where a shop wants to be told of what comes near, in which language, and at which hour its day begins."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Strict
from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import shop_in_path
from amends.kernel.moments import zone_named
from amends.store.database import queries, transaction


class NoticeSettingBody(Strict, frozen=True, kw_only=True):
    """A mail address, its language, whether alarms go there, and the local hour of the daily digest (none: no digest)."""

    address: Annotated[str, Meta(max_length=254, pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+\Z")]
    language: Literal["zh", "en"]
    alarms: bool = True
    digest_hour: Annotated[int, Meta(ge=0, le=23)] | None = None
    zone: Annotated[str, Meta(min_length=1, max_length=64)] = "UTC"


class NoticeSettingView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a shop is told; nothing but its id where it has set nothing."""

    shop_id: int
    address: str | None = None
    language: str | None = None
    alarms: bool = False
    digest_hour: int | None = None
    zone: str | None = None
    changed_at: datetime | None = None


def _view(row: Any) -> NoticeSettingView:
    return NoticeSettingView(**{name: row[name] for name in NoticeSettingView.__struct_fields__})


async def get_notice_setting(request: Request) -> Reply | Problem:
    """Where a shop is told."""
    shop_id = await shop_in_path(request)
    if shop_id is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        row = await connection.fetchrow(queries("notice_setting"), shop_id)
    return json_reply(_view(row) if row else NoticeSettingView(shop_id=shop_id))


async def put_notice_setting(request: Request) -> Reply | Problem:
    """Say where a shop is told."""
    shop_id, body = await shop_in_path(request), cast("NoticeSettingBody", request.body)
    if shop_id is None:
        return Problem(code="not_found")
    try:
        zone_named(body.zone)
    except (ValueError, KeyError):
        return Problem(code="value_not_allowed", errors=(FieldError("zone", "value_not_allowed"),))
    async with transaction(request.context.pool, [shop_id]) as connection:
        row = await connection.fetchrow(queries("put_notice_setting"), shop_id, body.address, body.language, body.alarms,
                                        body.digest_hour, body.zone)  # fmt: skip
    return json_reply(_view(row))


_HERE = "/v1/shops/{shop_id}/notices"
OPERATIONS = (
    Operation(id="get_notice_setting", method="GET", path=_HERE, summary="Where a shop is told of what comes near",
              handler=get_notice_setting, who=TRADE, permission="notices.manage", answer=NoticeSettingView, problems=("not_found",)),
    Operation(id="put_notice_setting", method="PUT", path=_HERE, summary="Say where a shop is told of what comes near",
              handler=put_notice_setting, who=TRADE, permission="notices.manage", body=NoticeSettingBody, answer=NoticeSettingView,
              sort="write", problems=("not_found",)),
)  # fmt: skip
