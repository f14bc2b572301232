"""Loads the files that commands speak of: set-wise, under the orders' locks, only what the command is entitled to."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from amends.actions.chargeback_commands import ChargebackCommand, RecordChargeback
from amends.actions.commands import (
    AnswerComplaint,
    CaseCommand,
    Command,
    OrderCommand,
    RecordInterception,
    RecordRefundResult,
    RecordScan,
)
from amends.actions.conduct_commands import RecordCompensationResult
from amends.desk.disputed import disputed_parts
from amends.desk.standing import NOBODY, Grant, Staff, Standing
from amends.desk.travel import travel_of
from amends.domain.facts.case import Case, CaseLine
from amends.domain.facts.chargeback import Chargeback
from amends.domain.facts.conduct import BuyerStanding, Compensation, ScoreEntry
from amends.domain.facts.deadline import Deadline
from amends.domain.facts.evidence import Evidence
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Allocation, Order, OrderLine, Payment, Shop
from amends.domain.facts.parcel import Parcel, Scan
from amends.domain.facts.proposal import Proposal
from amends.domain.facts.refund import Refund, RefundLine
from amends.domain.facts.replacement import Replacement
from amends.domain.facts.shop_rule import ShopRule
from amends.domain.facts.shop_rule import Standing as StandingRule
from amends.domain.facts.travel import NOTHING
from amends.store.database import holding, queries


class ToldBefore(msgspec.Struct, frozen=True):
    """The answer that stands under a command's idempotency key."""

    fingerprint: bytes
    code: str | None
    answer: bytes


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """A command's file, the moment read after the lock, what was answered before, who listens to the shop, the head of its chain, and what staff hold."""

    file: CaseFile
    now: datetime
    told_before: ToldBefore | None
    endpoints: tuple[tuple[UUID, tuple[str, ...]], ...]
    policy_epoch: int
    chain: tuple[int, bytes]
    held: Standing


class Target(msgspec.Struct, frozen=True):
    """Which order, and which case of it, a command is about."""

    order_id: UUID
    case_id: UUID | None


_RESOLVED_BY: tuple[tuple[type[Command], str, str], ...] = (
    (CaseCommand, "orders_of_cases", "case_id"),
    (RecordRefundResult, "orders_of_refunds", "refund_id"),
    (RecordScan, "orders_of_parcels", "tracking_number"),
    (RecordChargeback, "orders_of_payments", "payment"),
    (ChargebackCommand, "orders_of_chargebacks", "chargeback_id"),
    (RecordCompensationResult, "orders_of_compensations", "compensation_id"),
    (RecordInterception, "orders_of_interceptions", "interception_id"),
    (AnswerComplaint, "orders_of_interceptions", "interception_id"),
)


SEQ, PARENT = Case.__struct_fields__.index("seq"), Case.__struct_fields__.index("parent_id")


def _by(struct: type[msgspec.Struct], *fields: str) -> Callable[[Sequence[Any]], Any]:
    """The order of rows of a struct's fields."""
    return itemgetter(*map(struct.__struct_fields__.index, fields))


BY_REFERENCE, BY_SEQUENCE, BY_ID = _by(OrderLine, "reference"), _by(Payment, "sequence"), _by(Parcel, "id")
BY_OPENING, BY_GIVING = _by(Case, "opened_at", "id"), _by(Evidence, "given_at", "id")


PARTS_BY: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "deadlines": itemgetter(1 + Deadline.__struct_fields__.index("due_at")),  # the case comes first
    "refunds": _by(Refund, "created_at", "id"),
    "chargebacks": _by(Chargeback, "opened_at", "id"),
}


def named_targets(commands: Sequence[Command]) -> list[Target | None]:
    """The order of each command that names it itself; `None` where it is to be found."""
    return [
        Target(c.order_id, None) if isinstance(c, OrderCommand | RecordScan) and c.order_id is not None else None
        for c in commands
    ]


async def find_targets(connection: asyncpg.Connection, commands: Sequence[Command]) -> list[Target | None]:
    """The order of each command, `None` where its shop has no such thing."""
    found = named_targets(commands)
    for shape, query, field in _RESOLVED_BY:
        asked = [(n, c.shop_id, getattr(c, field)) for n, c in enumerate(commands) if isinstance(c, shape) and found[n] is None]
        if not asked:
            continue
        for row in await connection.fetch(queries(query), *map(list, zip(*asked, strict=True))):
            command = commands[row["n"]]
            case_id = command.case_id if isinstance(command, CaseCommand) else row["case_id"]
            found[row["n"]] = Target(row["order_id"], case_id)
    return found


def held_by(commands: Sequence[Command], targets: Sequence[Target | None]) -> str:
    """What these commands hold while they are decided: their orders, and the chains of shops that may have something to tell."""
    orders = {(c.shop_id, t.order_id) for c, t in zip(commands, targets, strict=True) if t}
    return holding(orders, {c.shop_id for c in commands if not getattr(c, "preview", False)})


async def load(
    connection: asyncpg.Connection, commands: Sequence[Command], targets: Sequence[Target | None], staff: Staff = NOBODY
) -> list[Loaded | None]:
    """The file of each command; `None` where there is no such order in the command's shop.

    What `staff` hold is read with it, and locked: only who decides asks for it.
    """
    wanted = [(n, c.shop_id, t.order_id, c.actor.id, c.key) for n, (c, t) in enumerate(zip(commands, targets, strict=True)) if t]
    loaded: list[Loaded | None] = [None] * len(commands)
    if not wanted:
        return loaded
    columns: list[list[Any]] = [list(column) for column in zip(*wanted, strict=True)]
    rows = await connection.fetch(queries("load_files"), *columns, staff.shops, staff.people, staff.officers)
    held = Standing([Grant(*grant) for row in rows for grant in row["grants"] or ()])
    parts = await _parts_of_cases(connection, rows)
    for row in rows:
        n = row["n"]
        target = targets[n]
        file = _file(row, parts.get(n, {}))
        if target is not None and target.case_id is not None:
            file = file.focus(target.case_id)
        told = row["told_before"]
        loaded[n] = Loaded(
            file=file,
            now=row["now"],
            told_before=ToldBefore(*told) if told else None,
            policy_epoch=row["policy_epoch"],
            endpoints=tuple([(e[0], tuple(e[1])) for e in row["endpoints"] or ()]),
            chain=row["chain"],
            held=held,
        )
    return loaded


Parts = dict[str, list[Any]]
"""Rows that hang on the cases of a file, by the column that they came in; a column without rows is not there."""


async def _parts_of_cases(connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> dict[int, Parts]:
    """What hangs on the cases of these files, by the file's number; asked only where there are cases."""
    cases = [(row["n"], row["order"][0], case) for row in rows for case in row["cases"] or ()]
    happened = [each for each in cases if each[2][SEQ] > 1 or each[2][PARENT] is not None]
    found: dict[int, Parts] = {}
    for query, asked in (("load_case_parts", cases), ("load_case_history", happened)):
        if asked:
            columns = ([n for n, _, _ in asked], [shop for _, shop, _ in asked], [case[0] for _, _, case in asked])
            for record in await connection.fetch(queries(query), *columns):
                parts = found.setdefault(record["n"], {})
                for name, told in record.items():
                    if told and name != "n":
                        by = PARTS_BY.get(name)
                        parts.setdefault(name, []).extend(sorted(told, key=by) if by else told)
    return found


def _file(row: asyncpg.Record, parts: Parts) -> CaseFile:
    proof = tuple([Evidence(*r) for r in sorted(row["evidence"] or (), key=BY_GIVING)])
    roots = {r[0]: r for r in parts.get("roots", ())}
    return CaseFile(
        shop=Shop(*row["shop"]),
        order=Order(*row["order"]),
        lines=tuple([OrderLine(*r) for r in sorted(row["lines"] or (), key=BY_REFERENCE)]),
        payments=payments_within(tuple([Payment(*r) for r in sorted(row["payments"] or (), key=BY_SEQUENCE)]), roots),
        allocations=tuple([Allocation(*r) for r in row["allocations"] or ()]),
        parcels=tuple([Parcel(*r) for r in sorted(row["parcels"] or (), key=BY_ID)]),
        scans=tuple([Scan(*r) for r in row["scans"] or ()]),
        cases=tuple([Case(*r) for r in sorted(row["cases"] or (), key=BY_OPENING)]),
        case_lines=tuple([CaseLine(*r) for r in parts.get("case_lines", ())]),
        evidence=tuple([e for e in proof if e.case_id is None]),
        all_evidence=proof,
        all_deadlines=tuple([(r[0], Deadline(*r[1:])) for r in parts.get("deadlines", ())]),
        all_refunds=tuple([_refund(r) for r in parts.get("refunds", ())]),
        all_proposals=tuple([_proposal(r) for r in parts.get("proposals", ())]),
        replacements=tuple([Replacement(*r) for r in parts.get("replacements", ())]),
        roots=tuple([(r[0], r[1]) for r in roots.values()]),
        kept_for=tuple([(r[0], r[1]) for r in parts.get("kept_for", ())]),
        shop_rules=tuple(
            [StandingRule(r[0], r[1], msgspec.json.decode(r[2], type=ShopRule), r[3], r[4]) for r in row["shop_rules"] or ()]
        ),
        standing=tuple([(r[0], r[1]) for r in row["standing"] or ()]),
        buyer_standing=_standing(row["buyer_standing"]),
        **_conduct(parts),
        **disputed_parts(parts),
        travel=travel_of(parts) if parts else NOTHING,
    )


def _conduct(parts: Parts) -> dict[str, Any]:
    """What conduct left on the cases."""
    return {
        "compensations": tuple([Compensation(*r) for r in parts.get("compensations", ())]),
        "score_entries": tuple([_entry(r) for r in parts.get("score_entries", ())]),
        "alarms": tuple([tuple(r) for r in parts.get("alarms", ())]),
        "excused": tuple([tuple(r) for r in parts.get("excused", ())]),
    }


def _entry(row: Sequence[Any]) -> ScoreEntry:
    return ScoreEntry(**dict(zip(ScoreEntry.__struct_fields__, row, strict=True)))


def _standing(row: Sequence[Any] | None) -> BuyerStanding | None:
    return BuyerStanding(row[0], tuple(row[1]), row[2]) if row else None


def payments_within(payments: tuple[Payment, ...], roots: Mapping[UUID, Sequence[Any]]) -> tuple[Payment, ...]:
    """The payments of a replacement's order, none with more left to give than the one that its money came from."""
    if not roots:
        return payments
    found = []
    for payment in payments:
        left = payment.captured - payment.reserved - payment.charged_back
        short = left - roots[payment.id][2] if payment.id in roots else 0
        found.append(msgspec.structs.replace(payment, charged_back=payment.charged_back + short) if short > 0 else payment)
    return tuple(found)


def _proposal(row: Sequence[Any]) -> Proposal:
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in row]
    return Proposal(*values)


def _refund(row: Sequence[Any]) -> Refund:
    lines = tuple([RefundLine(*line) for line in row[-1] or ()])
    return Refund(*(*row[:-1], lines))
