"""Runs the application on uvicorn: uvloop, httptools, no access log of its own."""

import uvicorn

from amends.api.app import create_app
from amends.api.door.wire import Wire
from amends.gateways.logs import log_as_json
from amends.settings import Settings

KEEP_ALIVE_S = 75
DRAIN_S = 5


def server(settings: Settings, fd: int | None = None) -> uvicorn.Server:
    """The server for these settings; `fd` is a listening socket that is handed over."""
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        fd=fd,
        loop="uvloop",
        http=Wire,
        ws="none",
        lifespan="on",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=DRAIN_S,
    )
    return uvicorn.Server(config)


def serve_forever(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; what is under way is finished first."""
    log_as_json(settings.log_level)
    server(settings).run()
