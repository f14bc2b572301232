"""Notices over HTTP, to whatever a marketplace tells people by: one `POST` a notice, `{key, to, subject, text}`, the key as Idempotency-Key."""

from typing import Final
from urllib.parse import urlsplit

import msgspec

from amends.gateways.calling import DONE, REFUSED, Caller
from amends.gateways.notices import Away, Carried, Notice, Refused, Taken

NOT_NOW: Final = frozenset({401, 403, 408, 409, 425, 429})
"""Answers that say nothing of the address: who asks is unknown yet, or too early, or too often."""


class HttpNotices:
    """Implements `NoticesGateway`. Taken with any 2xx, refused for good with a 4xx about the notice itself, tried again otherwise."""

    def __init__(self, url: str, *, token: str = "", total_s: float = 10.0) -> None:
        self._path = urlsplit(url).path or "/"
        self._caller = Caller(urlsplit(url)._replace(path="").geturl(), total_s=total_s, token=token)

    async def carry(self, notice: Notice) -> Carried:
        """See NoticesGateway."""
        answer = await self._caller.ask("POST", self._path, msgspec.json.encode(notice), {"idempotency-key": notice.key})
        if isinstance(answer, str):
            return Away(answer)
        if answer.status in DONE:
            return Taken()
        why = f"answered_otherwise {answer.status}"  # as webhooks say it
        return Refused(why) if answer.status in REFUSED and answer.status not in NOT_NOW else Away(why)

    async def close(self) -> None:
        """Let the kept connections go."""
        await self._caller.close()
