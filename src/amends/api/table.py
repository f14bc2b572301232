"""Every operation of the interface, in one table."""

from amends.api import (
    access,
    cases,
    described,
    evidence,
    feed,
    grants,
    health,
    live_rooms,
    moves,
    orders,
    policies,
    requests,
    sandbox,
    signals,
    webhooks,
)
from amends.api.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
    *orders.OPERATIONS,
    *requests.OPERATIONS,
    *cases.OPERATIONS,
    *moves.OPERATIONS,
    *evidence.OPERATIONS,
    *live_rooms.OPERATIONS,
    *grants.OPERATIONS,
    *signals.OPERATIONS,
    *feed.OPERATIONS,
    *policies.OPERATIONS,
    *webhooks.OPERATIONS,
    *access.OPERATIONS,
    *sandbox.OPERATIONS,
    *health.OPERATIONS,
    *described.OPERATIONS,
)
