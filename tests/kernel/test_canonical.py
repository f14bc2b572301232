import json
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.kernel.canonical import GENESIS, canonical, chain_hash

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.text(st.characters(max_codepoint=127), max_size=10)
bodies = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def by_json(body: Any) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


@given(bodies)
def test_canonical_bytes_are_those_of_the_standard_writer_sorted_and_without_blanks(body: Any) -> None:
    # The RFC escapes DEL no more than any other character; both writers agree.
    assert canonical(body) == by_json(body)
    assert json.loads(canonical(body)) == body


def test_control_characters_are_escaped_as_the_rfc_says() -> None:
    assert canonical('\x00\b\t\n\f\r\x1f"\\/\x7f€') == b'"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/\x7f\xe2\x82\xac"'


def test_the_order_of_keys_does_not_matter_and_that_of_lists_does() -> None:
    assert canonical({"b": 1, "a": {"d": 1, "c": 2}}) == b'{"a":{"c":2,"d":1},"b":1}'
    assert canonical([1, 2]) != canonical([2, 1])
    assert canonical((1, 2)) == canonical([1, 2])


@pytest.mark.parametrize(
    "wrong",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        b"x",
        Decimal(1),
        UUID(int=0),
        datetime(2026, 1, 1, tzinfo=UTC),
        {1},
        {1: 2},
        {"é": 1},
        object(),
    ],
)
def test_what_has_no_single_form_is_refused_however_deep(wrong: object) -> None:
    for body in (wrong, [wrong], {"a": {"b": [wrong]}}):
        with pytest.raises(TypeError):
            canonical(body)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical({"note": "\ud800"})


def test_a_link_hashes_a_zero_byte_the_hash_before_and_the_body() -> None:
    first = chain_hash(GENESIS, b"{}")
    assert first == sha256(b"\x00" + bytes(32) + b"{}").digest()
    assert chain_hash(first, b"{}") != first


def test_a_hash_of_another_length_could_pass_for_the_beginning_of_a_body_and_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        chain_hash(bytes(31), b"\x00{}")


@given(st.lists(bodies, min_size=2, max_size=6), st.data())
def test_a_change_of_one_body_changes_every_hash_after_it(chain: list[Any], data: st.DataObject) -> None:
    def hashes(bodies_: list[Any]) -> list[bytes]:
        links, before = [], GENESIS
        for body in bodies_:
            before = chain_hash(before, canonical(body))
            links.append(before)
        return links

    place = data.draw(st.integers(0, len(chain) - 1))
    changed = [*chain[:place], {"changed": chain[place]}, *chain[place + 1 :]]
    was, now = hashes(chain), hashes(changed)
    assert was[:place] == now[:place]
    assert all(one != other for one, other in zip(was[place:], now[place:], strict=True))
