"""`amends account`: who may log in, made, changed and listed from the command line."""

import os
import re
import subprocess
import sys

import asyncpg

from amends.api.door.passwords import hashed_now
from amends.store.accounts import account_of


def amends(dsn: str, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": dsn}
    return subprocess.run(
        [sys.executable, "-m", "amends", *words], env=env, capture_output=True, text=True, timeout=60, check=False
    )


async def test_an_account_is_added_its_password_changed_and_everybody_listed(database: str, desk_pool: asyncpg.Pool) -> None:
    made = amends(database, "account", "add", "platform", "Ops", "--login", "Ops@Example.com", "--generate")
    assert made.returncode == 0, made.stderr
    word, password = made.stdout.split()
    assert (word, len(password) >= 10) == ("added", True)
    account = await account_of(desk_pool, login="ops@example.com")
    assert account is not None
    assert (account.person, account.demo) == ("platform:Ops", False)
    assert password not in account.password
    again = amends(database, "account", "add", "platform", "Ops", "--generate")
    assert (again.returncode, again.stderr.strip()) == (1, "that person has an account, or somebody has that login")
    changed = amends(database, "account", "password", "OPS@example.com", "--generate")
    assert changed.stdout.split()[0] == "changed"
    after = await account_of(desk_pool, person="platform:Ops")
    assert after is not None
    assert after.password != account.password
    assert re.search(
        r"^ops@example.com +platform:Ops +password +last seen never$", amends(database, "account", "list").stdout, re.MULTILINE
    )
    assert amends(database, "account", "password", "nobody", "--generate").returncode == 1


def test_two_hashes_of_one_password_differ() -> None:
    assert hashed_now("the same password") != hashed_now("the same password")
