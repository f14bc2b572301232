# ruff: noqa: INP001, T201 - a program of developers, and it prints
"""Write the generated pages of `docs/` from the policies and the tables (`make docs`); `--check` changes nothing and fails where one is stale."""

import sys
from pathlib import Path

from tools.pages import calendars, events, glossary, interface, laws, lifecycle, problems, rules

from amends.exchange.policies import read_policies

DOCS = Path(__file__).resolve().parents[1] / "docs"


def pages() -> dict[str, str]:
    """Every generated page by its path under `docs/`."""
    policies = read_policies()
    return {
        **rules.pages(policies),
        "lifecycle.md": lifecycle.page(policies.vocabulary),
        "problems.md": problems.page(policies.vocabulary),
        "laws.md": laws.page(policies),
        "calendars.md": calendars.page(),
        "glossary.md": glossary.page(policies.vocabulary),
        "interface.md": interface.page(),
        "events.md": events.page(policies.vocabulary),
    }


def stale(found: dict[str, str]) -> list[str]:
    """Pages that are missing or read otherwise, and rule pages that nothing makes any more."""
    old = [name for name, text in found.items() if not (DOCS / name).is_file() or (DOCS / name).read_text("utf-8") != text]
    left = [f"rules/{path.name}" for path in sorted((DOCS / "rules").glob("*.md")) if f"rules/{path.name}" not in found]
    return [*old, *left]


def main() -> int:
    """Write, or check."""
    found = pages()
    changed = stale(found)
    if "--check" in sys.argv[1:]:
        for name in changed:
            print(f"docs/{name} is stale; `make docs` writes it again", file=sys.stderr)
        return 1 if changed else 0
    for name in changed:
        path = DOCS / name
        if name not in found:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found[name], "utf-8")
        print(f"wrote docs/{name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
