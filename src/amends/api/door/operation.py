"""What an operation of the interface declares about itself; the router, the guard, the tests and OpenAPI all read this one table."""

from typing import Any, Final

import msgspec

from amends.api.door.calls import Handler

EVERYBODY: Final = frozenset({"platform", "seller", "buyer", "carrier"})
PEOPLE: Final = frozenset({"platform", "seller", "buyer"})
TRADE: Final = frozenset({"platform", "seller"})

OF_ONE_ORDER: Final = frozenset({
    "accept_replacement", "amend", "answer_proposal", "appeal", "cancel_dispute", "check_words", "convert_to_refund",
    "correct_return_number", "escalate", "get_case", "get_dispute", "get_evidence", "get_order", "get_order_terms", "get_receipt", "get_return",
    "get_return_label", "list_case_events", "list_case_moves", "list_case_ways", "list_evidence", "list_messages", "list_requests", "list_ways", "my_seat", "open_case",
    "preview_case", "put_evidence", "put_stream_moment", "send_message", "ship_return", "stream", "submit_evidence", "withdraw",
})  # fmt: skip
"""What a buyer's link to one order is good for; each of these shows and touches nothing but that order."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One route.

    Attributes:
        id: the operation id of OpenAPI.
        who: kinds of token that may call it; empty for what anybody may call without one.
        permission: word of `vocabulary/permissions.yaml` that sellers' staff and platform staff need.
        body, query, answer: structs; `answer` for the description alone. `bulk` bodies may have 8 MB.
        raw: the handler reads the body itself (uploads, signed signals).
        keyed: `Idempotency-Key` is demanded. versioned: `If-Match` is demanded.
        problems: codes that it can answer with beside those that every operation can.
        links: operation ids that the answer's id leads to, with the name of their path parameter.
        takes: the content type of the body.
        media_types: what the answer comes as; of several, the query chooses.
        sort: which budget of the rate limit it draws on: read, write or upload.
    """

    id: str
    method: str
    path: str
    summary: str
    handler: Handler
    who: frozenset[str] = EVERYBODY
    permission: str | None = None
    body: Any = None
    query: Any = None
    answer: Any = None
    done: str = "ok"
    bulk: bool = False
    raw: bool = False
    keyed: bool = False
    versioned: bool = False
    problems: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    sort: str = "read"
    media_types: tuple[str, ...] = ("application/json",)
    takes: str = "application/json"
