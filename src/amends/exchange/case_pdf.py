"""A case on paper: what happened, by which rules, with which proof, and the hashes by which it can be checked.

What its font cannot show is named by its hash and stands in full in the folder's JSON.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from amends.exchange.case_file import CaseFolder
from amends.exchange.paper import Page, Words
from amends.kernel.money import Exponents, Money, format_money

_FACTS: Final = (
    "shop", "market", "id", "order_reference", "kind", "reason", "state", "ended", "amount", "opened_at", "closed_at",
    "sale_format", "placed_at", "delivered_at", "eligibility_release", "handling_release",
)  # fmt: skip


def case_pdf(folder: CaseFolder, exponents: Exponents, words: Words, language: str = "en") -> bytes:
    """The PDF of a case; the same folder gives the same pages. Amounts as people write them, by the currencies' `exponents`.

    `words` are those of `paper` in the reader's `language`; codes stand as in the JSON, by which they are found there.
    """
    case = folder.case

    def money(amount: int | None) -> str:
        return "-" if amount is None else format_money(Money(amount, case["currency"]), exponents)

    page = Page(datetime.fromisoformat(case["made_at"]), words)
    page.heading(page.say("case_file", case=case["id"]))
    page.line(page.say("case_made", at=case["made_at"]))
    facts = ((name, money(case[name]) if name == "amount" else case[name]) for name in _FACTS)
    page.table(("fact", "value"), facts, (50, 140))
    _what_happened(page, folder, language)
    _what_was_ruled(page, folder, money)
    _what_was_paid(page, folder, money)
    page.heading(page.say("messages"))
    said = ((m["at"], m["side"], m["text"] if m["text"] is not None else page.say("erased")) for m in folder.parts["messages"])
    page.table(("moment", "side", "words"), said, (46, 20, 124), none="nothing_said")
    page.heading(page.say("how_to_check"))
    page.line(page.say("checking"))
    return page.bytes()


def _what_happened(page: Page, folder: CaseFolder, language: str) -> None:
    page.heading(page.say("timeline"))
    rows = ((e["seq"], e["at"], e["type"], e["actor_kind"], e["to_state"], e["hash"][:16]) for e in folder.timeline)
    page.table(("number", "moment", "event", "by", "state_after", "hash"), rows, (10, 46, 46, 20, 36, 32))
    page.heading(page.say("verdicts"))
    page.table(("rule", "says", "source"), _reasons(folder.case["verdict"], language), (40, 85, 65))


def _what_was_ruled(page: Page, folder: CaseFolder, money: Callable[[int | None], str]) -> None:
    page.heading(page.say("rulings"))
    rulings = (
        (r["round"], r["state"], r["ruling"], r["liability"], money(r["amount"]), r["rationale"]) for r in folder.parts["rulings"]
    )
    head = ("round", "state", "ruling", "liable", "amount", "rationale")
    page.table(head, rulings, (14, 20, 24, 20, 26, 86), none="nobody_ruled")
    page.heading(page.say("proof"))
    proof = (
        (p["of"], p["at"], p["kind"], p["given_at"], (p["sha256"] or "-")[:32], p["file"] or page.say("not_handed_on"))
        for p in folder.parts["evidence"]
    )
    head = ("of", "stage", "kind", "given", "sha_half", "file")
    page.table(head, proof, (14, 20, 34, 38, 42, 42), none="no_proof")


def _what_was_paid(page: Page, folder: CaseFolder, money: Callable[[int | None], str]) -> None:
    page.heading(page.say("money"))
    paid = (
        (r["created_at"], money(r["amount"]), r["status"], r["provider_reference"], r["payment_reference"])
        for r in folder.parts["refunds"]
    )
    page.table(("decided", "amount", "status", "reference", "payment"), paid, (44, 30, 24, 46, 46), none="no_refund")
    charged = ((b["opened_at"], money(b["amount"]), b["state"], b["reason"], b["reference"]) for b in folder.parts["chargebacks"])
    head = ("chargeback", "amount", "state", "reason", "reference")
    page.table(head, charged, (46, 28, 26, 42, 48), none="no_chargeback")


def _reasons(verdict: Any, language: str) -> Iterable[tuple[object, object, object]]:
    reasons = verdict.get("reasons", ()) if isinstance(verdict, dict) else ()
    if isinstance(verdict, dict) and not reasons and isinstance(verdict.get("verdict"), dict):
        reasons = verdict["verdict"].get("reasons", ())
    for reason in reasons:
        yield reason.get("rule"), (reason.get("says") or {}).get(language), reason.get("source")
