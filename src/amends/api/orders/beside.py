"""What the rules want shown beside an order, whatever is asked of it: notices to its buyer, and what its seller owes (U-14, V-13 to V-15)."""

from typing import Final

from amends.api.door.files import Read
from amends.domain.facts.sheet import Request as Asking
from amends.domain.facts.sheet import sheet
from amends.domain.facts.unknown import UNKNOWN
from amends.domain.topics.notices import Notices, notices_for

_OF_A_REQUEST: Final = ("request.kind", "request.reason", "request.reason_group", "request.amount")


def beside(read: Read) -> Notices:
    """Final sale, auction protection, the right to withdraw; what the seller must state, keep and pack."""
    file, rules = read.loaded.file, read.rules
    nothing = Asking(kind="", reason="", group="", by="buyer", amount=0, lines=tuple([line.id for line in file.lines]))
    facts = sheet(file, nothing, read.loaded.now, rules.zone) | dict.fromkeys(_OF_A_REQUEST, UNKNOWN)
    return notices_for(rules.topic("notices"), facts)
