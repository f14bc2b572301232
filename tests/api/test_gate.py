"""The gate against the standard library: what both read the same passes, and nothing gets through that one of them reads otherwise."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.api.door.gate import DEEPEST, Unfit, misfit, strict_json
from amends.api.door.limits import Limits
from amends.api.door.messages import Problem
from amends.api.door.problems import STATUS, Words, language_of, status_of
from amends.api.door.router import Router
from amends.api.process.metrics import Histogram
from amends.api.table import OPERATIONS
from amends.domain.rulebook.words import read_vocabulary
from amends.exchange.policies import policies_folder

plain = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | plain,
    lambda inner: st.lists(inner) | st.dictionaries(plain, inner),
    max_leaves=30,
)


@given(tree=trees, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_whatever_json_writes_is_read_back_the_same(tree: Any, indent: int | None, *, ascii_only: bool) -> None:
    assert strict_json(json.dumps(tree, indent=indent, ensure_ascii=ascii_only).encode()) == tree


@given(st.dictionaries(plain, trees, min_size=1), st.data())
def test_a_doubled_key_is_found_wherever_it_stands(members: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(members)))
    written = [f"{json.dumps(key)}:{json.dumps(value)}" for key, value in members.items()]
    written.insert(data.draw(st.integers(0, len(written))), f"{json.dumps(name)} : 1")
    body = "{" + ",".join(written) + "}"
    for whole in (body, f"[{body}]", f'{{"x":[0,{body}]}}'):
        with pytest.raises(Unfit):
            strict_json(whole.encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        strict_json(body)
    except Unfit:
        return


def test_nesting_is_read_to_the_depth_promised() -> None:
    assert strict_json(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(Unfit):
        strict_json(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))


@given(st.text(max_size=200))
def test_any_complaint_of_the_decoder_becomes_a_code(message: str) -> None:
    assert misfit(message).code in STATUS


def vocabulary() -> Any:
    files = sorted((policies_folder() / "vocabulary").glob("*.yaml"))
    return read_vocabulary((path.stem, path.name, path.read_text("utf-8")) for path in files)[0]


INSIDE_ANSWERS = ("import_", "release_", "check_")  # rows of a file, what the command line says of publishing, points of a list


def test_every_problem_that_a_person_can_see_has_a_status() -> None:
    missing = [code for code in vocabulary().words("problems") if code not in STATUS and not code.startswith(INSIDE_ANSWERS)]
    assert missing == []


def test_every_status_belongs_to_a_word_in_both_languages() -> None:
    words = vocabulary().words("problems")
    assert [code for code in STATUS if code not in words] == []
    for code in STATUS:
        term = words[code]
        assert term.says.zh, code
        assert term.says.en, code
        assert set(term.traits["next"]) == {"zh", "en"}, code


def test_every_code_that_an_operation_declares_is_known() -> None:
    words = vocabulary().words("problems")
    for operation in OPERATIONS:
        assert [code for code in operation.problems if code not in words] == []


def test_every_permission_that_an_operation_asks_for_is_a_word() -> None:
    words = vocabulary().words("permissions")
    assert {op.permission for op in OPERATIONS if op.permission} <= set(words)


def test_a_word_that_only_a_rule_uses_declines() -> None:
    assert status_of("some_new_rule") == 409


def test_what_the_desk_tells_never_overwrites_what_a_problem_must_say() -> None:
    told = b'{"code":"already_shipped","request_id":"x","status":"delivered","words":1,"state":"closed"}'
    said = json.loads(Words(vocabulary()).body(Problem(code="already_shipped", told=told), "en", "y"))
    assert (said["status"], said["subject_status"], said["state"], said["request_id"]) == (409, "delivered", "closed", "x")
    assert set(said["words"]) == {"zh", "en"}


@given(st.binary(max_size=80))
def test_any_accept_language_gives_one_of_the_two(header: bytes) -> None:
    assert language_of(header) in ("zh", "en")


def test_every_operation_is_found_by_its_own_path() -> None:
    router = Router(OPERATIONS)
    for operation in OPERATIONS:
        found = router.find(operation.path.replace("{", "").replace("}", ""))
        assert found is not None
        assert found[0][operation.method] is operation


def test_a_window_of_one_second_lets_its_budget_through_and_no_more() -> None:
    limits = Limits(10)
    let = [limits.wait_for("t", "write", 100.0) == 0 for _ in range(15)]
    assert let == [True] * 10 + [False] * 5
    assert limits.wait_for("other", "write", 100.0) == 0
    assert limits.wait_for("t", "read", 100.0) == 0
    assert limits.wait_for("t", "write", 100.11) == 0
    assert limits.wait_for("t", "write", 100.11) >= 1
    assert all(Limits(0).wait_for("t", "write", 1.0) == 0 for _ in range(1000))


@given(st.lists(st.integers(1, 40), max_size=60))
def test_no_second_ever_sees_more_than_twice_the_budget(pauses: list[int]) -> None:
    limits, now, let = Limits(5), 50.0, []
    for pause in pauses:
        now += pause / 100
        if limits.wait_for("t", "write", now) == 0:
            let.append(now)
    for begin in let:
        assert len([moment for moment in let if begin <= moment < begin + 1]) <= 10


def test_a_histogram_counts_each_value_once() -> None:
    seen = Histogram((1, 2, 4))
    for value in (0.5, 1, 3, 9):
        seen.see(value)
    assert seen.lines("x")[:4] == ['x_bucket{le="1"} 2', 'x_bucket{le="2"} 2', 'x_bucket{le="4"} 3', 'x_bucket{le="+Inf"} 4']
