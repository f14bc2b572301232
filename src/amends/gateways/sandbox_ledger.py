"""What the sandbox provider has executed, in a file that only grows and is on disk before anybody is told."""

import fcntl
import os
from collections import Counter
from pathlib import Path

import msgspec

from amends.gateways.payments import Execution


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One execution, or one refusal for good (`code`), and a hash of what was asked."""

    execution: Execution
    asked: str
    code: str = ""


class Ledger:
    """Entries by key. One process at a time: the file is locked."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._file = (home / "executions.jsonl").open("a+b")
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.entries: dict[str, Entry] = {}
        self._lines: Counter[str] = Counter()
        self._pending: list[bytes] = []
        self._load()

    def _load(self) -> None:
        """A last line without an end was never acknowledged: it is cut off."""
        self._file.seek(0)
        whole = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            self._keep(msgspec.json.decode(line, type=Entry))
            whole += len(line)
        self._file.truncate(whole)

    def _keep(self, entry: Entry) -> None:
        self.entries[entry.execution.key] = entry
        self._lines[entry.execution.key] += entry.execution.status == "succeeded"

    def add(self, entry: Entry) -> None:
        """Execute. Durable after the next `flush`."""
        self._keep(entry)
        self._pending.append(msgspec.json.encode(entry) + b"\n")

    def flush(self) -> None:
        """Put everything added on disk."""
        if self._pending:
            self._file.write(b"".join(self._pending))
            self._file.flush()
            os.fsync(self._file.fileno())
            self._pending.clear()

    def counts(self) -> dict[str, int]:
        """How many keys, how many executions, and the most executions that one key ever had: that must be 1."""
        return {
            "keys": len(self.entries),
            "executions": self._lines.total(),
            "most_per_key": max(self._lines.values(), default=0),
        }

    def close(self) -> None:
        """Flush and let the file go."""
        self.flush()
        self._file.close()
