"""What people write, made safe to keep, to show beside other text and to open in a spreadsheet."""

import re
import unicodedata
from typing import Final, Literal

TextProblem = Literal["text_too_long", "text_control_characters", "text_bidi_characters"]

_BIDI_OVERRIDES = "\u202a-\u202e\u2066-\u2069"
_BIDI_MARKS = "\u061c\u200e\u200f"
# Controls, lone surrogates, line and paragraph separators, interlinear marks, non-characters.
_CONTROL = "\ud800-\udfff\u007f-\u009f\u2028\u2029\ufff9-\ufffb\ufffe\uffff"
_IN_A_LINE = re.compile(f"[\u0000-\u001f{_CONTROL}]")
_IN_A_NOTE = re.compile(f"[\u0000-\u0008\u000b\u000c\u000e-\u001f{_CONTROL}]|\r(?!\n)")
_BIDI_IN_A_LINE = re.compile(f"[{_BIDI_OVERRIDES}{_BIDI_MARKS}]")
_BIDI_IN_A_NOTE = re.compile(f"[{_BIDI_OVERRIDES}]")

_STARTS_A_FORMULA: Final = frozenset("=+-@\t\r\n")
_UNSEEN = " \u00a0\u200b\u2060\u3000\ufeff"
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*%?", re.ASCII)


def normalised(text: str) -> str:
    """Bring text to Unicode form NFC, so that what looks alike compares alike."""
    return unicodedata.normalize("NFC", text)


def text_problem(text: str, max_chars: int, *, lines: bool = False) -> TextProblem | None:
    """Say why a text cannot be kept, or None.

    A line (a name) takes no control and no bidirectional characters at all. With `lines` (a note) tabs and line breaks pass,
    and so do the marks that Arabic needs; embeddings, overrides and isolates, which reorder what stands beside them, never.
    Characters are counted as code points in form NFC. NUL and lone surrogates are control characters.
    """
    if len(text) > max_chars and len(normalised(text)) > max_chars:
        return "text_too_long"
    if (_IN_A_NOTE if lines else _IN_A_LINE).search(text):
        return "text_control_characters"
    if (_BIDI_IN_A_NOTE if lines else _BIDI_IN_A_LINE).search(text):
        return "text_bidi_characters"
    return None


def formula_like(cell: str) -> bool:
    """Tell whether a spreadsheet might run a cell: it begins with = + - @ TAB CR LF or a wide form, and is no number.

    Blanks and invisible characters in front are looked through, because some programs drop them.
    """
    if not cell or (cell[0].isascii() and cell[0].isalnum()):
        return False
    if cell[0] in "\t\r\n":
        return True
    seen = cell.lstrip(_UNSEEN)
    if not seen or unicodedata.normalize("NFKC", seen[0]) not in _STARTS_A_FORMULA:
        return False
    return _NUMBER.fullmatch(cell) is None
