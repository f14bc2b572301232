"""Every row of screens and case types that is built is tried in a browser: on a desktop and on a phone, in Chinese and in English."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.house.test_requirements import rows

BROWSER = Path(__file__).resolve().parents[1] / "browser"
EVERYWHERE = {"desktop", "phone", "zh", "en"}
Known = dict[str, ast.expr]


def _marks(path: Path) -> Known:
    """The decorators that a file keeps under a name."""
    return {
        target.id: node.value
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _varied(decorators: list[ast.expr], known: Known) -> Iterator[tuple[str, Any]]:
    """Each name that is varied, with each of its values."""
    for one in decorators:
        call = known.get(one.id) if isinstance(one, ast.Name) else one
        if not isinstance(call, ast.Call) or not ast.unparse(call.func).endswith("parametrize"):
            continue
        names, values = call.args[0], call.args[1]
        spelled = [names.value] if isinstance(names, ast.Constant) else [each.value for each in names.elts]  # type: ignore[attr-defined]
        for value in values.elts if isinstance(values, ast.List | ast.Tuple) else ():
            parts = value.elts if isinstance(value, ast.Tuple) else [value]
            yield from ((name, part.value) for name, part in zip(spelled, parts, strict=True) if isinstance(part, ast.Constant))


def _places(test: ast.AsyncFunctionDef | ast.FunctionDef, known: Known) -> set[str]:
    """Where a test goes: the languages and the devices of all its runs."""
    varied = list(_varied(test.decorator_list, known))
    names, said = {name for name, _ in varied}, ast.unparse(test)
    found = {str(value) for name, value in varied if name in ("language", "device")}
    found |= {"phone" if value else "desktop" for name, value in varied if name == "phone"}
    if not names & {"phone", "device"}:
        found.add("phone" if "phone=True" in said or "phone_page" in said else "desktop")
    return found if "language" in names else found | {"en"}


def tried() -> dict[str, set[str]]:
    """Where each requirement is tried in a browser."""
    found: dict[str, set[str]] = defaultdict(set)
    shared = _marks(BROWSER / "conftest.py")
    for path in BROWSER.glob("test_*.py"):
        known = shared | _marks(path)
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("requirement"):
                        for each in mark.args:
                            assert isinstance(each, ast.Constant)
                            found[str(each.value)] |= _places(node, known)
    return found


def test_each_row_of_screens_and_case_types_is_tried_on_both_devices_in_both_languages() -> None:
    there = tried()
    built = {each for each, (status, _) in rows().items() if each[0] in "UT" and status in ("built", "partly")}
    assert len(built) > 20
    assert {each: EVERYWHERE - there[each] for each in sorted(built) if EVERYWHERE - there[each]} == {}


def test_what_a_test_varies_is_read_as_it_runs() -> None:
    test = ast.parse(
        "@pytest.mark.parametrize(('language', 'phone'), [('zh', True), ('en', False)])\n"
        "async def test_x(browsing, language, phone): ...\n"
        "async def test_y(phone_page): ...\n"
        "@BOTH\nasync def test_z(browsing): ...\n"
    ).body
    known = {"BOTH": ast.parse("pytest.mark.parametrize('language', ['zh', 'en'])").body[0].value}  # type: ignore[attr-defined]
    places = [_places(one, known) for one in test]  # type: ignore[arg-type]
    assert places == [EVERYWHERE, {"phone", "en"}, {"desktop", "zh", "en"}]
