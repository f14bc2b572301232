"""Terms as a page for buyers, in plain words, Chinese or English: HTML without script, readable on a phone, in print and by a screen reader."""

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape
from typing import Final, Literal

from amends.domain.rulebook.shape import Rule, Says
from amends.exchange.return_policy import return_policies
from amends.exchange.terms import Row, Terms, length_in_words, proof_in_words

Language = Literal["zh", "en"]

STYLE: Final = (
    ":root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}"
    "h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2rem}section{border-top:1px solid;padding-top:.5rem}"
    "dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0}"
    "@media(max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}"
)
POLICY: Final = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; base-uri 'none'; frame-ancestors 'none'"
"""The content security policy of the page: nothing is loaded and nothing runs."""

_WORDS: Final[dict[str, Says]] = {
    "title": Says("售后条款", "After-sales terms"),
    "intro": Says(
        "以下内容由系统正在执行的规则直接生成，与实际审核结果一致。",
        "Everything here is read off the rules that are enforced; a request is judged by the same.",
    ),
    "open": Says("您可以申请什么", "What you can ask for"),
    "closed": Says("不支持的申请", "What is not on offer"),
    "times": Says("时限", "Times"),
    "costs": Says("费用", "Costs"),
    "reasons": Says("原因", "Reasons"),
    "sales": Says("适用于", "For items sold by"),
    "every_sale": Says("所有销售形式", "every way of selling"),
    "window": Says("申请期限", "Ask by"),
    "review": Says("审核", "Review"),
    "nobody": Says("无需审核", "nobody reviews it"),
    "proof": Says("凭证", "Proof"),
    "no_proof": Says("无需凭证", "none needed"),
    "freight": Says("退货运费", "The way back is paid by"),
    "label": Says("退货面单", "Label"),
    "send_back": Says("寄回时限", "Send it back within"),
    "inspect": Says("收货后处理", "After it arrives"),
    "except": Says("不适用类目", "Not for"),
    "why": Says("原因说明", "Why"),
    "other": Says("English", "中文"),
    "no_limit": Says("不以签收时间为限", "delivery does not limit it"),
    "before": Says("发货前", "before it ships"),
    "on_way": Says("运输途中", "while it is on its way"),
}


def page_of(terms: Terms, language: Language) -> str:
    """The whole page; schema.org's policies stand in it as data."""
    opened = [row for row in terms.rows if row.offer.open]
    closed = [row for row in terms.rows if not row.offer.open]
    title = f"{_said('title', language)} · {_in(terms.says, language)}"
    other: Language = "en" if language == "zh" else "zh"
    data = json.dumps(return_policies(terms), ensure_ascii=False).replace("<", "\\u003c")
    return "".join(
        (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{STYLE}</style>",
            f'<script type="application/ld+json">{data}</script></head><body><main><h1>{escape(title)}</h1>',
            f'<p><a href="?language={other}" hreflang="{other}">{_said("other", language)}</a></p><p>{_said("intro", language)}</p>',
            f"<h2>{_said('open', language)}</h2>",
            *(_open_row(terms, row, language) for row in opened),
            f"<h2>{_said('closed', language)}</h2>" if closed else "",
            *(_closed_row(terms, row, language) for row in closed),
            _rules("times", terms.times, language),
            _rules("costs", terms.costs, language),
            f"<footer><p><small>{terms.as_of:%Y-%m-%d %H:%M} UTC · {escape(terms.release[:12])}</small></p></footer></main></body></html>",
        )
    )


def _said(word: str, language: Language) -> str:
    return escape(_in(_WORDS[word], language))


def _in(says: Says, language: Language) -> str:
    return says.zh if language == "zh" else says.en


def _joined(terms: Terms, words: str, chosen: Iterable[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(_in(terms.vocabulary.says(words, word), language) for word in chosen)


def _reasons(terms: Terms, row: Row, language: Language) -> str:
    """Whole groups by their names, other reasons one by one."""
    groups = terms.vocabulary.reason_groups()
    single = [reason for reason in row.reasons if groups[reason] not in row.groups]
    parts = [_joined(terms, "reason_groups", row.groups, language), _joined(terms, "reasons", single, language)]
    return ("；" if language == "zh" else "; ").join(part for part in parts if part)


def _sales(terms: Terms, row: Row, language: Language) -> str:
    if len(row.sale_formats) == len(terms.vocabulary.words("sale_formats")):
        return _in(_WORDS["every_sale"], language)
    return _joined(terms, "sale_formats", row.sale_formats, language)


def _open_row(terms: Terms, row: Row, language: Language) -> str:
    offer = row.offer
    facts: list[tuple[str, str]] = [
        ("sales", _sales(terms, row, language)),
        ("reasons", _reasons(terms, row, language)),
        ("window", _window(row, language)),
        ("review", _review(terms, row, language)),
        ("proof", _in(proof_in_words(terms.vocabulary, offer.proof), language) or _in(_WORDS["no_proof"], language)),
    ]
    if offer.freight:
        facts.append(("freight", _joined(terms, "parties", [offer.freight], language)))
    if offer.label:
        facts.append(("label", _joined(terms, "labels", [offer.label], language)))
    for word, clock in (("send_back", "ship_back"), ("inspect", "review_return")):
        facts += [(word, _clock(terms, row, clock, language))] if any(each.kind == clock for each in offer.clocks) else []
    if offer.except_categories:
        facts.append(("except", _joined(terms, "categories", offer.except_categories, language)))
    return _section(_in(terms.vocabulary.says("kinds", row.kind), language), facts, language)


def _closed_row(terms: Terms, row: Row, language: Language) -> str:
    why = " ".join(_in(reason.says, language) for reason in row.offer.reasons)
    facts = [("sales", _sales(terms, row, language)), ("reasons", _reasons(terms, row, language)), ("why", why)]
    return _section(_in(terms.vocabulary.says("kinds", row.kind), language), facts, language)


def _section(title: str, facts: Sequence[tuple[str, str]], language: Language) -> str:
    told = "".join(f"<dt>{_said(word, language)}</dt><dd>{escape(value)}</dd>" for word, value in facts)
    return f"<section><h3>{escape(title)}</h3><dl>{told}</dl></section>"


def _window(row: Row, language: Language) -> str:
    stage = {"cancel": "before", "refund_in_transit": "on_way"}.get(row.kind)
    if stage:
        return _in(_WORDS[stage], language)
    days = row.offer.days
    return _in(_WORDS["no_limit"] if days is None else Says(f"签收后 {days} 天内", f"{days} days after delivery"), language)


def _review(terms: Terms, row: Row, language: Language) -> str:
    if row.offer.review_by is None:
        return _in(_WORDS["nobody"], language)
    who = _joined(terms, "parties", [row.offer.review_by], language)
    return f"{who}{'：' if language == 'zh' else ': '}{_clock(terms, row, 'review', language)}"


def _clock(terms: Terms, row: Row, kind: str, language: Language) -> str:
    clock = next((each for each in row.offer.clocks if each.kind == kind), None)
    if clock is None:
        return ""
    within, ends = _in(length_in_words(clock.within), language), _joined(terms, "expiries", [clock.on_expiry], language)
    return f"{within}，逾期{ends}" if language == "zh" else f"{within}, then {ends}"


def _rules(word: str, rules: Iterable[Rule], language: Language) -> str:
    told = "".join(f"<li>{escape(_in(rule.says, language))}</li>" for rule in rules)
    return f"<h2>{_said(word, language)}</h2><ul>{told}</ul>" if told else ""
