"""A file that was handed in is carried out by a process of its own, and taken up again when that process is lost."""

import asyncio
import io
import os
import re
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
import pytest
import xlsxwriter
from tests.marketplace import MONDAY, Marketplace

from amends.kernel.ids import new_id
from amends.settings import from_environment
from amends.store.database import open_pool, queries, transaction
from amends.worker.erasing import Erasures
from amends.worker.imports import Imports


async def _handed_in(
    marketplace: Marketplace, home: Path, shop_id: int, content: bytes = b"case,decision\nnobody,approve\n"
) -> Any:
    run_id = new_id(MONDAY)
    (home / "imports").mkdir(exist_ok=True)
    (home / "imports" / str(run_id)).write_bytes(content)
    row = (shop_id, run_id, "decisions", "d.csv", sha256(content).digest(), len(content), "seller", "seller:pia", ["*"])
    async with transaction(marketplace.desk.pool, [shop_id]) as connection:
        await connection.execute(queries("insert_import"), *row)
    return run_id


@pytest.mark.requirement("U-13")
async def test_a_process_reads_the_file_and_a_lost_one_is_followed_by_another(marketplace: Marketplace, tmp_path: Path) -> None:
    shop_id = (await marketplace.order()).shop_id
    settings = msgspec.structs.replace(from_environment(), database_url=marketplace.dsn, home=tmp_path)
    run_id = await _handed_in(marketplace, tmp_path, shop_id)
    say = marketplace.administrator
    async with await open_pool(marketplace.dsn, "amends_worker", max_size=1) as pool:
        imports = Imports(pool, settings, asyncio.Event())
        await say.execute("update amends.import_run set beat_at = clock_timestamp() where id = $1", run_id)
        assert await imports.step() == 5.0, "somebody is at it"
        await say.execute("update amends.import_run set beat_at = clock_timestamp() - interval '2 minutes' where id = $1", run_id)
        assert await imports.step() == 0.0
        assert await say.fetchval("select state from amends.import_run where id = $1", run_id) == "previewed"
        assert await imports.step() == 5.0
        stopping = Imports(pool, settings, asyncio.Event())
        await say.execute("update amends.import_run set state = 'wanted' where id = $1", run_id)
        stopping.stopping.set()
        await stopping.step()
        assert await say.fetchval("select state from amends.import_run where id = $1", run_id) in ("wanted", "running")


async def test_a_workbook_of_a_kilobyte_that_wants_all_memory_is_refused_and_the_next_file_is_read(
    marketplace: Marketplace, tmp_path: Path
) -> None:
    shop_id = (await marketplace.order()).shop_id
    settings = msgspec.structs.replace(from_environment(), database_url=marketplace.dsn, home=tmp_path)
    bomb = await _handed_in(marketplace, tmp_path, shop_id, _with_a_cell_in_the_last_corner())
    good = await _handed_in(marketplace, tmp_path, shop_id)
    say = marketplace.administrator
    async with await open_pool(marketplace.dsn, "amends_worker", max_size=1) as pool:
        imports = Imports(pool, settings, asyncio.Event())
        await imports.step()
        row = await say.fetchrow("select state, report from amends.import_run where id = $1", bomb)
        assert row["state"] == "failed"
        assert row["report"]["by_code"] == {"import_file_too_large": 1}
        await imports.step()
        assert await say.fetchval("select state from amends.import_run where id = $1", good) == "previewed"
        assert await imports.step() == 5.0, "nothing is tried again"


def _with_a_cell_in_the_last_corner() -> bytes:
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>case</t></is></c><c r="B1" t="inlineStr"><is><t>decision</t></is></c></row>'
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet()
    out = io.BytesIO()
    with ZipFile(made) as parts, ZipFile(out, "w", ZIP_DEFLATED) as bomb:
        for name in parts.namelist():
            text = parts.read(name).decode()
            bomb.writestr(name, re.sub("<sheetData ?/>", f"<sheetData>{head}{far}</sheetData>", text))
    return out.getvalue()


async def test_what_was_checked_and_never_applied_is_gone_after_two_weeks(marketplace: Marketplace, tmp_path: Path) -> None:
    shop_id = (await marketplace.order()).shop_id
    run_id = await _handed_in(marketplace, tmp_path, shop_id)
    file, stray, young = (tmp_path / "imports" / name for name in (str(run_id), "left-by-a-crash", "just-coming-in"))
    stray.write_bytes(b"buyer,phone\n")
    young.write_bytes(b"buyer,phone\n")
    say = marketplace.administrator
    settings = msgspec.structs.replace(from_environment(), database_url=marketplace.dsn, home=tmp_path)

    async def aged(days: int) -> None:
        for path in (file, stray):
            if path.exists():
                os.utime(path, (time.time() - days * 86_400,) * 2)
        await say.execute("update amends.import_run set changed_at = clock_timestamp() - $1::interval", timedelta(days=days))

    async with await open_pool(marketplace.dsn, "amends_worker", max_size=1) as pool:
        imports = Imports(pool, settings, asyncio.Event())
        erasures = Erasures(pool, tmp_path, settings.policies)
        await say.execute("update amends.import_run set state = 'previewed'")
        await aged(13)
        assert (await erasures.let_go())["imports"] == 0
        assert await imports.let_go() == 1, "what belongs to no run"
        assert (file.exists(), stray.exists(), young.exists()) == (True, False, True)
        await aged(15)
        await say.execute("update amends.import_run set state = 'wanted'")
        assert (await erasures.let_go())["imports"] == 0, "somebody waits for it"
        await say.execute("update amends.import_run set state = 'previewed'")
        assert (await erasures.let_go())["imports"] == 1
        assert await imports.let_go() == 1
        assert not file.exists()
        assert await say.fetchval("select state from amends.import_run where id = $1", run_id) == "lapsed"
        assert await imports.let_go() == 0
