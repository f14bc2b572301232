"""From method and path to an operation. Unknown paths and wrong methods are told apart, the latter with what is allowed."""

from collections.abc import Iterable

from amends.api.door.operation import Operation


class _Node:
    __slots__ = ("any", "fixed", "name", "operations")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.name = ""
        self.operations: dict[str, Operation] = {}


class Router:
    """A tree of path parts; a fixed part is preferred to a parameter. `{id}:word` is a part with a fixed ending."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.root = _Node()
        for operation in operations:
            self._add(operation)

    def _add(self, operation: Operation) -> None:
        node = self.root
        for part in operation.path[1:].split("/"):
            if part.startswith("{"):
                node.any = node.any or _Node()
                node = node.any
                if node.name and node.name != part[1:-1]:
                    raise ValueError(f"{operation.path}: the same place is called {node.name} elsewhere")
                node.name = part[1:-1]
            else:
                node = node.fixed.setdefault(part, _Node())
        if operation.method in node.operations:
            raise ValueError(f"{operation.method} {operation.path} is there twice")
        node.operations[operation.method] = operation

    def find(self, path: str) -> tuple[dict[str, Operation], dict[str, str]] | None:
        """The operations of a path by method, and its parameters; None for a path that does not exist."""
        node = self.root
        params: dict[str, str] = {}
        for part in path[1:].split("/"):
            found = node.fixed.get(part)
            if found is None:
                found = node.any
                if found is None or not part:
                    return None
                params[found.name] = part
            node = found
        return (node.operations, params) if node.operations else None
