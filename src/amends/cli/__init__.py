"""The command line: `amends run | serve | work | migrate | demo | import | policy | token | account | doctor | figures | verify | backup | restore | reconcile`."""

import sys
from collections.abc import Sequence

import asyncpg
import typer

from amends.settings import BadSetting
from amends.store.embedded_errors import EmbeddedError
from amends.store.migrate import MigrationError

QUICK = frozenset({"run", "serve", "work", "migrate"})
"""Commands that start a process: they load nothing that they do not need."""
NEVER_MIGRATED = (asyncpg.InvalidParameterValueError, asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError)
"""What a database says in which our roles, tables or schema are missing."""


def command_line(words: Sequence[str] = ()) -> typer.Typer:
    """The commands, or only those that these words can mean where one of them has to be up quickly."""
    from amends.cli import running

    made = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The after-sales engine.")
    running.register(made)
    if words and words[0] in QUICK:
        return made
    from amends.cli import accounts, backup, checking, figures, importing, lab, policy, tokens

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

    try:
        command_line(sys.argv[1:])()
    except (EmbeddedError, MigrationError, BadSetting, ChildDied) as problem:
        _end(getattr(problem, "code", "setting"), str(problem))
    except NEVER_MIGRATED:
        _end("database_not_prepared", "This database was never prepared for amends. Run `amends migrate` first.")


def _end(code: str, sentence: str) -> None:
    print(f"amends: {code}: {sentence}", file=sys.stderr)
    raise SystemExit(1) from None
