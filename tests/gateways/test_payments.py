import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from amends.gateways.payments import Execution, Failed, NotFound, Outcome, PaymentsGateway, Succeeded, Unknown
from amends.gateways.payments_fake import FakePayments
from amends.gateways.payments_http import HttpPayments
from amends.gateways.wire import Answer, CutOffError, exchange, request_bytes

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Sandbox:
    """The provider as a process, with its controls."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process: subprocess.Popen[str] | None = None
        self.url = ""
        self.start()

    def start(self, port: int = 0) -> None:
        words = [
            "-m",
            "amends.gateways.sandbox_provider",
            "--home",
            str(self.home),
            "--control",
            "--with-parent",
            "--port",
            str(port),
        ]
        self.process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()

    def kill(self, word: int = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(word)
        code = self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    async def ask(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            words = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
            return await exchange(reader, writer, request_bytes(method, path, "x", headers or {}, words), cap=10**6)
        finally:
            writer.close()

    async def told(self, **words: object) -> None:
        assert (await self.ask("POST", "/control", words)).status == 200

    async def health(self) -> dict[str, object]:
        found: dict[str, object] = msgspec.json.decode((await self.ask("GET", "/health")).body)
        return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("provider"))
    yield sandbox
    sandbox.kill(signal.SIGTERM)


@pytest_asyncio.fixture
async def sandbox(running: Sandbox) -> AsyncIterator[Sandbox]:
    yield running
    await running.told(mode="ok", offset_seconds=0)


@pytest_asyncio.fixture
async def payments(sandbox: Sandbox) -> AsyncIterator[HttpPayments]:
    gateway = HttpPayments(sandbox.url, total_s=0.5)
    yield gateway
    await gateway.close()


@pytest.fixture
def key() -> str:
    return f"refund/{os.urandom(6).hex()}?é"


async def refund(gateway: PaymentsGateway, key: str, amount: int = 1999) -> Outcome:
    return await gateway.refund(key=key, payment_ref="pay_1", amount=amount, currency="USD", destination="original")


async def test_a_refund_is_paid_once_however_often_it_is_asked(sandbox: Sandbox, payments: HttpPayments, key: str) -> None:
    before = await sandbox.health()
    answers = [await refund(payments, key) for _ in range(3)] + list(
        await asyncio.gather(*(refund(payments, key) for _ in range(20)))
    )
    assert len(set(answers)) == 1
    assert isinstance(answers[0], Succeeded)
    assert await payments.find(key) == answers[0]
    after = await sandbox.health()
    assert (after["executions"], after["most_per_key"]) == (int(str(before["executions"])) + 1, 1)


async def test_a_key_that_was_never_used_is_not_found(payments: HttpPayments, key: str) -> None:
    assert await payments.find(key) == NotFound()


async def test_the_same_key_with_other_words_is_no_success_and_no_failure(payments: HttpPayments, key: str) -> None:
    first = await refund(payments, key)
    assert await refund(payments, key, amount=1) == Unknown(reason="provider_error")
    assert await payments.find(key) == first


async def test_a_lost_answer_is_unknown_and_then_found(sandbox: Sandbox, payments: HttpPayments, key: str) -> None:
    await sandbox.told(mode="lose_answer", next_n=1)
    assert await refund(payments, key) == Unknown(reason="cut_off")
    assert isinstance(await payments.find(key), Succeeded)
    assert await refund(payments, key) == await payments.find(key)


async def test_an_answer_lost_on_a_kept_connection_is_asked_again_with_the_same_key(
    sandbox: Sandbox, payments: HttpPayments, key: str
) -> None:
    await refund(payments, f"{key}-first")
    await sandbox.told(mode="lose_answer", next_n=1)
    assert isinstance(await refund(payments, key), Succeeded)
    assert (await sandbox.health())["most_per_key"] == 1


async def test_a_hanging_provider_is_unknown_after_the_time_given_and_nothing_was_paid(
    sandbox: Sandbox, payments: HttpPayments, key: str
) -> None:
    await sandbox.told(mode="hang", next_n=1)
    assert await refund(payments, key) == Unknown(reason="timeout")
    assert await payments.find(key) == NotFound()
    assert isinstance(await refund(payments, key), Succeeded)


async def test_a_slow_answer_comes_too_late_but_the_money_has_moved(sandbox: Sandbox, payments: HttpPayments, key: str) -> None:
    await sandbox.told(mode="slow", next_n=1, delay_s=600)
    assert await refund(payments, key) == Unknown(reason="timeout")
    assert isinstance(await payments.find(key), Succeeded)


async def test_a_provider_that_fails_before_it_acts_has_paid_nothing(sandbox: Sandbox, payments: HttpPayments, key: str) -> None:
    await sandbox.told(mode="fail_before", next_n=1)
    assert await refund(payments, key) == Unknown(reason="provider_error")
    assert await payments.find(key) == NotFound()


async def test_a_refusal_for_good_stays_one(sandbox: Sandbox, payments: HttpPayments, key: str) -> None:
    await sandbox.told(mode="fail", next_n=1, code="card_lost")
    assert await refund(payments, key) == Failed(code="card_lost")
    assert await refund(payments, key) == Failed(code="card_lost")
    assert await payments.find(key) == Failed(code="card_lost")
    report = await payments.report(LONG_AGO)
    assert isinstance(report, tuple)
    assert key not in {row.key for row in report}


async def test_the_report_tells_what_was_executed_and_when_by_the_sandboxs_clock(
    sandbox: Sandbox, payments: HttpPayments, key: str
) -> None:
    await refund(payments, f"{key}-now")
    await sandbox.told(offset_seconds=86_400 * 30)
    await refund(payments, key, amount=7)
    month_on = datetime.now(UTC) + timedelta(days=29)
    report = await payments.report(month_on)
    assert isinstance(report, tuple)
    assert [(row.key, row.amount, row.currency, row.status) for row in report] == [(key, 7, "USD", "succeeded")]


async def test_mishaps_at_a_rate_come_out_the_same_for_the_same_seed(sandbox: Sandbox, payments: HttpPayments, key: str) -> None:
    runs = []
    for run in range(2):
        await sandbox.told(mode="fail_before", rate=0.5, seed=11)
        runs.append([isinstance(await refund(payments, f"{key}-{run}-{n}"), Succeeded) for n in range(20)])
    assert runs[0] == runs[1]
    assert 3 < sum(runs[0]) < 17


@pytest.mark.parametrize("words", [{"amount": 0}, {"amount": -1}, {"currency": "usd"}, {"payment_ref": ""}, {"amount": 2**63}])
async def test_nonsense_is_refused_and_nothing_executed(payments: HttpPayments, key: str, words: dict[str, object]) -> None:
    asked = {"key": key, "payment_ref": "p", "amount": 1, "currency": "USD", "destination": "original"} | words
    assert await payments.refund(**asked) == Failed(code="bad_request")  # type: ignore[arg-type]
    assert await payments.find(key) == NotFound()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/refunds", b"{"),
        ("POST", "/refunds", b"x" * 70_000),
        ("POST", "/control", {"mode": "riot"}),
        ("POST", "/control", {"rate": 2}),
        ("GET", "/refunds?since=yesterday", None),
        ("GET", "/nothing", None),
        ("DELETE", "/refunds", None),
    ],
)
async def test_bad_requests_do_not_bring_the_provider_down(sandbox: Sandbox, method: str, path: str, body: object) -> None:
    with contextlib.suppress(ConnectionError, CutOffError):  # too large a body is answered by hanging up
        assert 400 <= (await sandbox.ask(method, path, body)).status < 500
    assert (await sandbox.health())["status"] == "ok"


async def test_what_was_answered_survives_a_kill_and_the_next_life_answers_the_same(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    gateway = HttpPayments(sandbox.url)
    answers = await asyncio.gather(*(refund(gateway, f"r{n}") for n in range(200)))
    sandbox.kill()
    with (tmp_path / "executions.jsonl").open("ab") as file:
        file.write(b'{"half a line')
    sandbox.start(sandbox.port)
    again = await asyncio.gather(*(refund(gateway, f"r{n}") for n in range(200)))
    assert again == answers
    health = await sandbox.health()
    assert (health["executions"], health["most_per_key"]) == (200, 1)
    await gateway.close()
    assert sandbox.kill(signal.SIGTERM) == 0


async def test_the_planted_fault_a_key_made_anew_for_each_attempt_is_paid_twice(
    sandbox: Sandbox, payments: HttpPayments, key: str
) -> None:
    before = int(str((await sandbox.health())["executions"]))
    await sandbox.told(mode="lose_answer", next_n=1)
    await refund(payments, f"{key}-attempt-1")
    await refund(payments, f"{key}-attempt-2")
    assert int(str((await sandbox.health())["executions"])) == before + 2


async def test_nobody_there_is_unknown(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    sandbox.kill()
    gateway = HttpPayments(sandbox.url)
    assert await refund(gateway, "r") == Unknown(reason="unreachable")
    assert await gateway.find("r") == Unknown(reason="unreachable")
    assert await gateway.report(LONG_AGO) == Unknown(reason="unreachable")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", "provider_error"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", "provider_error"),
        (b"HTTP/1.1 502 Bad\r\ncontent-length: 37\r\n\r\n" + b'{"status":"failed","code":"gateway"}\n', "provider_error"),
        (b"HTTP/1.1 404 Not\r\ncontent-length: 0\r\n\r\n", "provider_error"),
        (b"HTTP/1.1 409 Busy\r\ncontent-length: 2\r\n\r\n{}", "still_running"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{}", "cut_off"),
        (b"nonsense\r\n\r\n", "not_http"),
    ],
)
async def test_only_a_clear_word_is_believed(answer: bytes, reason: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        gateway = HttpPayments(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert await refund(gateway, "r") == Unknown(reason=reason)
        if b"404" in answer:
            assert await gateway.find("r") == Unknown(reason="provider_error")
        await gateway.close()


async def test_the_fake_keeps_the_same_promises() -> None:
    fake = FakePayments()
    gateway: PaymentsGateway = fake
    fake.next_calls.extend(["fail_before", "lose_answer", None])
    assert [type(await refund(gateway, "a")) for _ in range(3)] == [Unknown, Unknown, Succeeded]
    fake.next_calls.append("fail")
    assert await refund(gateway, "b") == Failed(code="account_closed")
    assert await refund(gateway, "b") == await gateway.find("b")
    assert await gateway.find("c") == NotFound()
    report = await gateway.report(LONG_AGO)
    assert isinstance(report, tuple)
    assert [row.key for row in report] == ["a"]
    assert isinstance(report[0], Execution)
