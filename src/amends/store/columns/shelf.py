"""Questions that are laid out already: whoever asks for another table of the same orders does not have them looked up again."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from amends.store.columns.asking import Asked, kept_until, opened
from amends.store.columns.question import Question

if TYPE_CHECKING:
    import duckdb

MOST: Final = 6


class _Held:
    def __init__(self, one: Asked) -> None:
        self.one, self.lock = one, threading.Lock()


class Shelf:
    """The questions of the copy as it stands; a newer cut-off empties it. One connection answers one call at a time."""

    def __init__(self, copy: "duckdb.DuckDBPyConnection") -> None:
        self._copy = copy
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[bytes, datetime], _Held] = OrderedDict()

    @contextmanager
    def taken(self, question: Question) -> Iterator[Asked]:
        """A question, laid out as far as anybody needed it before; nobody else has it until the end."""
        with self._lock:
            held = self._found(question)
            held.lock.acquire()
        try:
            yield held.one
        finally:
            held.lock.release()

    def _found(self, question: Question) -> _Held:
        cursor = self._copy.cursor()
        try:
            until = kept_until(cursor)
        finally:
            cursor.close()
        key = (msgspec.msgpack.encode(question), until)
        self._drop([old for old in self._held if old[1] != until])
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = _Held(opened(self._copy, question))
        self._held.move_to_end(key)
        self._drop([old for old in self._held if old != key][: max(0, len(self._held) - MOST)])
        return held

    def _drop(self, keys: list[tuple[bytes, datetime]]) -> None:
        for key in keys:
            held = self._held[key]
            if held.lock.acquire(blocking=False):  # one that is being answered goes the next time
                del self._held[key]
                held.one.db.close()

    def clear(self) -> None:
        """Let go of everything, so that the copy can be thrown away."""
        with self._lock:
            self._drop(list(self._held))
