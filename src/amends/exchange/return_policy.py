"""Terms as schema.org `MerchantReturnPolicy`, one for each way of selling whose terms differ. Search engines read them from the page of terms."""

from typing import Any, Final

from amends.domain.rulebook.shape import Says
from amends.exchange.terms import Row, Terms

_SCHEMA: Final = "https://schema.org/"
_FEES: Final = {"buyer": "ReturnFeesCustomerResponsibility", "seller": "FreeReturn", "platform": "FreeReturn"}
_LABELS: Final = {"prepaid": "ReturnLabelDownloadAndPrint", "buyer_arranged": "ReturnLabelCustomerResponsibility"}
_REMORSE: Final = "change_of_mind"
_DEFECT: Final = "quality"


def return_policies(terms: Terms) -> list[dict[str, Any]]:
    """A policy for each set of ways of selling that share all their terms of return."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for sale in terms.vocabulary.words("sale_formats"):
        parts = tuple(_row(terms, sale, kind, group) for kind, group in _ASKED)
        found.setdefault(tuple((row.kind, row.offer) if row else None for row in parts), []).append(sale)
    return [_policy(terms, sales) for sales in found.values()]


_ASKED: Final = (("return_refund", _REMORSE), ("return_refund", _DEFECT), ("exchange", _REMORSE), ("exchange", _DEFECT))


def _row(terms: Terms, sale: str, kind: str, group: str) -> Row | None:
    """The open row of a kind and group of reasons that lasts longest; None where none is open."""
    groups = terms.vocabulary.reason_groups()
    fitting = [
        row
        for row in terms.rows
        if row.kind == kind
        and row.offer.open
        and sale in row.sale_formats
        and any(groups[reason] == group for reason in row.reasons)
    ]
    return max(fitting, key=lambda row: row.offer.days if row.offer.days is not None else 10**6, default=None)


def _policy(terms: Terms, sales: list[str]) -> dict[str, Any]:
    names = [terms.vocabulary.says("sale_formats", sale) for sale in sales]
    remorse, defect = (_row(terms, sales[0], "return_refund", group) for group in (_REMORSE, _DEFECT))
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MerchantReturnPolicy",
        "@id": f"/terms/{terms.market}#{'-'.join(sales)}",
        "name": f"{terms.says.en}: {', '.join(name.en for name in names)}",
        "alternateName": f"{terms.says.zh}：{'、'.join(name.zh for name in names)}",
        "applicableCountry": terms.country,
        "merchantReturnLink": f"/terms/{terms.market}",
        "inStoreReturnsOffered": False,
        **_window(remorse),
        "refundType": _links("FullRefund", *(["ExchangeRefund"] if _row(terms, sales[0], "exchange", _DEFECT) else [])),
        "identifier": terms.release,
    }
    for name, row in (("customerRemorse", remorse), ("itemDefect", defect)):
        if row is not None:
            found |= _costs(name, row)
    if defect is not None and (remorse is None or defect.offer.days != remorse.offer.days):
        says = _defects(defect.offer.days)
        found["description"] = f"{says.en} {says.zh}"
    return found


def _window(row: Row | None) -> dict[str, Any]:
    """The window for a change of mind, which is what a return policy without a reason is."""
    if row is None:
        return {"returnPolicyCategory": f"{_SCHEMA}MerchantReturnNotPermitted"}
    if row.offer.days is None:
        return {"returnPolicyCategory": f"{_SCHEMA}MerchantReturnUnlimitedWindow", "returnMethod": f"{_SCHEMA}ReturnByMail"}
    return {
        "returnPolicyCategory": f"{_SCHEMA}MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": row.offer.days,
        "returnMethod": f"{_SCHEMA}ReturnByMail",
        **({"returnFees": f"{_SCHEMA}{_FEES[row.offer.freight]}"} if row.offer.freight in _FEES else {}),
    }


def _costs(name: str, row: Row) -> dict[str, Any]:
    found = {}
    if row.offer.freight in _FEES:
        found[f"{name}ReturnFees"] = f"{_SCHEMA}{_FEES[row.offer.freight]}"
    if row.offer.label in _LABELS:
        found[f"{name}ReturnLabelSource"] = f"{_SCHEMA}{_LABELS[row.offer.label]}"
    return found


def _links(*names: str) -> list[str]:
    return [f"{_SCHEMA}{name}" for name in names]


def _defects(days: int | None) -> Says:
    if days is None:
        return Says("有质量问题的商品可退。", "Faulty goods may be returned.")
    return Says(f"有质量问题的商品签收后 {days} 天内可退。", f"Faulty goods may be returned within {days} days of delivery.")
