"""Each rule of the house opens with the fault that it keeps out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "amends"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_USUAL = 400, 45, 250


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, its docstring left out."""
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    begin = node.body[1].lineno if documented and len(node.body) > 1 else first.lineno
    return (node.end_lineno or begin) - begin + 1


def test_no_file_grows_into_a_service_of_three_thousand_lines() -> None:
    long = {name(p): n for p in MODULES if (n := len(p.read_text("utf-8").splitlines())) > LONGEST_FILE}
    assert not long
    lengths = sorted(len(p.read_text("utf-8").splitlines()) for p in MODULES)
    assert lengths[int(len(lengths) * 0.9)] <= LONGEST_USUAL


def test_no_function_needs_scrolling() -> None:
    long = [f"{name(p)}:{f.lineno} {f.name}" for p in MODULES for f in functions(p) if body_lines(f) > LONGEST_FUNCTION]
    assert not long
    lengths = sorted(body_lines(f) for p in MODULES for f in functions(p))
    assert lengths[int(len(lengths) * 0.95)] <= 30


@pytest.mark.parametrize("floor", ["kernel", "domain", "actions"])
def test_the_pure_floors_never_look_at_the_clock_the_files_or_chance(floor: str) -> None:
    forbidden = re.compile(
        r"datetime\.now|utcnow|time\.time\(|date\.today|\bopen\(|read_text|random\.|os\.environ|uuid4|asyncpg|await "
    )
    allowed = {"src/amends/kernel/ids.py"}  # draws randomness, and says so
    found = [
        f"{name(p)}:{n}"
        for p in MODULES
        if p.is_relative_to(SOURCE / floor) and name(p) not in allowed
        for n, line in enumerate(p.read_text("utf-8").splitlines(), 1)
        if forbidden.search(line.split("#")[0])
    ]
    assert not found


def test_the_domain_has_one_clock_and_it_is_the_database() -> None:
    """A service that asked its own clock promised deadlines that the database did not know."""
    stray = re.compile(r"datetime\.now\(|utcnow\(|\bnow\(\)")
    real_time = {"api", "cli", "worker", "gateways"}  # tokens, signatures and back-off live in real time
    found = [
        f"{name(p)}:{n}"
        for p in MODULES
        if p.relative_to(SOURCE).parts[0] not in real_time
        for n, line in enumerate(p.read_text("utf-8").splitlines(), 1)
        if stray.search(line.split("#")[0])
    ]
    found += [
        f"{name(p)}:{n}"
        for p in sorted(SOURCE.rglob("*.sql"))
        for n, line in enumerate(p.read_text("utf-8").splitlines(), 1)
        if re.search(r"\bnow\(\)|current_timestamp", line.split("--")[0])
    ]
    assert not found


def test_sql_is_written_in_sql_files() -> None:
    sql = re.compile(r'"""?\s*(select|insert|update|delete)\s[^"]*\b(from|into|set)\b', re.IGNORECASE)
    allowed = {"store"}
    found = [f"{name(p)}" for p in MODULES if p.relative_to(SOURCE).parts[0] not in allowed and sql.search(p.read_text("utf-8"))]
    assert not found


def test_only_the_problems_of_the_api_know_http_statuses() -> None:
    """Refund errors that knew 403 and 404 could not be used by a worker."""
    found = [
        name(p)
        for p in MODULES
        if p.relative_to(SOURCE).parts[0] in {"kernel", "domain", "actions", "desk", "store"}
        and re.search(r"status_code|HTTPStatus|\b(404|409|412|422|428)\b", p.read_text("utf-8"))
    ]
    assert not found


def test_money_is_never_a_float() -> None:
    found = [
        f"{name(p)}:{n}"
        for p in MODULES
        if p.relative_to(SOURCE).parts[0] in {"kernel", "domain", "actions", "desk"}
        for n, line in enumerate(p.read_text("utf-8").splitlines(), 1)
        if re.search(r"\bfloat\(|\bround\(", line.split("#")[0])
    ]
    assert not found


def test_there_are_no_import_cycles_local_and_type_only_imports_counted() -> None:
    modules = {".".join(("amends", *p.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__"): p for p in MODULES}
    graph = {module: set(imports(path, modules)) - {module} for module, path in modules.items()}
    done: set[str] = set()
    for start in graph:
        walk(start, graph, done, [])


def imports(path: Path, modules: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{n.name}" if f"{node.module}.{n.name}" in modules else node.module for n in node.names)
        elif isinstance(node, ast.Import):
            yield from (n.name for n in node.names)


def walk(module: str, graph: dict[str, set[str]], done: set[str], trail: list[str]) -> None:
    assert module not in trail, " → ".join([*trail[trail.index(module) :], module])
    if module in done or module not in graph:
        return
    for other in graph[module]:
        walk(other, graph, done, [*trail, module])
    done.add(module)


def test_every_test_is_a_sentence() -> None:
    bad = re.compile(r"^(?:async )?def test_\w{0,12}\(", re.MULTILINE)
    assert not [name(p) for p in (ROOT / "tests").rglob("test_*.py") if bad.search(p.read_text("utf-8"))]


def test_no_two_files_in_the_browser_share_somebody_who_holds_different_permissions() -> None:
    """They share a marketplace, in whatever order they run: one name there is one person with one role."""
    somebody = re.compile(r'\.person\(\s*"platform",\s*f?("[^"]+")')
    files: dict[str, set[str]] = {}
    for path in (ROOT / "tests" / "browser").glob("*.py"):
        for subject in somebody.findall(path.read_text("utf-8")):
            files.setdefault(subject, set()).add(path.name)
    assert len(files) > 10
    assert not {subject: where for subject, where in files.items() if len(where) > 1}


def test_the_browser_waits_for_functions_because_a_text_is_refused_by_the_pages_own_policy() -> None:
    """A text that is true at once passes; one that is true later is evaluated by the page itself, which forbids that."""
    said = re.compile(r"wait_for_function\(\s*f?\"++(?!(async )?\(\) =>)")
    texts = [name(p) for p in (ROOT / "tests" / "browser").glob("*.py") if said.search(p.read_text("utf-8"))]
    assert not texts


def test_nothing_names_the_place_where_it_was_made() -> None:
    forbidden = re.compile("/" + "work/|shared/" + "domain|farm" + "-")
    texts = [p for p in ROOT.rglob("*") if p.suffix in {".py", ".md", ".yaml", ".sql", ".toml"} and ".venv" not in p.parts]
    assert not [name(p) for p in texts if p.is_file() and forbidden.search(p.read_text("utf-8", "replace"))]
