"""Rows put in order by a key, in bounded memory: sorted runs in temporary files, merged while they are read."""

import heapq
import tempfile
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from types import TracebackType
from typing import IO, Final, Self

import msgspec

RUN: Final = 50_000


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A row in the spool: its sort key, the part of the import that it belongs to, where it stood, its cells."""

    key: str
    part: int
    row: int
    cells: dict[str, str]


Packed = tuple[str, int, int, bytes]
"""What a row is sorted by, and the row as it is written: a row of sixty columns takes a tenth of what its cells would take."""
_order = attrgetter("key", "part", "row")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Kept).decode


class Spool:
    """Takes rows in any order and gives them back by key, each key's parts and rows in their order."""

    def __init__(self, run: int = RUN) -> None:
        self._run = run
        self._held: list[Packed] = []
        self._files: list[IO[bytes]] = []
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for file in self._files:
            file.close()

    def add(self, kept: Kept) -> None:
        """Take one row."""
        self._held.append((kept.key, kept.part, kept.row, _encode(kept)))
        self.count += 1
        if len(self._held) >= self._run:
            self._write_run()

    def _write_run(self) -> None:
        self._held.sort()
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__, with the spool
        for _, _, _, packed in self._held:
            file.write(len(packed).to_bytes(4) + packed)
        file.seek(0)
        self._files.append(file)
        self._held = []

    def groups(self) -> Iterator[tuple[str, list[Kept]]]:
        """Each key with its rows; to be asked once."""
        self._held.sort()
        held = (_decode(packed) for _, _, _, packed in self._held)
        merged = heapq.merge(held, *(_read(file) for file in self._files), key=_order)
        for key, rows in groupby(merged, key=attrgetter("key")):
            yield key, list(rows)


def _read(file: IO[bytes]) -> Iterator[Kept]:
    while length := file.read(4):
        yield _decode(file.read(int.from_bytes(length)))
