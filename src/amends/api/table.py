"""Every operation of the interface, in one table."""

from amends.api.buyers import buyers, erasures, guests, history, links, receipts
from amends.api.cases import case_file, cases, choices, costs, counts, grounds, log, moves, offline, saved_views, ways, working
from amends.api.conduct import scores
from amends.api.door import described
from amends.api.door.operation import Operation
from amends.api.exchange import changes, erp, exports, feed, imports, webhooks
from amends.api.insight import insight, report, tables
from amends.api.lab import drafts, proofs, rederived, rules, sandbox
from amends.api.login import demo, joining, me, second_factor, sessions
from amends.api.operations import attention, backlog, health, outages
from amends.api.orders import orders, requests
from amends.api.parcels import returns, signals
from amends.api.people import access, invitations, members, officer_invitations, officers, onboarding, providers
from amends.api.policies import policies, shop_rules, situations, terms
from amends.api.proof import evidence, grants, live_rooms
from amends.api.push import following, live, notices, told_notices
from amends.api.reviews import chargebacks, disputes, interests, lane_stream, live_lanes, rechecks
from amends.api.talk import replies, talk

OPERATIONS: tuple[Operation, ...] = (
    *orders.OPERATIONS,
    *requests.OPERATIONS,
    *cases.OPERATIONS,
    *counts.OPERATIONS,
    *saved_views.OPERATIONS,
    *choices.OPERATIONS,
    *grounds.OPERATIONS,
    *changes.OPERATIONS,
    *exports.OPERATIONS,
    *imports.OPERATIONS,
    *moves.OPERATIONS,
    *returns.OPERATIONS,
    *disputes.OPERATIONS,
    *interests.OPERATIONS,
    *chargebacks.OPERATIONS,
    *attention.OPERATIONS,
    *rechecks.OPERATIONS,
    *backlog.OPERATIONS,
    *case_file.OPERATIONS,
    *evidence.OPERATIONS,
    *live_rooms.OPERATIONS,
    *live_lanes.OPERATIONS,
    *grants.OPERATIONS,
    *guests.OPERATIONS,
    *receipts.OPERATIONS,
    *erasures.OPERATIONS,
    *signals.OPERATIONS,
    *feed.OPERATIONS,
    *policies.OPERATIONS,
    *terms.OPERATIONS,
    *ways.OPERATIONS,
    *proofs.OPERATIONS,
    *situations.OPERATIONS,
    *drafts.OPERATIONS,
    *rules.OPERATIONS,
    *rederived.OPERATIONS,
    *webhooks.OPERATIONS,
    *access.OPERATIONS,
    *sessions.OPERATIONS,
    *second_factor.OPERATIONS,
    *me.OPERATIONS,
    *links.OPERATIONS,
    *offline.OPERATIONS,
    *working.OPERATIONS,
    *live.OPERATIONS,
    *lane_stream.OPERATIONS,
    *told_notices.OPERATIONS,
    *talk.OPERATIONS,
    *replies.OPERATIONS,
    *shop_rules.OPERATIONS,
    *log.OPERATIONS,
    *members.OPERATIONS,
    *invitations.OPERATIONS,
    *joining.OPERATIONS,
    *providers.OPERATIONS,
    *officers.OPERATIONS,
    *officer_invitations.OPERATIONS,
    *onboarding.OPERATIONS,
    *following.OPERATIONS,
    *costs.OPERATIONS,
    *scores.OPERATIONS,
    *buyers.OPERATIONS,
    *history.OPERATIONS,
    *notices.OPERATIONS,
    *outages.OPERATIONS,
    *insight.OPERATIONS,
    *tables.OPERATIONS,
    *report.OPERATIONS,
    *erp.OPERATIONS,
    *sandbox.OPERATIONS,
    *demo.OPERATIONS,
    *health.OPERATIONS,
    *described.OPERATIONS,
)
