"""Reason × verdict × rule, counted by complaint: what the policy says to real people."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import msgspec

RANK: Final = {"declined": 0, "undecided": 1, "needs": 2, "allowed": 3}


class Judged(msgspec.Struct, frozen=True):
    """One answer of the desk: its verdict, the rules that decided, and the code of a refusal."""

    verdict: str
    rules: tuple[str, ...]
    code: str | None = None


class _Say(msgspec.Struct):
    rule: str = ""
    code: str = ""


class _Verdict(msgspec.Struct):
    kind: str
    reasons: list[_Say] = []
    needs: list[_Say] = []


class _Body(msgspec.Struct):
    code: str | None = None
    verdict: _Verdict | None = None


_body = msgspec.json.Decoder(_Body).decode


def judged(answer: Any) -> Judged:
    """Read an answer of the desk (its `code` and its JSON `body`, also one that is repeated under its key).

    A refusal without a verdict was refused by the lifecycle, not by a rule: it counts as declined, by its code.
    """
    body = _body(answer.body)
    if body.verdict is None:
        code = answer.code or "no_verdict"
        return Judged("declined" if answer.code else "undecided", (code,), answer.code)
    deciding = (body.verdict.kind == "needs" and body.verdict.needs) or body.verdict.reasons
    rules = dict.fromkeys(say.rule or say.code for say in deciding)
    return Judged(body.verdict.kind, tuple(rules) or (body.verdict.kind,), answer.code)


def worst_of(answers: Sequence[Judged]) -> Judged:
    """The worst verdict first: declined, undecided, needs, allowed; with the rules of all answers that say so."""
    worst = min((answer.verdict for answer in answers), key=lambda verdict: RANK.get(verdict, 0))
    alike = [answer for answer in answers if answer.verdict == worst]
    rules = dict.fromkeys(rule for answer in alike for rule in answer.rules)
    return Judged(worst, tuple(sorted(rules)), alike[0].code)


class VerdictTable:
    """Counts complaints."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()

    def count(self, reason: str, answers: Sequence[Judged]) -> None:
        """Count one complaint, whatever number of shops it touched."""
        answer = worst_of(answers)
        self.counts[reason, answer.verdict, " + ".join(answer.rules)] += 1

    @property
    def complaints(self) -> int:
        """How many complaints were counted; each stands in exactly one row."""
        return self.counts.total()

    def rows(self) -> list[tuple[str, str, str, int]]:
        """Reason, verdict, rules, complaints: reasons with the most complaints first, then the worst verdict."""
        reasons: Counter[str] = Counter()
        for (reason, _, _), count in self.counts.items():
            reasons[reason] += count
        found = [(*key, count) for key, count in self.counts.items()]
        return sorted(found, key=lambda row: (-reasons[row[0]], row[0], RANK.get(row[1], 0), -row[3], row[2]))

    def markdown(self) -> str:
        """The table for a page, with its total."""
        lines = ["| reason | verdict | rule | complaints |", "|---|---|---|---:|"]
        lines += [f"| {reason} | {verdict} | {rule} | {count} |" for reason, verdict, rule, count in self.rows()]
        return "\n".join([*lines, f"| **all** | | | **{self.complaints}** |"])

    def lines(self) -> list[str]:
        """The table for a terminal."""
        rows = [("reason", "verdict", "rule", "complaints"), *((a, b, c, str(n)) for a, b, c, n in self.rows())]
        rows.append(("all", "", "", str(self.complaints)))
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        return [
            "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3].rjust(10)]) for row in rows
        ]
