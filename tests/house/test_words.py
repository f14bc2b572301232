"""What people read: every code has words, every word is reached, and both languages speak as the house speaks."""

import re
from collections.abc import Iterator
from pathlib import Path

from amends.api.door.problems import STATUS
from amends.domain.lifecycle.case import CASE
from amends.domain.rulebook.forms import FORMS
from amends.domain.rulebook.shape import Says
from amends.domain.rulebook.words import UNNAMED
from amends.exchange.policies import Policies, read_policies

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "amends"
SPOKEN = ("kernel", "domain", "actions", "desk", "exchange", "api")
GIVEN = re.compile(r'(?:\bcode=|\bProblem\(|\bBlocked\(|\bUnreadable\(|\bFieldError\([^,\n]+, )"([a-z_]+)"')
LITERAL = re.compile(r'["\' ]([a-z][a-z0-9_]+)(?=["\' \n])')

# Codes whose capability is not built yet, or that only the outside of Amends gives; the list shrinks with each issue.
WAITING = {
    "amendment_not_open", "decided_on_another_road", "import_request_blocked",
    "import_unknown_category", "market_not_supported",
    "return_not_scanned", "seller_not_cleared", "amount_too_precise",
    "lines_do_not_add_up", "recheck_reason_required", "return_must_be_inspected",
}  # fmt: skip


def given_by_code() -> dict[str, str]:
    """Every code that the code gives to people, with a file that does."""
    return {
        code: str(path.relative_to(ROOT))
        for floor in SPOKEN
        for path in (SOURCE / floor).rglob("*.py")
        for code in GIVEN.findall(path.read_text("utf-8"))
    }


def reached(policies: Policies) -> set[str]:
    """Every word that code outside the table of statuses, or a rule's outcome, speaks."""
    texts = [path.read_text("utf-8") for path in SOURCE.rglob("*.py") if path.name != "problems.py"]
    outcomes = [rule.outcome for rules in policies.rules.values() for rule in rules]
    ruled = {getattr(outcome, name) for outcome in outcomes for name in outcome.__struct_fields__ if _is_word(outcome, name)}
    return {word for text in texts for word in LITERAL.findall(text)} | ruled


def _is_word(outcome: object, name: str) -> bool:
    return isinstance(getattr(outcome, name), str)


def test_every_code_that_is_given_has_words() -> None:
    words = read_policies().vocabulary.words("problems")
    given = given_by_code()
    forms = {
        form for topic in FORMS.values() for form in topic
    }  # a reason that refuses nothing names the form of its rule's outcome
    assert len(given) > 50
    assert not {code: file for code, file in given.items() if code not in words and code not in forms}
    assert not STATUS.keys() - words.keys()


def test_every_problem_is_reached_or_waits_for_its_capability() -> None:
    policies = read_policies()
    assert policies.vocabulary.words("problems").keys() - reached(policies) == WAITING


def test_every_event_that_one_may_subscribe_to_can_happen() -> None:
    """Words of an earlier draft stood in the list, and an endpoint could wait for what never comes."""
    resumed = {row.until for row in CASE.rows if row.until}
    assert read_policies().vocabulary.words("events").keys() == {row.event for row in CASE.rows} | resumed


def said(policies: Policies) -> Iterator[tuple[str, Says]]:
    """Every sentence and name of the policies."""
    for rules in policies.rules.values():
        yield from ((rule.id, rule.says) for rule in rules)
    for name, terms in policies.vocabulary.lists.items():
        if name in UNNAMED:
            continue
        for word, term in terms.items():
            yield word, term.says
            following = term.traits.get("next")
            if isinstance(following, dict):
                yield f"{word}.next", Says(**following)
    yield from ((name, fact.says) for name, fact in policies.vocabulary.facts.items())


def test_both_languages_are_there_and_are_what_they_say() -> None:
    chinese = re.compile(r"[\u3400-\u9fff]")
    both = list(said(read_policies()))
    assert len(both) > 500
    assert not [word for word, says in both if not says.zh.strip() or not says.en.strip()]
    assert not [word for word, says in both if chinese.search(says.en)]
    names_alone = re.compile(r"[A-Za-z0-9 .&+/()-]+")  # WhatsApp is WhatsApp
    assert not [word for word, says in both if not chinese.search(says.zh) and not names_alone.fullmatch(says.zh)]


def test_sentences_are_whole_calm_and_cleanly_written() -> None:
    policies = read_policies()
    loud = re.compile(r"[!！]|unfortunately|sorry|illegal|abort|fatal|很遗憾|抱歉|非法", re.IGNORECASE)
    both = list(said(policies))
    assert not [word for word, says in both if loud.search(says.zh) or loud.search(says.en)]
    assert not [word for word, says in both if "  " in says.en or says.en != says.en.strip() or re.search(r" [,.;:]", says.en)]
    assert not [word for word, says in both if re.search(r"[\u3400-\u9fff][,;:?]|[，。；：] ", says.zh)]
    rules = [rule for owned in policies.rules.values() for rule in owned]
    assert not [rule.id for rule in rules if not rule.says.en.endswith((".", "?")) or not rule.says.zh.endswith(("。", "？"))]
