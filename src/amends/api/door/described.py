"""The interface's own description."""

from amends.api.door.calls import Request
from amends.api.door.messages import Problem, Reply
from amends.api.door.operation import Operation


async def openapi(request: Request) -> Reply | Problem:
    """OpenAPI 3.1."""
    return Reply(body=request.context.description)


OPERATIONS = (
    Operation(id="openapi", method="GET", path="/v1/openapi.json", summary="OpenAPI 3.1 of this interface", handler=openapi,
              who=frozenset()),
)  # fmt: skip
