"""What every operation works with: one of each, for the life of the process."""

import asyncio

import asyncpg

from amends.api.callers import Callers
from amends.api.gauges import Gauges
from amends.api.hub import Hub
from amends.api.lane_watch import LaneWatch
from amends.api.limits import Limits, Turns
from amends.api.metrics import Metrics
from amends.api.passwords import Passwords
from amends.api.places import Places
from amends.api.problems import Words
from amends.api.studio import Studio
from amends.desk.desk import Desk
from amends.desk.group import GroupDesk
from amends.domain.rulebook.shape import Vocabulary
from amends.gateways.files import LocalFiles
from amends.gateways.sealing import Sealer
from amends.settings import Settings
from amends.store.columns.client import Insight


class Context:
    """The parts of a running API. Made when the process starts, closed when it ends."""

    settings: Settings
    vocabulary: Vocabulary
    words: Words
    metrics: Metrics
    gauges: Gauges
    limits: Limits
    logins: Limits
    passwords: Passwords
    turns: Turns
    pool: asyncpg.Pool
    reviewers: asyncpg.Pool
    desk: Desk
    group: GroupDesk
    callers: Callers
    hub: Hub
    lanes: LaneWatch
    places: Places
    insight: Insight
    studio: Studio
    signing_key: bytes
    sealer: Sealer
    files: LocalFiles
    inspecting: asyncio.Semaphore
    description: bytes
