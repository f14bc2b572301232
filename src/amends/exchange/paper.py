"""A page that is written from top to bottom, in any script that its font has."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.fonts import FontFace

WIDE: Final = 190
FONT: Final = Path(__file__).parent / "fonts" / "paper.otf"
"""Noto Sans Hans under another name, cut down to GBK and Latin letters (`tools/paper_font.py`)."""
FAMILY: Final = "paper"
Words = Mapping[str, str]
"""What a page says, by the words of `paper`."""


class Page:
    """What is drawn on: headings, paragraphs, tables."""

    def __init__(self, made_at: datetime, words: Words) -> None:
        self.words = words
        self.pdf = FPDF(format="A4")
        self.pdf.set_creation_date(made_at)
        self.pdf.set_auto_page_break(auto=True, margin=15)
        self.pdf.add_page()
        self.pdf.add_font(FAMILY, fname=FONT)
        self.font = cast("Any", self.pdf.fonts[FAMILY])
        self.letters: Mapping[int, Any] = self.font.cmap

    def say(self, word: str, **values: object) -> str:
        """A word of the page, with what is put in."""
        text = self.words.get(word, word)
        return text.format(**values) if values else text

    def shown(self, text: object) -> str:
        """The words as the page can show them; else what they are and their hash, by which they are found elsewhere."""
        words = "-" if text is None else " ".join(str(text).split("\t"))
        return words if all(ord(letter) in self.letters or letter in "\n\r" for letter in words) else _elsewhere(words)

    def heading(self, text: str) -> None:
        """A heading."""
        self.pdf.set_font(FAMILY, "", 12)
        self.pdf.ln(3)
        self.pdf.multi_cell(WIDE, 7, self.shown(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR)

    def line(self, text: str) -> None:
        """A paragraph."""
        self.pdf.set_font(FAMILY, "", 8)
        self.pdf.multi_cell(WIDE, 4, self.shown(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def table(self, head: Iterable[str], rows: Iterable[tuple[object, ...]], widths: tuple[int, ...], none: str = "none") -> None:
        """A table, its head by the words of the page; `none` is the word that says that it would be empty."""
        laid = [tuple(self.shown(cell) for cell in row) for row in rows]
        if not laid:
            self.line(self.say(none))
            return
        self.pdf.set_font(FAMILY, "", 7)
        heads = FontFace(emphasis="", fill_color=(238, 240, 244))
        with self.pdf.table(col_widths=widths, width=WIDE, line_height=4, align="LEFT", headings_style=heads) as table:
            table.row([self.shown(self.say(word)) if word else "" for word in head])
            for row in laid:
                table.row(row)

    def bytes(self) -> bytes:
        """The PDF; nothing is drawn on the page afterwards."""
        made = bytes(self.pdf.output())
        self.font.ttfont.close()
        return made


def _elsewhere(words: str) -> str:
    return f"[words in another script, SHA-256 {sha256(words.encode()).hexdigest()[:16]}, see the JSON]"
