"""A prepaid return label on 100 by 150 millimetres, with a barcode and a QR code of its tracking number (L-05)."""

import io
from typing import Final

import segno
from barcode.codex import Code128
from barcode.writer import SVGWriter
from fpdf import FPDF

from amends.domain.facts.travel import ReturnAddress, ReturnPlan

WIDTH_MM, HEIGHT_MM, MARGIN_MM = 100, 150, 5
_QR_MM: Final = 32
_BARS_MM: Final = (WIDTH_MM - 2 * MARGIN_MM - 10, 24)
_QUIET_MM: Final = 5


class Unprintable(Exception):  # noqa: N818 - it is an address, not an error of ours
    """The address has signs that a carrier's label in Latin letters cannot show."""


def label_pdf(plan: ReturnPlan, to: ReturnAddress, *, order: str) -> bytes:
    """The label as PDF. Who sends it stands nowhere on it but by the order's number.

    Raises:
        Unprintable: the address cannot be set in Latin letters.
        ValueError: the label has no number or moment yet.
    """
    number = plan.tracking_number
    if number is None or plan.made_at is None:
        raise ValueError("a label has a number and a moment")
    page = FPDF(unit="mm", format=(WIDTH_MM, HEIGHT_MM))
    page.set_creation_date(plan.made_at)
    page.set_auto_page_break(auto=False)
    page.set_margins(MARGIN_MM, MARGIN_MM)
    page.add_page()
    _words(page, plan, to, order)
    _bars(page, number, 78)
    _qr(page, number, 114)
    return bytes(page.output())


def _words(page: FPDF, plan: ReturnPlan, to: ReturnAddress, order: str) -> None:
    page.rect(2, 2, WIDTH_MM - 4, HEIGHT_MM - 4)
    page.set_font("helvetica", "B", 14)
    _line(page, f"{(plan.carrier or '').upper()}  {plan.service or ''}".strip(), 8)
    page.set_font("helvetica", "B", 11)
    _line(page, "RETURN - POSTAGE PAID", 7)
    page.set_font("helvetica", "", 9)
    _line(page, f"From: buyer of order {order}", 6)
    page.line(MARGIN_MM, 30, WIDTH_MM - MARGIN_MM, 30)
    page.set_y(33)
    page.set_font("helvetica", "B", 13)
    place = " ".join(part for part in (to.city, to.region, to.postcode) if part)
    for text in (to.name, to.line, place, to.country, to.phone):
        if text:
            _line(page, text, 7)


def _line(page: FPDF, text: str, height: float) -> None:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError as trouble:
        raise Unprintable(text) from trouble
    page.cell(0, height, text, new_x="LMARGIN", new_y="NEXT")


def _bars(page: FPDF, number: str, top: float) -> None:
    """Code 128, drawn as bars of whole modules, with its quiet zone left free."""
    (modules,) = Code128(number, writer=SVGWriter()).build()
    width, height = _BARS_MM
    module = width / len(modules)
    page.set_fill_color(0)
    for n, dark in enumerate(modules):
        if dark == "1":
            page.rect(MARGIN_MM + _QUIET_MM + n * module, top, module, height, style="F")
    page.set_y(top + height + 1)
    page.set_font("courier", "B", 12)
    page.cell(0, 6, number, align="C")


def _qr(page: FPDF, number: str, top: float) -> None:
    drawn = io.BytesIO()
    segno.make(number, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
    page.image(drawn, x=(WIDTH_MM - _QR_MM) / 2, y=top, w=_QR_MM, h=_QR_MM)
