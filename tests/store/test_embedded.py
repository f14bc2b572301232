import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from amends.store import embedded_pidfile, embedded_place
from amends.store.embedded import EmbeddedPostgres, pgbench_path
from amends.store.embedded_errors import (
    BinariesMissingError,
    DiskFullError,
    EmbeddedError,
    ForeignDataError,
    HomeNotWritableError,
    PortTakenError,
    VersionMismatchError,
    told,
)

SUPERVISOR = """
import sys, time
from pathlib import Path
from amends.store.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start(), flush=True)
print(server.owned, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for the tests of this file, each of which starts and stops the server in it."""
    folder = Path(tempfile.mkdtemp(prefix="amends-embedded-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def fresh() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="amends-embedded-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(home) as started:
        yield started


def ask(dsn: str, question: str) -> object:
    async def asked() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()

    return asyncio.run(asked())


def wait_for(true: Callable[[], bool], seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


def postmaster(server: EmbeddedPostgres) -> psutil.Process:
    found = embedded_pidfile.living(server.data)
    assert found is not None
    return psutil.Process(found.pid)


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_is_a_real_postgresql_18_with_checksums_and_an_honest_disk(server: EmbeddedPostgres) -> None:
    assert server.running
    question = (
        "select array[current_setting('server_version_num')::int / 10000 || '', current_setting('data_checksums'), current_setting('fsync'), "
        "current_setting('synchronous_commit'), current_setting('full_page_writes'), current_setting('jit'), current_setting('TimeZone'), "
        "(select datlocale from pg_database where datname = current_database()), current_database()]"
    )
    assert ask(server.dsn, question) == ["18", "on", "on", "on", "on", "off", "UTC", "C.UTF-8", "amends"]


def test_without_a_port_it_listens_on_no_network_at_all(server: EmbeddedPostgres) -> None:
    assert ask(server.dsn, "select current_setting('listen_addresses')") == ""
    assert not [one for one in postmaster(server).net_connections(kind="inet") if one.status == psutil.CONN_LISTEN]


def test_nobody_gets_in_without_the_generated_password(server: EmbeddedPostgres) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(server.dsn.replace(server.dsn.split(":")[2].split("@")[0], "guess"), "select 1")
    secret = server.place / "password"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.stat().st_uid == os.geteuid()
    assert not (server.place / "password.new").exists()


def test_it_does_not_run_as_root(server: EmbeddedPostgres) -> None:
    assert postmaster(server).uids().effective != 0


def test_what_was_written_is_there_after_a_stop_and_a_start(home: Path) -> None:
    with EmbeddedPostgres(home) as first:
        ask(first.dsn, "create table if not exists kept as select 42 as n")
    assert not first.running
    with EmbeddedPostgres(home) as second:
        assert second.dsn == first.dsn
        assert ask(second.dsn, "select n from kept") == 42


def test_a_second_process_joins_the_server_and_does_not_stop_it(server: EmbeddedPostgres) -> None:
    other = EmbeddedPostgres(server.home)
    assert other.start() == server.dsn
    assert not other.owned
    other.stop()
    assert ask(server.dsn, "select 1") == 1


async def write_then_pull_the_plug(server: EmbeddedPostgres, rows: int) -> None:
    """One row a commit, then the postmaster dies while a statement is under way."""
    connection = await asyncpg.connect(server.dsn)
    await connection.execute("drop table if exists written; create table written (n bigint)")
    for number in range(rows):
        await connection.execute("insert into written values ($1)", number)
    busy = asyncio.create_task(connection.execute("select count(*) from generate_series(1, 3000000)"))
    await asyncio.sleep(0)
    postmaster(server).kill()
    await asyncio.wait([busy])
    busy.exception()
    connection.terminate()


def test_killed_hard_it_is_up_again_and_has_lost_nothing_acknowledged(server: EmbeddedPostgres) -> None:
    asyncio.run(write_then_pull_the_plug(server, 200))
    wait_for(lambda: not server.running)
    assert server.ensure_alive()
    assert ask(server.dsn, "select count(*) from written") == 200
    assert not server.ensure_alive()


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        text = (server.data / "postmaster.pid").read_text().splitlines()
    stranger = subprocess.Popen(["sleep", "60"], user=server.data.stat().st_uid)
    try:
        text[0] = str(stranger.pid)
        (server.data / "postmaster.pid").write_text("\n".join(text) + "\n")
        with EmbeddedPostgres(home) as again:
            assert ask(again.dsn, "select 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_pid_file_that_names_a_zombie_does_not_stop_the_start(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        text = (server.data / "postmaster.pid").read_text().splitlines()
    zombie = subprocess.Popen(["true"], user=server.data.stat().st_uid)
    try:
        wait_for(lambda: psutil.Process(zombie.pid).status() == psutil.STATUS_ZOMBIE)
        text[0] = str(zombie.pid)
        (server.data / "postmaster.pid").write_text("\n".join(text) + "\n")
        with EmbeddedPostgres(home) as again:
            assert ask(again.dsn, "select 1") == 1
    finally:
        zombie.wait()


@pytest.fixture
def supervisor(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that runs the server, in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(home)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("postgresql://")
        assert process.stdout.readline() == "True\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_dies_with_its_supervisor(home: Path, supervisor: subprocess.Popen[str]) -> None:
    joined = EmbeddedPostgres(home)
    joined.start()
    server = postmaster(joined)
    supervisor.kill()
    supervisor.wait()
    wait_for(lambda: gone(server))


def test_ctrl_c_in_the_terminal_does_not_reach_it(home: Path, supervisor: subprocess.Popen[str]) -> None:
    joined = EmbeddedPostgres(home)
    joined.start()
    server = postmaster(joined)
    assert os.getsid(server.pid) == server.pid
    assert os.getpgid(server.pid) != os.getpgid(supervisor.pid)


def test_when_the_one_that_ran_it_dies_another_starts_it_again(home: Path, supervisor: subprocess.Popen[str]) -> None:
    joined = EmbeddedPostgres(home)
    joined.start()
    server = postmaster(joined)
    os.killpg(supervisor.pid, signal.SIGKILL)
    supervisor.wait()
    wait_for(lambda: gone(server))
    assert joined.ensure_alive()
    assert joined.owned
    assert ask(joined.dsn, "select 1") == 1
    joined.stop()


def test_right_after_a_hard_kill_nobody_joins_the_server_that_is_on_its_way_out(
    home: Path, supervisor: subprocess.Popen[str]
) -> None:
    """A `make run` that was killed and started again at once used to find a database that left a moment later."""
    supervisor.kill()
    supervisor.wait()
    with EmbeddedPostgres(home) as again:
        assert again.owned
        assert ask(again.dsn, "select 1") == 1


def test_with_a_port_it_listens_on_the_loopback_too(home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with EmbeddedPostgres(home, port) as server:
        assert ask(server.tcp_dsn, "select 1") == 1
        assert ask(server.dsn, "select host(inet_server_addr())") is None
        joined = EmbeddedPostgres(home)
        assert joined.start() == server.dsn
        with pytest.raises(PortTakenError):
            EmbeddedPostgres(home, port - 1).start()


def test_a_taken_port_is_a_clear_error(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortTakenError, match="taken") as refused:
            EmbeddedPostgres(home, other.getsockname()[1]).start()
    assert refused.value.code == "port_taken"


def test_data_of_another_major_version_is_refused(fresh: Path) -> None:
    data = fresh / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    (fresh / "postgres" / "password").write_text("x")
    with pytest.raises(VersionMismatchError, match="17"):
        EmbeddedPostgres(fresh).start()


def test_a_folder_of_somebody_elses_is_left_alone(fresh: Path) -> None:
    data = fresh / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "letter.txt").write_text("dear")
    with pytest.raises(ForeignDataError):
        EmbeddedPostgres(fresh).start()
    assert (data / "letter.txt").read_text() == "dear"


def test_a_home_that_cannot_be_made_is_a_clear_error(fresh: Path) -> None:
    (fresh / "file").touch()
    with pytest.raises(HomeNotWritableError, match="AMENDS_HOME"):
        EmbeddedPostgres(fresh / "file").start()
    with pytest.raises(HomeNotWritableError):
        EmbeddedPostgres(fresh / "file" / "below").start()


def test_a_folder_that_another_process_made_at_the_same_moment_is_taken(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = embedded_place.make_folder(fresh / "postgres", 0o755)
    seen = iter([False])  # what this process saw, a moment before
    looked = Path.is_dir
    monkeypatch.setattr(Path, "is_dir", lambda folder: next(seen, looked(folder)))
    assert embedded_place.make_folder(made, 0o755) == made


def test_too_little_room_is_a_clear_error(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 99, 1))
    with pytest.raises(DiskFullError):
        EmbeddedPostgres(fresh).start()


def test_missing_binaries_are_a_clear_error(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_place, "PACKAGE", "no_such_package")
    with pytest.raises(BinariesMissingError, match="DATABASE_URL"):
        EmbeddedPostgres(fresh).start()


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ('PANIC:  could not write to file "pg_wal/xlogtemp.36": No space left on device', DiskFullError),
        ('LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', PortTakenError),
        ("FATAL:  database files are incompatible with server", VersionMismatchError),
        ("FATAL:  something new", EmbeddedError),
    ],
)
def test_what_the_server_says_becomes_an_error_with_a_code(said: str, kind: type[EmbeddedError]) -> None:
    error = told(said, Path("/x"))
    assert type(error) is kind
    assert error.code


def test_a_start_that_was_killed_half_way_leaves_nothing_that_stops_the_next(fresh: Path) -> None:
    leftover = fresh / "postgres" / "data.new"
    leftover.mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(fresh) as server:
        assert server.running
        assert not leftover.exists()


def test_a_home_whose_path_is_too_long_for_a_socket_gets_a_short_one(fresh: Path) -> None:
    deep = fresh / ("deep" * 15) / ("deeper" * 10)
    with EmbeddedPostgres(deep) as server:
        assert ask(server.dsn, "select 1") == 1
        folder = Path(str(ask(server.dsn, "select current_setting('unix_socket_directories')")))
        assert len(str(folder)) < 40
    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has homes that PostgreSQL's user cannot enter")
def test_roots_closed_home_puts_data_and_binaries_where_the_database_can_reach_them(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.chmod(0o700)
    store = Path(tempfile.mkdtemp(prefix="amends-store-"))
    store.chmod(0o755)
    monkeypatch.setattr(embedded_place, "ROOTS_OWN_STORE", store)
    wheel = embedded_place.wheel_binaries()
    monkeypatch.setattr(embedded_place, "reachable_by_others", lambda path: path not in (wheel, fresh))
    try:
        with EmbeddedPostgres(fresh) as server:
            assert server.place.parent == store
            assert ask(server.dsn, "select 1") == 1
            assert str(store) in postmaster(server).exe()
        with EmbeddedPostgres(fresh) as again:
            assert again.dsn == server.dsn
        assert fresh.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(store)


def test_pgbench_comes_along() -> None:
    assert (
        "pgbench (PostgreSQL) 18"
        in subprocess.run([pgbench_path(), "--version"], capture_output=True, text=True, check=True).stdout
    )


def test_the_callers_own_postgresql_settings_do_not_bend_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PGPORT": "1",
        "PGHOST": "nowhere",
        "PGOPTIONS": "-c fsync=off",
        "PGDATA": "/nowhere",
        "LC_ALL": "xx_XX",
    }.items():
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres(home) as server:
        assert server.running
