"""A secret in the database is worth nothing without a key that lies elsewhere, and nothing at another place than its own."""

import base64
from pathlib import Path

import pytest

from amends.gateways.sealing import FILE, SealError, fresh_key, sealer_of
from amends.settings import BadSetting, from_environment

OLD, NEW = (f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k1", "k2"))


def test_what_was_sealed_opens_at_its_place_and_shows_nothing(tmp_path: Path) -> None:
    sealer = sealer_of(tmp_path, ())
    sealed = sealer.seal("whsec_abc", "1/a")
    assert "whsec_abc" not in sealed
    assert sealed != sealer.seal("whsec_abc", "1/a"), "two seals of one secret do not look alike"
    assert sealer.open(sealed, "1/a") == "whsec_abc"
    with pytest.raises(SealError):
        sealer.open(sealed, "1/b")


@pytest.mark.parametrize("place", range(12, 60, 6))
def test_a_sealed_secret_that_was_changed_does_not_open(tmp_path: Path, place: int) -> None:
    sealer = sealer_of(tmp_path, (OLD,))
    sealed = sealer.seal("whsec_" + "x" * 40, "1/a")
    other = "A" if sealed[place] != "A" else "B"
    with pytest.raises(SealError):
        sealer.open(sealed[:place] + other + sealed[place + 1 :], "1/a")


def test_a_new_key_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    sealed = sealer_of(tmp_path, (OLD,)).seal("s", "x")
    both = sealer_of(tmp_path, (NEW, OLD))
    assert (both.open(sealed, "x"), both.is_current(sealed), both.is_current(both.seal("s", "x"))) == ("s", False, True)
    with pytest.raises(SealError, match="k1"):
        sealer_of(tmp_path, (NEW,)).open(sealed, "x")


def test_a_secret_of_the_time_before_sealing_is_used_as_it_is(tmp_path: Path) -> None:
    assert sealer_of(tmp_path, (OLD,)).open("whsec_plain", "x") == "whsec_plain"


def test_the_homes_key_is_made_once_for_all_processes_and_read_by_nobody_else(tmp_path: Path) -> None:
    one, other = sealer_of(tmp_path, ()), sealer_of(tmp_path, ())
    assert other.open(one.seal("s", "x"), "x") == "s"
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    before = one.seal("s", "x")
    name = fresh_key(tmp_path)
    after = sealer_of(tmp_path, ())
    assert after.current == name != one.current
    assert after.open(before, "x") == "s"
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_sealer_shows_no_key_in_its_text() -> None:
    sealer = sealer_of(Path("/nowhere"), (OLD,))
    assert OLD.partition(":")[2] not in repr(sealer)


@pytest.mark.parametrize("words", ["k1", "k1:short", "k1:" + "!" * 44, f"{OLD} k2:x"])
def test_a_sealing_key_that_cannot_be_read_is_said_at_the_start(words: str) -> None:
    with pytest.raises(BadSetting, match="AMENDS_SEALING_KEYS"):
        from_environment({"AMENDS_SEALING_KEYS": words})
    assert from_environment({"AMENDS_SEALING_KEYS": f"{OLD} {NEW}"}).sealing_keys == (OLD, NEW)
