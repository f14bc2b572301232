"""Every command and what it does: the one place where a command finds its action."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from amends.actions import chargeback_commands, commands, conduct_commands, people_commands
from amends.actions.accept_replacement import accept_replacement
from amends.actions.agree_refusal import agree_refusal
from amends.actions.amend import amend
from amends.actions.answer_chargeback import answer_chargeback
from amends.actions.answer_complaint import answer_complaint
from amends.actions.answer_proposal import answer_proposal
from amends.actions.appeal import appeal
from amends.actions.approve import approve
from amends.actions.ask_for_proof import ask_for_proof
from amends.actions.by_itself import follow
from amends.actions.cancel_dispute import cancel_dispute
from amends.actions.charge_freight import charge_freight
from amends.actions.claim_review import claim_review
from amends.actions.complain_to_carrier import complain_to_carrier
from amends.actions.confirm_ruling import confirm_ruling
from amends.actions.convert_to_refund import convert_to_refund
from amends.actions.correct_return_number import correct_return_number
from amends.actions.decide_recheck import decide_recheck
from amends.actions.escalate import escalate
from amends.actions.extend_deadlines import extend_deadlines
from amends.actions.fire_deadline import fire_deadline
from amends.actions.give_up_refund import give_up_refund
from amends.actions.inspect_return import inspect_return
from amends.actions.open_case import open_case
from amends.actions.order_interception import order_interception
from amends.actions.outcome import Outcome, Recorded
from amends.actions.override_chargeback import override_chargeback
from amends.actions.pin_message import pin_message
from amends.actions.propose import propose
from amends.actions.reconsider_deadlines import reconsider_deadlines
from amends.actions.record_chargeback import record_chargeback
from amends.actions.record_compensation_result import record_compensation_result
from amends.actions.record_interception import record_interception
from amends.actions.record_label import record_label
from amends.actions.record_refund_result import record_refund_result
from amends.actions.record_scan import record_scan
from amends.actions.reject import reject
from amends.actions.retry_compensation import retry_compensation
from amends.actions.retry_refund import retry_refund
from amends.actions.rule import rule
from amends.actions.send_message import send_message
from amends.actions.settle_return import settle_return
from amends.actions.ship_order import ship_order
from amends.actions.ship_replacement import ship_replacement
from amends.actions.ship_return import ship_return
from amends.actions.submit_evidence import submit_evidence
from amends.actions.warn_of_deadline import warn_of_deadline
from amends.actions.withdraw import withdraw
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules

Action = Callable[[CaseFile, Any, Rules, datetime, Callable[[], UUID]], Outcome]

ACTIONS: Final[dict[type[commands.Command], Action]] = {
    commands.OpenCase: open_case,
    commands.Approve: approve,
    commands.Reject: reject,
    commands.Withdraw: withdraw,
    commands.SubmitEvidence: submit_evidence,
    commands.Amend: amend,
    commands.AskForProof: ask_for_proof,
    commands.DecideRecheck: decide_recheck,
    commands.ShipOrder: ship_order,
    commands.ShipReturn: ship_return,
    commands.RecordScan: record_scan,
    commands.InspectReturn: inspect_return,
    commands.ConvertToRefund: convert_to_refund,
    commands.ShipReplacement: ship_replacement,
    commands.AcceptReplacement: accept_replacement,
    commands.Propose: propose,
    commands.AnswerProposal: answer_proposal,
    commands.SettleReturn: settle_return,
    commands.Escalate: escalate,
    commands.CancelDispute: cancel_dispute,
    commands.Appeal: appeal,
    commands.ClaimReview: claim_review,
    commands.Rule: rule,
    commands.ConfirmRuling: confirm_ruling,
    chargeback_commands.RecordChargeback: record_chargeback,
    chargeback_commands.AnswerChargeback: answer_chargeback,
    chargeback_commands.OverrideChargeback: override_chargeback,
    chargeback_commands.GiveUpRefund: give_up_refund,
    commands.FireDeadline: fire_deadline,
    commands.RecordRefundResult: record_refund_result,
    commands.RetryRefund: retry_refund,
    people_commands.SendMessage: send_message,
    people_commands.PinMessage: pin_message,
    conduct_commands.WarnOfDeadline: warn_of_deadline,
    conduct_commands.ExtendDeadlines: extend_deadlines,
    conduct_commands.ReconsiderDeadlines: reconsider_deadlines,
    conduct_commands.RecordCompensationResult: record_compensation_result,
    conduct_commands.ChargeFreight: charge_freight,
    conduct_commands.RetryCompensation: retry_compensation,
    commands.CorrectReturnNumber: correct_return_number,
    commands.RecordLabel: record_label,
    commands.AgreeRefusal: agree_refusal,
    commands.OrderInterception: order_interception,
    commands.RecordInterception: record_interception,
    commands.ComplainToCarrier: complain_to_carrier,
    commands.AnswerComplaint: answer_complaint,
}


def act(file: CaseFile, command: commands.Command, rules: Rules, now: datetime, new_id: Callable[[], UUID]) -> Outcome:
    """Decide a command on a file, and what the platform and the shop's own rules do by themselves once it is decided.

    Nothing is touched; a command without an action is a bug and raises KeyError.
    """
    outcome = ACTIONS[type(command)](file, command, rules, now, new_id)
    if isinstance(command, commands.CaseCommand) and command.based_on is not None and isinstance(outcome, Recorded):
        outcome = _based(outcome, command.based_on)
    return follow(file, outcome, rules, now, new_id)


def _based(outcome: Recorded, version: int) -> Recorded:
    """The outcome, its decision saying which version of the case its actor saw."""
    if not outcome.events:
        return outcome
    decision, *after = outcome.events
    return replace(outcome, events=(replace(decision, body={**decision.body, "based_on": version}), *after))
