"""What every operation works with: one of each, for the life of the process."""

import asyncio

import asyncpg

from amends.api.door.callers import Callers
from amends.api.door.limits import Limits, Turns
from amends.api.door.passwords import Passwords
from amends.api.door.places import Places
from amends.api.door.problems import Words
from amends.api.process.gauges import Gauges
from amends.api.process.hub import Hub
from amends.api.process.lane_watch import LaneWatch
from amends.api.process.metrics import Metrics
from amends.api.process.studio import Studio
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
