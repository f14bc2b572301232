"""The policy that an action is judged by: the two pinned books, the calendar and the zone."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.shape import BUYER_TOPICS, TopicName, Vocabulary
from amends.kernel.working_time import Calendar


class Rules(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What holds for one case. `asking` judges what the buyer may ask (eligibility, evidence, notices), `handling` all else.

    Each book comes with the content hash of its release and the moment that it is pinned to; `founding` marks books that were
    adopted for the past. `calendar` is the newest, by which promises are made; `calendars` are all that ever were, by their version. While a case is being opened, `handling_at` is that moment.
    """

    asking: CompiledBook
    handling: CompiledBook
    asking_release: str
    asking_at: datetime
    handling_release: str
    handling_at: datetime
    calendar: Calendar
    zone: str
    founding: tuple[str, ...] = ()
    calendars: Mapping[str, Calendar] = {}

    def topic(self, name: TopicName) -> CompiledTopic:
        """The rules of a topic that are in force for this case."""
        found: CompiledTopic | None = self.__dict__.get(name)
        if found is None:
            asked = name in BUYER_TOPICS
            found = self.asking.topic(name, self.asking_at) if asked else self.handling.topic(name, self.handling_at)
            self.__dict__[name] = found  # asked several times in one action
        return found

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that the buyer's book knows."""
        return self.asking.book.vocabulary
