"""The one door: commands in, answers out. One transaction for any number of commands: lock, load, decide, record, commit."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

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
from amends.desk.links import linked, with_chargebacks
from amends.desk.load import Loaded, Target, find_targets, held_by, load, named_targets
from amends.desk.offline import settle
from amends.desk.record import write
from amends.desk.rows import Batch, Overdrawn, Reused
from amends.desk.rulebooks import Rulebooks
from amends.desk.standing import Standing, lacking, standing
from amends.desk.views import case_body, preview_body, refusal_detail
from amends.domain.lifecycle.rules import Rules
from amends.kernel.ids import IdMaker
from amends.store.away import is_away
from amends.store.database import retried, transaction

log = structlog.get_logger()
_TOLD: Mapping[type[Exception], str] = {Overdrawn: "exceeds_refundable", Reused: "idempotency_key_reused"}
_fingerprinted = msgspec.json.Encoder(order="deterministic")


class Desk:
    """Handles commands against one database. Any number of desks, in any number of processes, may stand side by side."""

    def __init__(self, pool: asyncpg.Pool, rulebooks: Rulebooks) -> None:
        self.pool = pool
        self.rulebooks = rulebooks
        self.make_id = IdMaker()

    async def handle(self, commands: Sequence[Command]) -> list[Answer]:
        """Answer every command, in the order given; all of a good batch commit together.

        A command that breaks the batch is tried again alone, so that it cannot fail its neighbours; alone and still
        broken it answers `internal_error`, recorded nowhere, and is logged.
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
        if code == "internal_error":
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
            held = await standing(connection, commands)
            for numbers in _rounds(commands, targets):
                await self._round(connection, commands, targets, numbers, answers, held)
        return [a if a is not None else refused(c.shop_id, "not_found") for a, c in zip(answers, commands, strict=True)]

    async def _round(
        self,
        connection: asyncpg.Connection,
        commands: Sequence[Command],
        targets: Sequence[Target | None],
        numbers: Sequence[int],
        answers: list[Answer | None],
        held: Standing,
    ) -> None:
        """One round meets each order at most once, so every command sees what the one before it recorded."""
        asked = [commands[n] for n in numbers]
        loaded = await load(connection, asked, [targets[n] for n in numbers])
        loaded = await with_chargebacks(connection, asked, await linked(connection, asked, loaded))
        loaded = await with_complaints(connection, self.rulebooks, asked, loaded)
        batch = Batch()
        for n, command, found in zip(numbers, asked, loaded, strict=True):
            if found is not None:
                answers[n] = await self._one(connection, held.now(command, found.now), found, batch)
        await write(connection, batch, {f.file.order.shop_id: f.chain for f in loaded if f is not None})

    async def _one(self, connection: asyncpg.Connection, command: Command, found: Loaded, batch: Batch) -> Answer:
        fingerprint = _fingerprint(command) if command.key else b""
        if found.told_before is not None:
            if found.told_before.fingerprint != fingerprint:
                return refused(command.shop_id, "idempotency_key_reused")
            told = found.told_before
            return Answer(code=told.code, body=told.answer, shop_id=command.shop_id, replayed=True)
        now = command.moment if command.moment is not None and command.actor.kind == "importer" else found.now
        rules = await self.rulebooks.rules(connection, found.file, now, found.policy_epoch)
        outcome = _may_not(command) or act(found.file, command, rules, now, lambda: self.make_id(now))
        outcome = await settle(connection, command, found.file, outcome, batch, now)
        if isinstance(outcome, Recorded):
            await follow(self.rulebooks, connection, found.file, outcome, batch, now, lambda: self.make_id(now))
        answer = self._answer(command, found, rules, outcome, batch, now)
        if command.key and not isinstance(outcome, Previewed):
            batch.rows["insert_answers"].append(
                (command.shop_id, command.actor.id, command.key, fingerprint, answer.code, answer.body, found.now)
            )
        return answer

    def _answer(self, command: Command, found: Loaded, rules: Rules, outcome: Outcome, batch: Batch, now: Any) -> Answer:
        file, shop_id = found.file, command.shop_id
        if isinstance(outcome, Blocked):
            return self._blocked(command, found, rules, outcome, batch, now)
        if isinstance(outcome, Previewed):
            return Answer(code=None, body=preview_body(outcome, now), shop_id=shop_id, outcome=outcome)
        if isinstance(outcome, Recorded):
            batch.add(file, outcome, found.endpoints, now, lambda: self.make_id(now))
            if command.actor.kind == "system" and command.key is None:  # time and its worker read no answer
                case_id = outcome.case.id if outcome.case else None
                return Answer(code=None, body=b"{}", shop_id=shop_id, case_id=case_id, outcome=outcome)
            file = after(file, outcome)
        case_id = file.case.id if file.case else None
        why = outcome.why if isinstance(outcome, Unchanged) else None
        body = case_body(file, rules, command.actor, now, why=why)
        return Answer(code=None, body=body, shop_id=shop_id, case_id=case_id, outcome=outcome)

    def _blocked(self, command: Command, found: Loaded, rules: Rules, outcome: Blocked, batch: Batch, now: Any) -> Answer:
        file, attempt_id = found.file, self.make_id(now)
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


def _fingerprint(command: Command) -> bytes:
    """SHA-256 of what was asked, by whom; the actor's permissions may change between two tries and do not count."""
    nobody = msgspec.structs.replace(command.actor, permissions=frozenset(), human=True, member=False)
    asked = msgspec.structs.replace(command, actor=nobody)
    return sha256(_fingerprinted.encode(asked)).digest()


def _json(facts: dict[str, Any]) -> bytes:
    return msgspec.json.encode(facts, enc_hook=_as_text)


def _as_text(value: object) -> str:
    return str(value.hex() if isinstance(value, bytes) else value)
