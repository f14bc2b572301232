"""Templates to fill in: a workbook whose columns and drop-downs are those that the import reads (U-13)."""

import io
from collections.abc import Sequence
from typing import Any, Final

from amends.domain.rulebook.shape import Vocabulary
from amends.exchange.handed_in import FORMS, Field

ROWS: Final = 5_000
WIDTH: Final = 22
REQUESTS: Final = (
    Field("order", owed=True), Field("reason", "reasons", owed=True), Field("kind", "kinds"), Field("line"), Field("quantity"),
    Field("note"), Field("id"),
)  # fmt: skip
ORDERS: Final = (
    "Order ID", "Order Status", "SKU ID", "Seller SKU", "Product Name", "Product Category", "Quantity", "SKU Subtotal After Discount",
    "Shipping Fee After Discount", "Taxes", "Order Amount", "Created Time", "Paid Time", "Shipped Time", "Delivered Time", "Cancelled Time",
    "Buyer Username", "Payment Method", "Tracking ID", "Shipping Provider Name",
)  # fmt: skip
"""Those of a Seller Center export that matter here; a whole export is taken as well."""


def template(kind: str, vocabulary: Vocabulary, language: str) -> bytes:
    """The workbook for a kind of file; `language` is zh or en. Owed columns are marked with a star in their remark."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_says(vocabulary, "import_kinds", kind, language)[:31].replace("/", " "))
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        fields = REQUESTS if kind == "requests" else FORMS.get(kind, ())
        names = [f.key if kind == "requests" else _says(vocabulary, "columns", f.key, language) for f in fields] or list(ORDERS)
        sheet.write_row(0, 0, names, bold)
        sheet.set_column(0, len(names) - 1, WIDTH, text)
        sheet.freeze_panes(1, 0)
        _drop_downs(book, sheet, fields, vocabulary, language)
    return out.getvalue()


def _drop_downs(book: Any, sheet: Any, fields: Sequence[Field], vocabulary: Vocabulary, language: str) -> None:
    """Words stand on a sheet of their own: a list inside a rule may have no more than 255 characters."""
    words = book.add_worksheet("words")
    words.hide()
    for column, field in enumerate(fields):
        if field.owed:
            sheet.write_comment(0, column, "*")
        if not field.words:
            continue
        named = [_says(vocabulary, field.words, word, language) for word in vocabulary.words(field.words)]
        words.write_column(0, column, named)
        letter = chr(ord("A") + column)
        sheet.data_validation(
            1, column, ROWS, column,
            {"validate": "list", "source": f"=words!${letter}$1:${letter}${len(named)}", "error_type": "warning"},
        )  # fmt: skip


def _says(vocabulary: Vocabulary, list_: str, word: str, language: str) -> str:
    says = vocabulary.says(list_, word)
    return says.zh if language == "zh" else says.en
