"""What can be asked of the copy, each as plain data."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from amends.store.columns.asking import Asked, before
from amends.store.columns.feeds import feed_page, parquet
from amends.store.columns.question import Ask, Row, percent
from amends.store.columns.shelf import Shelf

TOP: Final = 3


def answer(shelf: Shelf, ask: Ask) -> dict[str, Any]:
    """The answer to one call, with the moment that it was cut off at. Raises KeyError for what nobody can do."""
    with shelf.taken(ask.question) as one:
        known = msgspec.msgpack.encode((ask.do, ask.more))
        if known in one.answers:
            return one.answers[known]
        if ask.do != "overview":
            return _kept(one, known, {"cut_off": one.cut_off} | ANSWERS[ask.do](one, ask.more))
        now, shares = _figures(one), _shares(one)
        found: dict[str, Any] = {"cut_off": one.cut_off, "figures": now, "alarms": one.alarms()}
    with shelf.taken(before(ask.question, found["cut_off"])) as earlier:
        found |= {"previous": _figures(earlier), "moved": _moved(*shares, *_shares(earlier))}
    with shelf.taken(ask.question) as one:
        return _kept(one, known, found) if one.cut_off == found["cut_off"] else found


def _kept(one: Asked, known: bytes, found: dict[str, Any]) -> dict[str, Any]:
    """Said again as it is to whoever asks the same of the same copy; a file is nobody's but the asker's."""
    if "path" not in found:
        one.answers[known] = found
    return found


def _figures(one: Asked) -> list[Any]:
    whole = one.rates("")[0].figures + one.handling("")[0].figures + one.survival()
    return whole + [figure for row in one.costs("") for figure in row.figures]


def _shares(one: Asked) -> tuple[dict[tuple[str, str, str], int], dict[str, Any]]:
    """Returned units by reason, category and article, and how many units there are."""
    rows = one.run("contributions")
    units = sum(row["units"] for row in one.counts(""))
    return {(r["reason"], r["category"], r["sku"]): r["returned"] for r in rows}, {
        "units": units,
        "titles": {r["sku"]: r["title"] for r in rows},
    }


def _moved(
    now: Mapping[tuple[str, str, str], int],
    are: Mapping[str, Any],
    then: Mapping[tuple[str, str, str], int],
    were: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Reasons and their articles by what they add to the change of the return rate, in hundredths of a point; the largest first."""
    found = []
    if not are["units"] or not were["units"]:
        return []
    for key in now.keys() | then.keys():
        points = _hundredths(now.get(key, 0), are["units"]) - _hundredths(then.get(key, 0), were["units"])
        title = are["titles"].get(key[2]) or were["titles"].get(key[2], "")
        found.append({"reason": key[0], "category": key[1], "sku": key[2], "title": title, "points": points})
    return sorted(found, key=lambda row: (-abs(row["points"]), row["reason"], row["category"], row["sku"]))[:50]


def _hundredths(numerator: int, denominator: int) -> int:
    return int((percent(numerator, denominator) or "0.00").replace(".", ""))


def _breakdown(one: Asked, more: Mapping[str, Any]) -> dict[str, Any]:
    """Rates and handling by a dimension."""
    dimension = more["dimension"]
    rates = [] if dimension == "kind" else one.rates(dimension)
    handled = {row.part: row.figures for row in one.handling(dimension)}
    names = {row["word"]: row["label"] for row in one.run("labels", words=[row.part for row in rates] + list(handled))
             if row["dimension"] == dimension}  # fmt: skip
    parts = {row.part: row.figures for row in rates}
    rows = [Row(part=part, label=names.get(part), figures=parts.get(part, []) + handled.get(part, []))
            for part in [*parts, *(p for p in handled if p not in parts)]]  # fmt: skip
    largest = (
        sorted(rows, key=lambda row: (-_units(row), row.part))
        if dimension not in ("day", "week")
        else sorted(rows, key=lambda row: row.part)
    )
    return {"rows": largest[: more.get("most", 1000)]}


def _units(row: Row) -> int:
    return max((figure.denominator for figure in row.figures), default=0)


def _reasons(one: Asked, _: Mapping[str, Any]) -> dict[str, Any]:
    """Reasons, and the phrases that the buyers' notes hold."""
    rows = one.rates("reason")
    return {"rows": rows, "top": [row.part for row in rows[:TOP]], "words": one.run("words"),
            "requests": one.run("asked_requests")[0].popitem()[1]}  # fmt: skip


HANDLED: Final = frozenset({"first_response", "handling_time", "closed_in_72h", "silent_approvals", "cases"})


def _drill(one: Asked, more: Mapping[str, Any]) -> dict[str, Any]:
    """The requests, orders or cases behind a figure."""
    figure, part = more["figure"].removesuffix("_median").removesuffix("_95"), more["part"]
    values = {
        "figure": figure,
        "part": part,
        "after_at": more.get("after_at"),
        "after_key": more.get("after_key"),
        "limit": more["limit"],
    }
    for start, table in (("rejection", "rejection"), ("disputes_", "dispute")):
        if figure.startswith(start):
            one.lay("asked_goods", "asked_event", f"asked_{table}")
            return {"rows": one.run(f"drill_{table}s", **values)}
    if figure in HANDLED or figure.startswith("cost_per_case"):
        one.lay("asked_goods", "asked_case")
        return {"rows": one.run("drill_cases", **values)}
    one.over_orders()
    over = {"proactive_refund_rate": "effective_rate", "platform_intervention_rate": "initiated_rate"}
    if part == "denominator" and figure in over:
        return {"rows": one.run("drill_requests", **values | {"figure": over[figure]})}
    return {"rows": one.run("drill_units" if part == "denominator" else "drill_requests", **values)}


def _cases_behind(one: Asked, more: Mapping[str, Any]) -> dict[str, Any]:
    """The cases of a drill, each once, and how many rows it had; a host's own requests and bare orders are no cases."""
    rows = _drill(one, more)["rows"]
    return {"rows": len(rows), "cases": list(dict.fromkeys(str(row["case_id"]) for row in rows if row["case_id"]))}


def _tracking(one: Asked, more: Mapping[str, Any]) -> dict[str, Any]:
    """Each rejection of the period and what became of it (R-09)."""
    one.lay("asked_goods", "asked_event", "asked_rejection")
    names = ("outcome", "ground", "after_at", "after_key")
    rows = one.run("tracked", limit=more["limit"], **{name: more.get(name) for name in names})
    return {"rows": rows, "grounds": one.run("tracked_grounds"), "figures": one.survival()}


def _scores(one: Asked, _: Mapping[str, Any]) -> dict[str, Any]:
    """How scores moved."""
    return {"rows": one.run("scores")}


def _choices(one: Asked, _: Mapping[str, Any]) -> dict[str, Any]:
    """What filters offer."""
    rows = one.run("choices")
    labels = {
        (r["dimension"], r["word"]): r["label"]
        for r in one.run("labels", words=[r["word"] for r in rows if r["dimension"] == "product"])
    }
    return {"rows": [row | {"label": labels.get((row["dimension"], row["word"]))} for row in rows]}


def _feed(one: Asked, more: Mapping[str, Any]) -> dict[str, Any]:
    """A page of what changed."""
    return {"rows": feed_page(one, more["feed"], more["since"], more.get("after"), more["limit"])}


def _parquet(one: Asked, more: Mapping[str, Any]) -> dict[str, Any]:
    """A feed as a file."""
    return {"path": parquet(one, more["feed"], more["since"], Path(more["folder"]))}


ANSWERS: Final[Mapping[str, Callable[[Asked, Mapping[str, Any]], dict[str, Any]]]] = {
    "breakdown": _breakdown,
    "reasons": _reasons,
    "drill": _drill,
    "cases_behind": _cases_behind,
    "tracking": _tracking,
    "scores": _scores,
    "choices": _choices,
    "feed": _feed,
    "parquet": _parquet,
}
