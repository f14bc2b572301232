"""A prepaid return label has the size that printers of labels take, and its codes can be read again from the paper (L-05)."""

from datetime import UTC, datetime
from uuid import UUID

import pypdfium2
import pytest
import zxingcpp

from amends.domain.facts.travel import ReturnAddress, ReturnPlan
from amends.exchange.label_pdf import Unprintable, label_pdf

AT = datetime(2026, 11, 16, tzinfo=UTC)
DPI = 203
"""What label printers print."""


def a_plan(number: str = "9400111899223197428497") -> ReturnPlan:
    return ReturnPlan(case_id=UUID(int=1), label="made", carrier="usps", tracking_number=number, service="ground", made_at=AT)


def an_address(**told: str) -> ReturnAddress:
    said = {
        "name": "Anna's Vases",
        "line": "12 Mill Road",
        "city": "Albany",
        "region": "NY",
        "postcode": "12207",
        "country": "US",
    }
    return ReturnAddress(id=UUID(int=2), phone="", preferred=True, **(said | told))


@pytest.mark.requirement("L-05")
@pytest.mark.parametrize("number", ["9400111899223197428497", "1Z999AA10123456784", "RR473124829GB", "JT0001234567890123456789"])
def test_barcode_and_qr_decode_again_from_the_printed_page(number: str) -> None:
    (page,) = pypdfium2.PdfDocument(label_pdf(a_plan(number), an_address(), order="O-1"))
    width, height = (round(side / 72 * 25.4) for side in page.get_size())
    assert (width, height) == (100, 150)
    found = zxingcpp.read_barcodes(page.render(scale=DPI / 72).to_pil())
    assert sorted((str(each.format), each.text) for each in found) == [("Code 128", number), ("QR Code", number)]


@pytest.mark.requirement("L-05")
def test_the_same_label_is_the_same_paper_and_names_no_buyer() -> None:
    one, two = (label_pdf(a_plan(), an_address(), order="O-1") for _ in range(2))
    assert one == two
    text = pypdfium2.PdfDocument(one)[0].get_textpage().get_text_range()
    assert all(word in text for word in ("Anna's Vases", "12 Mill Road", "Albany NY 12207", "POSTAGE PAID", "O-1"))


def test_an_address_that_a_carrier_could_not_read_is_refused() -> None:
    with pytest.raises(Unprintable):
        label_pdf(a_plan(), an_address(line="北京路 1 号"), order="O-1")
