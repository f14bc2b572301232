"""The retention plan speaks of columns that are there, and forgets none of those that hold people's words or names."""

import asyncpg
import pytest

from amends.settings import ROOT
from amends.store.database import all_queries, connect
from amends.worker.erasing import read_retention

PERSONAL = (
    "buyer",
    "note",
    "destination",
    "rationale",
    "author",
    "text",
    "given_by",
    "tracking_number",
    "subject",
    "principal",
    "answer",
    "postcode",
    "override_why",
)
ELSEWHERE = {
    ("case_note", "author"),  # staff
    ("by_hand", "subject"),  # the id of a case, an effect or a signal
    ("caption", "said"),
    ("return_address", "postcode"),  # a shop's
}
WHAT = {"pseudonym", "emptied", "removed", "kept"}


@pytest.fixture
def plan() -> dict[str, dict[str, str]]:
    return read_retention(ROOT / "policies").erase


async def columns(dsn: str) -> set[tuple[str, str]]:
    connection: asyncpg.Connection = await connect(dsn)
    try:
        rows = await connection.fetch(
            "select table_name, column_name from information_schema.columns where table_schema = 'amends'"
        )
        parts = "select relname from pg_class where relispartition and relnamespace = 'amends'::regnamespace"
        partitions = {row["relname"] for row in await connection.fetch(parts)}
    finally:
        await connection.close()
    return {(row["table_name"], row["column_name"]) for row in rows if row["table_name"] not in partitions}


async def test_every_column_of_the_plan_is_there_and_every_personal_one_is_in_the_plan(
    database: str, plan: dict[str, dict[str, str]]
) -> None:
    known = await columns(database)
    planned = {(table, column) for table, fields in plan.items() for column in fields}
    assert planned - {("evidence", "original"), ("evidence", "copy")} <= known
    assert {(table, column) for table, column in known if column in PERSONAL} - ELSEWHERE - planned == set()


def test_every_line_of_the_plan_is_carried_out_by_a_query_and_says_how_long(plan: dict[str, dict[str, str]]) -> None:
    kept = read_retention(ROOT / "policies").keep
    assert {keep.query for keep in kept.values()} <= all_queries().keys()
    assert all(keep.days > 0 and keep.zh and keep.en for keep in kept.values())
    assert {what for fields in plan.values() for what in fields.values()} <= WHAT
    erasing = " ".join(text for name, text in all_queries().items() if name.startswith("forget_") or name == "forgotten")
    assert not [table for table in plan if f" {table} " not in erasing]
