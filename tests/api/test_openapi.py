"""The description of the interface is complete, refers to nothing that is not there, and changes only on purpose."""

import json
import os
from pathlib import Path
from typing import Any, get_args, get_type_hints

from amends.api.door.openapi import describe, problems_of
from amends.api.door.problems import STATUS
from amends.api.table import OPERATIONS

SNAPSHOT = Path(__file__).parent / "openapi.snapshot"


def described() -> Any:
    return json.loads(json.dumps(describe(OPERATIONS), default=str))


def written(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_the_description_changes_only_on_purpose() -> None:
    """AMENDS_WRITE_SNAPSHOTS=1 writes it anew; the difference is then there to be read."""
    whole = described()
    operations = [f"{method.upper()} {path} {written(op)}" for path, ops in whole["paths"].items() for method, op in ops.items()]
    schemas = [f"{name} {written(schema)}" for name, schema in whole["components"].pop("schemas").items()]
    rest = written({name: part for name, part in whole.items() if name != "paths"})
    now = "\n".join([rest, *sorted(operations), *sorted(schemas), ""])
    if os.environ.get("AMENDS_WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(now, "utf-8")
    assert SNAPSHOT.read_text("utf-8") == now


def test_what_comes_in_several_forms_names_the_content_type_of_each() -> None:
    choosing = [op for op in OPERATIONS if op.query is not None and "form" in op.query.__struct_fields__]
    assert len(choosing) > 4
    for op in choosing:
        forms = get_args(get_type_hints(op.query)["form"])
        content = described()["paths"][op.path][op.method.lower()]["responses"]["200"]["content"]
        assert len(content) == len(forms) > 1, op.id


def test_every_operation_is_described_with_its_id_and_its_problems() -> None:
    paths = described()["paths"]
    for operation in OPERATIONS:
        found = paths[operation.path][operation.method.lower()]
        assert found["operationId"] == operation.id
        for code in problems_of(operation):
            assert code in found["responses"][str(STATUS[code])]["description"]
    assert len({operation.id for operation in OPERATIONS}) == len(OPERATIONS)


def test_nothing_is_referred_to_that_is_not_there() -> None:
    whole = described()
    references: list[str] = []

    def look(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                references.append(node["$ref"])
            for value in node.values():
                look(value)
        elif isinstance(node, list):
            for value in node:
                look(value)

    look(whole)
    assert references
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in whole["components"]["schemas"]


def test_every_list_that_is_read_on_by_a_cursor_may_refuse_one() -> None:
    """The door looks at the cursors of all of them; three did not say so."""
    paged = [each for each in OPERATIONS if each.query is not None and "cursor" in get_type_hints(each.query)]
    texts = [each for each in paged if get_type_hints(each.query)["cursor"] is not int]
    assert len(texts) > 20
    assert not [each.id for each in texts if "bad_cursor" not in problems_of(each)]


def test_no_name_of_a_shape_tells_in_which_file_of_ours_it_stands() -> None:
    """Two shapes of one name are told apart by their modules: whoever makes a client would have those in their code."""
    assert not [name for name in describe(OPERATIONS)["components"]["schemas"] if "." in name]


def test_links_lead_to_operations_by_a_parameter_that_they_have() -> None:
    by_id = {operation.id: operation for operation in OPERATIONS}
    for operation in OPERATIONS:
        for to, name in operation.links:
            assert f"{{{name}}}" in by_id[to].path
