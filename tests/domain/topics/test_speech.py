"""Sensitive words are found however they are written, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.rulebook.shape import Says, Term
from amends.domain.topics.speech import Scanner, refuses, scanner_of
from amends.exchange.policies import read_policies


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return scanner_of(read_policies().vocabulary)


@pytest.mark.requirement("U-12")
@pytest.mark.parametrize(
    ("text", "word", "level"),
    [
        ("亲，加微信聊吧", "contact_outside", "refuse"),
        ("加 微 信 聊", "contact_outside", "refuse"),
        ("加\u200b微\u200b信", "contact_outside", "refuse"),
        ("加·微.信", "contact_outside", "refuse"),
        ("加Ｖ信", "contact_outside", "refuse"),
        ("You IDIOT!", "insult", "refuse"),
        ("just PAY   outside, ok", "pay_outside", "refuse"),
        ("it is 100% genuine", "best_of_all", "warn"),
        ("write me on WhatsApp", "contact_whatsapp", "warn"),
    ],
)
def test_a_sensitive_word_is_found_however_it_is_written(scanner: Scanner, text: str, word: str, level: str) -> None:
    hits = scanner.scan(text)
    assert [(hit.word, hit.level) for hit in hits] == [(word, level)]
    assert refuses(hits) is (level == "refuse")
    assert hits[0].instead.zh
    assert hits[0].instead.en


@pytest.mark.parametrize(
    "text", ["", "已为您安排极速退款，预计2小时内到账", "The idiotproof clasp is broken", "Thank you, it arrived today."]
)
def test_what_is_harmless_passes(scanner: Scanner, text: str) -> None:
    assert scanner.scan(text) == ()


def test_a_hit_says_where_it_stands(scanner: Scanner) -> None:
    text = "Hello! 请 加 微 信，好吗"
    (hit,) = scanner.scan(text)
    assert text[hit.start : hit.end] == "加 微 信"


def test_every_word_of_the_list_is_found_by_itself_and_inside_a_sentence(scanner: Scanner) -> None:
    vocabulary = read_policies().vocabulary
    assert len(vocabulary.words("sensitive_words")) >= 12
    for entry, term in vocabulary.words("sensitive_words").items():
        assert term.traits["category"] in vocabulary.words("sensitive_categories")
        assert term.traits["level"] in ("warn", "refuse")
        for language in ("zh", "en"):
            assert term.traits["words"][language]
            assert term.traits["instead"][language]
            for word in term.traits["words"][language]:
                assert entry in {hit.word for hit in scanner.scan(word)}
                assert entry in {hit.word for hit in scanner.scan(f"好的 {word.upper()} 谢谢")}


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_a_chinese_word_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    terms = {
        "x": Term(
            "x",
            Says("词", "word"),
            {"category": "c", "level": "warn", "words": {"zh": ["好评返现"]}, "instead": {"zh": "无", "en": "n"}},
        )
    }
    text = f"{before}好评返现{after}"
    (hit, *_) = Scanner(terms).scan(text)
    assert 0 <= hit.start < hit.end <= len(text)


def test_a_list_without_words_finds_nothing() -> None:
    assert Scanner({}).scan("anything") == ()
