"""How does the parcel travel back, or get stopped on its way? (L-02, L-05 to L-07)."""

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Complaint, Hold, Label, ReturnTo
from amends.domain.rulebook.said import Said, said
from amends.domain.rulebook.shape import Facts


def label(topic: CompiledTopic, facts: Facts) -> Said[Label]:
    """The label that the buyer gets for the way back (L-05)."""
    return said(topic, facts, Label)


def return_place(topic: CompiledTopic, facts: Facts) -> Said[ReturnTo]:
    """Where the parcel goes (L-06)."""
    return said(topic, facts, ReturnTo)


def holds(topic: CompiledTopic, facts: Facts) -> Said[Hold]:
    """What keeps an arrival from being paid for by time alone."""
    return said(topic, facts, Hold)


def carrier_complaints(topic: CompiledTopic, facts: Facts) -> Said[Complaint]:
    """Complaints that may be lodged with the carrier (L-02)."""
    return said(topic, facts, Complaint)
