"""Cells that a spreadsheet reads as what they are: text that looks like a formula or a long number stays text, and comes back whole."""

from amends.kernel.text import formula_like

QUOTE = "'"
LONG_NUMBER = 12
"""From so many digits on a spreadsheet would round an id, so it is marked as text the way seller centers do: by a tab behind it."""


def safe(text: str) -> str:
    """The cell to write: harmless to whoever opens it. `plain` gives the text back."""
    if _marked(text):
        return QUOTE + text
    return f"{text}\t" if len(text) >= LONG_NUMBER and text.isascii() and text.isdigit() else text


def quoted(text: str) -> str:
    """What a spreadsheet might run with an apostrophe in front, which shows that it is text; for tables that nobody hands in again."""
    return QUOTE + text if formula_like(text) else text


def plain(cell: str) -> str:
    """The text of a cell that `safe` wrote; any other cell as it is, without blanks around it."""
    if cell.startswith(QUOTE) and _marked(cell[1:]):
        return cell[1:]
    return cell.strip()


def _marked(text: str) -> bool:
    """Whether it needs a mark: it would run, or it looks as if it had been marked already."""
    return formula_like(text) or (text.startswith(QUOTE) and _marked(text[1:]))
