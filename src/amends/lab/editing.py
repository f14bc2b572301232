"""A rule as people edit it, and the text of its file afterwards: only the lines of what changed are touched, so that a patch shows nothing else."""

import difflib
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import yaml

from amends.domain.rulebook.quantities import Quantity, write_quantity
from amends.domain.rulebook.shape import TOPICS, Rule

RULE_FILE: Final = re.compile(rf"policies/(packs|markets)/[a-z0-9_]+/({'|'.join(TOPICS)})\.yaml")
FRAME: Final = ("id", "from", "until", "source", "assumed", "requirements", "overrides", "when", "says")
_START: Final = re.compile(r"^- id: *(?P<id>[^\s#]+)")
_KEY: Final = re.compile(r"^  (?P<key>[^\s#][^:]*):")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WIDE: Final = 1_000_000


class RuleEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is to be otherwise in one rule of one file. What is left out stays; null takes a key away; `remove` the whole rule.

    `when` is `{fact: {operator: value}}` and `outcome` the outcome's own keys, both whole, written as in the file: `14 days`, `100.00 USD`.
    A rule that the file does not have is added at its end.
    """

    file: str
    id: str
    remove: bool = False
    from_: str | msgspec.UnsetType | None = msgspec.field(default=msgspec.UNSET, name="from")
    until: str | msgspec.UnsetType | None = msgspec.UNSET
    source: str | msgspec.UnsetType = msgspec.UNSET
    assumed: bool | msgspec.UnsetType | None = msgspec.UNSET
    overrides: list[str] | msgspec.UnsetType | None = msgspec.UNSET
    when: dict[str, dict[str, Any]] | msgspec.UnsetType | None = msgspec.UNSET
    outcome: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    says: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


def edited(text: str, edit: RuleEdit) -> str:
    """The text of the rule's file with the edit made."""
    lines = text.splitlines()
    begin = next((n for n, line in enumerate(lines) if (m := _START.match(line)) and m["id"] == edit.id), None)
    if begin is None:
        return text if edit.remove else text.rstrip("\n") + "\n\n" + "\n".join(_rule(edit)) + "\n"
    end = _end(lines, begin)
    if edit.remove:
        after = end + (1 if end < len(lines) and not lines[end].strip() else 0)
        kept = [*lines[:begin], *lines[after:]]
    else:
        kept = [*lines[:begin], *_changed(lines[begin:end], edit), *lines[end:]]
    return "\n".join(kept).rstrip("\n") + "\n"


def _end(lines: list[str], begin: int) -> int:
    """Behind the rule's last line; comments above the next rule are that one's."""
    end = begin + 1
    for n in range(begin + 1, len(lines)):
        if lines[n].startswith("  "):
            end = n + 1
        elif lines[n].strip():
            break
    return end


def _changed(block: list[str], edit: RuleEdit) -> list[str]:
    """The rule's lines with the edited keys written anew, each where it stood."""
    parts: list[tuple[str, list[str]]] = [("id", [block[0]])]
    for line in block[1:]:
        found = _KEY.match(line)
        if found:
            parts.append((found["key"], [line]))
        else:
            parts[-1][1].append(line)
    told = _told(edit)
    if edit.outcome is not msgspec.UNSET:
        told = dict.fromkeys([key for key, _ in parts if key not in FRAME]) | told
    places = [key for key, _ in parts]
    for key, value in told.items():
        fresh = [] if value is None else _written(key, value)
        if key in places:
            parts[places.index(key)] = (key, fresh)
        else:
            at = _place(places, key)
            parts.insert(at, (key, fresh))
            places.insert(at, key)
    return [line for _, part in parts for line in part]


def _place(places: list[str], key: str) -> int:
    """Where a new key stands: the frame in its order, an outcome before the words."""
    order = [*FRAME[:-1], "", "says"]
    rank = order.index(key if key in FRAME else "")
    return next((n for n, other in enumerate(places) if order.index(other if other in FRAME else "") > rank), len(places))


def _told(edit: RuleEdit) -> dict[str, Any]:
    named = {"from": edit.from_, **{name: getattr(edit, name) for name in ("until", "source", "assumed", "overrides", "when")}}
    told = {key: value for key, value in named.items() if value is not msgspec.UNSET}
    if edit.outcome is not msgspec.UNSET:
        told |= edit.outcome
    if edit.says is not msgspec.UNSET:
        told["says"] = edit.says
    return {
        key: None if value in ({}, [], False) and key in ("assumed", "overrides", "when") else value
        for key, value in told.items()
    }


def _rule(edit: RuleEdit) -> list[str]:
    told = {key: value for key, value in _told(edit).items() if value is not None}
    order = [key for key in FRAME if key in told and key != "says"] + [key for key in told if key not in FRAME]
    lines = [f"- id: {edit.id}"]
    for key in [*order, *(["says"] if "says" in told else [])]:
        lines += _written(key, told[key])
    return lines


def _written(key: str, value: Any) -> list[str]:
    """A key as the files write it: conditions and words a line each, everything else in one."""
    if key in ("when", "says") and isinstance(value, Mapping):
        return [f"  {key}:", *(f"    {name}: {_flow(part)}" for name, part in value.items())]
    plain = key in ("from", "until") and _DATE.fullmatch(str(value))
    return [f"  {key}: {value if plain else _flow(value)}"]


def _flow(value: Any) -> str:
    dumped: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=_WIDE, sort_keys=False)
    return dumped.removesuffix("\n").removesuffix("\n...")


def patch_of(before: Mapping[str, str], after: Mapping[str, str], message: str = "") -> str:
    """What `git apply` takes: the changed files as one patch, with the message above it."""
    lines = [f"{line}\n" for line in message.splitlines()]
    for path in sorted(after):
        old, new = before.get(path, "").splitlines(keepends=True), after[path].splitlines(keepends=True)
        found = list(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"))
        lines += [f"diff --git a/{path} b/{path}\n", *found] if found else []
    return "".join(lines)


class WrittenRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it is written, for people to read and to edit."""

    id: str
    topic: str
    pack: str
    file: str
    line: int
    source: str
    assumed: bool
    from_: str | None = msgspec.field(name="from")
    until: str | None
    overrides: tuple[str, ...]
    when: dict[str, dict[str, Any]]
    outcome: dict[str, Any]
    says: dict[str, str]
    changed: bool = False


def written(rule: Rule, exponents: Mapping[str, int], *, changed: bool = False) -> WrittenRule:
    """A rule as its file writes it."""

    def plain(value: Any) -> Any:
        if isinstance(value, Quantity):
            return write_quantity(value, exponents)
        if isinstance(value, msgspec.Struct):
            told = {name: getattr(value, name) for name in value.__struct_fields__}
            return {name: plain(part) for name, part in told.items() if part not in (None, (), False)}
        return [plain(part) for part in value] if isinstance(value, tuple) else value

    when: dict[str, dict[str, Any]] = {}
    for condition in rule.conditions:
        when.setdefault(condition.fact, {})[condition.operator] = plain(condition.value)
    return WrittenRule(
        id=rule.id, topic=rule.topic, pack=rule.pack, file=rule.file, line=rule.line, source=rule.source, assumed=rule.assumed,
        from_=rule.from_.isoformat() if rule.from_ else None, until=rule.until.isoformat() if rule.until else None,
        overrides=rule.overrides, when=when, outcome=plain(rule.outcome), says={"zh": rule.says.zh, "en": rule.says.en},
        changed=changed,
    )  # fmt: skip
