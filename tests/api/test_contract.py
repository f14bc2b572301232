"""The running interface against its own description: thousands of inputs that it promises to understand, and as many that it must refuse."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from tests.api.marketplace import Market

from amends.api.serving import server
from amends.api.table import OPERATIONS

pytestmark = pytest.mark.long
UNTRIED = frozenset({"put_evidence", "stream", "take_inbound", "get_file", "metrics", "ready", "remove_token", "move_clock"})
TRIED = [operation for operation in OPERATIONS if operation.id not in UNTRIED]


@contextlib.contextmanager
def serving(market: Market) -> Iterator[str]:
    """A real server over the same database, in a thread with a loop of its own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        running = server(market.context.settings, fd=listening.fileno())
        thread = threading.Thread(target=running.run, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join(20)


@pytest_asyncio.fixture(scope="module")
async def address(market: Market) -> AsyncIterator[str]:
    with serving(market) as url:
        yield url


def hammer(address: str, operation_id: str, token: str, values: dict[str, str]) -> int:
    schema = schemathesis.openapi.from_url(f"{address}/v1/openapi.json")
    operation = schema.find_operation_by_id(operation_id)
    tried = 0

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def attempt(case: Any) -> None:
        nonlocal tried
        tried += 1
        for name, value in values.items():
            if name in (case.path_parameters or {}):
                case.path_parameters[name] = value
        checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=checks)

    given(case=operation.as_strategy())(attempt)()
    return tried


@pytest.mark.parametrize("operation", TRIED, ids=lambda op: op.id)
async def test_an_operation_keeps_to_its_description(market: Market, address: str, operation: Any) -> None:
    who = next(
        (
            name
            for kind, name in (("platform", "platform"), ("seller", "seller_a"), ("buyer", "buyer_1"))
            if kind in operation.who
        ),
        "platform",
    )
    values = {"order_id": market.orders["A1"]}
    assert await asyncio.to_thread(hammer, address, operation.id, market.tokens[who], values)
