"""The command line: `amends run | serve | work | migrate | demo | import | policy | token | account | doctor | figures | verify | backup | restore | reconcile`."""

import sys
from typing import TYPE_CHECKING

import asyncpg

from amends.kernel.memory import seldom_look_for_garbage
from amends.settings import BadSetting
from amends.store.embedded_errors import EmbeddedError
from amends.store.migrate import MigrationError

if TYPE_CHECKING:
    import typer

seldom_look_for_garbage()

NEVER_MIGRATED = (asyncpg.InvalidParameterValueError, asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError)
"""What a database says in which our roles, tables or schema are missing."""


def command_line() -> "typer.Typer":
    """Every command."""
    import typer

    from amends.cli import accounts, backup, checking, figures, importing, lab, policy, starting, tokens

    made = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The after-sales engine.")
    starting.register(made)
    checking.register(made)
    backup.register(made)
    tokens.register(made)
    figures.register(made)
    accounts.register(made)
    made.add_typer(importing.app, name="import", help="Take orders and requests from files.")
    lab.register(policy.app)
    made.add_typer(policy.app, name="policy", help="Check, find, try and publish policy.")
    return made


def main() -> None:
    """Run a command; what is wrong with the machine is said in one sentence, with its code."""
    from amends.cli.children import ChildDied
    from amends.cli.starting import understood

    try:
        if start := understood(sys.argv[1:]):
            start()
        else:
            command_line()()
    except (EmbeddedError, MigrationError, BadSetting, ChildDied) as problem:
        _end(getattr(problem, "code", "setting"), str(problem))
    except NEVER_MIGRATED:
        _end("database_not_prepared", "This database was never prepared for amends. Run `amends migrate` first.")


def _end(code: str, sentence: str) -> None:
    print(f"amends: {code}: {sentence}", file=sys.stderr)
    raise SystemExit(1) from None
