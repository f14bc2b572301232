import os
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.kernel.ids import IdMaker, moment_of, new_id, parse_id
from amends.kernel.refusals import Unreadable

NOW = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it


@given(moments, st.binary(min_size=8, max_size=10))
def test_an_id_is_a_uuid_of_version_7_that_carries_its_moment(now: datetime, chance: bytes) -> None:
    made = new_id(now, chance)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert moment_of(made) <= now < moment_of(made) + MILLISECOND
    assert UUID(str(made)) == made
    assert hash(UUID(str(made))) == hash(made)


def test_the_same_moment_and_the_same_chance_make_the_same_id() -> None:
    assert new_id(NOW, bytes(8)) == new_id(NOW, bytes(8))
    assert new_id(NOW) != new_id(NOW)


@given(moments, moments)
def test_ids_of_a_later_moment_sort_later_to_the_microsecond(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    if earlier < later:
        assert new_id(earlier, b"\xff" * 8).int < new_id(later, bytes(8)).int


def test_ids_of_one_moment_ascend_and_are_all_different() -> None:
    make = IdMaker()
    made = [make(NOW) for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {(one.version, one.variant, moment_of(one)) for one in made} == {(7, RFC_4122, NOW.replace(microsecond=123000))}


@given(st.lists(moments, min_size=2, max_size=20))
def test_a_maker_keeps_the_moment_it_is_given_even_when_time_goes_back(nows: list[datetime]) -> None:
    make = IdMaker()
    for now in nows:
        assert moment_of(make(now)) <= now < moment_of(make(now)) + MILLISECOND


def test_a_full_tail_begins_again_instead_of_spilling_over() -> None:
    make = IdMaker()
    make(NOW)
    make._tail = (1 << 62) - 1
    made = make(NOW)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert moment_of(made) == NOW.replace(microsecond=123000)


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_child_makes_other_ids_than_its_parent() -> None:
    make = IdMaker()
    make(NOW)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # pragma: no cover - the child
        os.write(writing, make(NOW).bytes)
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 16)
    os.close(reading)
    os.close(writing)
    assert theirs != make(NOW).bytes


def test_an_id_is_read_in_either_case() -> None:
    made = new_id(NOW)
    assert parse_id(str(made)) == made
    assert parse_id(str(made).upper()) == made


@pytest.mark.parametrize("shape", ["{{{}}}", "urn:uuid:{}", " {}", "{}\n", "{}0", ""])
def test_other_spellings_of_an_id_are_refused(shape: str) -> None:
    found = parse_id(shape.format(new_id(NOW)))
    assert isinstance(found, Unreadable)
    assert found.code == "not_an_id"


@given(st.text(max_size=40))
def test_any_text_is_an_id_or_a_named_problem(text: str) -> None:
    assert isinstance(parse_id(text), UUID | Unreadable)
