"""Entries of scores that stand on no event of a case: told by the platform, or taking another one back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import asyncpg
import msgspec

from amends.desk.record import refresh_standing
from amends.desk.rulebooks import Rulebooks
from amends.domain.facts.conduct import POINT, STARTS, ScoreEntry
from amends.domain.topics.scores import about_shop, demotions, estimates, privileges_lost
from amends.store.database import queries


async def append(connection: asyncpg.Connection, shop_id: int, entries: Sequence[ScoreEntry]) -> None:
    """Write entries of one shop and fold its standing anew, in the transaction of the connection.

    The head of the shop's chain is locked first, as every command does, so that no two folds pass each other.

    Raises:
        asyncpg.UniqueViolationError: an entry was taken back already, or its reference told before.
    """
    if not entries:
        return
    await connection.fetch(queries("lock_chain_heads"), [shop_id])
    await connection.execute(queries("insert_scores"), [(shop_id, *msgspec.structs.astuple(entry)) for entry in entries])
    await refresh_standing(connection, [shop_id])


class Ruled(msgspec.Struct, frozen=True):
    """What follows from where a shop stands, and the release that says so."""

    release: str
    found: tuple[dict[str, Any], ...]


async def standing_rules(
    rulebooks: Rulebooks, connection: asyncpg.Connection, market: str, stands: Mapping[str, int], now: datetime
) -> Ruled:
    """What a shop loses, where it is shown less and what that is estimated to cost, by the release in force now.

    Raises:
        NotPublished: the market has none.
    """
    await rulebooks.refresh(connection)
    release = rulebooks.release_at(market, now).hash
    topic = (await rulebooks.book(connection, market, release)).topic("scores", now)
    facts = about_shop(
        topic,
        compliance=Decimal(stands["compliance"]) / POINT,
        service=Decimal(stands["service"]) / POINT,
        serious_violations=stands["major_violations"] // POINT,
    )
    found = [_said("lost", s.outcome.bar, s.rule) for s in privileges_lost(topic, facts).sentences]
    found += [_said("demoted", s.outcome.demote, s.rule) for s in demotions(topic, facts).sentences]
    missing = Decimal(STARTS["service"] - stands["service"]) / POINT
    for outcome, rule, _ in estimates(topic, facts).sentences:
        steps = missing / Decimal(outcome.per.number)
        percent = steps * Decimal(outcome.lost.number) / 10_000
        found.append({**_said("estimate", outcome.inform, rule), "percent": format(min(percent, Decimal(100)), ".1f")})
    return Ruled(release, tuple(found))


def _said(form: str, what: str, rule: Any) -> dict[str, Any]:
    return {"form": form, "what": what, "rule": rule.id, "zh": rule.says.zh, "en": rule.says.en}
