"""The definitions once more, in plain loops over plain rows and from the text alone: what the fast ones are held against."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from amends.store.columns.question import Question

Rows = dict[str, list[dict[str, Any]]]
LATE = {"first_response_expired", "review_expired", "review_return_expired", "seller_ship_expired", "refuse_sign_expired", "statutory_refund_expired",
        "escalated", "ruled_for_buyer", "ruled_return", "ruled_for_seller"}  # fmt: skip
GRANTS = {"approved", "returnless_refund", "return_accepted", "converted_to_refund"}
TOLD = {"pending": (1, 0), "awaiting_buyer_response": (1, 0), "awaiting_buyer_ship": (1, 0), "shipped": (1, 0), "approved": (1, 0), "complete": (1, 1),
        "request_rejected": (0, 0), "package_rejected": (0, 0), "cancelled": (0, 0), "replacement_pending": (1, 0), "replacement_complete": (1, 0),
        "ended_as_refund": (1, 1)}  # fmt: skip


def of_case(events: list[dict[str, Any]], horizon: datetime) -> tuple[bool, bool, bool] | None:
    """Effective, refunded, known, as of a moment; None where the case was not there yet."""
    seen = [event for event in events if event["moment"] <= horizon]
    if not seen:
        return None
    state = seen[-1]["to_state"]
    entered = next(e["type"] for e in reversed(seen) if e["to_state"] == state and e["from_state"] != state)
    if state == "completed":
        known = entered in ("refund_succeeded", "replacement_accepted", "replacement_acceptance_expired", "nothing_to_pay")
        return known, entered == "refund_succeeded", known
    if state == "closed":
        paid = entered == "refund_given_up"
        return paid, paid, True
    return state not in ("rejected_1", "rejected_2"), False, True


class Slow:
    """Every rate of a question."""

    def __init__(self, rows: Rows, question: Question, cut_off: datetime) -> None:
        self.rows, self.q, self.cut_off = rows, question, cut_off
        self.begin, self.end = (moment.replace(tzinfo=None) for moment in (question.begin, question.end))
        self.events: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for event in sorted(rows["event"], key=lambda e: e["seq"]):
            self.events[event["case_id"]].append(event)

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for order in self.rows["orders"]:
            horizon = self._horizon(order)
            if horizon is None:
                continue
            gone = order["cancelled_at"] is not None and order["cancelled_at"] <= horizon
            gone = gone or (order["status"] == "cancelled" and order["cancelled_at"] is None)
            units: dict[str, list[dict[str, Any]]] = defaultdict(list)
            for line in self.rows["order_line"]:
                if (
                    line["order_id"] == order["order_id"]
                    and self.q.category in (None, line["category"])
                    and self.q.sku in (None, line["sku"])
                ):
                    units[line["sku"] if self.q.by == "line" else ""].append(line)
            for lines in units.values():
                self._unit(found, lines, order, horizon, gone=gone)
        return found

    def _horizon(self, order: dict[str, Any]) -> datetime | None:
        origin = next(
            (o for o in self.rows["origin"] if o["order_id"] == order["order_id"]), {"room": None, "replacement": False}
        )
        replaces = origin["replacement"] or any(r["order_id"] == order["order_id"] for r in self.rows["replacement"])
        placed = order["placed_at"]
        horizon: datetime = min(self.cut_off, placed + timedelta(days=self.q.maturity)) if self.q.maturity else self.cut_off
        if replaces or order["shop_id"] not in self.q.shops or not self.begin <= placed < self.end or placed > self.cut_off:
            return None
        if self.q.room not in (None, origin["room"]) or self.q.market not in (None, order["market"]):
            return None
        return horizon if order["paid_at"] is not None and order["paid_at"] <= horizon else None

    def _unit(
        self, found: dict[str, int], lines: list[dict[str, Any]], order: dict[str, Any], horizon: datetime, *, gone: bool
    ) -> None:
        marks = [mark for one in self._requests(lines, order, horizon) for mark in one]
        found["paid_units"] += 1
        found["called_off"] += "called_off" in marks
        if not gone:
            found["units"] += 1
            for name in ("initiated", "effective", "refunded", "returned", "platform", "unknown"):
                found[name] += name in marks
            found["proactive"] += "proactive" in marks

    def _requests(self, lines: list[dict[str, Any]], order: dict[str, Any], horizon: datetime) -> list[set[str]]:
        here = {line["line_id"] for line in lines}
        found = []
        for case in self.rows["cases"]:
            touched = any(x["case_id"] == case["case_id"] and x["line_id"] in here for x in self.rows["case_line"])
            if touched and case["opened_at"] <= horizon and self.q.reason in (None, case["reason"]):
                found.append(self._case(case, horizon))
        for told in self.rows["told_return"]:
            about = told["order_id"] == order["order_id"] and (
                told["sku"] == "" or told["sku"] in {line["sku"] for line in lines}
            )
            if about and told["asked_at"] <= horizon and self.q.reason in (None, told["reason"]):
                known = TOLD.get(told["status"])
                found.append(_marks(told["kind"], bool(known and known[0]), bool(known and known[1]), known is not None))
        return found

    def _case(self, case: dict[str, Any], horizon: datetime) -> set[str]:
        events = self.events[case["case_id"]]
        standing = of_case(events, horizon)
        assert standing is not None
        marks = _marks(case["kind"], *standing)
        proposed = any(
            p["case_id"] == case["case_id"] and p["proposer"] == "platform" and p["opened_at"] <= horizon
            for p in self.rows["proposal"]
        )
        if proposed or any(e["type"] == "escalated" and e["moment"] <= horizon for e in events):
            marks.add("platform")
        granted = [e["moment"] for e in events if e["type"] in GRANTS and e["actor_kind"] in ("seller", "system")]
        late = [e["moment"] for e in events if e["type"] in LATE]
        if "refunded" in marks and granted and min(granted) <= horizon and (not late or min(granted) < min(late)):
            marks.add("proactive")
        return marks


def _marks(kind: str, effective: bool, refunded: bool, known: bool) -> set[str]:  # noqa: FBT001 - three marks of one row
    marks = {"initiated"}
    if not known:
        return marks | {"unknown"}
    if effective:
        marks |= {"effective", "called_off" if kind == "cancel" else "returned"}
    return marks | {"refunded"} if refunded else marks
