"""What reading policy may complain about, in both languages. `{}` takes the word at fault."""

from typing import Final

from amends.domain.rulebook.shape import PolicyError, Says

COMPLAINTS: Final = {
    "not_yaml": ("不是有效的 YAML：{}", "This is not valid YAML: {}"),
    "not_a_list": ("此处应为列表", "A list is expected here"),
    "not_a_mapping": ("此处应为键值对", "Keys and values are expected here"),
    "not_a_text": ("此处应为一个值", "A single value is expected here"),
    "duplicate_key": ("键“{}”重复", "The key “{}” is written twice"),
    "unknown_key": ("未知的键“{}”", "Unknown key “{}”"),
    "missing_key": ("缺少键“{}”", "The key “{}” is missing"),
    "unknown_topic": ("未知的主题“{}”", "Unknown topic “{}”"),
    "unknown_fact": ("未知的事实“{}”", "Unknown fact “{}”"),
    "unknown_word": ("词表中没有“{}”", "“{}” is not a word of the vocabulary here"),
    "unknown_list": ("没有词表“{}”", "There is no list of words “{}”"),
    "unknown_type": ("未知的类型“{}”", "Unknown type “{}”"),
    "unknown_operator": ("未知的运算“{}”", "Unknown operator “{}”"),
    "operator_does_not_fit": ("运算“{}”不适用于此事实", "The operator “{}” does not fit this fact"),
    "value_does_not_fit": ("值“{}”不适用于此事实", "The value “{}” does not fit this fact"),
    "unit_does_not_fit": ("单位不符：“{}”", "The unit does not fit: “{}”"),
    "other_currency": ("金额“{}”不是本市场的货币", "“{}” is not in the market's currency"),
    "no_outcome": ("规则没有结论", "The rule has no outcome"),
    "two_outcomes": ("规则有多个结论：{}", "The rule has more than one outcome: {}"),
    "proof_without_side_or_stage": (
        "举证要求必须写明举证方（of）和阶段（at）：{}",
        "A demand for proof must say whose (of) and when (at): {}",
    ),
    "duplicate_rule": ("规则编号“{}”重复", "The rule id “{}” is used twice"),
    "overrides_unknown_rule": ("被覆盖的规则“{}”在本主题中不存在", "There is no rule “{}” in this topic to override"),
    "overrides_in_a_circle": ("规则覆盖成环：{}", "Rules override each other in a circle: {}"),
    "not_a_date": ("“{}”不是日期", "“{}” is not a date"),
    "ends_before_it_begins": ("规则的结束日早于开始日：{}", "The rule ends before it begins: {}"),
    "not_a_name": ("“{}”不是小写下划线词", "“{}” is not a lower snake case word"),
    "reserved_word": ("“{}”为保留词", "“{}” is a reserved word"),
    "duplicate_word": ("词“{}”重复", "The word “{}” is listed twice"),
    "missing_words": ("缺少说明：{}", "Words are missing: {}"),
    "unknown_pack": ("没有规则包“{}”", "There is no pack “{}”"),
    "unknown_zone": ("未知时区“{}”", "Unknown time zone “{}”"),
    "unknown_currency": ("未知货币“{}”", "Unknown currency “{}”"),
    "unknown_market": ("未知市场“{}”", "Unknown market “{}”"),
    "example_missing_fires": ("规则“{}”缺少触发示例", "The rule “{}” has no example that fires it"),
    "example_missing_misses": ("规则“{}”缺少恰好不触发的示例", "The rule “{}” has no example that just misses it"),
    "example_unknown_rule": ("示例引用了未知规则“{}”", "The example names the unknown rule “{}”"),
    "example_does_not_fire": ("示例未触发规则“{}”", "The example does not fire the rule “{}”"),
    "example_does_not_miss": ("示例触发了规则“{}”，本应恰好不触发", "The example fires the rule “{}” that it should miss"),
    "example_differs": ("示例结果不符：{}", "The example comes out otherwise: {}"),
}


def complaint(file: str, line: int, code: str, word: object = "") -> PolicyError:
    """The error of that code, in words, about a word at a line of a file."""
    zh, en = COMPLAINTS[code]
    return PolicyError(file, line, code, Says(zh.format(word), en.format(word)))
