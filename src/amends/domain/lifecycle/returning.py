"""How goods come back: what a granted return gives the buyer, and what makes an arrival doubtful (L-05, L-06; failure mode: fake tracking)."""

from uuid import UUID

from amends.domain.facts.case import Case
from amends.domain.facts.file import CaseFile
from amends.domain.facts.parcel import Parcel
from amends.domain.facts.sheet import Sheet
from amends.domain.facts.travel import ReturnAddress, ReturnPlan, plan_of
from amends.domain.lifecycle.rules import Rules
from amends.domain.topics.logistics import holds, label, return_place

PREPAID = "prepaid"


def planned(file: CaseFile, case: Case, rules: Rules, facts: Sheet, named: ReturnPlan | None) -> ReturnPlan | None:
    """The way back of a return that was granted just now; None where it is planned already and nothing was named."""
    if named is None and plan_of(file.travel, case.id) is not None:
        return None
    address = named.address_id if named else _usual(file.travel.addresses)
    topic = rules.topic("logistics")
    prepaid = any(said.outcome.label == PREPAID for said in label(topic, facts).sentences)
    if not prepaid and address is None:
        return None
    return ReturnPlan(case_id=case.id, address_id=address, label="wished" if prepaid else None)


def _usual(addresses: tuple[ReturnAddress, ...]) -> UUID | None:
    """The address that the shop prefers; its only one; else the first of its book: time cannot choose."""
    return next((each.id for each in addresses if each.preferred), addresses[0].id if addresses else None)


def to_drop_off(rules: Rules, facts: Sheet) -> bool:
    """Whether the goods go to the nearest partner's drop-off first (L-06)."""
    return any(said.outcome.return_to == "nearest_drop_off" for said in return_place(rules.topic("logistics"), facts).sentences)


def doubts(rules: Rules, facts: Sheet) -> tuple[tuple[str, str], ...]:
    """Why a return that has arrived is held: code of `problems` and rule, for each rule that holds it."""
    return tuple((said.outcome.hold, said.rule.id) for said in holds(rules.topic("logistics"), facts).sentences)


def scanned_already(file: CaseFile, parcel: Parcel) -> bool:
    """Whether a carrier has seen the parcel: then its number is the right one, whatever anybody says."""
    return any(scan.parcel_id == parcel.id for scan in file.scans)
