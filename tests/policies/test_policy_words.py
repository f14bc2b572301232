"""The vocabulary says what the code says, in both languages."""

from collections import Counter
from typing import get_args

import pytest

from amends.domain.facts.words import CaseKind, CaseState, DeadlineKind, RefundStatus
from amends.domain.lifecycle.case import CASE
from amends.domain.rulebook.verdict import CODES
from amends.exchange.policies import Policies

CATEGORIES = (
    "apparel intimates shoes beauty home 3c electronic_accessories collectibles luxury fresh_food flowers_garden live_pets "
    "made_to_order digital food health toys books other"
)


@pytest.mark.parametrize(
    ("list_name", "words"),
    [("kinds", get_args(CaseKind)), ("states", get_args(CaseState)), ("deadlines", get_args(DeadlineKind))],
)
def test_the_words_that_code_speaks_are_the_vocabulary_s(policies: Policies, list_name: str, words: tuple[str, ...]) -> None:
    assert set(policies.vocabulary.words(list_name)) == set(words)


def test_every_status_of_a_refund_has_a_name(policies: Policies) -> None:
    assert set(get_args(RefundStatus)) <= policies.vocabulary.words("refund_statuses").keys()


def test_every_event_and_move_of_the_lifecycle_has_a_name(policies: Policies) -> None:
    assert {row.event for row in CASE.rows} <= policies.vocabulary.words("events").keys()
    assert {action for row in CASE.rows for action in row.action.split()} <= policies.vocabulary.words("moves").keys()


def test_categories_and_sale_formats_are_the_agreed_ones(policies: Policies) -> None:
    assert set(policies.vocabulary.words("categories")) == set(CATEGORIES.split())
    assert set(policies.vocabulary.words("sale_formats")) == {"shelf", "short_video", "live", "live_auction"}


def test_every_problem_says_what_to_do_next_in_both_languages(policies: Policies) -> None:
    for code, term in policies.vocabulary.words("problems").items():
        assert term.traits["next"].keys() == {"zh", "en"}, code
        assert all(term.traits["next"].values()), code


def test_every_code_that_a_rule_gives_is_a_problem(policies: Policies) -> None:
    problems = policies.vocabulary.words("problems")
    given = {
        getattr(rule.outcome, form)
        for rules in policies.rules.values()
        for rule in rules
        for form in ("decline", "undecided", "reject", "overrule")
        if hasattr(rule.outcome, form)
    }
    assert given | set(CODES) <= problems.keys()


def test_every_alias_leads_to_a_word_and_is_listed_once(policies: Policies) -> None:
    for list_name, term in policies.vocabulary.words("aliases").items():
        words = policies.vocabulary.words(list_name)
        assert words, list_name
        assert set(term.traits.values()) <= words.keys(), list_name
        folded = Counter(spelling.casefold().strip() for spelling in term.traits)
        assert [spelling for spelling, count in folded.items() if count > 1] == [], list_name


@pytest.mark.requirement("L-07", "U-04")
def test_the_error_code_of_an_invalid_tracking_number_is_known(policies: Policies) -> None:
    assert policies.vocabulary.words("aliases")["problems"].traits["ERR_LOG_204"] == "tracking_number_invalid"


@pytest.mark.parametrize(
    ("spelling", "state"),
    [
        ("REQUEST_REJECTED", "rejected_1"),
        ("REFUND_OR_RETURN_REQUEST_REJECT", "rejected_1"),
        ("RECEIVE_REJECTED", "rejected_2"),
        ("RETURN_OR_REFUND_CANCEL", "closed"),
        ("REPLACMENT_REQUEST_COMPLETE", "completed"),
    ],
)
def test_the_spelling_traps_of_the_platform_are_in_the_alias_table(policies: Policies, spelling: str, state: str) -> None:
    assert policies.vocabulary.words("aliases")["states"].traits[spelling] == state


def test_a_reason_has_one_group_and_says_whether_final_sale_allows_it(policies: Policies) -> None:
    groups = policies.vocabulary.words("reason_groups")
    for reason, term in policies.vocabulary.words("reasons").items():
        assert term.traits["group"] in groups, reason
        assert term.traits["final_sale_ok"] in ("yes", "no", "platform"), reason
        refused = term.traits["group"] in ("change_of_mind", "other")
        assert (term.traits["final_sale_ok"] == "no") is refused, reason
