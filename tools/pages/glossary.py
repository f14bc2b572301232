"""docs/glossary.md: the words of the field in both languages, from the vocabulary; the words of the house are written here."""

from tools.pages import GENERATED, code, table

from amends.domain.rulebook.shape import Vocabulary

LISTS = {
    "kinds": ("Kinds of request", "售后类型"),
    "reason_groups": ("Groups of reasons", "原因类别"),
    "reasons": ("Reasons", "申请原因"),
    "states": ("States of a case", "售后单状态"),
    "deadlines": ("Clocks", "时限"),
    "expiries": ("What the end of a clock brings", "逾期后果"),
    "grounds": ("Grounds to reject", "拒绝理由"),
    "rejection_stages": ("Stages of a rejection", "拒绝环节"),
    "evidence_kinds": ("Kinds of proof", "凭证种类"),
    "evidence_moments": ("When proof is owed", "举证环节"),
    "channels": ("Channels of a chat", "聊天渠道"),
    "order_statuses": ("Statuses of an order", "订单状态"),
    "parcel_statuses": ("Statuses of a parcel", "包裹状态"),
    "return_parcel_statuses": ("Statuses of a parcel on its way back", "退货包裹状态"),
    "refund_statuses": ("Statuses of a refund", "退款状态"),
    "sale_formats": ("How an item is sold", "销售形式"),
    "moves": ("Moves", "操作"),
    "endings": ("How a case ends", "结束方式"),
    "permissions": ("Permissions", "权限"),
    "notices": ("Notices", "提示"),
    "duties": ("Duties of a seller", "商家义务"),
    "categories": ("Categories", "类目"),
}
HOUSE = (
    ("pack", "规则包", "the rules of one programme, such as live auctions; only the topics it speaks of"),
    ("market", "市场", "a list of packs, a currency, a zone, a calendar, and rules of its own"),
    ("topic", "主题", "one of ten questions; the same word names its rules, its code and its page"),
    ("verdict", "结论", "allowed, declined, needs or undecided, with every reason, its source, and what would change it"),
    ("way", "可行之路", "what would pass instead: other facts, a proof, until a moment"),
    ("release", "发布", "the rules of a market at one moment, immutable, named by their content"),
    ("pin", "锁定", "the release that a case is judged by: of the order for what may be asked, of the opening for all else"),
    ("founding release", "首个发布", "a market's first; it alone may be adopted for the past, and every verdict by it says so"),
    ("desk", "前台", "the one door: every command, from whatever side, in one transaction"),
    ("command", "指令", "a wish to act: of a person, a clock, a carrier, a file"),
    ("attempt", "未成申请", "a refused command, kept with its facts and reasons"),
    ("move", "操作", "what a person may do to a case now, and if not, why not"),
    ("clock", "时限", "a deadline as a row: kind, due moment, the rule that promised it; running, paused or done"),
    ("wish", "待办", "an effect that is owed to the world: a refund, a message; the worker carries it out"),
    ("posting", "分录", "a line of a settlement; the lines of one sum to zero"),
    (
        "seq, version",
        "序号，版本",
        "seq counts events; version counts what a decision rests on, so that a message makes no open form stale",
    ),
    ("final sale", "最终销售", "a sale that a change of mind does not undo; faults and missing parcels still do"),
    ("bid with confidence", "放心拍卖", "the platform's guarantee beside a live auction"),
)


def page(vocabulary: Vocabulary) -> str:
    """The whole page."""
    parts = [f"# Glossary\n\n{GENERATED}\n## Words of the house\n\n" + table(("word", "中文", "means"), list(HOUSE))]
    for name, (en, zh) in LISTS.items():
        rows: list[tuple[object, ...]] = [
            (code(word), term.says.en, term.says.zh) for word, term in vocabulary.words(name).items()
        ]
        parts.append(f"## {en} · {zh}\n\n" + table(("word", "English", "中文"), rows))
    facts: list[tuple[object, ...]] = [
        (code(name), fact.type, fact.says.en, fact.says.zh, fact.changeable) for name, fact in vocabulary.facts.items()
    ]
    head = ("fact", "type", "English", "中文", "who can still change it")
    parts.append("## Facts that rules may ask about · 规则可用的事实\n\n" + table(head, facts))
    return "\n".join(parts)
