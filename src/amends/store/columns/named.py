"""Named statements of DuckDB: `store/sql/columns` says how the copy is laid out, `store/sql/rates` what each figure means."""

import functools
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

SQL: Final = Path(__file__).parent.parent / "sql"
FOLDERS: Final = ("columns", "rates")
_NAME: Final = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


def said(name: str) -> str:
    """The text of a named statement."""
    return all_said()[name]


@functools.cache
def all_said(folder: Path = SQL) -> Mapping[str, str]:
    """Every named statement. Raises ValueError where two have one name."""
    found: dict[str, str] = {}
    for path in sorted(path for each in FOLDERS for path in (folder / each).glob("*.sql")):
        parts = _NAME.split(path.read_text("utf-8"))
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            if name in found:
                raise ValueError(f"{path}: {name} is there twice")
            found[name] = text.strip().removesuffix(";")
    return found


def edition() -> str:
    """What the copy is laid out by; a copy of another edition is made anew."""
    return hashlib.sha256("\0".join(f"{n}\0{t}" for n, t in sorted(all_said().items()) if n in LAID_OUT).encode()).hexdigest()


LAID_OUT: Final = frozenset({"layout", "write_stays"})
"""What is written into the copy; the definitions of the figures are read with each question."""
