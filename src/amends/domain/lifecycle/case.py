"""The case, whole: every transition of an after-sales case. docs/lifecycle.md draws it.

A line reads: row number, from, event, by whom, to, the action that brings it about; then for which kinds, and its clocks and wishes.
"""

from typing import Any, Final

from amends.domain.facts.words import FINAL_STATES
from amends.domain.lifecycle.machine import CASE_KINDS, EVERY_CLOCK, SAME, START, STORED, Row, Table

_REFUNDS: Final = "cancel refund_in_transit refund_only"
_CANCEL: Final = "cancel"
_RETURNS: Final = "return_refund exchange"
_RETURN: Final = "return_refund"
_EXCHANGE: Final = "exchange"
_TRANSIT: Final = "refund_in_transit"
_ASKERS: Final = "buyer seller platform importer"
_REJECTED: Final = "rejected_1 rejected_2"
_PAID_BY_TIME: Final = "pending_review negotiating refuse_sign_agreed return_in_transit return_delivered awaiting_seller_ship"
_PAYING: Final = "refund_approved refund_failed"
_WITHDRAWABLE: Final = (
    "awaiting_proof in_recheck negotiating refuse_sign_agreed awaiting_buyer_ship return_in_transit return_delivered "
    "awaiting_seller_ship rejected_1 rejected_2 in_dispute"
)
_CONVERTIBLE: Final = "pending_review awaiting_buyer_ship return_in_transit return_delivered awaiting_seller_ship rejected_2"
_AFTER_INTERCEPTION: Final = "refuse_sign_agreed refund_approved refund_failed completed"
_OPEN: Final = "pending_review replacement_in_transit " + _WITHDRAWABLE
_HELD: Final = "awaiting_proof in_recheck awaiting_buyer_ship rejected_2 in_dispute refund_approved refund_failed"
"""Where a statutory refund that is due waits: for the goods or proof of their sending, for a ruling, or for the payment."""
_LIVE: Final = _OPEN + " refund_approved refund_failed"
_EVERY: Final = _LIVE + " completed closed"
_EVERY_CLOCK: Final = " ".join(EVERY_CLOCK)
OUTLIVING: Final = frozenset({"appeal", "dispute"})
"""Clocks that may run on when a case has ended: a ruling may be appealed, and the appeal is owed its own ruling (N-08)."""
_ALL: Final = " ".join(kind for kind in EVERY_CLOCK if kind not in OUTLIVING)
_UNPAID: Final = " ".join(kind for kind in EVERY_CLOCK if kind not in OUTLIVING | {"statutory_refund"})
_RULED: Final = _UNPAID + " dispute"
_APPEALED: Final = "refund_approved refund_failed completed closed"
"""Where a ruling may still be appealed, and the appeal ruled on: what was granted, also where nothing could be paid and it was given up."""
_LISTS: Final = ("kinds", "starts", "stops", "pauses", "resumes", "shrinks", "wishes")


def _row(number: int, sources: str, event: str, by: str, to: str, action: str, **more: Any) -> Row:
    lists: dict[str, Any] = {name: tuple(said.split()) if name in _LISTS else said for name, said in more.items()}
    return Row(number=number, sources=tuple(sources.split()), event=event, by=tuple(by.split()), to=to, action=action, **lists)


# fmt: off
_ROWS: Final = (
    # Opening
    _row(1, START, "case_opened", _ASKERS, "pending_review", "open_case", starts="review first_response"),
    _row(29, START, "proof_demanded", _ASKERS, "awaiting_proof", "open_case", starts="proof"),
    _row(31, START, "sent_to_recheck", _ASKERS, "in_recheck", "open_case", starts="recheck statutory_refund"),
    _row(18, START, "child_opened", "seller platform", "rejected_2", "inspect_return", kinds=_RETURNS, starts="escalate"),
    # Statutory withdrawal: no review and no proof; the refund is due in 14 days and held until goods or proof of their sending arrive
    _row(0, START, "withdrawal_declared", "buyer platform", "refund_approved", "open_case",
         kinds=_CANCEL, starts="refund_reconcile statutory_refund", wishes="pay_refund notify", source="E-19"),
    _row(0, START, "withdrawal_declared", "buyer platform", "awaiting_buyer_ship", "open_case",
         kinds=_RETURN, starts="ship_back statutory_refund", wishes="notify", source="E-19"),
    _row(0, "pending_review", "withdrawal_declared", "buyer", "refund_approved", "amend",
         kinds=_CANCEL, starts="refund_reconcile statutory_refund", stops=_UNPAID, wishes="pay_refund notify", source="E-19"),
    _row(0, "pending_review", "withdrawal_declared", "buyer", "awaiting_buyer_ship", "amend",
         kinds=_RETURN, starts="ship_back statutory_refund", stops=_UNPAID, wishes="notify", source="E-19"),
    _row(0, "in_recheck", "withdrawal_declared", "platform", "refund_approved", "decide_recheck",
         kinds=_CANCEL, starts="refund_reconcile statutory_refund", stops=_UNPAID, wishes="pay_refund notify", source="E-19"),
    _row(0, "in_recheck", "withdrawal_declared", "platform", "awaiting_buyer_ship", "decide_recheck",
         kinds=_RETURN, starts="ship_back statutory_refund", stops=_UNPAID, wishes="notify", source="E-19"),
    _row(0, "return_in_transit return_delivered", "statutory_refund_expired", "system", "refund_approved", "fire_deadline",
         kinds=_RETURN, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund", source="E-19"),
    _row(0, _HELD, "statutory_refund_expired", "system", SAME, "fire_deadline", wishes="notify", decides=False, source="E-19"),
    # Proof and the second look
    _row(30, "awaiting_proof", "proof_given", "buyer platform", "pending_review", "submit_evidence",
         starts="review first_response", stops="proof", resumes="review first_response"),
    _row(30, "awaiting_proof", "sent_to_recheck", "buyer platform system", "in_recheck", "submit_evidence",
         starts="recheck", stops="proof"),
    _row(40, "awaiting_proof", "proof_expired", "system", "closed", "fire_deadline", stops=_ALL),
    _row(31, "pending_review", "sent_to_recheck", "buyer platform system", "in_recheck", "submit_evidence",
         starts="recheck", stops="proof", pauses="review first_response", until="recheck_admitted"),
    _row(32, "in_recheck", "recheck_admitted", "platform", "pending_review", "decide_recheck",
         starts="review first_response", stops="recheck", resumes="review first_response"),
    _row(32, "in_recheck", "recheck_asked_proof", "platform", "awaiting_proof", "decide_recheck",
         starts="proof", stops="recheck"),
    _row(32, "in_recheck", "recheck_declined", "platform", "closed", "decide_recheck", stops=_ALL),
    _row(42, "in_recheck", "recheck_expired", "system", SAME, "fire_deadline", starts="recheck", wishes="notify", decides=False),
    _row(43, "pending_review", "more_proof_asked", "seller", SAME, "ask_for_proof",
         starts="proof", stops="first_response", pauses="review", wishes="notify", until="proof_given"),
    _row(43, "pending_review", "proof_given", "buyer platform", SAME, "submit_evidence", stops="proof", resumes="review"),
    _row(43, "pending_review", "proof_expired", "system", SAME, "fire_deadline", resumes="review"),
    _row(0, _OPEN, "proof_added", "buyer seller platform", SAME, "submit_evidence", source="T-03, T-06"),
    # The review
    _row(2, "pending_review", "approved", "seller system", "refund_approved", "approve",
         kinds=_REFUNDS, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(3, "pending_review", "approved", "seller system", "awaiting_buyer_ship", "approve",
         kinds=_RETURNS, starts="ship_back", stops=_UNPAID),
    _row(2, "pending_review", "review_expired", "system", "refund_approved", "fire_deadline",
         kinds=_REFUNDS, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(3, "pending_review", "review_expired", "system", "awaiting_buyer_ship", "fire_deadline",
         kinds=_RETURNS, starts="ship_back", stops=_UNPAID),
    _row(4, "pending_review", "rejected", "seller", "rejected_1", "reject", starts="escalate", stops=_UNPAID),
    _row(4, "pending_review negotiating", "rejected_by_shipping", "seller carrier system", "rejected_1", "ship_order",
         kinds=_CANCEL, starts="escalate", stops=_UNPAID),
    _row(5, "pending_review", "withdrawn", "buyer", "closed", "withdraw", stops=_EVERY_CLOCK),
    _row(38, _WITHDRAWABLE, "withdrawn", "buyer", "closed", "withdraw", stops=_EVERY_CLOCK),
    _row(39, "pending_review", "amended", "buyer", SAME, "amend"),
    _row(21, "pending_review rejected_1", "returnless_refund", "seller", "refund_approved", "approve",
         kinds=_RETURN, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(21, "pending_review", "returnless_refund", "system", "refund_approved", "approve",
         kinds=_RETURN, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(22, "rejected_1", "approved", "seller", "refund_approved", "approve",
         kinds=_REFUNDS, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(22, "rejected_1", "approved", "seller", "awaiting_buyer_ship", "approve",
         kinds=_RETURNS, starts="ship_back", stops=_UNPAID),
    _row(22, "rejected_2", "return_accepted", "seller", "refund_approved", "approve",
         kinds=_RETURN, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(22, "rejected_2", "return_accepted", "seller", "awaiting_seller_ship", "approve",
         kinds=_EXCHANGE, starts="seller_ship", stops=_UNPAID),
    _row(24, _REJECTED, "escalate_expired", "system", "closed", "fire_deadline", stops=_ALL),
    _row(0, "pending_review negotiating", "first_response_expired", "system", SAME, "fire_deadline",
         wishes="pay_compensation notify", decides=False, source="C-04"),
    _row(0, _EVERY, "compensation_paid", "provider system", SAME, "record_compensation_result", decides=False, source="C-04"),
    _row(0, _EVERY, "compensation_failed", "provider system", SAME, "record_compensation_result",
         wishes="notify", decides=False, source="C-04"),
    # The conversation: what is said changes nothing that a decision rests on; what is pinned is proof
    _row(0, _LIVE, "message_sent", "buyer seller platform system", SAME, "send_message", decides=False, source="U-10, T-07"),
    _row(0, _LIVE, "replied", "seller", SAME, "send_message", stops="first_response", decides=False,
         source="C-04: a personal reply is human handling"),
    _row(0, _LIVE, "message_pinned", "buyer seller platform", SAME, "pin_message", source="V-07"),
    _row(0, _EVERY, "compensation_replaced", "platform", SAME, "retry_compensation",
         wishes="pay_compensation", decides=False, source="C-04"),
    # Before the end, and when nobody could act
    _row(0, _EVERY, "deadline_near", "system", SAME, "warn_of_deadline", wishes="notify", decides=False,
         source="silent approval is what sellers complain about most"),
    _row(0, _EVERY, "deadlines_extended", "system platform", SAME, "extend_deadlines", decides=False,
         source="an outage of the platform is nobody's delay"),
    _row(0, _EVERY, "deadlines_reconsidered", "system", SAME, "reconsider_deadlines", decides=False,
         source="a deadline beyond what a calendar confirms is provisional and may only move later"),
    _row(0, _EVERY, "freight_charged", "platform carrier seller system", SAME, "charge_freight", decides=False, source="L-08, N-04"),
    # Negotiation. A rule of the shop proposes as the system: no person has answered yet, so the first response stays owed
    _row(6, "pending_review rejected_1 rejected_2", "proposal_made", "platform", "negotiating", "propose",
         starts="proposal", stops="proof", pauses="review first_response escalate", wishes="notify", until="proposal_closed"),
    _row(6, "negotiating", "proposal_made", "platform", SAME, "propose",
         starts="proposal", stops="proposal", pauses="review first_response escalate", wishes="notify", until="proposal_closed"),
    _row(6, "pending_review", "proposal_made", "system", "negotiating", "propose",
         starts="proposal", stops="proof", resumes="review", wishes="notify"),
    _row(6, "pending_review rejected_1 rejected_2", "proposal_made", "seller", "negotiating", "propose",
         starts="proposal", stops="first_response proof", pauses="escalate", resumes="review", wishes="notify", until="proposal_closed"),
    _row(7, "negotiating", "proposal_accepted", "buyer", "refund_approved", "answer_proposal",
         kinds=_REFUNDS, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(7, "negotiating", "proposal_accepted", "buyer", "awaiting_buyer_ship", "answer_proposal",
         kinds=_RETURNS, starts="ship_back", stops=_UNPAID),
    _row(7, "negotiating", "settlement_accepted", "buyer", "refund_approved", "answer_proposal",
         kinds=_RETURNS, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(7, "negotiating", "proof_given", "buyer", STORED, "answer_proposal",
         stops="proposal", resumes="review first_response escalate"),
    _row(8, "negotiating", "proposal_declined", "buyer", STORED, "answer_proposal",
         stops="proposal", resumes="review first_response escalate"),
    _row(8, "negotiating", "proposal_expired", "system", STORED, "fire_deadline", resumes="review first_response escalate"),
    _row(9, "negotiating", "approved", "seller", "refund_approved", "approve",
         kinds=_REFUNDS, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(9, "negotiating", "approved", "seller", "awaiting_buyer_ship", "approve",
         kinds=_RETURNS, starts="ship_back", stops=_UNPAID),
    _row(9, "negotiating", "return_accepted", "seller", "refund_approved", "approve",
         kinds=_RETURN, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(9, "negotiating", "return_accepted", "seller", "awaiting_seller_ship", "approve",
         kinds=_EXCHANGE, starts="seller_ship", stops=_UNPAID),
    _row(9, "negotiating", "review_expired", "system", "refund_approved", "fire_deadline",
         kinds=_REFUNDS, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(9, "negotiating", "review_expired", "system", "awaiting_buyer_ship", "fire_deadline",
         kinds=_RETURNS, starts="ship_back", stops=_UNPAID),
    # Refusing the parcel
    _row(10, "pending_review", "refuse_sign_agreed", "seller system", "refuse_sign_agreed", "agree_refusal",
         kinds=_TRANSIT, starts="refuse_sign", stops="review first_response proof", wishes="notify"),
    _row(0, "pending_review refuse_sign_agreed", "interception_ordered", "seller", SAME, "order_interception",
         kinds=_TRANSIT, starts="interception", wishes="order_interception", decides=False, source="L-01, T-03"),
    _row(0, "pending_review refuse_sign_agreed", "interception_accepted", "carrier platform", SAME, "record_interception",
         kinds=_TRANSIT, stops="interception", decides=False, source="L-01"),
    _row(0, "pending_review refuse_sign_agreed", "interception_failed", "carrier platform", SAME, "record_interception record_scan",
         kinds=_TRANSIT, stops="interception", decides=False, source="L-01"),
    _row(0, "pending_review refuse_sign_agreed", "interception_expired", "system", SAME, "fire_deadline",
         kinds=_TRANSIT, wishes="notify", decides=False, source="L-01"),
    _row(0, _AFTER_INTERCEPTION, "carrier_complained", "seller", SAME, "complain_to_carrier",
         kinds=_TRANSIT, wishes="lodge_complaint", decides=False, source="L-02, F-05"),
    _row(0, _AFTER_INTERCEPTION, "complaint_answered", "carrier platform", SAME, "answer_complaint",
         kinds=_TRANSIT, decides=False, source="L-02, F-05"),
    _row(11, "refuse_sign_agreed", "parcel_settled", "carrier", SAME, "record_scan", kinds=_TRANSIT, shrinks="refuse_sign"),
    _row(12, "pending_review refuse_sign_agreed", "interception_confirmed", "carrier system", "refund_approved", "record_scan record_interception",
         kinds=_TRANSIT, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(12, "refuse_sign_agreed", "refused_by_trusted_buyer", "carrier system", "refund_approved", "record_scan",
         kinds=_TRANSIT, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(12, "refuse_sign_agreed", "parcel_back", "carrier system", "refund_approved", "record_scan",
         kinds=_TRANSIT, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(12, "refuse_sign_agreed", "approved", "seller", "refund_approved", "approve",
         kinds=_TRANSIT, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(13, "refuse_sign_agreed", "rejected", "seller", "rejected_1", "reject",
         kinds=_TRANSIT, starts="escalate", stops=_UNPAID),
    _row(33, "refuse_sign_agreed", "refuse_sign_expired", "system", "refund_approved", "fire_deadline",
         kinds=_TRANSIT, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    # Goods on their way back
    _row(14, "awaiting_buyer_ship", "return_shipped", "buyer", "return_in_transit", "ship_return",
         kinds=_RETURNS, starts="return_scan return_arrival statutory_refund", stops="ship_back", wishes="poll_parcel"),
    _row(14, "awaiting_buyer_ship", "return_scanned", "carrier", "return_in_transit", "record_scan",
         kinds=_RETURNS, starts="return_arrival statutory_refund", stops="ship_back"),
    _row(0, "return_in_transit", "return_scanned", "carrier", SAME, "record_scan",
         kinds=_RETURNS, stops="return_scan", decides=False, source="C-10"),
    _row(0, "return_in_transit", "return_scan_expired", "system", SAME, "fire_deadline",
         kinds=_RETURNS, wishes="notify", decides=False, source="C-10"),
    _row(15, "awaiting_buyer_ship", "ship_back_expired", "system", "closed", "fire_deadline", kinds=_RETURNS, stops=_ALL),
    _row(16, "return_in_transit", "return_delivered", "carrier", "return_delivered", "record_scan",
         kinds=_RETURNS, starts="review_return", stops="return_scan return_arrival"),
    _row(17, "return_delivered", "return_accepted", "seller", "refund_approved", "inspect_return approve",
         kinds=_RETURN, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(19, "return_delivered", "return_accepted", "seller", "awaiting_seller_ship", "inspect_return approve",
         kinds=_EXCHANGE, starts="seller_ship", stops=_UNPAID),
    _row(17, "return_delivered", "review_return_expired", "system", "refund_approved", "fire_deadline",
         kinds=_RETURN, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(19, "return_delivered", "review_return_expired", "system", "awaiting_seller_ship", "fire_deadline",
         kinds=_EXCHANGE, starts="seller_ship", stops=_UNPAID),
    _row(18, "return_delivered", "return_rejected", "seller", "rejected_2", "inspect_return reject",
         kinds=_RETURNS, starts="escalate", stops=_UNPAID),
    _row(34, "return_in_transit", "return_arrival_expired", "system", SAME, "fire_deadline",
         kinds=_RETURNS, starts="return_arrival", wishes="notify", decides=False),
    _row(41, "return_in_transit", "return_found", "platform", "return_delivered", "settle_return",
         kinds=_RETURNS, starts="review_return", stops="return_scan return_arrival"),
    _row(41, "return_in_transit", "return_lost", "platform", "refund_approved", "settle_return",
         kinds=_RETURNS, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(41, "return_in_transit return_delivered", "return_never_sent", "platform", "closed", "settle_return",
         kinds=_RETURNS, stops=_ALL),
    _row(0, "awaiting_buyer_ship", "label_issued", "carrier", SAME, "record_label",
         kinds=_RETURNS, wishes="poll_parcel", decides=False, source="L-05"),
    _row(0, "awaiting_buyer_ship", "label_refused", "carrier", SAME, "record_label", kinds=_RETURNS, decides=False, source="L-05"),
    _row(0, "return_in_transit", "return_number_corrected", "buyer platform", SAME, "correct_return_number",
         kinds=_RETURNS, starts="return_scan", stops="return_scan", decides=False, source="L-07, C-10"),  # who asks the carrier reads it anew
    _row(0, "return_delivered", "return_held", "carrier", SAME, "record_scan",
         kinds=_RETURNS, starts="recheck", pauses="review_return", wishes="notify", until="return_released", source="L-07, F-02"),
    _row(0, "return_delivered", "return_released", "platform", SAME, "settle_return",
         kinds=_RETURNS, stops="recheck", resumes="review_return", source="L-07"),
    # Replacement
    _row(19, "awaiting_seller_ship", "replacement_shipped", "seller", "replacement_in_transit", "ship_replacement",
         kinds=_EXCHANGE, starts="return_arrival", stops="seller_ship", wishes="notify"),
    _row(20, _CONVERTIBLE, "converted_to_refund", "seller", "refund_approved", "convert_to_refund",
         kinds=_EXCHANGE, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(20, "awaiting_seller_ship", "converted_to_refund", "buyer", "refund_approved", "convert_to_refund",
         kinds=_EXCHANGE, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(35, "awaiting_seller_ship", "seller_ship_expired", "system", SAME, "fire_deadline",
         kinds=_EXCHANGE, starts="seller_ship", wishes="notify"),
    _row(35, "awaiting_seller_ship", "converted_to_refund", "system", "refund_approved", "fire_deadline",
         kinds=_EXCHANGE, starts="refund_reconcile", stops=_UNPAID, wishes="pay_refund"),
    _row(36, "replacement_in_transit", "replacement_delivered", "carrier", SAME, "record_scan",
         kinds=_EXCHANGE, starts="replacement_acceptance", stops="return_arrival"),
    _row(36, "replacement_in_transit", "return_arrival_expired", "system", SAME, "fire_deadline",
         kinds=_EXCHANGE, starts="return_arrival", wishes="notify", decides=False),
    _row(19, "replacement_in_transit", "replacement_accepted", "buyer", "completed", "accept_replacement",
         kinds=_EXCHANGE, stops=_ALL),
    _row(36, "replacement_in_transit", "replacement_acceptance_expired", "system", "completed", "fire_deadline",
         kinds=_EXCHANGE, stops=_ALL),
    # Dispute, and the appeal: a further round, after which a case may have ended already
    _row(23, _REJECTED, "escalated", "buyer", "in_dispute", "escalate", starts="dispute", stops="escalate", wishes="notify"),
    _row(0, "in_dispute " + _APPEALED, "review_claimed", "platform", SAME, "claim_review", decides=False, source="C-03"),
    _row(0, "in_dispute " + _APPEALED, "ruling_proposed", "platform", SAME, "rule", wishes="notify", source="four eyes above a limit"),
    _row(0, "in_dispute " + _APPEALED, "ruling_declined", "platform", SAME, "confirm_ruling", source="four eyes above a limit"),
    _row(25, "in_dispute", "ruled_for_buyer", "platform", "refund_approved", "rule confirm_ruling",
         starts="refund_reconcile appeal", stops=_RULED, wishes="pay_refund notify"),
    _row(25, "in_dispute", "ruled_return", "platform", "awaiting_buyer_ship", "rule confirm_ruling",
         kinds=_RETURNS, starts="ship_back", stops=_RULED, wishes="notify"),
    _row(26, "in_dispute", "ruled_for_seller", "platform", "closed", "rule confirm_ruling",
         starts="appeal", stops=_EVERY_CLOCK, wishes="notify"),
    _row(26, "in_dispute", "dispute_cancelled", "buyer", "closed", "cancel_dispute", stops=_EVERY_CLOCK, wishes="notify"),
    _row(37, "in_dispute " + _APPEALED, "dispute_expired", "system", SAME, "fire_deadline", starts="dispute", wishes="notify", decides=False),
    _row(0, _APPEALED, "appealed", "seller", SAME, "appeal", starts="dispute", stops="appeal", wishes="notify", source="N-08"),
    _row(0, "closed", "appealed", "buyer", "in_dispute", "appeal", starts="dispute", stops="appeal", wishes="notify", source="T-06, N-08"),
    _row(0, _APPEALED, "appeal_expired", "system", SAME, "fire_deadline", decides=False, source="N-08"),
    _row(0, _APPEALED, "ruled_for_buyer", "platform", SAME, "rule confirm_ruling",
         starts="appeal", stops="dispute", wishes="notify", source="N-08: the appeal is dismissed"),
    _row(0, _APPEALED, "ruled_for_seller", "platform", SAME, "rule confirm_ruling",
         stops="dispute", wishes="notify", source="N-08: the appeal is upheld, the refund stays with the buyer"),
    _row(0, _APPEALED, "proof_added", "buyer seller platform", SAME, "submit_evidence", source="N-08: both sides' proof in an appeal"),
    # Money
    _row(27, _PAYING, "refund_succeeded", "provider system", "completed", "record_refund_result", stops=_ALL),
    _row(27, _PAYING, "refund_failed", "provider system", "refund_failed", "record_refund_result", wishes="notify"),
    _row(27, "refund_approved", "nothing_to_pay", "system", "completed", "approve",
         stops=_ALL, source="cash on delivery that was never collected"),
    _row(27, _PAYING, "refund_part_succeeded", "provider system", SAME, "record_refund_result", decides=False),
    _row(28, _PAYING, "refund_unknown", "provider system", SAME, "record_refund_result",
         starts="refund_reconcile", stops="refund_reconcile", decides=False),
    _row(28, "refund_approved", "refund_reconcile_expired", "system", SAME, "fire_deadline",
         starts="refund_reconcile", wishes="find_refund", decides=False),
    _row(28, "refund_failed", "refund_reconcile_expired", "system", SAME, "fire_deadline",
         starts="refund_reconcile", wishes="find_refund notify", decides=False),
    _row(28, "refund_approved", "refund_overdue", "system", SAME, "fire_deadline",
         starts="refund_reconcile", wishes="find_refund notify", decides=False, source="after 24 hours an operator"),
    _row(28, _PAYING, "refund_replaced", "platform system", "refund_approved", "retry_refund",
         starts="refund_reconcile", stops="refund_reconcile", wishes="pay_refund"),
    _row(27, "completed closed", "refund_came_back", "provider system", "refund_failed", "record_refund_result",
         starts="refund_reconcile", wishes="notify"),
    _row(28, _PAYING + " completed closed", "refund_parked", "provider system", SAME, "record_refund_result", wishes="notify", decides=False,
         source="a refund that was replaced turns out to be paid"),
    _row(28, "refund_failed", "refund_given_up", "platform", "closed", "give_up_refund", stops=_ALL, wishes="notify",
         source="M01: the money went another way"),
    _row(28, "refund_failed", "refund_part_given_up", "platform", SAME, "give_up_refund", source="M01: the money went another way"),
    # Chargebacks leave a trace on the cases that they touch; what they do to money stands on the payment
    _row(0, _EVERY, "chargeback_opened", "provider platform", SAME, "record_chargeback", wishes="notify", decides=False, source="M11"),
    _row(0, _EVERY, "chargeback_closed", "provider platform", SAME, "record_chargeback", wishes="notify", decides=False, source="M11"),
    _row(0, _EVERY, "chargeback_answered", "seller platform", SAME, "answer_chargeback", decides=False, source="M11"),
    _row(0, _EVERY, "chargeback_overridden", "platform", SAME, "override_chargeback", decides=False, source="M11"),
    # Time says pay, and the payments cannot: the state stays, and a person of the platform looks every day until somebody decides
    _row(0, _PAID_BY_TIME, "payment_blocked", "system", SAME, "fire_deadline", starts="recheck", wishes="notify",
         source="time never loses a case"),
    _row(42, _PAID_BY_TIME + " rejected_1 rejected_2 in_dispute replacement_in_transit", "recheck_expired", "system", SAME, "fire_deadline",
         starts="recheck", wishes="notify", decides=False),
)
# fmt: on

CASE: Final = Table("case", _ROWS, final=FINAL_STATES, kinds=CASE_KINDS)
PROMISED_ONLY_BY_SOME: Final = frozenset({"first_response", "return_scan", "interception", "appeal", "statutory_refund"})
"""Clocks that only some markets or roads promise; no case may rest on them alone."""
