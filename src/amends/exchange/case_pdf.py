"""A case on paper: what happened, by which rules, with which proof, and the hashes by which it can be checked.

The page is in English and in Latin letters, because no font with Chinese characters is shipped: words that it cannot show are named
by their hash and stand in full in the folder's JSON.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from amends.exchange.case_file import CaseFolder
from amends.kernel.money import Exponents, Money, format_money

_WIDE: Final = 190
_FACTS: Final = (
    "shop", "market", "id", "order_reference", "kind", "reason", "state", "ended", "amount", "opened_at", "closed_at",
    "sale_format", "placed_at", "delivered_at", "eligibility_release", "handling_release",
)  # fmt: skip
_CHECKING: Final = (
    "amends verify FILE.zip recomputes every hash. By hand: the SHA-256 of a zero byte, the 32 bytes of `before`, and the canonical JSON"
    " (RFC 8785) of [case, seq, type, at_us, actor_kind, actor, from_state, to_state, body, wishes, fired_kind, fired_started_seq]"
    " is `hash`; fields as in timeline.json."
)


def latin(text: object) -> str:
    """The words as the page can show them; else what they are and their hash, by which they are found in the folder."""
    words = "-" if text is None else str(text)
    try:
        words.encode("latin-1")
    except UnicodeEncodeError:
        return f"[words in another script, SHA-256 {sha256(words.encode()).hexdigest()[:16]}, see the JSON]"
    return words


def case_pdf(folder: CaseFolder, exponents: Exponents) -> bytes:
    """The PDF of a case; the same folder gives the same pages. Amounts as people write them, by the currencies' `exponents`."""
    case = folder.case

    def money(amount: int | None) -> str:
        return "-" if amount is None else format_money(Money(amount, case["currency"]), exponents)

    page = Page(datetime.fromisoformat(case["made_at"]))
    page.heading(f"Case file {case['id']}")
    page.line(f"Made at {case['made_at']} (UTC). Every file of the folder is listed with its hash in manifest.json.")
    facts = ((name, money(case[name]) if name == "amount" else case[name]) for name in _FACTS)
    page.table(("fact", "value"), facts, (50, 140))
    _what_happened(page, folder)
    _what_was_ruled(page, folder, money)
    _what_was_paid(page, folder, money)
    page.heading("Messages")
    said = ((m["at"], m["side"], m["text"] if m["text"] is not None else "(erased)") for m in folder.parts["messages"])
    page.table(("moment", "side", "words"), said, (46, 20, 124), none="Nothing was said in the case.")
    page.heading("How to check this")
    page.line(_CHECKING)
    return page.bytes()


def _what_happened(page: "Page", folder: CaseFolder) -> None:
    page.heading("Timeline")
    rows = ((e["seq"], e["at"], e["type"], e["actor_kind"], e["to_state"], e["hash"][:16]) for e in folder.timeline)
    page.table(("no.", "moment", "event", "by", "state after", "hash"), rows, (10, 46, 46, 20, 36, 32))
    page.heading("Verdicts: rules and their sources")
    page.table(("rule", "says", "source"), _reasons(folder.case["verdict"]), (40, 85, 65))


def _what_was_ruled(page: "Page", folder: CaseFolder, money: Callable[[int | None], str]) -> None:
    page.heading("Rulings")
    rulings = (
        (r["round"], r["state"], r["ruling"], r["liability"], money(r["amount"]), r["rationale"]) for r in folder.parts["rulings"]
    )
    head = ("round", "state", "ruling", "liable", "amount", "rationale")
    page.table(head, rulings, (14, 20, 24, 20, 26, 86), none="Nobody ruled on it.")
    page.heading("Proof")
    proof = (
        (p["of"], p["at"], p["kind"], p["given_at"], (p["sha256"] or "-")[:32], p["file"] or "not handed on")
        for p in folder.parts["evidence"]
    )
    head = ("of", "stage", "kind", "given", "SHA-256, first half", "file")
    page.table(head, proof, (14, 20, 34, 38, 42, 42), none="No proof was given.")


def _what_was_paid(page: "Page", folder: CaseFolder, money: Callable[[int | None], str]) -> None:
    page.heading("Money")
    paid = (
        (r["created_at"], money(r["amount"]), r["status"], r["provider_reference"], r["payment_reference"])
        for r in folder.parts["refunds"]
    )
    page.table(("decided", "amount", "status", "reference", "payment"), paid, (44, 30, 24, 46, 46), none="No refund was decided.")
    charged = ((b["opened_at"], money(b["amount"]), b["state"], b["reason"], b["reference"]) for b in folder.parts["chargebacks"])
    head = ("chargeback", "amount", "state", "reason", "reference")
    page.table(head, charged, (46, 28, 26, 42, 48), none="No chargeback was made.")


def _reasons(verdict: Any) -> Iterable[tuple[object, object, object]]:
    reasons = verdict.get("reasons", ()) if isinstance(verdict, dict) else ()
    if isinstance(verdict, dict) and not reasons and isinstance(verdict.get("verdict"), dict):
        reasons = verdict["verdict"].get("reasons", ())
    for reason in reasons:
        yield reason.get("rule"), (reason.get("says") or {}).get("en"), reason.get("source")


class Page:
    """A page that is written from top to bottom."""

    def __init__(self, made_at: datetime) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_creation_date(made_at)
        self.pdf.set_auto_page_break(auto=True, margin=15)
        self.pdf.add_page()

    def heading(self, text: str) -> None:
        """A heading."""
        self.pdf.set_font("helvetica", "B", 12)
        self.pdf.ln(3)
        self.pdf.multi_cell(_WIDE, 7, latin(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def line(self, text: str) -> None:
        """A paragraph."""
        self.pdf.set_font("helvetica", "", 8)
        self.pdf.multi_cell(_WIDE, 4, latin(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def table(
        self, head: tuple[str, ...], rows: Iterable[tuple[object, ...]], widths: tuple[int, ...], none: str = "There are none."
    ) -> None:
        """A table; `none` says that it would be empty."""
        self.pdf.set_font("helvetica", "", 7)
        laid = [tuple(latin(cell) for cell in row) for row in rows]
        if not laid:
            self.line(none)
            return
        with self.pdf.table(col_widths=widths, width=_WIDE, line_height=4, align="LEFT") as table:
            for row in (head, *laid):
                table.row(row)

    def bytes(self) -> bytes:
        """The PDF."""
        return bytes(self.pdf.output())
