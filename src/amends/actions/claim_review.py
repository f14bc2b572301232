"""A person of the platform takes a dispute to rule on it, or gives it back (C-03: each lane is worked off by its reviewers)."""

from datetime import datetime

from amends.actions.commands import ClaimReview
from amends.actions.disputing import moved, said
from amends.actions.granting import NewId
from amends.actions.outcome import Blocked, Outcome, Unchanged
from amends.actions.recording import Change, Rows, record, refused
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules


def claim_review(file: CaseFile, command: ClaimReview, rules: Rules, now: datetime, new_id: NewId) -> Outcome:  # noqa: ARG001 -- every action is called alike
    """From now on only this person rules on the open round.

    Blocked: `review_taken`, `own_case`, `ruled_before`, `senior_lane`, `move_not_open`; to give back what one does not hold:
    `review_not_claimed`.
    """
    if blocked := refused(file, rules, command, "claim_review", now):
        return blocked
    dispute, actor = file.dispute, command.actor
    if dispute is None:
        return Blocked(code="move_not_open", reasons=("move_not_open",))
    if command.theme is not None and command.theme not in rules.vocabulary.words("themes"):
        return Blocked(code="unknown_word", reasons=("unknown_word",), detail={"word": command.theme, "list": "themes"})
    if command.give_back:
        if dispute.reviewer is None:
            return Blocked(code="review_not_claimed", reasons=("review_not_claimed",))
        after = moved(dispute, "claimed", actor, reviewer=None, claimed_at=None)
    elif dispute.reviewer == actor.id and command.theme in (None, dispute.theme):
        return Unchanged(why="review_yours")
    else:
        after = moved(dispute, "claimed", actor, reviewer=actor.id, claimed_at=now, theme=command.theme or dispute.theme)
    body = said(after) | {"given_back": command.give_back}
    return record(file, rules, actor, now, Change(event="review_claimed", body=body, rows=Rows(disputes=(after,))))
