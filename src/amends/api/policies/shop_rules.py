"""Rules that a shop owns: read, made, changed and switched off. Each change is a new version, and every version is kept."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Currency, Minor, Moment, Name, Positive, Strict, Version, Word
from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import TRADE, Operation
from amends.api.door.shops import shop_in_path
from amends.domain.facts.shop_rule import ShopRule
from amends.domain.facts.words import CaseKind
from amends.kernel.ids import parse_id
from amends.store.database import queries, transaction

SELLER = frozenset({"seller"})
MOST_WORDS = Meta(max_length=100)
_LISTS = (("reasons", "reasons"), ("categories", "categories"))


class ShopRuleBody(Strict, frozen=True, kw_only=True):
    """What a rule looks at and does. It approves, lets the buyer keep the goods, or proposes: there is no word for less."""

    name: Name
    does: Literal["approve", "let_keep", "propose"]
    active: bool = True
    kinds: Annotated[tuple[CaseKind, ...], MOST_WORDS] = ()
    reasons: Annotated[tuple[Word, ...], MOST_WORDS] = ()
    categories: Annotated[tuple[Word, ...], MOST_WORDS] = ()
    amount_at_least: Minor | None = None
    amount_at_most: Minor | None = None
    currency: Currency | None = None
    per_buyer: Positive | None = None
    per_buyer_days: Annotated[int, Meta(ge=1, le=3660)] = 30
    begins: Moment | None = None
    ends: Moment | None = None
    offer_kind: CaseKind | None = None


class ShopRuleView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it stands; `version` is sent back as `If-Match` to change it."""

    id: UUID
    version: Version
    name: str
    active: bool
    rule: Any
    made_at: datetime
    changed_by: str
    changed_at: datetime


class ShopRulePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of rules; `next_cursor` is null on the last one."""

    rules: list[ShopRuleView]
    next_cursor: str | None


class ShopRuleVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it once stood, and who made it so."""

    version: Version
    name: str
    active: bool
    rule: Any
    made_by: str
    made_at: datetime


class ShopRuleVersions(msgspec.Struct, frozen=True, kw_only=True):
    """Every version of a rule, the oldest first."""

    versions: list[ShopRuleVersion]


class ShopRulesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rules."""

    updated_since: Moment | None = None
    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


def _view(row: Any) -> ShopRuleView:
    told = {name: row[name] for name in ("id", "version", "name", "active", "made_at", "changed_by", "changed_at")}
    return ShopRuleView(rule=row["body"], **told)


async def list_shop_rules(request: Request) -> Reply | Problem:
    """The rules of a shop."""
    shop_id, query = await shop_in_path(request), cast("ShopRulesQuery", request.query)
    if shop_id is None:
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        rows = await connection.fetch(queries("shop_rules"), shop_id, query.updated_since, query.cursor, query.limit + 1)
    page = [_view(row) for row in rows[: query.limit]]
    return json_reply(ShopRulePage(rules=page, next_cursor=str(page[-1].id) if len(rows) > query.limit else None))


async def get_shop_rule(request: Request) -> Reply | Problem:
    """One rule, with its version as ETag."""
    shop_id, rule_id = await shop_in_path(request), parse_id(request.params["rule_id"])
    if shop_id is None or not isinstance(rule_id, UUID):
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        row = await connection.fetchrow(queries("shop_rule_by_id"), shop_id, rule_id)
    return _answer(row) if row else Problem(code="not_found")


def _answer(row: Any, done: str = "ok") -> Reply:
    view = _view(row)
    return json_reply(view, done=done, headers=((b"etag", f'"{view.version}"'.encode()),))


async def list_shop_rule_versions(request: Request) -> Reply | Problem:
    """How a rule stood before."""
    shop_id, rule_id = await shop_in_path(request), parse_id(request.params["rule_id"])
    if shop_id is None or not isinstance(rule_id, UUID):
        return Problem(code="not_found")
    async with transaction(request.context.pool, [shop_id]) as connection:
        rows = await connection.fetch(queries("shop_rule_versions"), shop_id, rule_id)
    if not rows:
        return Problem(code="not_found")
    names = ("version", "name", "active", "made_by", "made_at")
    return json_reply(ShopRuleVersions(versions=[ShopRuleVersion(rule=r["body"], **{n: r[n] for n in names}) for r in rows]))


def _unfit(request: Request, body: ShopRuleBody) -> Problem | None:
    """What keeps a rule from being one."""
    for field, name in _LISTS:
        known = request.context.vocabulary.words(name)
        if any(word not in known for word in getattr(body, field)):
            return Problem(code="unknown_word", errors=(FieldError(field, "unknown_word"),))
    amounts = (body.amount_at_least, body.amount_at_most)
    if body.currency is None and any(amount is not None for amount in amounts):
        return Problem(code="missing_field", errors=(FieldError("currency", "missing_field"),))
    if (body.does == "propose") is not (body.offer_kind is not None):
        return Problem(code="value_not_allowed", errors=(FieldError("offer_kind", "value_not_allowed"),))
    if body.begins and body.ends and body.ends <= body.begins:
        return Problem(code="value_not_allowed", errors=(FieldError("ends", "value_not_allowed"),))
    return None


def _rule(body: ShopRuleBody) -> dict[str, Any]:
    fields = {name: getattr(body, name) for name in ShopRule.__struct_fields__}
    kept: dict[str, Any] = msgspec.to_builtins(ShopRule(**fields))
    return kept


async def make_shop_rule(request: Request) -> Reply | Problem:
    """Make a rule; it acts on cases that come before the shop from then on."""
    shop_id, body, context = await shop_in_path(request), cast("ShopRuleBody", request.body), request.context
    if shop_id is None:
        return Problem(code="not_found")
    refused = _unfit(request, body)
    if refused is not None:
        return refused
    made = context.desk.make_id(datetime.now(UTC))
    async with transaction(context.pool, [shop_id]) as connection:
        await connection.execute(
            queries("insert_shop_rule"), shop_id, made, body.name, _rule(body), body.active, request.caller.actor.id
        )
        await connection.execute(queries("keep_shop_rule_version"), shop_id, made)
        row = await connection.fetchrow(queries("shop_rule_by_id"), shop_id, made)
    return _answer(row, "created")


async def change_shop_rule(request: Request) -> Reply | Problem:
    """Change a rule, by the version that was seen; cases that it acted on keep the version that acted."""
    refused = _unfit(request, cast("ShopRuleBody", request.body))
    if refused is not None:
        return refused
    body = cast("ShopRuleBody", request.body)
    return await _changed(request, body.name, _rule(body), active=body.active)


async def retire_shop_rule(request: Request) -> Reply | Problem:
    """Switch a rule off. It stays readable, with all its versions."""
    return await _changed(request, None, None, active=False)


async def _changed(request: Request, name: str | None, rule: dict[str, Any] | None, *, active: bool) -> Reply | Problem:
    shop_id, rule_id = await shop_in_path(request), parse_id(request.params["rule_id"])
    if shop_id is None or not isinstance(rule_id, UUID):
        return Problem(code="not_found")
    by, version = request.caller.actor.id, request.version
    async with transaction(request.context.pool, [shop_id]) as connection:
        if not await connection.fetch(queries("change_shop_rule"), shop_id, rule_id, name, rule, active, by, version):
            known = await connection.fetchrow(queries("shop_rule_by_id"), shop_id, rule_id)
            return Problem(code="stale_version", detail={"version": known["version"]}) if known else Problem(code="not_found")
        await connection.execute(queries("keep_shop_rule_version"), shop_id, rule_id)
        row = await connection.fetchrow(queries("shop_rule_by_id"), shop_id, rule_id)
    return _answer(row)


UNFIT = ("not_found", "unknown_word", "missing_field", "value_not_allowed")
_PATH = "/v1/shops/{shop_id}/rules"
OPERATIONS = (
    Operation(id="list_shop_rules", method="GET", path=_PATH, summary="The shop's own rules", handler=list_shop_rules, who=TRADE,
              permission="cases.read", query=ShopRulesQuery, answer=ShopRulePage, problems=("not_found",)),
    Operation(id="make_shop_rule", method="POST", path=_PATH, summary="Make a rule that approves, lets keep or proposes",
              handler=make_shop_rule, who=SELLER, permission="automation.manage", body=ShopRuleBody, answer=ShopRuleView,
              done="created", sort="write", problems=UNFIT),
    Operation(id="get_shop_rule", method="GET", path=_PATH + "/{rule_id}", summary="One of the shop's rules", handler=get_shop_rule,
              who=TRADE, permission="cases.read", answer=ShopRuleView, problems=("not_found",)),
    Operation(id="change_shop_rule", method="PUT", path=_PATH + "/{rule_id}", summary="Change a rule; the old version is kept",
              handler=change_shop_rule, who=SELLER, permission="automation.manage", body=ShopRuleBody, answer=ShopRuleView,
              versioned=True, sort="write", problems=(*UNFIT, "stale_version", "version_required")),
    Operation(id="retire_shop_rule", method="DELETE", path=_PATH + "/{rule_id}", summary="Switch a rule off", handler=retire_shop_rule,
              who=SELLER, permission="automation.manage", answer=ShopRuleView, versioned=True, sort="write",
              problems=("not_found", "stale_version", "version_required")),
    Operation(id="list_shop_rule_versions", method="GET", path=_PATH + "/{rule_id}/versions", summary="Every version of a rule",
              handler=list_shop_rule_versions, who=TRADE, permission="cases.read", answer=ShopRuleVersions, problems=("not_found",)),
)  # fmt: skip
