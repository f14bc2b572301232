"""docs/interface.md: every operation over HTTP, from the one table that router, guard and OpenAPI read."""

from tools.pages import GENERATED, code, table

from amends.api.door.operation import EVERYBODY, Operation
from amends.api.table import OPERATIONS


def page() -> str:
    """The whole page."""
    rows = [_line(operation) for operation in OPERATIONS]
    return (
        f"# The interface\n\n{GENERATED}\n"
        "`GET /v1/openapi.json` of a running Amends describes bodies and answers. *key* means that `Idempotency-Key` is demanded, *version* that `If-Match` is;\n"
        "*sandbox* operations exist only there. Refusals: [problems](problems.md).\n\n"
        + table(("operation", "", "who", "permission", "demands", "does"), rows)
    )


def _line(operation: Operation) -> tuple[object, ...]:
    who = "anybody" if not operation.who else "every token" if operation.who == EVERYBODY else ", ".join(sorted(operation.who))
    demands = ", ".join(word for word, asked in (("key", operation.keyed), ("version", operation.versioned)) if asked)
    return (
        code(operation.id),
        code(f"{operation.method} {operation.path}"),
        who,
        code(operation.permission or ""),
        demands,
        operation.summary,
    )
