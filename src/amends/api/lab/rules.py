"""The rules that a draft changes: as they are written, as a patch, and tried while they are typed."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

import msgspec

from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import Operation
from amends.api.lab.bodies import RulesQuery, TriedView, TryBody, WrittenRules
from amends.api.process.studio import Superseded
from amends.domain.rulebook.reading import read_rules
from amends.domain.rulebook.shape import TOPICS, PolicyError, Rule
from amends.exchange.policies import rule_file
from amends.kernel.ids import parse_id
from amends.lab.editing import RULE_FILE, RuleEdit, edited, patch_of, written
from amends.store.database import queries

PLATFORM = frozenset({"platform"})


def topic_of(path: str) -> Any:
    """The topic of a rule file."""
    return path.rsplit("/", 1)[1].removesuffix(".yaml")


def read_text(request: Request, path: str, text: str) -> tuple[tuple[Rule, ...], tuple[PolicyError, ...]]:
    """The rules of a file as a text has it, and what is wrong in it."""
    _, kind, name, _ = path.split("/")
    pack = name if kind == "packs" else f"markets/{name}"
    found = read_rules(topic=topic_of(path), pack=pack, file=path, text=text, vocabulary=request.context.vocabulary)
    return found.rules, found.errors


def edited_texts(request: Request, held: Mapping[str, str], edits: tuple[RuleEdit, ...]) -> dict[str, str] | Problem:
    """The texts of the files once the edits are made."""
    texts = dict(held)
    for n, edit in enumerate(edits):
        text = texts.get(edit.file)
        if text is None and RULE_FILE.fullmatch(edit.file):
            text = rule_file(request.context.settings.policies, edit.file)
        if text is None:
            return Problem(code="value_not_allowed", errors=(FieldError(f"edits[{n}].file", "value_not_allowed"),))
        if not edit.id.replace("_", "").isalnum():
            return Problem(code="value_not_allowed", errors=(FieldError(f"edits[{n}].id", "value_not_allowed"),))
        texts[edit.file] = edited(text, edit)
    return texts


async def list_written_rules(request: Request) -> Reply | Problem:
    """The rules of a market and topic as they are written, with a draft's edits in them."""
    query, market, context = cast("RulesQuery", request.query), request.params["market"], request.context
    rulebooks = context.desk.rulebooks
    async with context.pool.acquire() as connection:
        await rulebooks.refresh(connection)
        if not rulebooks.releases.get(market):
            return Problem(code="market_unknown")
        now = await connection.fetchval(queries("domain_now"))
        compiled = await rulebooks.book(connection, market, rulebooks.release_at(market, now).hash)
        row = await connection.fetchrow(queries("draft_by_id"), query.draft_id) if query.draft_id else None
    exponents = compiled.book.vocabulary.exponents()
    rules = [rule for topic in TOPICS for rule in compiled.book.rules.get(topic, ())]
    before, errors = {(rule.file, rule.id): rule for rule in rules}, list[PolicyError]()
    for path, text in (row["edits"] if row is not None else {}).items():
        read, wrong = await asyncio.to_thread(read_text, request, path, text)
        rules = [rule for rule in rules if rule.file != path] + list(read)
        errors += wrong
    shown = [
        written(rule, exponents, changed=_plain(rule) != _plain(before.get((rule.file, rule.id))))
        for rule in sorted(rules, key=lambda rule: (TOPICS.index(rule.topic), rule.file, rule.line))
        if query.topic in (None, rule.topic)
    ]
    return json_reply(
        WrittenRules(market=market, release=compiled.origin.release or "", rules=shown, errors=[_error(e) for e in errors])
    )


def _plain(rule: Rule | None) -> Any:
    return rule and (rule.conditions, rule.outcome, rule.says, rule.overrides, rule.from_, rule.until, rule.source, rule.assumed)


def _error(error: PolicyError) -> dict[str, Any]:
    return {"file": error.file, "line": error.line, "code": error.code, "zh": error.message.zh, "en": error.message.en}


async def tried_in_studio(request: Request, job: dict[str, Any], *, desk: str = "") -> dict[str, Any] | Problem:
    """What the studio says of a job. Jobs of one person at one `desk` follow each other, those at another do not disturb them."""
    try:
        return await request.context.studio.run(request.caller.actor.id + desk, job)
    except Superseded:
        return Problem(code="superseded")
    except (TimeoutError, ChildProcessError):
        return Problem(code="lab_away")


async def typed(request: Request, body: TryBody) -> dict[str, Any] | Problem:
    """What the studio is to try: the files of a draft with what is being typed in them, or the release that it brings back.

    For whoever drafts, and for whoever approves.
    """
    context = request.context
    if not (request.caller.may("policies.draft") or request.caller.may("policies.approve")):
        return Problem(code="permission_missing", detail={"permission": "policies.draft"})
    async with context.pool.acquire() as connection:
        await context.desk.rulebooks.refresh(connection)
        row = await connection.fetchrow(queries("draft_by_id"), body.draft_id) if body.draft_id else None
    if body.market not in (request.caller.markets or context.desk.rulebooks.releases):
        return Problem(code="market_unknown")
    if body.draft_id and (row is None or row["market"] != body.market):
        return Problem(code="not_found")
    texts = edited_texts(request, row["edits"] if row is not None else {}, body.edits)
    if isinstance(texts, Problem):
        return texts
    return {"market": body.market, "files": texts, "release": row["rolls_back_to"] if row is not None else None}


async def try_draft(request: Request) -> Reply | Problem:
    """Check and replay what is being typed. What the same person asks next stops this."""
    body = cast("TryBody", request.body)
    job = await typed(request, body)
    if isinstance(job, Problem):
        return job
    tried = await tried_in_studio(request, job | {"replay": body.replay, "since": body.since})
    if isinstance(tried, Problem):
        return tried
    return json_reply(msgspec.convert({name: tried.get(name) for name in TriedView.__struct_fields__}, TriedView))


async def draft_patch(request: Request) -> Reply | Problem:
    """The draft as a patch that `git apply` takes."""
    row = None
    if isinstance(draft_id := parse_id(request.params["draft_id"]), UUID):
        row = await request.context.pool.fetchrow(queries("draft_by_id"), draft_id)
    if row is None or (request.caller.markets and row["market"] not in request.caller.markets):
        return Problem(code="not_found")
    here = {path: rule_file(request.context.settings.policies, path) or "" for path in row["edits"]}
    text = patch_of(here, row["edits"], f"{row['title']}\n\n{row['why']}\n")
    name = f'attachment; filename="draft-{row["id"]}.patch"'.encode()
    return Reply(body=text.encode(), media_type=b"text/x-patch; charset=utf-8", headers=((b"content-disposition", name),))


OPERATIONS = (
    Operation(id="draft_patch", method="GET", path="/v1/lab/drafts/{draft_id}/patch", summary="The draft as a patch for Git", handler=draft_patch,
              who=PLATFORM, permission="policies.read", media_types=("text/x-patch",), problems=("not_found",)),
    Operation(id="list_written_rules", method="GET", path="/v1/lab/rules/{market}", summary="Rules as they are written",
              handler=list_written_rules, who=PLATFORM, permission="policies.read", query=RulesQuery, answer=WrittenRules,
              problems=("market_unknown",)),
    Operation(id="try_draft", method="POST", path="/v1/lab/replays", summary="Check and replay what is being typed",
              handler=try_draft, who=PLATFORM, permission="policies.read", body=TryBody, answer=TriedView, bulk=True,
              problems=("market_unknown", "not_found", "value_not_allowed", "superseded", "lab_away")),
)  # fmt: skip
