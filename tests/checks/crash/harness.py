"""Kills the database, the worker and the load under way, again and again, and then asks whether anything was lost or paid twice."""

import asyncio
import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec

from amends.cli.place import a_desk
from amends.cli.publishing import publish_all
from amends.desk.orders import take_orders, take_shops
from amends.desk.verify import verify_all
from amends.domain.facts.told import ToldLine, ToldOrder, ToldPayment, ToldShop
from amends.exchange.policies import policies_folder, read_policies
from amends.settings import ROOT
from amends.store.doctor import examine, sick
from amends.store.embedded import EmbeddedPostgres
from amends.store.migrate import migrate

TEMPLATE = "crash_template"
SHOPS = 3
ADOPTED = datetime(2026, 1, 1, tzinfo=UTC)
PRICE = 2500


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found after the crashes. A good run has orders acknowledged and everything else empty."""

    kills: int
    acknowledged: int
    lost: tuple[str, ...]
    paid: int
    paid_twice: tuple[str, ...]
    sick: tuple[str, ...]
    unfinished: int

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing paid twice, every statement holds, every case has ended."""
        return not (self.lost or self.paid_twice or self.sick or self.unfinished)


async def prepare(server: EmbeddedPostgres, orders: int) -> None:
    """A template with policy, shops and delivered orders, to be copied for each run."""
    await _administer(server, f"create database {TEMPLATE}")
    dsn = server.dsn_of(TEMPLATE)
    await migrate(dsn)
    folder = policies_folder()
    policies = read_policies(folder)
    only = msgspec.structs.replace(policies, books={"us": policies.books["us"]})
    await publish_all(dsn, only, folder, adopted_from=ADOPTED)
    now = datetime.now(UTC)
    async with a_desk(dsn) as desk:
        names = [f"shop{n}" for n in range(SHOPS)]
        await take_shops(desk.pool, [ToldShop(reference=name, name=name, market="us", seller=name) for name in names])
        taken = await take_orders(desk, [_told(names[n % SHOPS], n, now) for n in range(orders)])
        assert all(one.result != "refused" for one in taken), taken[0]
    await _administer(server, f"alter database {TEMPLATE} allow_connections false")


def _told(shop: str, number: int, now: datetime) -> ToldOrder:
    placed = now - timedelta(days=9)
    return ToldOrder(
        shop=shop,
        reference=f"C{number}",
        buyer=f"b{number}",
        currency="USD",
        status="delivered",
        placed_at=placed,
        paid_at=placed,
        shipped_at=placed + timedelta(days=1),
        delivered_at=now - timedelta(days=2),
        lines=(ToldLine(reference="1", sku="MUG", title="Mug", category="home", price=PRICE, commission=200),),
        payments=(ToldPayment(sequence=1, method="card", amount=PRICE, provider_reference=f"pay_C{number}"),),
    )


async def _administer(server: EmbeddedPostgres, *statements: str) -> None:
    connection = await asyncpg.connect(server.dsn_of("postgres"))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


class Run:
    """One marketplace under attack, in a database and a folder of its own."""

    def __init__(self, server: EmbeddedPostgres, folder: Path, fault: str = "") -> None:
        self.server, self.folder, self.fault = server, folder, fault
        self.name = f"crash_{folder.name.replace('-', '_').lower()}"
        self.log, self.stop = folder / "acknowledged", folder / "stop"
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.spares: dict[str, subprocess.Popen[bytes]] = {}
        self.provider = ""
        self.kills = 0

    @property
    def dsn(self) -> str:
        """The run's database."""
        return self.server.dsn_of(self.name)

    async def begin(self) -> None:
        """Everything up."""
        self.folder.mkdir(parents=True, exist_ok=True)
        await _administer(self.server, f"create database {self.name} template {TEMPLATE}")
        if self.fault == "lazy_commit":
            await _administer(self.server, f"alter database {self.name} set synchronous_commit = off")
        words = ["amends.gateways.sandbox_provider", "--home", str(self.folder / "provider"), "--control", "--with-parent"]
        child = self._spawn("provider", *words, out=subprocess.PIPE)
        self.children["provider"] = child
        assert child.stdout is not None
        self.provider = child.stdout.readline().decode().split()[-1]
        for name in ("worker", "load"):
            self.spares[name] = self._spare(name)
            self.start(name)

    def _spawn(self, name: str, *words: str, out: int | None = None) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=out or log,
                stderr=log,
                start_new_session=True,
            )

    def _spare(self, name: str) -> subprocess.Popen[bytes]:
        """A child that has loaded everything and waits for its word, so that a kill is followed by work and not by imports."""
        own = {"worker": [self.dsn, self.provider], "load": [self.dsn, str(self.log), str(self.stop)]}
        return self._spawn(name, f"tests.checks.crash.{name}", *own[name], self.fault)

    def start(self, name: str) -> None:
        """Let the spare work, and have another one ready."""
        child = self.children[name] = self.spares[name]
        assert child.stdin is not None
        child.stdin.write(b"go\n")
        child.stdin.flush()
        self.spares[name] = self._spare(name)

    def control(self, **words: object) -> None:
        """Tell the provider how to misbehave."""
        body = json.dumps(words).encode()
        request = urllib.request.Request(f"{self.provider}/control", body, {"content-type": "application/json"})  # noqa: S310
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 - our own provider

    def lines(self) -> list[list[str]]:
        """What was acknowledged; a last line that was cut is none."""
        text = self.log.read_bytes() if self.log.exists() else b""
        return [json.loads(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]

    def executions(self) -> list[dict[str, object]]:
        """What the provider did, from its own file."""
        file = self.folder / "provider" / "executions.jsonl"
        text = file.read_bytes() if file.exists() else b""
        rows = [json.loads(line)["execution"] for line in text[: text.rfind(b"\n") + 1].splitlines()]
        return [row for row in rows if row["status"] == "succeeded"]

    async def progress(self, *, acknowledged: int, paid: int, patience_s: float = 12.0) -> None:
        """Wait until so much more has happened: a kill of something idle proves nothing."""
        begin, until = (len(self.lines()), len(self.executions())), time.monotonic() + patience_s
        while time.monotonic() < until:
            if len(self.lines()) - begin[0] >= acknowledged and len(self.executions()) - begin[1] >= paid:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"nothing moves: {self.last_words()}")

    def last_words(self) -> str:
        """The ends of the children's logs."""
        return "\n".join((self.folder / f"{name}.log").read_text("utf-8", "replace")[-2000:] for name in self.children)

    def kill(self, what: str, *, again: bool = True) -> None:
        """kill -9, and up again."""
        self.kills += 1
        if what == "database":
            process = self.server._process
            assert process is not None
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.server.ensure_alive()
            return
        child = self.children[what]
        child.kill()
        child.wait()
        assert child.stdin is not None
        child.stdin.close()
        if again:
            self.start(what)

    async def end(self, patience_s: float = 40.0) -> None:
        """Faults off, load off; then time passes until every case has ended, or none has for so long."""
        self.control(mode="ok")
        self.stop.touch()
        await asyncio.to_thread(self.children["load"].wait, 30)
        connection = await asyncpg.connect(self.dsn, server_settings={"search_path": "amends"})
        until, least = time.monotonic() + patience_s, math.inf
        with contextlib.closing(_Steps()) as steps:
            while (left := await connection.fetchval(UNFINISHED)) and time.monotonic() < until:
                if left < least:
                    until, least = time.monotonic() + patience_s, left
                if not await connection.fetchval(BUSY):
                    await connection.execute("update clock set offset_by = offset_by + $1", steps.next())
                    await connection.execute("notify amends_clock")
                await asyncio.sleep(0.05)
        await connection.close()

    async def judge(self) -> Verdict:
        """Compare what was acknowledged, what is there, and what was paid."""
        connection = await asyncpg.connect(self.dsn, server_settings={"search_path": "amends"})
        cases = {(str(r["order_id"]), str(r["id"])) for r in await connection.fetch("select order_id, id from cases")}
        granted = {str(r["case_id"]) for r in await connection.fetch("select case_id from event where type = 'approved'")}
        unfinished = await connection.fetchval(UNFINISHED)
        await connection.close()
        orders, said = {order for order, _ in cases}, self.lines()
        lost = [order for word, order, *_ in said if word == "opened" and order not in orders]
        lost += [words[2] for words in said if len(words) > 2 and (words[1], words[2]) not in cases]
        lost += [words[2] for words in said if words[0] == "approved" and words[2] not in granted]
        paid = self.executions()
        twice = [str(ref) for ref, n in Counter(row["payment_ref"] for row in paid).items() if n > 1]
        executed = {str(row["key"]): int(str(row["amount"])) for row in paid}
        findings = sick(await examine(self.dsn, provider=executed))
        chains = (await verify_all(self.dsn)).broken
        return Verdict(
            kills=self.kills,
            acknowledged=len(said),
            lost=tuple(lost),
            paid=len(paid),
            paid_twice=tuple(twice),
            sick=tuple([f"{f.name}: {f.count} {f.samples[:2]}" for f in findings] + [f"chain: {fault}" for fault in chains]),
            unfinished=unfinished,
        )

    def close(self) -> None:
        """End every child."""
        for child in [*self.children.values(), *self.spares.values()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()


class _Steps:
    """Time passes in steps of 16 minutes at first, so that what is unknown is asked about, then of days."""

    def __init__(self) -> None:
        self.taken = 0

    def next(self) -> timedelta:
        self.taken += 1
        return timedelta(minutes=16) if self.taken % 6 else timedelta(days=5)

    def close(self) -> None:
        self.taken = 0


UNFINISHED = "select count(*) from cases where state not in ('completed', 'closed')"
BUSY = """
select exists (select from outbox where state = 'pending' and due_at <= moment())
    or exists (select from deadline where state = 'running' and due_at <= moment())
"""
