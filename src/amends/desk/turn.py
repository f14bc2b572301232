"""One command on its way through the desk, with all that it is decided by."""

from datetime import datetime
from hashlib import sha256

import msgspec

from amends.actions.commands import Command
from amends.desk.answers import Answer, refused
from amends.desk.load import Loaded
from amends.domain.facts.file import CaseFile
from amends.domain.lifecycle.rules import Rules

_fingerprinted = msgspec.json.Encoder(order="deterministic")


class Turn(msgspec.Struct, frozen=True):
    """A command with its file and its rules. `n` is its place among the commands asked; `fingerprint` stands for what it asks."""

    n: int
    command: Command
    found: Loaded
    now: datetime
    fingerprint: bytes
    rules: Rules

    @property
    def file(self) -> CaseFile:
        """The file as it stands before the command."""
        return self.found.file

    @property
    def keeps_no_answer(self) -> bool:
        """Time and its worker read no answer."""
        return self.command.actor.kind == "system" and self.command.key is None


def judged_at(command: Command, found: Loaded) -> datetime:
    """The desk's own moment; what an importer tells of is judged at the moment that it tells."""
    return command.moment if command.moment is not None and command.actor.kind == "importer" else found.now


def told_before(command: Command, found: Loaded, fingerprint: bytes) -> Answer | None:
    """The answer that stands under the command's key; a refusal where the key was used for something else."""
    told = found.told_before
    if told is None:
        return None
    if told.fingerprint != fingerprint:
        return refused(command.shop_id, "idempotency_key_reused")
    return Answer(code=told.code, body=told.answer, shop_id=command.shop_id, replayed=True)


def fingerprint_of(command: Command) -> bytes:
    """SHA-256 of what was asked, by whom; the actor's permissions may change between two tries and do not count. Empty without a key."""
    if not command.key:
        return b""
    nobody = msgspec.structs.replace(command.actor, permissions=frozenset(), human=True, member=False)
    asked = msgspec.structs.replace(command, actor=nobody)
    return sha256(_fingerprinted.encode(asked)).digest()
