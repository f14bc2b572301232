"""The command line: `amends run | serve | work | migrate | demo | import | policy | token | doctor | verify`."""

import sys

import typer

from amends.cli import checking, importing, policy, running, tokens
from amends.settings import BadSetting
from amends.store.embedded_errors import EmbeddedError
from amends.store.migrate import MigrationError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The after-sales engine.")
running.register(app)
checking.register(app)
tokens.register(app)
app.add_typer(importing.app, name="import", help="Take orders and requests from files.")
app.add_typer(policy.app, name="policy", help="Check, find and publish policy.")


def main() -> None:
    """Run a command; what is wrong with the machine is said in one sentence, with its code."""
    try:
        app()
    except (EmbeddedError, MigrationError, BadSetting) as problem:
        code = getattr(problem, "code", "setting")
        print(f"amends: {code}: {problem}", file=sys.stderr)
        raise SystemExit(1) from None
