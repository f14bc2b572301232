"""A table on its way out: as CSV by this process, as a workbook by one of its own, both sent while their rows are still being read."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final, Literal

import msgspec

from amends.api.door.messages import Headers, Reply
from amends.exchange.sheets import BOM, Row, Writer, csv_lines
from amends.exchange.workbook import Frame

READ_AT_ONCE: Final = 256 * 1024
END: Final = b"null\n"
Form = Literal["csv", "xlsx"]
Pages = AsyncGenerator[list[Row]]
XLSX: Final = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES: Final[dict[Form, bytes]] = {"csv": b"text/csv; charset=utf-8", "xlsx": XLSX}
MEDIA_TYPES: Final = tuple(kind.partition(b";")[0].decode() for kind in TYPES.values())


def table_reply(writer: Writer, form: Form, name: str, pages: Pages) -> Reply:
    """The table as a download; `name` is that of the file, without what it ends in."""
    headers: Headers = ((b"content-disposition", f'attachment; filename="{name}.{form}"'.encode()),)
    stream = csv_of(writer, pages) if form == "csv" else workbook_of(writer, pages)
    return Reply(stream=stream, media_type=TYPES[form], headers=headers)


async def csv_of(writer: Writer, pages: Pages) -> AsyncIterator[bytes]:
    """The table as CSV, page by page; with a mark by which spreadsheets know UTF-8, unless a program reads it."""
    yield (b"" if writer.language == "codes" else BOM) + csv_lines([writer.header()])
    async with contextlib.aclosing(pages) as read:
        async for page in read:
            if page:
                yield csv_lines(map(writer.cells, page))


async def workbook_of(writer: Writer, pages: Pages) -> AsyncIterator[bytes]:
    """The table as a workbook.

    Raises:
        RuntimeError: the process that writes it failed; what was sent so far is no whole file.
    """
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "amends.exchange.workbook", stdin=pipe, stdout=pipe)
    assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 - they were asked for
    feeding = asyncio.create_task(_feed(child.stdin, writer, pages))
    try:
        while chunk := await child.stdout.read(READ_AT_ONCE):
            yield chunk
        await feeding
        if await child.wait() != 0:
            raise RuntimeError("the workbook could not be written")
    finally:
        feeding.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await feeding
        if child.returncode is None:
            child.kill()
            await child.wait()


async def _feed(into: asyncio.StreamWriter, writer: Writer, pages: Pages) -> None:
    """Hand the rows over. When that breaks, the end is never said, and the process leaves its file unfinished."""
    try:
        into.write(msgspec.json.encode(Frame(writer.title(), tuple(writer.header()), writer.plan)) + b"\n")
        async with contextlib.aclosing(pages) as read:
            async for page in read:
                into.write(msgspec.json.encode(page) + b"\n")
                await into.drain()
        into.write(END)
        await into.drain()
    finally:
        into.close()
