"""A workbook is written row by row and read back whole: text stays text, numbers keep their digits, and no character breaks the file."""

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from amends.domain.rulebook.shape import Says, Term, Vocabulary
from amends.exchange.sheets import Column, Sheet, Writer
from amends.exchange.workbook import LONGEST, Frame, Writing, begun, filled, written
from amends.exchange.workbook_parts import sheet_name

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
WORDS = Vocabulary(
    lists={
        "columns": {"cases": Term("cases", Says("售后单", "Cases")), "case_id": Term("case_id", Says("售后单号", "Case ID"))},
        "states": {"closed": Term("closed", Says("已关闭", "closed"))},
        "currencies": {
            "USD": Term("USD", Says("美元", "US dollar"), {"exponent": 2}),
            "VND": Term("VND", Says("越南盾", "dong"), {"exponent": 0}),
            "BHD": Term("BHD", Says("第纳尔", "dinar"), {"exponent": 3}),
        },
    }
)
SHEET = Sheet(
    "cases",
    (
        Column("case_id"),
        Column("state", "word", "states"),
        Column("amount", "money"),
        Column("currency"),
        Column("quantity", "whole"),
        Column("rate", "number"),
        Column("opened_at", "moment"),
        Column("tags"),
    ),
)
AT = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)


def row(**more: Any) -> dict[str, Any]:
    return {
        "case_id": "576000000000000001", "state": "closed", "amount": 4850, "currency": "USD", "quantity": 3, "rate": "6.45",
        "opened_at": AT, "tags": ["a", "b"],
    } | more  # fmt: skip


def made(*rows: dict[str, Any], language: Any = "en", most: int | None = None) -> bytes:
    """The workbook of these rows, as the process writes it: through JSON, and into something that cannot be gone back in."""
    writer = Writer(SHEET, WORDS, language)
    frame = Frame(writer.title(), tuple(writer.header()), writer.plan)
    lines = [msgspec.json.encode(part) for part in (frame, [writer.row(each) for each in rows], None)]
    out = io.BytesIO()
    out.seekable = lambda: False  # type: ignore[method-assign]
    if most is None:
        source = iter(lines)
        assert filled(begun(source, out), source)
    else:
        writing = Writing(out, msgspec.json.decode(lines[0], type=Frame), most)
        writing.add(msgspec.json.decode(lines[1]))
        writing.end()
    return out.getvalue()


def read(book: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(sheet).to_python()


def part(book: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return ET.fromstring(archive.read(name))  # noqa: S314 - we wrote it


def cells(book: bytes) -> dict[str, ET.Element]:
    return {cell.get("r", ""): cell for cell in part(book, "xl/worksheets/sheet1.xml").iter(f"{MAIN}c")}


def test_a_row_comes_back_with_its_words_its_digits_and_its_ids_as_text() -> None:
    header, first, dong, dinar = read(made(row(), row(amount=120_000, currency="VND"), row(amount=-1234, currency="BHD")))
    assert header[:4] == ["Case ID", "state", "amount", "currency"]
    assert first == ["576000000000000001", "closed", 48.5, "USD", 3.0, 6.45, "2026-11-02T10:30:00Z", "a, b"]
    assert (dong[2], dinar[2]) == (120_000.0, -1.234)


@pytest.mark.parametrize(("language", "says"), [("zh", ["售后单号", "已关闭"]), ("codes", ["case_id", "closed"])])
def test_header_and_words_are_in_the_language_asked_for(language: str, says: list[str]) -> None:
    header, first = read(made(row(), language=language))
    assert [header[0], first[1]] == says


def test_the_same_row_is_the_same_text_in_the_table() -> None:
    writer = Writer(SHEET, WORDS, "en")
    native = writer.cells(writer.row(row()))
    through_json = writer.cells(msgspec.json.decode(msgspec.json.encode(writer.row(row()))))
    assert native == through_json == [
        "576000000000000001", "closed", Decimal("48.50"), "USD", Decimal(3), Decimal("6.45"), "2026-11-02T10:30:00Z", "a, b",
    ]  # fmt: skip


def test_numbers_carry_the_format_of_their_decimals_and_text_the_format_of_text() -> None:
    book = made(row(), row(currency="VND"), row(amount=1, currency="BHD"))
    formats = {each.get("numFmtId"): each.get("formatCode") for each in part(book, "xl/styles.xml").iter(f"{MAIN}numFmt")}
    styles = [each.get("numFmtId") for each in part(book, "xl/styles.xml").find(f"{MAIN}cellXfs") or ()]
    found = {name: styles[int(cell.get("s", "0"))] for name, cell in cells(book).items()}
    assert [formats[str(found[name])] for name in ("C2", "C3", "C4", "E2", "F2")] == ["0.00", "0", "0.000", "0", "0.00"]
    assert (found["A2"], found["A1"]) == ("49", "49"), "text is text even when somebody edits it"


def test_the_header_is_frozen_and_every_column_can_be_filtered() -> None:
    book = made(row(), row())
    sheet = part(book, "xl/worksheets/sheet1.xml")
    pane = next(sheet.iter(f"{MAIN}pane"))
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    assert next(sheet.iter(f"{MAIN}autoFilter")).get("ref") == "A1:H3"
    assert next(part(book, "xl/workbook.xml").iter(f"{MAIN}definedName")).text == "'Cases'!$A$1:$H$3"
    assert [child.tag.removeprefix(MAIN) for child in sheet] == ["sheetViews", "cols", "sheetData", "autoFilter"]


@pytest.mark.requirement("Q-07")
@pytest.mark.parametrize(
    "payload", ['=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "=cmd|'/c calc'!A1"]
)
def test_what_a_spreadsheet_would_run_is_text_and_comes_back_as_it_was(payload: str) -> None:
    book = made(row(case_id=payload))
    cell = cells(book)["A2"]
    assert cell.get("t") == "inlineStr"
    assert not list(cell.iter(f"{MAIN}f"))
    assert read(book)[1][0] == payload


@given(st.text(max_size=40))
def test_no_text_breaks_the_file(text: str) -> None:
    book = made(row(case_id=text.encode("utf-8", "replace").decode()))
    found = "".join(cells(book).get("A2", ET.Element("none")).itertext())
    assert found == written_plainly(text)


def written_plainly(text: str) -> str:
    """What XML gives back of a written text: what it forbids as an escape of the spreadsheet's own."""
    told = text.encode("utf-8", "replace").decode()
    return "".join(ET.fromstring(f"<t>{written(told)}</t>").itertext())  # noqa: S314 - we wrote it


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("a<b>&c", "a&lt;b&gt;&amp;c"),
        ("\x00\x07\x1b", "_x0000__x0007__x001B_"),
        ("line\r\nnext\ttab", "line_x000D_\nnext\ttab"),
        ("_x0041_", "_x005F_x0041_"),
        ("\ufffe\uffff", "_xFFFE__xFFFF_"),
        ("\ud800", "\ufffd"),
        ("]]>", "]]&gt;"),
    ],
)
def test_characters_that_xml_forbids_are_escaped_as_spreadsheets_do(text: str, stands: str) -> None:
    assert written(text) == stands


def test_a_cell_is_no_longer_than_a_spreadsheet_takes() -> None:
    assert len(written("x" * 40_000)) == LONGEST
    assert len(written("𝄞" * 20_000).encode("utf-16-le")) // 2 <= LONGEST
    assert written("x" * LONGEST) == "x" * LONGEST


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_stays_text() -> None:
    assert read(made(row(amount=123_456_789_012_345_678)))[1][2] == "1234567890123456.78"


def test_more_rows_than_a_sheet_holds_go_onto_a_further_one() -> None:
    book = made(*(row(quantity=n) for n in range(7)), most=4)
    opened = CalamineWorkbook.from_filelike(io.BytesIO(book))
    assert opened.sheet_names == ["Cases", "Cases 2", "Cases 3"]
    rows = [line for n in range(3) for line in read(book, n)[1:]]
    assert [line[4] for line in rows] == [float(n) for n in range(7)]
    assert all(read(book, n)[0][0] == "Case ID" for n in range(3))


def test_a_table_whose_end_never_came_is_no_file() -> None:
    writer = Writer(SHEET, WORDS, "en")
    told = msgspec.json.encode(Frame(writer.title(), tuple(writer.header()), writer.plan)) + b"\n"
    told += msgspec.json.encode([writer.row(row())]) + b"\n"
    ended = subprocess.run(
        [sys.executable, "-m", "amends.exchange.workbook"], input=told, capture_output=True, check=False, timeout=60
    )
    assert ended.returncode == 1
    assert not zipfile.is_zipfile(io.BytesIO(ended.stdout))
    whole = subprocess.run(
        [sys.executable, "-m", "amends.exchange.workbook"], input=told + b"null\n", capture_output=True, check=True, timeout=60
    )
    assert read(whole.stdout)[1][0] == "576000000000000001"
    assert zipfile.ZipFile(io.BytesIO(whole.stdout)).testzip() is None


@pytest.mark.parametrize(("title", "name"), [("a/b:c", "a b c"), ("'q'", "q"), ("", "table"), ("x" * 40, "x" * 31)])
def test_a_sheet_has_a_name_that_spreadsheets_take(title: str, name: str) -> None:
    assert sheet_name(title, 1) == name
    assert len(sheet_name("x" * 40, 2)) == 31
