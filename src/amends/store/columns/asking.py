"""Answers questions out of the copy: lays out what was asked about, runs the named definitions, and makes figures of the counts."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from amends.store.columns.named import said
from amends.store.columns.question import Alarm, Figure, Maturity, Question, Row, mean, percent

if TYPE_CHECKING:
    import duckdb

_PARAMETER: Final = re.compile(r"\$(\w+)")
RATES: Final[Mapping[str, tuple[str, str]]] = {
    "initiated_rate": ("initiated", "units"),
    "effective_rate": ("effective", "units"),
    "refunded_rate": ("refunded", "units"),
    "return_rate": ("returned", "units"),
    "cancellation_rate": ("called_off", "paid_units"),
    "proactive_refund_rate": ("proactive", "effective"),
    "platform_intervention_rate": ("platform", "initiated"),
}
"""Each rate with what it counts and what that is divided by; `rates.sql` says what these are."""
BY_REASON: Final = ("initiated_rate", "effective_rate", "refunded_rate", "return_rate")
DAY: Final = 86_400


class Asked:
    """A question laid out: from here on only the rows of its shops can be seen."""

    def __init__(self, db: "duckdb.DuckDBPyConnection", question: Question, cut_off: datetime) -> None:
        self.db, self.question, self.cut_off = db, question, cut_off
        q = question
        self.values: dict[str, Any] = {
            "from": _naive(q.begin), "to": _naive(q.end), "cut_off": _naive(cut_off), "maturity": q.maturity, "by": q.by,
            "market": q.market, "category": q.category, "sku": q.sku, "room": q.room, "host": q.host, "reason": q.reason,
            "kind": q.kind, "offset": q.offset,
        }  # fmt: skip
        self._laid: set[str] = set()
        self._ages: Maturity | None = None
        self._rates: dict[str, list[dict[str, Any]]] = {}
        self.answers: dict[bytes, dict[str, Any]] = {}
        self._times: dict[str, list[dict[str, Any]]] = {}

    def run(self, name: str, **more: Any) -> list[dict[str, Any]]:
        """The rows of a named statement."""
        values = self.values | more
        text = _PARAMETER.sub(lambda found: "null" if values[found[1]] is None else found[0], said(name))
        asked = {parameter: _plain(values[parameter]) for parameter in set(_PARAMETER.findall(text))}
        done = self.db.execute(text, asked)
        names = [column[0] for column in done.description or ()]
        return [dict(zip(names, map(aware, row), strict=True)) for row in done.fetchall()]

    def lay(self, *names: str, **more: Any) -> None:
        """Lay out what a statement builds upon, once."""
        for name in names:
            if name not in self._laid:
                self.run(name, **more)
                self._laid.add(name)

    def over_orders(self) -> None:
        """Orders of the question and their requests."""
        self.lay("status_map", "asked_line", "asked_request")

    def maturity(self) -> Maturity:
        """How ripe the orders of the question are."""
        if self._ages is None:
            self.over_orders()
            ((youngest, oldest),) = [tuple(row.values()) for row in self.run("ages")]
            days = self.question.maturity
            self._ages = Maturity(days=days, youngest=youngest, oldest=oldest, ripe=days is not None and (youngest or 0) >= days)
        return self._ages

    def figure(self, name: str, numerator: int, denominator: int, **more: Any) -> Figure:
        """A figure of this question; a percentage of orders or articles unless it is said otherwise."""
        q = self.question
        known: dict[str, Any] = {"unit": "percent", "by": q.by, "value": percent(numerator, denominator)}
        if "maturity" not in more:
            more["maturity"] = self.maturity()
        return Figure(figure=name, numerator=numerator, denominator=denominator, begin=q.begin, end=q.end, cut_off=self.cut_off,
                      **(known | more))  # fmt: skip

    def rates(self, dimension: str) -> list[Row]:
        """The rates of each part; `""` is the whole as one part."""
        self.over_orders()
        if dimension == "reason":
            return [
                Row(part=row["part"], label=None, figures=[self._rate(name, row) for name in BY_REASON])
                for row in self.run("reasons")
            ]
        rows = self.counts(dimension)
        if not rows and not dimension:
            rows = [dict.fromkeys(("units", "paid_units", "unknown", *(n for n, _ in RATES.values())), 0) | {"part": ""}]
        return [Row(part=row["part"], label=None, figures=[self._rate(name, row) for name in RATES])
                for row in rows if row["part"] is not None]  # fmt: skip

    def counts(self, dimension: str) -> list[dict[str, Any]]:
        """What the rates of each part are made of."""
        self.over_orders()
        if dimension not in self._rates:
            self._rates[dimension] = self.run("rates", dimension=dimension)
        return self._rates[dimension]

    def _rate(self, name: str, row: Mapping[str, Any]) -> Figure:
        counted, over = RATES[name]
        return self.figure(name, row[counted], row[over])

    def alarms(self) -> list[Alarm]:
        """What the rates of this question could not know."""
        found = {"unknown_statuses": sum(row["unknown"] for row in self.counts("")),
                 "told_without_history": self.run("told_without_history")[0].popitem()[1]}  # fmt: skip
        return [Alarm(code=code, count=count) for code, count in found.items() if count]

    def handling(self, dimension: str) -> list[Row]:
        """How fast the cases of each part were handled, and by whom."""
        rows = self.handled(dimension)
        if not rows and not dimension:
            rows = [dict.fromkeys(("cases", "responded", "response_sum", "ended", "handling_sum", "ripe", "in_time", "silent"), 0)
                    | dict.fromkeys(("response_median", "response_95", "handling_median", "handling_95")) | {"part": ""}]  # fmt: skip
        return [Row(part=row["part"], label=None, figures=self._handled(row)) for row in rows if row["part"] is not None]

    def handled(self, dimension: str) -> list[dict[str, Any]]:
        """Counts and times of the cases of each part."""
        self.lay("asked_goods", "asked_case", "asked_case_line")
        if dimension not in self._times:
            self._times[dimension] = self.run("handling", dimension=dimension)
        return self._times[dimension]

    def _handled(self, row: Mapping[str, Any]) -> list[Figure]:
        ripe = Maturity(days=None, youngest=None, oldest=None, ripe=row["ripe"] == row["cases"])
        case: dict[str, Any] = {"by": "case", "maturity": ripe}
        found = []
        for name, count, total, start in (("first_response", "responded", "response_sum", "response"),
                                          ("handling_time", "ended", "handling_sum", "handling")):  # fmt: skip
            timed = case | {"unit": "seconds"}
            found.append(self.figure(name, row[total], row[count], value=mean(row[total], row[count]), **timed))
            for which in ("median", "95"):
                middle = row[f"{start}_{which}"]
                found.append(
                    self.figure(
                        f"{name}_{which}", row[count], row["cases"], value=None if middle is None else str(middle), **timed
                    )
                )
        found.append(self.figure("closed_in_72h", row["in_time"], row["ripe"], **case))
        found.append(self.figure("silent_approvals", row["silent"], row["cases"], **case))
        return found

    def costs(self, dimension: str) -> list[Row]:
        """What a case came to for each party, on average and in all."""
        cases = {row["part"]: row["cases"] for row in self.handled(dimension)}
        found: dict[str, list[Figure]] = {}
        young = Maturity(days=None, youngest=None, oldest=None, ripe=False)
        for row in self.run("costs", dimension=dimension):
            count = cases[row["part"]]
            made = self.figure(f"cost_per_case_{row['party']}", row["amount"], count, value=mean(row["amount"], count), unit="minor",
                               by="case", currency=row["currency"], maturity=young)  # fmt: skip
            if row["part"] is not None:
                found.setdefault(row["part"], []).append(made)
        return [Row(part=part, label=None, figures=figures) for part, figures in found.items()]

    def survival(self) -> list[Figure]:
        """Which rejections stood, and how disputes ended."""
        self.lay("asked_goods", "asked_event", "asked_rejection")
        counts = {row["outcome"]: row["rejections"] for row in self.run("rejections")}
        open_ones = counts.get("waiting", 0) + counts.get("escalated", 0)
        settled = sum(counts.values()) - open_ones
        stood = sum(counts.get(name, 0) for name in ("upheld", "accepted_by_silence", "withdrawn"))
        ripe: dict[str, Any] = {"maturity": Maturity(days=None, youngest=None, oldest=None, ripe=not open_ones)}
        found = [self.figure("rejection_survival", stood, settled, by="rejection", **ripe)]
        found += [
            self.figure(f"rejections_{name}", n, sum(counts.values()), by="rejection", **ripe) for name, n in counts.items()
        ]
        self.lay("asked_dispute")
        disputes = {row["outcome"]: row["disputes"] for row in self.run("disputes")}
        whole = sum(disputes.values())
        ripe = {"maturity": Maturity(days=None, youngest=None, oldest=None, ripe=not disputes.get("open"))}
        return found + [self.figure(f"disputes_{name}", n, whole, by="dispute", **ripe) for name, n in disputes.items()]


def opened(copy: "duckdb.DuckDBPyConnection", question: Question) -> Asked:
    """A question about the copy as it stands now, whatever is written into it meanwhile; whoever opened it closes its `db`."""
    db = copy.cursor()
    db.begin()
    kept = kept_until(db)
    db.execute("create or replace temp table asked_shop as select unnest($shops::bigint[]) as shop_id", {"shops": question.shops})
    for name in ("scope", "request"):
        db.execute(said(name))
    return Asked(db, question, min(kept, question.cut_off or kept))


def kept_until(db: "duckdb.DuckDBPyConnection") -> datetime:
    """The cut-off of the copy."""
    row = db.execute(said("cut_off")).fetchone()
    return row[0].replace(tzinfo=UTC) if row else datetime(1970, 1, 1, tzinfo=UTC)


@contextmanager
def asked(copy: "duckdb.DuckDBPyConnection", question: Question) -> Iterator[Asked]:
    """The same, closed in the end."""
    one = opened(copy, question)
    try:
        yield one
    finally:
        one.db.close()


def before(question: Question, cut_off: datetime) -> Question:
    """The period before, of the same length and as ripe as this one: seen as much earlier as it lies earlier."""
    length: timedelta = question.end - question.begin
    import msgspec

    return msgspec.structs.replace(question, begin=question.begin - length, end=question.begin, cut_off=cut_off - length)


def _plain(value: Any) -> Any:
    return _naive(value) if isinstance(value, datetime) and value.tzinfo else value


def aware(value: Any) -> Any:
    """A moment of the copy as one that says its zone; anything else as it is."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
