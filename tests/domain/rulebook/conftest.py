"""A small vocabulary, and a way to write rules in a test as they stand in a file."""

from collections.abc import Callable
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from amends.domain.rulebook.book import BookRead, assemble
from amends.domain.rulebook.compiled import CompiledBook, CompiledTopic
from amends.domain.rulebook.reading import RulesRead, read_rules
from amends.domain.rulebook.shape import MarketBook, Says, Vocabulary
from amends.domain.rulebook.words import read_vocabulary

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)

FACTS = """
order.sale_format: {type: word, words: sale_formats, changeable: no, zh: 销售形式, en: sale}
order.status: {type: word, words: statuses, changeable: no, zh: 状态, en: status}
order.high_value: {type: flag, changeable: no, zh: 高价值, en: high value}
request.kind: {type: word, words: kinds, changeable: buyer, zh: 类型, en: kind}
request.reason: {type: word, words: reasons, changeable: buyer, zh: 原因, en: reason}
request.reason_group: {type: word, words: reason_groups, changeable: buyer, zh: 原因类别, en: reason group}
request.amount: {type: money, changeable: buyer, zh: 金额, en: amount}
request.times: {type: count, changeable: no, zh: 次数, en: times}
parcel.since_delivered: {type: days, changeable: no, zh: 签收后天数, en: days since delivery}
parcel.unscanned: {type: hours, changeable: no, zh: 未揽收, en: hours without a scan}
seller.rate: {type: percent, changeable: no, zh: 比率, en: rate}
item.used: {type: flag, changeable: no, zh: 已使用, en: used}
evidence.kind: {type: word, words: evidence_kinds, changeable: buyer, zh: 凭证, en: proof}
evidence.legible: {type: flag, changeable: buyer, zh: 清晰, en: legible}
rejection.ground: {type: word, words: grounds, changeable: seller, zh: 理由, en: ground}
rejection.stage: {type: word, words: rejection_stages, changeable: no, zh: 阶段, en: stage}
"""
LISTS = {
    "sale_formats": ["shelf", "live", "live_auction"],
    "statuses": ["awaiting_shipment", "in_transit", "delivered"],
    "kinds": ["cancel", "refund_only", "return_refund", "exchange"],
    "reason_groups": ["change_of_mind", "quality", "fulfilment"],
    "evidence_kinds": ["photo_defect", "video_unboxing", "chat_in_app", "inspection_report"],
    "grounds": ["packed", "delivered_to_address", "other"],
    "rejection_stages": ["cancel", "rejection_1", "rejection_2"],
    "evidence_moments": ["opening", "rejection_1", "rejection_2", "dispute", "appeal"],
    "sides": ["buyer", "seller"],
    "parties": ["buyer", "seller", "platform"],
    "problems": [
        "final_sale",
        "window_closed",
        "window_not_begun",
        "unclear",
        "no_rule_answers",
        "ask_a_person",
        "amount_too_large",
    ],
    "deadlines": ["review", "first_response"],
    "expiries": ["approve", "close"],
    "notices": ["final_sale", "bid_with_confidence"],
    "duties": ["state_condition"],
    "programmes": ["refuse_the_parcel"],
}
OTHER_LISTS = {
    "reasons": """
        better_price: {group: change_of_mind, zh: 更优惠, en: better price}
        no_longer_needed: {group: change_of_mind, zh: 不需要, en: no longer needed}
        damaged: {group: quality, zh: 损坏, en: damaged}
        missing_item: {group: quality, zh: 少件, en: missing}
        late_delivery: {group: fulfilment, zh: 迟到, en: late}
        """,
    "currencies": """
        USD: {exponent: 2, zh: 美元, en: dollar}
        JPY: {exponent: 0, zh: 日元, en: yen}
        CNY: {exponent: 2, zh: 人民币, en: yuan}
        """,
}


@pytest.fixture(scope="session")
def word_files() -> list[tuple[str, str, str]]:
    """List, file and text of each vocabulary file."""
    files = [("facts", "facts.yaml", FACTS)]
    files += [(name, f"{name}.yaml", "\n".join(f"{w}: {{zh: {w}, en: {w}}}" for w in words)) for name, words in LISTS.items()]
    return files + [(name, f"{name}.yaml", dedent(text)) for name, text in OTHER_LISTS.items()]


@pytest.fixture(scope="session")
def vocabulary(word_files: list[tuple[str, str, str]]) -> Vocabulary:
    read, errors = read_vocabulary(word_files)
    assert errors == ()
    return read


Read = Callable[..., RulesRead]


@pytest.fixture(scope="session")
def read(vocabulary: Vocabulary) -> Read:
    """Rules from text; `says` and `source` are put in where a test leaves them out."""

    def reading(
        text: str, topic: str = "eligibility", pack: str = "base", file: str = "policies/packs/base/eligibility.yaml"
    ) -> RulesRead:
        return read_rules(topic=topic, pack=pack, file=file, text=dedent(text), vocabulary=vocabulary)

    return reading


@pytest.fixture(scope="session")
def frame(vocabulary: Vocabulary) -> MarketBook:
    return MarketBook(
        market="us",
        says=Says("美国", "United States"),
        currency="USD",
        country="US",
        zone="America/New_York",
        packs=("base",),
        rules={},
        vocabulary=vocabulary,
    )


@pytest.fixture(scope="session")
def book(read: Read, frame: MarketBook) -> Callable[..., BookRead]:
    """A market's book from the text of one topic."""

    def made(text: str, topic: str = "eligibility") -> BookRead:
        found = read(text, topic)
        assert found.errors == (), found.errors
        return assemble(frame, found.rules)

    return made


@pytest.fixture(scope="session")
def compiled(book: Callable[..., BookRead]) -> Callable[..., CompiledTopic]:
    """One topic of a market, compiled as of a moment."""

    def made(text: str, topic: str = "eligibility", at: datetime = NOW) -> CompiledTopic:
        found = book(text, topic)
        assert found.errors == (), found.errors
        return CompiledBook(found.book, release="a" * 64).topic(topic, at)  # type: ignore[arg-type]

    return made
