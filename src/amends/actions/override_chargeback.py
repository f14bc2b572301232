"""A person of the platform lets refunds through although the payment is disputed; who, when and why is recorded (M11)."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from amends.actions.chargeback_commands import OverrideChargeback
from amends.actions.charging_back import traced
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules

OVERRIDES: Final = "chargebacks.override"


def override_chargeback(file: CaseFile, command: OverrideChargeback, rules: Rules, now: datetime, new_id: NewId) -> Outcome:
    """What the chargeback holds of the payment stays held: only what is beyond it can be refunded.

    Blocked: `not_found`, `permission_missing`, `missing_field` (no reason given), `move_not_open` (it freezes nothing).
    """
    known = next((c for c in file.chargebacks if c.id == command.chargeback_id), None)
    if known is None:
        return Blocked(code="not_found", reasons=("not_found",))
    if not command.actor.may(OVERRIDES):
        return Blocked(code="permission_missing", reasons=("permission_missing",), detail={"permission": OVERRIDES})
    if not command.why.strip():
        return Blocked(code="missing_field", reasons=("missing_field",), detail={"field": "why"})
    if not known.freezes:
        return Blocked(code="move_not_open", reasons=("move_not_open",), detail={"state": known.state})
    after = replace(known, override_by=command.actor.id, override_at=now, override_why=command.why.strip())
    return traced(file, rules, command.actor, now, new_id, "chargeback_overridden", after)
