"""What we ask of whoever carries words to people: a mail server, a messenger. The key of a notice never changes."""

from typing import Protocol

import msgspec


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Words for one address. `key` names the notice for ever: a carrier that has seen it need not deliver it again."""

    key: str
    to: str
    subject: str
    text: str


class Taken(msgspec.Struct, frozen=True):
    """The carrier has it."""


class Refused(msgspec.Struct, frozen=True):
    """The carrier will never take it: no such address."""

    why: str


class Away(msgspec.Struct, frozen=True):
    """Not now: try again later."""

    why: str


Carried = Taken | Refused | Away


class NoticesGateway(Protocol):
    """Carries notices. It answers with a value; it raises for nothing that the other side does."""

    async def carry(self, notice: Notice) -> Carried:
        """Carry one."""
        ...

    async def close(self) -> None:
        """Let connections go."""
        ...


class FakeNotices:
    """Keeps what it carried; `next_answers` is what it says to the next ones."""

    def __init__(self) -> None:
        self.carried: list[Notice] = []
        self.next_answers: list[Carried] = []

    async def carry(self, notice: Notice) -> Carried:
        """Keep it, unless told otherwise."""
        answer = self.next_answers.pop(0) if self.next_answers else Taken()
        if isinstance(answer, Taken):
            self.carried.append(notice)
        return answer

    async def close(self) -> None:
        """There is none."""
