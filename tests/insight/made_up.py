"""A made-up marketplace laid straight into a copy: everything that a definition looks at happens in it, by chance and often enough."""

import random
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import duckdb
import pyarrow as pa

DAY0: Final = datetime(2026, 10, 1)  # noqa: DTZ001 - the copy's moments are UTC without saying so
STARTS: Final = (
    "pending_review",
    "pending_review",
    "awaiting_proof",
    "in_recheck",
    "return_delivered",
    "rejected_1",
    "replacement_in_transit",
)
MOVES: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "awaiting_proof": (("proof_given", "buyer", "pending_review"), ("proof_expired", "system", "closed")),
    "in_recheck": (("recheck_admitted", "platform", "pending_review"), ("recheck_declined", "platform", "closed")),
    "pending_review": (
        ("approved", "seller", "refund_approved"), ("approved", "system", "refund_approved"), ("approved", "seller", "awaiting_buyer_ship"),
        ("rejected", "seller", "rejected_1"), ("review_expired", "system", "refund_approved"), ("withdrawn", "buyer", "closed"),
        ("proposal_made", "platform", "negotiating"), ("proposal_made", "seller", "negotiating"), ("replied", "seller", ""),
        ("message_sent", "seller", ""), ("first_response_expired", "system", ""), ("returnless_refund", "seller", "refund_approved"),
        ("refuse_sign_agreed", "seller", "refuse_sign_agreed"), ("refuse_sign_agreed", "seller", "refuse_sign_agreed"),
    ),
    "refuse_sign_agreed": (("refusal_delivered", "carrier", "refund_approved"), ("withdrawn", "buyer", "closed")),
    "negotiating": (("proposal_accepted", "buyer", "refund_approved"), ("proposal_declined", "buyer", "pending_review")),
    "rejected_1": (("escalated", "buyer", "in_dispute"), ("escalated", "buyer", "in_dispute"), ("escalate_expired", "system", "closed"), ("approved", "seller", "awaiting_buyer_ship")),
    "rejected_2": (("escalated", "buyer", "in_dispute"), ("return_accepted", "seller", "refund_approved")),
    "in_dispute": (
        ("ruled_for_buyer", "platform", "refund_approved"), ("ruled_for_seller", "platform", "closed"), ("dispute_cancelled", "buyer", "closed"),
    ),
    "awaiting_buyer_ship": (("return_shipped", "buyer", "return_in_transit"), ("return_rejected", "seller", "rejected_2"), ("ship_back_expired", "system", "closed")),
    "return_in_transit": (("return_delivered", "carrier", "return_delivered"),),
    "return_delivered": (
        ("return_accepted", "seller", "refund_approved"), ("return_rejected", "seller", "rejected_2"),
        ("review_return_expired", "system", "refund_approved"), ("return_accepted", "seller", "awaiting_seller_ship"),
    ),
    "awaiting_seller_ship": (("replacement_shipped", "seller", "replacement_in_transit"),),
    "replacement_in_transit": (("replacement_accepted", "buyer", "completed"), ("replacement_acceptance_expired", "system", "completed")),
    "refund_approved": (
        ("refund_succeeded", "provider", "completed"), ("refund_failed", "provider", "refund_failed"), ("nothing_to_pay", "system", "completed"),
    ),
    "refund_failed": (("refund_given_up", "platform", "closed"), ("refund_succeeded", "provider", "completed")),
    "completed": (("appealed", "seller", ""), ("ruled_for_seller", "platform", ""), ("ruled_for_buyer", "platform", "")),
    "closed": (("appealed", "buyer", "in_dispute"),),
}  # fmt: skip
TOLD: Final = ("pending", "awaiting_buyer_response", "awaiting_buyer_ship", "shipped", "approved", "complete", "request_rejected", "package_rejected",
               "cancelled", "replacement_pending", "replacement_complete", "ended_as_refund", "unknown")  # fmt: skip
KINDS: Final = ("cancel", "refund_in_transit", "refund_only", "return_refund", "exchange")
REASONS: Final = ("damaged", "does_not_fit", "not_received")
CATEGORIES: Final = ("apparel", "home", "3c")


class MadeUp:
    """Rows by table, as the copy holds them."""

    def __init__(self, seed: int, orders: int = 14, *, base: int = 0) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a made-up world
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in (
            "shop", "orders", "order_line", "origin", "replacement", "told_return", "event", "cases", "case_line", "proposal", "money", "stay")}  # fmt: skip
        self.number = base
        for shop in (1, 2):
            self.rows["shop"].append({"shop_id": shop, "reference": f"s{shop}", "name": f"Shop {shop}", "market": "us"})
        for _ in range(orders):
            self._order()

    def _id(self) -> str:
        self.number += 1
        return str(UUID(int=self.number))

    def _some(self, days: float) -> timedelta:
        return timedelta(minutes=self.dice.randrange(int(days * 1440)))

    def _order(self) -> None:
        dice, order_id, shop = self.dice, self._id(), self.dice.choice((1, 1, 2))
        placed = DAY0 - timedelta(days=5) + self._some(38)
        cancelled = placed + self._some(9) if dice.random() < 0.15 else None
        status = "cancelled" if cancelled or dice.random() < 0.03 else "delivered"
        self.rows["orders"].append({
            "shop_id": shop, "order_id": order_id, "reference": f"O{self.number}", "purchase": f"O{self.number}", "market": dice.choice(("us", "gb")),
            "currency": "USD", "status": status, "sale_format": "shelf", "source": "marketplace", "channel": None, "erased": False,
            "placed_at": placed, "paid_at": None if dice.random() < 0.1 else placed + self._some(2), "shipped_at": None, "delivered_at": None,
            "cancelled_at": cancelled, "changed_at": DAY0})  # fmt: skip
        if dice.random() < 0.5:
            self.rows["origin"].append({"shop_id": shop, "order_id": order_id, "room": dice.choice(("R1", "R2")), "host": "lin",
                                        "replacement": dice.random() < 0.2})  # fmt: skip
        elif dice.random() < 0.1:
            self.rows["replacement"].append({"shop_id": shop, "order_id": order_id, "case_id": self._id()})
        lines = []
        for n in range(dice.choice((1, 1, 2, 3))):
            line = {"shop_id": shop, "line_id": self._id(), "order_id": order_id, "reference": str(n), "sku": dice.choice(("A", "B", "C")), "title": "t",
                    "category": dice.choice(CATEGORIES), "quantity": 1, "price": 1, "shipping": 0, "tax": 0, "paid": 1, "commission": 0, "placed_at": placed, "changed_at": DAY0}  # fmt: skip
            lines.append(line)
        self.rows["order_line"] += lines
        for _ in range(dice.choice((0, 0, 1, 1, 2))):
            self._case(shop, order_id, placed, lines)
        if dice.random() < 0.25:
            self._told(shop, order_id, placed, lines)

    def _told(self, shop: int, order_id: str, placed: datetime, lines: list[dict[str, Any]]) -> None:
        dice = self.dice
        sku = dice.choice(("", *(line["sku"] for line in lines)))
        self.rows["told_return"].append({
            "shop_id": shop, "reference": self._id(), "sku": sku, "order_id": order_id, "kind": dice.choice(KINDS), "reason": dice.choice(REASONS),
            "status": dice.choice(TOLD), "quantity": 1, "refund": 1, "currency": "USD", "asked_at": placed + self._some(20), "told_at": DAY0 + timedelta(days=45),
            "changed_at": DAY0})  # fmt: skip

    def _case(self, shop: int, order_id: str, placed: datetime, lines: list[dict[str, Any]]) -> None:
        dice, case_id, at = self.dice, self._id(), placed + self._some(16)
        kind, opened, state, seq = dice.choice(KINDS), at, dice.choice(STARTS), 1
        events = [self._event(shop, case_id, seq, "case_opened", at, "buyer", None, state)]
        for _ in range(dice.randrange(13)):
            if not MOVES[state]:
                break
            word, by, to = dice.choice(MOVES[state])
            at, seq, to = at + self._some(4), seq + 1, to or state
            events.append(self._event(shop, case_id, seq, word, at, by, state, to))
            if word == "proposal_made":
                self.rows["proposal"].append({"shop_id": shop, "proposal_id": self._id(), "case_id": case_id, "proposer": by, "channel": by,
                                              "state": "open", "opened_at": at})  # fmt: skip
            state = to
        self.rows["event"] += events
        self._stays(events)
        self.rows["money"].append({"shop_id": shop, "transaction_id": self._id(), "leg": 1, "case_id": case_id, "why": "refund", "currency": "USD",
                                   "moment": at, "party": dice.choice(("buyer", "seller")), "amount": dice.randrange(-500, 500), "changed_at": DAY0})  # fmt: skip
        self.rows["cases"].append({
            "shop_id": shop, "case_id": case_id, "order_id": order_id, "parent_id": None, "kind": kind, "reason": dice.choice(REASONS), "reason_group": "x",
            "state": state, "opened_at": opened, "amount": 1, "currency": "USD", "market": "us", "historical": dice.random() < 0.1, "ended": None,
            "closed_at": None, "words": None, "changed_at": DAY0})  # fmt: skip
        for line in dice.sample(lines, dice.randrange(1, len(lines) + 1)):
            self.rows["case_line"].append({"shop_id": shop, "case_id": case_id, "line_id": line["line_id"], "order_id": order_id, "quantity": 1, "amount": 1,
                                           "changed_at": DAY0})  # fmt: skip

    def _event(
        self, shop: int, case_id: str, seq: int, word: str, at: datetime, by: str, was: str | None, to: str
    ) -> dict[str, Any]:
        return {"shop_id": shop, "case_id": case_id, "seq": seq, "type": word, "moment": at, "actor_kind": by, "from_state": was, "to_state": to,
                "ground": "other" if word == "rejected" else None, "liability": None, "overturned": word == "ruled_for_buyer"}  # fmt: skip

    def _stays(self, events: list[dict[str, Any]]) -> None:
        moves = [event for event in events if event["from_state"] != event["to_state"]]
        for event, following in zip(moves, [*moves[1:], None], strict=True):
            self.rows["stay"].append({"shop_id": event["shop_id"], "case_id": event["case_id"], "state": event["to_state"], "entered_by": event["type"],
                                      "from_at": event["moment"], "until_at": following["moment"] if following else None})  # fmt: skip

    def lay(self, db: duckdb.DuckDBPyConnection, cut_off: datetime) -> None:
        """Into a copy."""
        for name, rows in self.rows.items():
            db.execute(f"delete from kept.{name}")  # noqa: S608 - our own tables
            if rows:
                db.register("made_up", pa.Table.from_pylist(rows))
                db.execute(f"insert into kept.{name} by name from made_up")
                db.unregister("made_up")
        db.execute("delete from kept.state")
        db.execute("insert into kept.state values ('x', 'y', $1, 1)", [cut_off])
