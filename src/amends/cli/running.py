"""`amends run | serve | work | migrate | demo`."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading

import asyncpg
import msgspec
import uvloop

from amends.cli.children import HELD, ChildDied, Children, free_port, held_back, port_taken
from amends.cli.place import database, ready_home, settings_here, sole_runner
from amends.settings import Settings
from amends.store.database import connect, queries
from amends.store.embedded_errors import PortTakenError
from amends.store.migrate import migrate as apply_migrations

DEMO = "AMENDS_DEMO"
"""Said by `amends run` to its own API, which it holds; set by hand it says nothing."""
DEMO_MINUTES = "720"


def serve(*, sandbox: bool = False, port: int | None = None) -> None:
    """Serve the API. With DATABASE_URL set it stands alone; else it brings the embedded database, provider and worker along."""
    settings = settings_here()
    settings = msgspec.structs.replace(settings, sandbox=sandbox or settings.sandbox, port=port or settings.port)
    if settings.database_url is None and HELD not in os.environ:
        _run(settings, demo=False)
        return
    _load_little()
    from amends.api.serving import serve_forever

    demo = HELD in os.environ and os.environ.get(DEMO) == "1"
    settings = msgspec.structs.replace(settings, database_url=held_back() or settings.database_url, demo=demo)
    if port_taken(settings.host, settings.port):
        raise PortTakenError(f"Port {settings.port} is taken by another program. Set AMENDS_PORT to another one.")
    serve_forever(settings)


def work() -> None:
    """Do what time and the outbox demand; any number of these may run."""
    _load_little()
    from amends.gateways.logs import log_as_json
    from amends.worker.run import run as run_worker

    settings = settings_here()
    settings = msgspec.structs.replace(settings, database_url=held_back() or settings.database_url)
    with database(settings, patient=True) as dsn:
        log_as_json(settings.log_level)
        uvloop.run(run_worker(msgspec.structs.replace(settings, database_url=dsn)))


def migrate() -> None:
    """Bring the database's schema forward."""
    with database(settings_here()) as dsn:
        applied = asyncio.run(apply_migrations(dsn))
    _say("\n".join(f"applied {name}" for name in applied) or "nothing to apply")


def demo() -> None:
    """Fill an empty marketplace: twelve markets, 300 orders, cases in every state, deadlines near and far."""
    settings = settings_here()
    with database(settings) as dsn:
        asyncio.run(apply_migrations(dsn))
        _publish(dsn, settings)
        if asyncio.run(_has_orders(dsn)):
            print("this marketplace has orders already; a demo fills an empty one", file=sys.stderr)
            raise SystemExit(1)
        children = Children(settings.home / "logs")
        try:
            settings = with_provider(settings, children)
            _wait_for_provider(settings, children)
            _fill(dsn, settings, threading.Event())
        finally:
            children.stop()


def run() -> None:
    """Start a filled marketplace: database, payments provider, worker and API, and say how to get in."""
    _run(settings_here(), demo=True)


def _run(settings: Settings, *, demo: bool) -> None:
    ready_home(settings)
    if port_taken(settings.host, settings.port):
        raise PortTakenError(f"Port {settings.port} is taken by another program. Set AMENDS_PORT to another one.")
    children = Children(settings.home / "logs")
    stopped = threading.Event()
    for word in (signal.SIGINT, signal.SIGTERM):
        signal.signal(word, lambda *_: stopped.set())
    with sole_runner(settings.home):
        try:
            settings = _begin(settings, children, demo=demo)
            with database(settings) as dsn:
                try:
                    _bring_up(dsn, settings, children, demo=demo, stopped=stopped)
                    _stand(children, stopped)
                finally:
                    children.stop()
        finally:
            children.stop()


def _begin(settings: Settings, children: Children, *, demo: bool) -> Settings:
    """Start everybody, so that they load while the database comes up; API and worker are held until it is there."""
    settings = with_provider(settings, children)
    settings, carrier = with_carrier(settings, children)
    env = {"AMENDS_HOME": str(settings.home), "AMENDS_PORT": str(settings.port)}
    env["AMENDS_PROVIDER_URL"] = str(settings.provider_url)
    env |= carrier
    env |= {"AMENDS_SANDBOX": "1", "AMENDS_WEBHOOKS_TO_LOOPBACK": "1"} if settings.sandbox else {}
    told = {DEMO: "1", "AMENDS_SESSION_MINUTES": DEMO_MINUTES} if demo else {DEMO: ""}
    children.start("api", ["amends", "serve"], env | told, held=True)
    children.start("worker", ["amends", "work"], env, held=True)
    return settings


def _bring_up(dsn: str, settings: Settings, children: Children, *, demo: bool, stopped: threading.Event) -> None:
    asyncio.run(apply_migrations(dsn))
    asyncio.run(_right_clock(dsn))
    _publish(dsn, settings)
    if demo and not asyncio.run(_has_orders(dsn)):
        _wait_for_provider(settings, children)
        _fill(dsn, settings, stopped)
    if stopped.is_set():
        return
    children.let_go(dsn)
    address = f"http://{settings.host}:{settings.port}"
    children.wait_for("api", f"{address}/health")
    from amends.cli.welcome import welcome

    _say(welcome(address, settings))


def _stand(children: Children, stopped: threading.Event) -> None:
    """Until somebody stops us, or one of us ends by itself."""
    while not stopped.wait(0.5):
        if name := children.dead():
            raise ChildDied(f"{name} ended by itself; {children.logs / (name + '.log')} says why:\n{children.last_words(name)}")


def with_provider(settings: Settings, children: Children) -> Settings:
    """The settings with a payments provider: the one that is set, or a sandbox of one's own, started and not yet waited for."""
    if settings.provider_url is not None:
        return settings
    port = free_port()
    home = settings.home / "provider"
    home.mkdir(parents=True, exist_ok=True)
    words = ["amends.gateways.sandbox_provider", "--port", str(port), "--home", str(home)]
    children.start("provider", [*words, "--control"] if settings.sandbox else words, {})  # a sandbox tells it the time
    return msgspec.structs.replace(settings, provider_url=f"http://127.0.0.1:{port}")


def with_carrier(settings: Settings, children: Children) -> tuple[Settings, dict[str, str]]:
    """The settings with a carrier: the one that is set, or a sandbox of one's own, whose signed messages the API takes."""
    if settings.carrier_url is not None:
        return settings, {}
    from amends.gateways.signatures import secret_of

    port, secret = free_port(), secret_of(os.urandom(32))
    inbound = f"http://{settings.host}:{settings.port}/v1/inbound/sandbox_carrier"
    words = ["amends.gateways.sandbox_carrier", "--port", str(port), "--notify", inbound]
    children.start("carrier", [*words, "--control"] if settings.sandbox else words, {"AMENDS_CARRIER_SECRET": secret})
    url = f"http://127.0.0.1:{port}"
    told = {"AMENDS_CARRIER_URL": url, "AMENDS_INBOUND_SANDBOX_CARRIER": secret}
    return msgspec.structs.replace(settings, carrier_url=url), told


def _wait_for_provider(settings: Settings, children: Children) -> None:
    if any(name == "provider" for name, _ in children.started):
        children.wait_for("provider", f"{settings.provider_url}/health")


def _publish(dsn: str, settings: Settings) -> None:
    if not asyncio.run(_has_releases(dsn)):
        from amends.cli.publishing import publish_all
        from amends.exchange.policies import read_policies

        asyncio.run(publish_all(dsn, read_policies(settings.policies), settings.policies))


def _fill(dsn: str, settings: Settings, stopped: threading.Event) -> None:
    """Fill it; a Ctrl-C on the way ends it at once and leaves what there is."""
    import structlog

    from amends.cli.demo import fill

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # forty days of notices help nobody

    async def until_stopped() -> None:
        filling = asyncio.create_task(fill(dsn, settings, _say))
        while not filling.done():
            await asyncio.wait([filling], timeout=0.1)
            if stopped.is_set():
                filling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await filling

    _say("filling the demo marketplace: forty days in the life of twelve markets …")
    uvloop.run(until_stopped())


async def _has_releases(dsn: str) -> bool:
    return bool(await _ask(dsn, queries("policy_epoch")))


async def _has_orders(dsn: str) -> bool:
    return bool(await _ask(dsn, queries("any_order")))


async def _right_clock(dsn: str) -> None:
    """Outside a sandbox the domain lives now: what a demo that was killed on its way has left is put right."""
    connection: asyncpg.Connection = await connect(dsn, "amends_desk")
    try:
        await connection.execute(queries("reset_clock"))
    finally:
        await connection.close()


async def _ask(dsn: str, query: str) -> object:
    connection: asyncpg.Connection = await connect(dsn, "amends_reviewer")
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def _load_little() -> None:
    """Keep out what the logging library would load for a developer's terminal: these processes write JSON."""
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type] # what an import then takes for missing


def _say(line: str) -> None:
    print(line, flush=True)
