"""docs/rules/: every rule in words, a page for each topic, and what is assumed."""

from collections.abc import Iterable

import msgspec
from tools.pages import GENERATED, code, codes, table

from amends.domain.rulebook.quantities import Quantity, write_quantity
from amends.domain.rulebook.shape import TOPICS, Condition, Rule
from amends.exchange.policies import Policies

QUESTIONS = {
    "eligibility": ("May this buyer ask for this, now?", "买家现在可以这样申请吗？"),
    "evidence": ("What proof is demanded, and what proof is admitted?", "需要哪些凭证，接受哪些凭证？"),
    "deadlines": ("Who must act by when, and what happens if they do not?", "谁须在何时之前处理，逾期怎么办？"),
    "rejections": ("May this seller say no, on which ground, and with which proof?", "商家可以拒绝吗，凭什么理由和凭证？"),
    "negotiation": (
        "May (or should) somebody propose something else? What may each side do meanwhile?",
        "可以（或应当）另提方案吗？其间各方能做什么？",
    ),
    "logistics": ("How does the parcel travel back, or get stopped on its way?", "包裹怎样退回，或在途中拦截？"),
    "costs": ("Who pays what: freight, compensation, commission?", "运费、赔付、佣金由谁承担？"),
    "scores": ("What does conduct cost a shop?", "商家的行为怎样影响分数？"),
    "notices": ("What must be shown, and what must the seller declare?", "须展示什么，商家须声明什么？"),
    "benchmarks": ("What is normal in this trade?", "行业的正常水平是多少？"),
    "tags": ("What is a case tagged with by itself?", "售后单自动打上哪些标签？"),
}
SHOWN = 2
NOT_YET = "No rule yet. 暂无规则。\n"


def pages(policies: Policies) -> dict[str, str]:
    """The index, a page for each topic, and the page of assumed rules, by their path."""
    exponents = policies.vocabulary.exponents()
    found = {"rules/README.md": _index(policies), "rules/assumed.md": _assumed(policies)}
    for topic in TOPICS:
        en, zh = QUESTIONS[topic]
        parts = [f"# {topic}\n\n{GENERATED}\n{en} {zh}\n\n[All topics](README.md)\n"]
        for owner, rules in policies.rules.items():
            own = [rule for rule in rules if rule.topic == topic]
            if own:
                parts.append(f"## {owner}\n\n" + "\n".join(_rule(rule, policies, exponents) for rule in own))
        found[f"rules/{topic}.md"] = "\n".join(parts if len(parts) > 1 else [*parts, NOT_YET])
    return found


def _rule(rule: Rule, policies: Policies, exponents: dict[str, int]) -> str:
    lines = [f"### {rule.id}\n", f"> {rule.says.zh}  \n> {rule.says.en}\n"]
    lines.append(f"- **when**: {'; '.join(_condition(each, exponents) for each in rule.conditions) or 'always'}")
    lines.append(f"- **answers**: {_outcome(rule, exponents)}")
    if rule.overrides:
        lines.append(f"- **overrides**: {codes(rule.overrides)}")
    lines.append(f"- **source**: {rule.source}{' (**assumed**)' if rule.assumed else ''}")
    if rule.requirements:
        lines.append(f"- **requirements**: {', '.join(rule.requirements)}")
    if rule.from_ or rule.until:
        lines.append(f"- **in force**: {rule.from_ or 'always'} to {rule.until or 'further notice'}")
    lines.append(f"- **markets**: {_markets(rule, policies)} · [`{rule.file}`](../../{rule.file})")
    lines.append(f"- **examples**: {_examples(rule, policies)}\n")
    return "\n".join(lines)


def _examples(rule: Rule, policies: Policies) -> str:
    """The situations that fire the rule and that just miss it, the first of each; those told for several values count once."""
    own = [e for e in policies.examples if e.topic == rule.topic and e.market in (None, *_having(rule, policies))]
    said = []
    for word, found in (("fires", [e for e in own if rule.id in e.fires]), ("misses", [e for e in own if rule.id in e.misses])):
        places = {(e.file, e.line): e.name for e in found}
        links = [f"[{name}](../../{file}#L{line})" for (file, line), name in list(places.items())[:SHOWN]]
        said.append(f"{word} " + "; ".join(links) + (f"; {len(places) - SHOWN} more" if len(places) > SHOWN else ""))
    return " · ".join(said)


def _having(rule: Rule, policies: Policies) -> list[str]:
    return [code for code, book in policies.books.items() if rule in book.rules[rule.topic]]


def _markets(rule: Rule, policies: Policies) -> str:
    having = _having(rule, policies)
    return "all" if len(having) == len(policies.books) else ", ".join(having) or "none"


def _condition(condition: Condition, exponents: dict[str, int]) -> str:
    return f"{code(condition.fact)} {condition.operator.replace('_', ' ')} {_value(condition.value, exponents)}"


def _outcome(rule: Rule, exponents: dict[str, int]) -> str:
    outcome = rule.outcome
    said = {name: getattr(outcome, name) for name in outcome.__struct_fields__}
    return "; ".join(f"{name} {_value(value, exponents)}" for name, value in said.items() if value not in (None, ()))


def _value(value: object, exponents: dict[str, int]) -> str:
    if isinstance(value, Quantity):
        return write_quantity(value, exponents)
    if isinstance(value, tuple):
        return codes(value)
    if isinstance(value, msgspec.Struct):
        inner = {name: getattr(value, name) for name in value.__struct_fields__}
        return "; ".join(f"{name} {_value(each, exponents)}" for name, each in inner.items() if each not in (None, ()))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else code(str(value))


def _all(policies: Policies) -> Iterable[Rule]:
    return (rule for rules in policies.rules.values() for rule in rules)


def _index(policies: Policies) -> str:
    rules = list(_all(policies))
    rows: list[tuple[object, ...]] = []
    for topic in TOPICS:
        own = [rule for rule in rules if rule.topic == topic]
        rows.append((f"[{topic}]({topic}.md)", *QUESTIONS[topic], len(own), sum(rule.assumed for rule in own)))
    return (
        f"# The rules in words\n\n{GENERATED}\n"
        f"{len(rules)} rules of {len(policies.books)} markets, {len(policies.examples)} examples. "
        "What the sources leave open is marked *assumed*: [the list](assumed.md).\n\n"
        + table(("topic", "its question", "它回答的问题", "rules", "of them assumed"), rows)
        + "\n## Markets\n\n"
        + table(("market", "name", "名称", "currency", "zone", "packs", "supported"), _market_rows(policies))
    )


def _market_rows(policies: Policies) -> list[tuple[object, ...]]:
    return [
        (
            f"[{name}](../../policies/markets/{name}/README.md)",
            book.says.en,
            book.says.zh,
            book.currency,
            book.zone,
            ", ".join(f"[{pack}](../../policies/packs/{pack}/README.md)" for pack in book.packs),
            "yes" if book.supported else "no",
        )
        for name, book in policies.books.items()
    ]


def _assumed(policies: Policies) -> str:
    rows: list[tuple[object, ...]] = [
        (f"[{rule.id}]({rule.topic}.md#{rule.id})", rule.pack, rule.says.en, rule.says.zh, rule.source)
        for rule in _all(policies)
        if rule.assumed
    ]
    return (
        f"# What is assumed\n\n{GENERATED}\n"
        "The sources do not say this, or say it of another market. Each is an editable default: whoever knows better changes one YAML file.\n"
        "来源没有写明、或只写了其他市场的规则，都标为推定；知道得更准的人只需改一个 YAML 文件。\n\n"
        + table(("rule", "pack", "says", "规则", "read from"), rows)
    )
