"""What is recorded, as rows: each outcome is laid out table by table, to be written set-wise."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from amends.actions.conduct import Consequences
from amends.actions.outcome import Recorded
from amends.desk.disputed import disputed_rows
from amends.desk.travel import travel_rows
from amends.desk.wishes import Endpoints, with_webhooks
from amends.domain.facts.case import Case
from amends.domain.facts.events import Event
from amends.domain.facts.file import CaseFile
from amends.domain.facts.order import Order
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.refund import Refund
from amends.domain.facts.replacement import NewOrder
from amends.domain.facts.travel import NOTHING

NewId = Callable[[], UUID]
BOTH: Final = "both"
"""Each side has tags of its own; what a case is tagged with by itself both begin with."""


class Overdrawn(Exception):  # noqa: N818 - it is a race lost, not an error of ours
    """A guarded row refused the write: money or a case moved in between."""


class Reused(Exception):  # noqa: N818 - it is a carrier's mistake, not an error of ours
    """A carrier gave one event id to the events of two parcels."""


class Batch:
    """The rows of one transaction, by the named query that writes them; `links` are the events still to be chained."""

    def __init__(self) -> None:
        self.rows: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.links: defaultdict[int, list[tuple[UUID, Event]]] = defaultdict(list)

    def add(self, file: CaseFile, recorded: Recorded, endpoints: Endpoints, now: datetime, new_id: NewId) -> None:
        """Lay out one outcome and the further cases that it moves."""
        shop_id, order = file.order.shop_id, file.order
        for part in _parts(recorded):
            if part.order is not None:
                self._order(part.order)
            self._parcels(shop_id, order, part, file)
            disputed_rows(self.rows, file, part, now)
            if part.travel is not NOTHING:
                for query, row in travel_rows(shop_id, order.id, part.travel):
                    self.rows[query].append(row)
            if part.case is not None:
                self._case(file, part, part.case, now)
                self._events(shop_id, part, part.case, endpoints, now, new_id)
                self._case_parts(shop_id, file, part, part.case)
                self._money(shop_id, order, part, file, now)
                self._owed_and_told(shop_id, order, part, part.case)
                self._proposals(shop_id, part)
                self._replacements(shop_id, part)
            self._evidence(shop_id, file, part)

    def follow(self, shop_id: int, follows: Consequences) -> None:
        """Lay out what follows from what was recorded."""
        self.rows["insert_scores"].extend((shop_id, *_fields(entry)) for entry in follows.scores)
        self.rows["insert_signals"].extend((s.buyer, s.kind, s.case_id, s.market, s.at, None) for s in follows.signals)
        for metric in follows.metrics:
            row = (shop_id, metric.case_id, metric.metric, metric.seq, metric.at)
            self.rows[f"{metric.verb}_metrics"].append(row if metric.verb == "start" else (*row, metric.whole_from))

    def _order(self, order: Order) -> None:
        self.rows["update_orders"].append(
            (order.shop_id, order.id, order.status, order.shipped_at, order.delivered_at, order.cancelled_at)
        )

    def _case(self, file: CaseFile, part: Recorded, case: Case, now: datetime) -> None:
        before = next((c for c in file.cases if c.id == case.id), None)
        if before is None:
            fields = msgspec.structs.astuple(case)
            self.rows["insert_cases"].append((file.order.shop_id, *fields, now))
            self.rows["insert_tags"].extend((file.order.shop_id, case.id, BOTH, tag) for tag in part.tags)
            return
        told = (
            case if case.verdict is not before.verdict else msgspec.structs.replace(case, verdict=None)
        )  # it is long, and stays
        self.rows["update_cases"].append(((file.order.shop_id, *msgspec.structs.astuple(told), now), before.seq))
        kept = {line.line_id for line in part.lines}
        if kept:
            gone = [line for line in file.case_lines if line.case_id == case.id and line.line_id not in kept]
            self.rows["drop_case_lines"].extend((file.order.shop_id, case.id, line.line_id) for line in gone)

    def _events(self, shop_id: int, part: Recorded, case: Case, endpoints: Endpoints, now: datetime, new_id: NewId) -> None:
        for event in part.events:
            told = event if case.historical else with_webhooks(event, endpoints)
            self.links[shop_id].append((case.id, told))
            self.rows["insert_outbox"].extend(
                (shop_id, new_id(), case.id, told.seq, wish.effect, wish.target, "pending", now, 0, None, None, now, None)
                for wish in told.wishes
            )
            self.rows["insert_notices"].extend(
                _notice(shop_id, case, told, wish.target, now, new_id) for wish in told.wishes if wish.effect == "notify"
            )

    def _case_parts(self, shop_id: int, file: CaseFile, part: Recorded, case: Case) -> None:
        """Rows that cannot be there yet are inserted plainly and those that are there are updated: both are cheaper than to look first."""
        before = next((c.seq for c in file.cases if c.id == case.id), 0)
        self.rows["upsert_case_lines" if before else "insert_case_lines"].extend(
            (shop_id, case.id, line.line_id, file.order.id, line.quantity, line.amount, line.accepted, line.refused, line.deducted,
             line.disposition)
            for line in part.lines
        )  # fmt: skip
        standing = {(d.kind, d.started_seq) for owner, d in file.all_deadlines if owner.int == case.id.int}
        for d in part.deadlines:
            self.rows["update_deadlines" if (d.kind, d.started_seq) in standing else "insert_deadlines"].append(
                (shop_id, case.id, d.kind, d.started_seq, d.started_at, d.due_at, d.state, d.rule, d.on_expiry, d.provisional,
                 d.remaining, d.resumes_on, d.at_least, d.ended, d.ended_at, d.calendar)
            )  # fmt: skip

    def _proposals(self, shop_id: int, part: Recorded) -> None:
        self.rows["upsert_proposals"].extend(
            (shop_id, p.id, p.case_id, p.by, p.channel, p.kind, p.state, p.offer_kind, p.offer_amount, p.freight, list(p.proof), p.note,
             p.rule, p.why, p.made_by, p.opened_seq, p.opened_at, p.expires_at, p.decided_seq, p.decided_at)
            for p in part.proposals
        )  # fmt: skip

    def _replacements(self, shop_id: int, part: Recorded) -> None:
        self.rows["upsert_replacements"].extend(
            (shop_id, r.case_id, r.state, r.owed_at, r.order_id, r.parcel_id, r.shipped_at, r.delivered_at, r.ended_at)
            for r in part.replacements
        )
        self.rows["insert_rule_uses"].extend(
            (shop_id, u.rule_id, u.buyer, u.number, u.version, u.case_id, u.at) for u in part.rule_uses
        )
        if part.new_order is not None:
            for name, rows in order_rows(shop_id, part.new_order).items():
                self.rows[name].extend(rows)

    def _evidence(self, shop_id: int, file: CaseFile, part: Recorded) -> None:
        known = {e.id for e in file.all_evidence}
        for e in part.evidence:
            self.rows["update_evidence" if e.id in known else "insert_evidence"].append(
                (shop_id, e.id, file.order.id, e.case_id, e.of, e.at, e.kind, e.channel, e.state, e.legible, e.matches_claim, e.sha256,
                 e.media_type, e.size, e.text, e.given_by, e.given_at, e.sealed_at, None)
            )  # fmt: skip

    def _parcels(self, shop_id: int, order: Order, part: Recorded, file: CaseFile) -> None:
        self.rows["upsert_parcels"].extend(_parcel_row(shop_id, order, p) for p in part.parcels)
        known = {p.id for p in file.parcels}
        self.rows["place_line_parcels"].extend(
            (shop_id, order.id, p.id) for p in part.parcels if p.direction == "forward" and p.id not in known
        )
        self.rows["insert_scans"].extend(
            (shop_id, s.source, s.event_id, order.id, s.parcel_id, s.status, s.occurred_at, s.received_at) for s in part.scans
        )

    def _money(self, shop_id: int, order: Order, part: Recorded, file: CaseFile, now: datetime) -> None:
        known = {r.id: r for r in file.all_refunds}
        for refund in part.refunds:
            before = known.get(refund.id)
            self.rows["upsert_refunds"].append(_refund_row(shop_id, order, refund))
            if before is None:
                self.rows["insert_refund_lines"].extend(
                    (shop_id, refund.id, line.line_id, line.quantity, line.amount) for line in refund.lines
                )
                if refund.replaces is None:  # a replacing refund stands on the reservation of the one that failed
                    self._reserve(shop_id, refund, 1, file)
            elif refund.status == "given_up" and before.status != "given_up":
                self._reserve(shop_id, refund, -1, file)
        for t in part.transactions:
            self.rows["insert_transactions"].append((shop_id, t.id, t.case_id, t.refund_id, t.reverses, t.why, t.currency, now))
            self.rows["insert_postings"].extend((shop_id, t.id, leg, p.account, p.amount) for leg, p in enumerate(t.postings))

    def _owed_and_told(self, shop_id: int, order: Order, part: Recorded, case: Case) -> None:
        self.rows["upsert_compensations"].extend(
            (shop_id, c.id, order.id, c.case_id, c.amount, order.currency, c.by_party, c.to_party, c.why, c.rule, c.status,
             c.provider_reference, c.failure, c.attempts, c.decided_seq, c.created_at, c.updated_at)
            for c in part.compensations
        )  # fmt: skip
        self.rows["insert_messages"].extend(
            (shop_id, m.id, m.case_id, m.seq, m.side, m.author, m.sort, m.personal, m.text, m.salt, m.sha256, m.at, None)
            for m in part.messages
        )
        self.rows["insert_alarms"].extend((shop_id, case.id, *alarm) for alarm in part.alarms)
        self.rows["insert_excuses"].extend(
            (shop_id, outage, case.id, kind, seq, was_due, due_at) for outage, kind, seq, was_due, due_at in part.excuses
        )

    def _reserve(self, shop_id: int, refund: Refund, sign: int, file: CaseFile) -> None:
        """Money for a replacement's order is reserved where it came in too."""
        paid_by = (refund.payment_id, *(root for payment, root in file.roots if payment == refund.payment_id))
        self.rows["reserve_payments"].extend((shop_id, payment, sign * refund.amount) for payment in paid_by)
        self.rows["reserve_allocations"].extend(
            (shop_id, refund.payment_id, line.line_id, sign * line.amount) for line in refund.lines if line.amount
        )


def _fields(entry: msgspec.Struct) -> tuple[Any, ...]:
    return msgspec.structs.astuple(entry)


def order_rows(shop_id: int, made: NewOrder) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of an order that an action made, by the queries that take told orders, and where its money came from."""
    o = made.order
    return {
        "insert_orders": [
            (shop_id, o.id, o.reference, o.purchase, o.market, o.buyer, o.currency, o.status, o.sale_format, o.source, o.channel, o.high_value,
             o.placed_at, o.won_at, o.paid_at, o.promised_at, o.shipped_at, o.delivered_at, o.cancelled_at, o.review_lane, None)
        ],
        "insert_order_lines": [
            (shop_id, x.id, o.id, x.reference, x.sku, x.title, x.category, x.quantity, x.price, x.shipping, x.tax, x.paid, x.commission,
             x.parcel_id)
            for x in made.lines
        ],
        "insert_payments": [
            (shop_id, p.id, o.id, p.sequence, p.method, p.amount, p.captured, o.currency, p.provider_reference) for p in made.payments
        ],
        "insert_allocations": [(shop_id, a.payment_id, a.line_id, o.id, a.amount) for a in made.allocations],
        "upsert_parcels": [_parcel_row(shop_id, o, p) for p in made.parcels],
        "insert_replacement_payments": [(shop_id, payment, root, o.id) for payment, root in made.roots],
    }  # fmt: skip


def _parcel_row(shop_id: int, order: Order, p: Parcel) -> tuple[Any, ...]:
    return (shop_id, p.id, order.id, p.case_id, p.direction, "1", p.status, p.carrier, p.tracking_number, p.address_matches, p.shipped_at,
            p.delivered_at, p.signed_at)  # fmt: skip


def _parts(recorded: Recorded) -> Iterator[Recorded]:
    yield recorded
    for more in recorded.also:
        yield from _parts(more)


def _notice(shop_id: int, case: Case, event: Event, target: str, now: datetime, new_id: NewId) -> tuple[Any, ...]:
    """A word to one side about an event; the language is the market's, unless the side has chosen one."""
    side = target if target in ("buyer", "seller") else "platform"
    person = case.buyer if side == "buyer" else None
    return (shop_id, new_id(), case.id, event.seq, side, person, "zh" if case.market == "cn" else "en", event.type, now, None)


def _refund_row(shop_id: int, order: Order, r: Refund) -> tuple[Any, ...]:
    return (shop_id, r.id, order.id, r.case_id, r.payment_id, r.amount, order.currency, r.status, r.destination, r.provider_reference,
            r.failure, r.attempts, r.replaces, r.decided_seq, r.created_at, r.updated_at)  # fmt: skip
