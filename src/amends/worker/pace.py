"""How fast a worker goes, and what it may hold at once."""

from datetime import timedelta

import msgspec


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """`poll_s` is the longest sleep; `batch` deadlines travel in one transaction, `lanes` shops are drained side by side.

    `payments`, `parcels` and `messages` are effects under way at once, and notices as many as messages; `lease` is how long a claimed one is left alone (real time), and must
    be longer than two calls of the provider (`provider_s` each). `look_ahead_every` is real time; where it is None, only who asks for it looks
    ahead. `night` is the hour (UTC) from which on every decision is derived again.
    """

    poll_s: float = 1.0
    batch: int = 500
    lanes: int = 2
    payments: int = 16
    messages: int = 32
    parcels: int = 16
    lease: timedelta = timedelta(seconds=60)
    provider_s: float = 10.0
    message_s: float = 10.0
    sweep_every: timedelta = timedelta(hours=1)
    look_ahead_every: timedelta | None = timedelta(seconds=15)
    night: int | None = None
