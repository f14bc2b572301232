"""The lab over five million cases: which rule decides and to what outcome, beside hand-written SQL in DuckDB; and the difference of two releases.

`lab_5m_vs_duckdb`: 40 rules over 12 facts. Both engines hold the same columns in memory, use the same number of threads, and must come to
the same counts by (outcome before, rule, outcome). `lab_diff_vs_replay`: both releases over all cases against one of them.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from amends.domain.rulebook.compiled import CompiledTopic
from amends.domain.rulebook.outcomes import Allow, Decline
from amends.domain.rulebook.quantities import Quantity
from amends.domain.rulebook.shape import Condition, Rule, Says
from amends.lab.kernel import Column, Kernel, Numbers, Situations, Words
from amends.lab.verdicts import decide, probes

CASES: Final = int(os.environ.get("AMENDS_BENCH_CASES", "5000000"))
RULES: Final = 40
TURNS: Final = 5
THREADS: Final = 2
WORDS: Final = {"request.kind": 5, "status": 8, "party": 4, "grp": 9, "sale": 4, "category": 20, "reason": 38, "market": 12}
DAYS: Final = {"since_delivered": 60, "since_shipped": 80}
MONEY: Final = {"amount": 200_000, "paid": 400_000}
KINDS: Final = ("cancel", "refund_in_transit", "refund_only", "return_refund", "exchange")
OUTCOMES: Final = ("declined", "allowed", "undecided")


def forty_rules(rng: random.Random) -> list[Rule]:
    """The first half decline and the second allow, so that the first that matches decides, as production reads them."""
    return [_rule(rng, n) for n in range(RULES)]


def _rule(rng: random.Random, n: int) -> Rule:
    facts = rng.sample([*WORDS, *DAYS, *MONEY], rng.randint(3, 5))
    outcome = Decline(decline="final_sale") if n < RULES // 2 else Allow(allow=KINDS)
    return Rule(
        id=f"r{n:02}", topic="eligibility", pack="p", file="f", line=n, source="s", outcome=outcome, says=Says("z", "e"),
        conditions=tuple(_condition(rng, fact) for fact in facts),
    )  # fmt: skip


def _condition(rng: random.Random, fact: str) -> Condition:
    if fact in WORDS:
        words = words_of(fact)
        return Condition(fact, "in", tuple(rng.sample(words, max(2, len(words) * 2 // 3))))
    if fact in DAYS:
        return Condition(fact, rng.choice(["over", "under"]), Quantity(rng.choice([7, 14, 30]), "days"))
    return Condition(fact, rng.choice(["over", "under"]), Quantity(rng.choice([5_000, 20_000, 100_000]), "USD"))


def words_of(fact: str) -> list[str]:
    """The words that a fact may have."""
    return list(KINDS) if fact == "request.kind" else [f"{fact}_{n}" for n in range(WORDS[fact])]


def cases(rng: np.random.Generator) -> pa.Table:
    """The columns: words as dictionaries, days and money as numbers, and what was decided before."""
    columns: dict[str, pa.Array] = {}
    for fact, count in WORDS.items():
        codes = pa.array(rng.integers(0, count, CASES, dtype=np.int8))
        columns[fact] = pa.DictionaryArray.from_arrays(codes, pa.array(words_of(fact)))
    for fact, most in DAYS.items():
        columns[fact] = pa.array(rng.integers(0, most, CASES, dtype=np.int16))
    for fact, most in MONEY.items():
        columns[fact] = pa.array(rng.integers(0, most, CASES, dtype=np.int64))
    columns["before"] = pa.DictionaryArray.from_arrays(
        pa.array(rng.integers(0, 3, CASES, dtype=np.int8)), pa.array(list(OUTCOMES))
    )
    return pa.table(columns)


def columns_of(table: pa.Table) -> dict[str, Column]:
    """The same memory, as the kernel reads it."""
    found: dict[str, Column] = {}
    for name in table.column_names:
        array = table.column(name).combine_chunks()
        if isinstance(array, pa.ChunkedArray):
            array = array.chunk(0)
        if isinstance(array, pa.DictionaryArray):
            found[name] = Words(array.indices.to_numpy(), array.dictionary.to_pylist())
        else:
            found[name] = Numbers(array.to_numpy())
    return found


def answers(kernel: Kernel, found: Situations, place: int) -> Any:
    """Rule and outcome in one number for each situation, as `decide` says: declined beats allowed; no rule is undecided."""
    decided = decide(kernel, found, place)
    outcome = np.array([0, 3, 2, 1], dtype=np.int16)[decided.kind]
    return (np.where(decided.rule < 0, RULES, decided.rule) * 4 + outcome).astype(np.int16)


def replayed(kernel: Kernel, columns: dict[str, Column], before: Any) -> Counter[tuple[int, int, int]]:
    """Counts by (outcome before, rule, outcome): every case's rule and outcome are written first."""
    found = kernel.situations(columns, CASES, threads=THREADS)
    told = answers(kernel, found, 0)[found.ids]
    counts = np.bincount(before.astype(np.int16) * np.int16(256) + told, minlength=3 * 256)
    return Counter({(n // 256, n % 256 // 4, n % 4): int(count) for n, count in enumerate(counts) if count})


def difference(kernel: Kernel, columns: dict[str, Column]) -> tuple[Any, Any, Any]:
    """The cases that two releases decide otherwise, and both answers to each: what `report` goes on with."""
    found = kernel.situations(columns, CASES, threads=THREADS)
    one, other = answers(kernel, found, 0), answers(kernel, found, 1)
    rows = np.flatnonzero((one != other)[found.ids])
    changed = found.ids[rows]
    return rows, one[changed], other[changed]


def _agree(kernel: Kernel, columns: dict[str, Column], told: tuple[Any, Any, Any]) -> None:
    """The difference is what one finds by writing both answers to every case. Raises AssertionError where it is not."""
    found = kernel.situations(columns, CASES, threads=THREADS)
    one, other = answers(kernel, found, 0)[found.ids], answers(kernel, found, 1)[found.ids]
    rows = np.flatnonzero(one != other)
    assert len(rows)
    assert all(np.array_equal(ours, plain) for ours, plain in zip(told, (rows, one[rows], other[rows]), strict=True))


def by_hand(rules: list[Rule]) -> str:
    """What somebody would write: one CASE for the rule, one for the outcome."""

    def sql(condition: Condition) -> str:
        value: Any = condition.value
        if condition.operator == "in":
            words = ", ".join(repr(word) for word in value)
            return f'"{condition.fact}" in ({words})'
        return f"{condition.fact} {'>' if condition.operator == 'over' else '<'} {value.measure}"

    tests = [" and ".join(sql(condition) for condition in rule.conditions) for rule in rules]
    rule = " ".join(f"when {test} then {n}" for n, test in enumerate(tests))
    outcome = " ".join(f"when {test} then {0 if n < RULES // 2 else 1}" for n, test in enumerate(tests))
    held = f"select before, case {rule} else {RULES} end as rule, case {outcome} else 2 end as outcome from held"  # noqa: S608 -- ours
    return f"select before, rule, outcome, count(*) from ({held}) group by all"  # noqa: S608 -- as above


def best(*works: Callable[[], object], turns: int = TURNS) -> list[float]:
    """Seconds of the quickest turn of each, the first left out. They take turns, so that whoever else works here slows all of them."""
    for work in works:
        work()
    found = [float("inf")] * len(works)
    for _ in range(turns):
        for place, work in enumerate(works):
            begun = time.perf_counter()
            work()
            found[place] = min(found[place], time.perf_counter() - begun)
    return found


def measure() -> dict[str, float]:
    """The figures by name. Raises AssertionError where the two engines disagree."""
    rules = forty_rules(random.Random(11))  # noqa: S311 -- a benchmark repeats itself
    table = cases(np.random.default_rng(11))
    columns = columns_of(table)
    before = table.column("before").chunk(0).indices.to_numpy()
    base = CompiledTopic(rules)
    changed = CompiledTopic([*rules[:5], _rule(random.Random(5), 5), *rules[6:]])  # noqa: S311 -- as above
    single, double = Kernel([base], probes=probes(base)), Kernel([base, changed], probes=probes(base, changed))
    database = duckdb.connect(config={"threads": THREADS})
    words = ", ".join(f'cast("{name}" as "enum_{name}") as "{name}"' for name in (*WORDS, "before"))
    for name in (*WORDS, "before"):
        listed = OUTCOMES if name == "before" else words_of(name)
        values = ", ".join(repr(word) for word in listed)
        database.execute(f'create type "enum_{name}" as enum ({values})')
    database.register("arrow", table)
    database.execute(f"create table held as select {words}, {', '.join((*DAYS, *MONEY))} from arrow")  # noqa: S608 -- its words are ours
    query = by_hand(rules)
    ours = replayed(single, columns, before)
    theirs = Counter({(OUTCOMES.index(b), r, o): n for b, r, o, n in database.execute(query).fetchall()})
    assert ours == theirs, (ours - theirs, theirs - ours)
    _agree(double, columns, difference(double, columns))
    replay_s, duck_s, diff_s = best(
        lambda: replayed(single, columns, before),
        lambda: database.execute(query).fetchall(),
        lambda: difference(double, columns),
    )
    database.close()
    return {
        "lab_5m_s": replay_s,
        "lab_5m_duckdb_s": duck_s,
        "lab_5m_vs_duckdb": replay_s / duck_s,
        "lab_diff_vs_replay": diff_s / replay_s,
    }


if __name__ == "__main__":
    for figure, value in measure().items():
        print(f"{figure:24} {value:8.3f}")
