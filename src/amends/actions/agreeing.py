"""Refuse the parcel and get the money back: agreed by the system where the programme applies, else by the seller where it would (E-12, U-16)."""

from datetime import datetime

from amends.actions.outcome import Blocked, Recorded
from amends.actions.recording import Change, afterwards, joined, record
from amends.domain.facts.file import CaseFile
from amends.domain.facts.people import SYSTEM, Actor
from amends.domain.facts.sheet import request_of, sheet
from amends.domain.lifecycle.refusing import PROGRAMME
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.notices import notices_for
from amends.domain.topics.programmes import agreed_by_itself


def by_itself(file: CaseFile, rules: Rules, opened: Recorded, now: datetime) -> Recorded:
    """What follows at once from a request that the system agrees to; the request alone where it does not."""
    case = opened.case
    if case is None or case.programme != PROGRAMME or case.state != "pending_review" or case.historical:
        return opened
    file = afterwards(file, opened)
    if agreed_by_itself(rules.topic("negotiation"), sheet(file, request_of(file), now, rules.zone)) != PROGRAMME:
        return opened
    agreed = agree(file, rules, SYSTEM, now)
    return opened if isinstance(agreed, Blocked) else joined(opened, agreed)


def agree(file: CaseFile, rules: Rules, actor: Actor, now: datetime) -> Recorded | Blocked:
    """The refund after refusing is agreed: the buyer is told to let the courier take the parcel back (L-04)."""
    facts = sheet(file, request_of(file), now, rules.zone) | {"case.programme": PROGRAMME}
    words = rules.vocabulary.words("notices")
    told = [word for word in notices_for(rules.topic("notices"), facts).show if words[word].traits.get("at") == "case"]
    body = {"programme": PROGRAMME, **({"notices": told} if told else {})}
    return record(file, rules, actor, now, Change(event="refuse_sign_agreed", body=body, case={"programme": PROGRAMME}))
