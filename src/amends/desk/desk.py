"""The one door: commands in, answers out. One transaction for any number of commands: lock, load, decide, record, commit."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog

from amends.actions.catalogue import act
from amends.actions.commands import Command
from amends.actions.outcome import Blocked, Outcome, Previewed, Recorded, Unchanged
from amends.desk.after import after
from amends.desk.answers import Answer, problem_body, refused
from amends.desk.complaints import with_complaints
from amends.desk.following import follow
from amends.desk.links import linked, with_chargebacks, with_roots
from amends.desk.load import Loaded, Target, find_targets, held_by, load, named_targets
from amends.desk.offline import settle
from amends.desk.record import write
from amends.desk.rows import Batch, Overdrawn, Reused
from amends.desk.rulebooks import Rulebooks
from amends.desk.standing import lacking, staff_of
from amends.desk.turn import Turn, fingerprint_of, judged_at, told_before
from amends.desk.views import case_body, preview_body, refusal_detail
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.clocks import NoPromiseError
from amends.kernel.ids import IdMaker
from amends.store.away import is_away
from amends.store.database import retried, transaction

log = structlog.get_logger()
STRETCH = 32
"""So many commands take each step together; the files of more would push each other out of the processor's caches."""
_TOLD: Mapping[type[Exception], str] = {
    Overdrawn: "exceeds_refundable",
    Reused: "idempotency_key_reused",
    NoPromiseError: "no_deadline_promised",
}
_OURS = ("internal_error", "no_deadline_promised")
"""What whoever runs or writes this has to mend: it is logged."""


class Desk:
    """Handles commands against one database. Any number of desks, in any number of processes, may stand side by side."""

    def __init__(self, pool: asyncpg.Pool, rulebooks: Rulebooks) -> None:
        self.pool = pool
        self.rulebooks = rulebooks
        self.make_id = IdMaker()

    async def handle(self, commands: Sequence[Command]) -> list[Answer]:
        """Answer every command, in the order given; all of a good batch commit together.

        A command that breaks the batch is tried again alone, so that it cannot fail its neighbours; alone and still
        broken it answers `internal_error`, or `no_deadline_promised` where the rules have a hole, recorded nowhere, and is logged.
        """
        if not commands:
            return []
        try:
            return await retried(lambda: self._together(commands))
        except Exception as problem:  # alone again below; what then still breaks is answered and logged
            if is_away(problem):
                raise
            if len(commands) == 1:
                return [self._broken(commands[0], problem)]
        return [(await self.handle([command]))[0] for command in commands]

    def _broken(self, command: Command, problem: Exception) -> Answer:
        code = _TOLD.get(type(problem), "internal_error")
        if code in _OURS:
            log.error("command_broke", command=type(command).__name__, shop=command.shop_id, exc_info=problem)
        return refused(command.shop_id, code)

    async def _together(self, commands: Sequence[Command]) -> list[Answer]:
        answers: list[Answer | None] = [None] * len(commands)
        targets = named_targets(commands)
        known = None not in targets
        held_at_once = held_by(commands, targets) if known else ""
        async with transaction(self.pool, sorted({c.shop_id for c in commands}), held=held_at_once) as connection:
            if not known:
                targets = await find_targets(connection, commands)
                await connection.execute(held_by(commands, targets))
            for numbers in _rounds(commands, targets):
                await self._round(connection, commands, targets, numbers, answers)
        return [a if a is not None else refused(c.shop_id, "not_found") for a, c in zip(answers, commands, strict=True)]

    async def _round(
        self,
        connection: asyncpg.Connection,
        commands: Sequence[Command],
        targets: Sequence[Target | None],
        numbers: Sequence[int],
        answers: list[Answer | None],
    ) -> None:
        """One round meets each order at most once, so every command sees what the one before it recorded."""
        asked = [commands[n] for n in numbers]
        loaded = await load(connection, asked, [targets[n] for n in numbers], staff_of(asked))
        loaded = await with_chargebacks(connection, asked, await linked(connection, asked, loaded))
        loaded = await with_roots(connection, loaded)
        loaded = await with_complaints(connection, self.rulebooks, asked, loaded)
        turns = []
        for n, command, found in zip(numbers, asked, loaded, strict=True):
            if found is not None:
                told = await self._turn(connection, n, found.held.now(command, found.now, found.file.shop.market), found)
                if isinstance(told, Turn):
                    turns.append(told)
                else:
                    answers[n] = told
        batch = Batch()
        for begin in range(0, len(turns), STRETCH):
            stretch = turns[begin : begin + STRETCH]
            outcomes = await self._decide(connection, stretch, batch)
            for turn, answer in zip(stretch, self._answers(stretch, outcomes, batch), strict=True):
                answers[turn.n] = answer
        await write(connection, batch, {f.file.order.shop_id: f.chain for f in loaded if f is not None})

    async def _turn(self, connection: asyncpg.Connection, n: int, command: Command, found: Loaded) -> Turn | Answer:
        """The command with all that it is decided by, or the answer that it was given before."""
        fingerprint = fingerprint_of(command)
        if (told := told_before(command, found, fingerprint)) is not None:
            return told
        now = judged_at(command, found)
        rules = await self.rulebooks.rules(connection, found.file, now, found.policy_epoch)
        return Turn(n, command, found, now, fingerprint, rules)

    async def _decide(self, connection: asyncpg.Connection, turns: Sequence[Turn], batch: Batch) -> list[Outcome]:
        """All turns through one step, then through the next: a step that was just taken is warm in the processor's caches."""
        acted = [_may_not(turn.command) or act(turn.file, turn.command, turn.rules, turn.now, self._ids(turn)) for turn in turns]
        outcomes = []
        for turn, outcome in zip(turns, acted, strict=True):
            settled = await settle(connection, turn.command, turn.file, outcome, batch, turn.now)
            if isinstance(settled, Recorded):
                await follow(self.rulebooks, connection, turn.file, settled, batch, turn.now, self._ids(turn))
            outcomes.append(settled)
        return outcomes

    def _answers(self, turns: Sequence[Turn], outcomes: Sequence[Outcome], batch: Batch) -> list[Answer]:
        """What each turn is told; its rows go into the batch."""
        for turn, outcome in zip(turns, outcomes, strict=True):
            if isinstance(outcome, Recorded):
                batch.add(turn.file, outcome, turn.found.endpoints, turn.now, self._ids(turn))
        files = [
            after(turn.file, outcome) if isinstance(outcome, Recorded) and not turn.keeps_no_answer else turn.file
            for turn, outcome in zip(turns, outcomes, strict=True)
        ]
        answers = [self._answer(turn, outcome, file, batch) for turn, outcome, file in zip(turns, outcomes, files, strict=True)]
        batch.rows["insert_answers"].extend(
            (
                turn.command.shop_id,
                turn.command.actor.id,
                turn.command.key,
                turn.fingerprint,
                answer.code,
                answer.body,
                turn.found.now,
            )
            for turn, answer in zip(turns, answers, strict=True)
            if turn.command.key and not isinstance(answer.outcome, Previewed)
        )
        return answers

    def _ids(self, turn: Turn) -> Callable[[], UUID]:
        return partial(self.make_id, turn.now)

    def _answer(self, turn: Turn, outcome: Outcome, file: CaseFile, batch: Batch) -> Answer:
        shop_id = turn.command.shop_id
        if isinstance(outcome, Blocked):
            return self._blocked(turn, outcome, batch)
        if isinstance(outcome, Previewed):
            return Answer(code=None, body=preview_body(outcome, turn.now), shop_id=shop_id, outcome=outcome)
        if isinstance(outcome, Recorded) and turn.keeps_no_answer:
            case_id = outcome.case.id if outcome.case else None
            return Answer(code=None, body=b"{}", shop_id=shop_id, case_id=case_id, outcome=outcome)
        case_id = file.case.id if file.case else None
        why = outcome.why if isinstance(outcome, Unchanged) else None
        body = case_body(file, turn.rules, turn.command.actor, turn.now, why=why)
        return Answer(code=None, body=body, shop_id=shop_id, case_id=case_id, outcome=outcome)

    def _blocked(self, turn: Turn, outcome: Blocked, batch: Batch) -> Answer:
        command, file, rules, now, attempt_id = turn.command, turn.file, turn.rules, turn.now, self.make_id(turn.now)
        case_id = file.case.id if file.case else None
        detail = refusal_detail(outcome, file, rules, command.actor, now, attempt_id)
        if not getattr(command, "preview", False) and command.actor.kind != "system":
            release = rules.asking_release if file.case is None else rules.handling_release
            verdict = msgspec.json.encode(outcome.verdict) if outcome.verdict is not None else None
            batch.rows["insert_attempts"].append(
                (command.shop_id, attempt_id, file.order.id, case_id, command.__struct_config__.tag, command.actor.kind,
                 command.actor.trace, now, outcome.code, list(outcome.reasons), _json(outcome.facts), release, verdict,
                 command.moment is not None)
            )  # fmt: skip
        body = problem_body(outcome.code, detail)
        return Answer(code=outcome.code, body=body, shop_id=command.shop_id, case_id=case_id, outcome=outcome)


def _may_not(command: Command) -> Blocked | None:
    permission = lacking(command)
    if permission is None:
        return None
    return Blocked(code="permission_missing", reasons=("permission_missing",), detail={"permission": permission})


def _rounds(commands: Sequence[Command], targets: Sequence[Target | None]) -> list[list[int]]:
    rounds: list[list[int]] = []
    seen: dict[tuple[int, Any], int] = {}
    for n, (command, target) in enumerate(zip(commands, targets, strict=True)):
        if target is None:
            continue
        keys = [(command.shop_id, target.order_id), (command.shop_id, (command.actor.id, command.key))]
        turn = max((seen.get(key, 0) for key in keys[: 2 if command.key else 1]), default=0)
        for key in keys[: 2 if command.key else 1]:
            seen[key] = turn + 1
        while len(rounds) <= turn:
            rounds.append([])
        rounds[turn].append(n)
    return rounds


def _json(facts: dict[str, Any]) -> bytes:
    return msgspec.json.encode(facts, enc_hook=_as_text)


def _as_text(value: object) -> str:
    return str(value.hex() if isinstance(value, bytes) else value)
