"""Commands that start a process: read by the standard library, for what reads the others loads half a second of its own in each process."""

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

from amends.cli import running

if TYPE_CHECKING:
    import typer

STARTING = ("run", "serve", "work", "migrate", "demo")


def understood(words: Sequence[str]) -> Callable[[], None] | None:
    """What these words start; None where they are another command, ask for help, or are to be refused in the usual way."""
    if not words or words[0] not in STARTING:
        return None
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    if words[0] == "serve":
        parser.add_argument("--sandbox", action="store_true")
        parser.add_argument("--no-sandbox", dest="sandbox", action="store_false")
        parser.add_argument("--port", type=int)
    try:
        said, more = parser.parse_known_args(words[1:])
    except argparse.ArgumentError:
        return None
    return None if more else partial(getattr(running, words[0]), **vars(said))


def register(app: "typer.Typer") -> None:
    """Hang these commands on the command line, for its help and its refusals."""
    import typer

    def serve(
        *,
        sandbox: Annotated[bool, typer.Option(help="A marketplace whose time may be moved: POST /v1/sandbox/clock.")] = False,
        port: Annotated[int | None, typer.Option(help="Default: AMENDS_PORT, else 8000.")] = None,
    ) -> None:
        running.serve(sandbox=sandbox, port=port)

    serve.__doc__ = running.serve.__doc__
    app.command()(running.run)
    app.command()(serve)
    for command in (running.work, running.migrate, running.demo):
        app.command()(command)
