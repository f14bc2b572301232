"""`python -m amends.store.columns.process`: holds a copy, keeps it fresh and answers questions that come in over its standard input.

It is a process of its own so that whoever serves people stays small: DuckDB is loaded here and nowhere else, and the process ends by
itself when nobody asks for a while or when whoever started it is gone. Frames are a length of four bytes and MessagePack.
"""

import asyncio
import contextlib
import fcntl
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from amends.domain.rulebook.shape import Says, Term
from amends.domain.topics.speech import Scanner
from amends.store.columns.answers import answer
from amends.store.columns.copying import AnotherPast, discard, open_copy, refresh
from amends.store.columns.question import Ask
from amends.store.columns.shelf import Shelf

FRESH_S: Final = 2.0
PATIENCE_S: Final = 1.0
IDLE_S: Final = 900.0
AT_ONCE: Final = 2
_encode = msgspec.msgpack.Encoder().encode


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """The first frame: which database, where to keep the copy, and the phrases to look for in notes."""

    dsn: str
    folder: str
    phrases: dict[str, list[str]] = {}


class Keeper:
    """The copy of one folder and its one writer. `active` questions are let finish before a copy is thrown away."""

    def __init__(self, begin: Begin) -> None:
        self.dsn = begin.dsn
        self.folder, self._lock = claim(Path(begin.folder))
        for spool in self.folder.glob("spool-*"):  # left by a process that was killed
            discard_folder(spool)
        for left in self.folder.glob("feed-*.parquet"):
            left.unlink(missing_ok=True)
        self.path = self.folder / "columns.duckdb"
        self.db = open_copy(self.path)
        self.shelf = Shelf(self.db)
        self.words = _finder(begin.phrases)
        self.refreshed, self.refreshing = 0.0, asyncio.Lock()
        self.threads, self.active, self.idle = ThreadPoolExecutor(AT_ONCE), 0, asyncio.Event()
        self.idle.set()

    async def fresh(self) -> None:
        """Bring the copy up to date unless it was just now; a copy that is there already is waited for no longer than a second."""
        if time.monotonic() - self.refreshed < FRESH_S:
            return
        work = asyncio.create_task(self._refresh())
        if self.db.execute("select 1 from kept.state").fetchone() is None:
            await work
        else:
            done, _ = await asyncio.wait([work], timeout=PATIENCE_S)
            for each in done:
                each.result()
            if not done:
                work.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def _refresh(self) -> None:
        async with self.refreshing:
            if time.monotonic() - self.refreshed < FRESH_S:
                return
            try:
                await self._run_refresh()
            except AnotherPast:
                await self.idle.wait()
                self.shelf.clear()
                self.db.close()
                discard(self.path)
                self.db = open_copy(self.path)
                self.shelf = Shelf(self.db)
                await self._run_refresh()
            self.refreshed = time.monotonic()

    async def _run_refresh(self) -> None:
        def work() -> None:
            cursor = self.db.cursor()
            try:
                asyncio.run(refresh(self.dsn, cursor, self.words, self.folder))
            finally:
                cursor.close()

        await asyncio.to_thread(work)

    async def answer(self, ask: Ask) -> dict[str, Any]:
        """One answer, out of the copy as it stands."""
        await self.fresh()
        self.active += 1
        self.idle.clear()
        try:
            more = ask.more | {"folder": str(self.folder)}
            return await asyncio.get_running_loop().run_in_executor(
                self.threads, answer, self.shelf, msgspec.structs.replace(ask, more=more)
            )
        finally:
            self.active -= 1
            if not self.active:
                self.idle.set()


def claim(folder: Path) -> tuple[Path, IO[str]]:
    """The first place of a folder that no other process holds: each has a copy of its own, and no copy two writers."""
    number = 0
    while True:
        place = folder / str(number)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = (place / "lock").open("w")
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return place, held
        held.close()
        number += 1


def discard_folder(path: Path) -> None:
    """Remove a folder with what is in it."""
    import shutil

    shutil.rmtree(path, ignore_errors=True)


def _finder(phrases: dict[str, list[str]]) -> Any:
    traits = {"category": "", "level": "", "instead": {"zh": "", "en": ""}}
    terms = {code: Term(code, Says(code, code), traits | {"words": {"all": words}}) for code, words in phrases.items()}
    scanner = Scanner(terms)
    return lambda note: sorted({hit.word for hit in scanner.scan(note)})


async def serve(read: asyncio.StreamReader, out: IO[bytes]) -> None:
    """Answer until the other end is gone, or nobody asks for a quarter of an hour."""
    keeper = Keeper(msgspec.msgpack.decode(await _frame(read), type=Begin))
    under_way: set[asyncio.Task[None]] = set()
    while True:
        try:
            ask = msgspec.msgpack.decode(await asyncio.wait_for(_frame(read), None if under_way else IDLE_S), type=Ask)
        except (TimeoutError, asyncio.IncompleteReadError):
            return
        task = asyncio.create_task(_one(keeper, ask, out))
        under_way.add(task)
        task.add_done_callback(under_way.discard)


async def _one(keeper: Keeper, ask: Ask, out: IO[bytes]) -> None:
    try:
        told: dict[str, Any] = {"id": ask.id, "answer": await keeper.answer(ask)}
    except Exception as problem:  # noqa: BLE001 - whoever asked is told, and the next question is answered
        told = {"id": ask.id, "problem": f"{type(problem).__name__}: {problem}"}
    frame = _encode(told)
    out.write(len(frame).to_bytes(4) + frame)
    out.flush()


async def _frame(read: asyncio.StreamReader) -> bytes:
    return await read.readexactly(int.from_bytes(await read.readexactly(4)))


async def _main() -> None:
    read = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(read), sys.stdin)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints by mistake is no answer
    await serve(read, out)


if __name__ == "__main__":
    asyncio.run(_main())
    os._exit(0)  # threads that still compute for nobody are not waited for
