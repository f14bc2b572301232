"""The words that code itself speaks. All others live in `policies/vocabulary`."""

from typing import Literal, get_args

CaseKind = Literal["cancel", "refund_in_transit", "refund_only", "return_refund", "exchange"]
CaseState = Literal[
    "awaiting_proof",
    "in_recheck",
    "pending_review",
    "negotiating",
    "refuse_sign_agreed",
    "awaiting_buyer_ship",
    "return_in_transit",
    "return_delivered",
    "awaiting_seller_ship",
    "replacement_in_transit",
    "rejected_1",
    "rejected_2",
    "in_dispute",
    "refund_approved",
    "refund_failed",
    "completed",
    "closed",
]
FINAL_STATES: frozenset[str] = frozenset({"completed", "closed"})
ActorKind = Literal["buyer", "seller", "platform", "system", "carrier", "provider", "importer"]
DeadlineKind = Literal[
    "first_response",
    "review",
    "review_return",
    "proposal",
    "proof",
    "recheck",
    "ship_back",
    "return_scan",
    "seller_ship",
    "escalate",
    "dispute",
    "appeal",
    "refuse_sign",
    "interception",
    "refund_reconcile",
    "return_arrival",
    "replacement_acceptance",
    "statutory_refund",
]
DeadlineState = Literal["running", "paused", "done"]
RefundStatus = Literal["pending", "sent", "unknown", "succeeded", "failed", "given_up"]
EvidenceState = Literal["quarantined", "clean", "refused"]
Side = Literal["buyer", "seller"]
Effect = Literal[
    "pay_refund",
    "find_refund",
    "pay_compensation",
    "webhook",
    "notify",
    "order_interception",
    "lodge_complaint",
    "make_label",
    "poll_parcel",
]
EFFECTS: frozenset[str] = frozenset(get_args(Effect))
