import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.gateways.files import LocalFiles, NotTaken, Quarantined


async def parts(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path)


def everything(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


async def test_a_file_waits_in_quarantine_and_is_found_by_its_contents_once_kept(files: LocalFiles, tmp_path: Path) -> None:
    put = await files.put(parts(b"one ", b"two"), cap=7)
    assert isinstance(put, Quarantined)
    assert (put.sha256, put.size) == (hashlib.sha256(b"one two").hexdigest(), 7)
    assert files.find(put.sha256) is None
    kept = files.keep(put)
    assert files.find(put.sha256) == kept
    assert kept.read_bytes() == b"one two"
    assert everything(tmp_path) == [kept]


async def test_the_same_contents_are_kept_once_and_keeping_again_is_harmless(files: LocalFiles, tmp_path: Path) -> None:
    first, second = [await files.put(parts(b"same"), cap=10) for _ in range(2)]
    assert isinstance(first, Quarantined)
    assert isinstance(second, Quarantined)
    assert files.keep(first) == files.keep(second) == files.keep(first)
    assert len(everything(tmp_path)) == 1


async def test_reading_stops_at_the_cap_and_nothing_stays(files: LocalFiles, tmp_path: Path) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"x" * 1000

    assert await files.put(endless(), cap=2500) == NotTaken(code="upload_too_large")
    assert read == 3
    assert everything(tmp_path) == []


async def test_an_empty_file_is_not_taken(files: LocalFiles, tmp_path: Path) -> None:
    assert await files.put(parts(b"", b""), cap=10) == NotTaken(code="upload_empty")
    assert everything(tmp_path) == []


async def test_nothing_stays_of_an_upload_that_broke_off(files: LocalFiles, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.put(broken(), cap=100)
    assert everything(tmp_path) == []


async def test_what_is_refused_can_be_discarded(files: LocalFiles, tmp_path: Path) -> None:
    put = await files.put(parts(b"bad"), cap=10)
    assert isinstance(put, Quarantined)
    files.discard(put)
    files.discard(put)
    assert everything(tmp_path) == []
    with pytest.raises(FileNotFoundError):
        files.keep(put)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=100) | st.sampled_from(["../../etc/passwd", "/etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "..", ""])
)
def test_no_text_leads_out_of_the_folder(files: LocalFiles, name: str) -> None:
    assert files.find(name) is None


def test_a_copy_of_ours_is_measured_like_one_that_came_in(files: LocalFiles) -> None:
    copy = files.workspace() / "copy"
    copy.write_bytes(b"clean")
    measured = files.take_in(copy)
    assert files.keep(measured).read_bytes() == b"clean"
    assert measured.sha256 == hashlib.sha256(b"clean").hexdigest()
