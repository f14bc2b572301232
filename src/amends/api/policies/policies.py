"""The rules in force in a market at any moment, with their sources, and the words that they speak."""

from datetime import date, datetime
from typing import Annotated, Any, NamedTuple, cast

import msgspec
from msgspec import Meta

from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import EVERYBODY, Operation
from amends.api.door.spoken import EARLIEST, LATEST
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.releases import Release, in_force
from amends.domain.rulebook.shape import TOPICS, Rule, Term
from amends.kernel.moments import in_utc, start_of_local_day
from amends.store.database import queries

Hash = Annotated[str, Meta(min_length=64, max_length=64, pattern=r"^[0-9a-f]{64}\Z")]


class PolicyQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A moment with a zone, or a day of the market: what judged then; or a release by its hash, whenever it judges."""

    as_of: Annotated[str, Meta(max_length=40)] | None = None
    release: Hash | None = None


class ReleaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A release: immutable, named by its content hash. A founding one may be adopted for the past, with its reason."""

    hash: str
    published_at: datetime
    takes_effect_at: datetime
    founding: bool
    adopted_from: datetime | None
    adoption_reason: str | None


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it was published, with the file and line that it stands in."""

    id: str
    topic: str
    pack: str
    file: str
    line: int
    source: str
    assumed: bool
    from_: date | None = msgspec.field(name="from")
    until: date | None
    overrides: tuple[str, ...]
    requirements: tuple[str, ...]
    conditions: Any
    outcome: Any
    says: dict[str, str]


class PolicyView(msgspec.Struct, frozen=True, kw_only=True):
    """The rules in force at a moment."""

    market: str
    supported: bool
    currency: str
    zone: str
    packs: tuple[str, ...]
    as_of: datetime
    release: ReleaseView
    rules: list[RuleView]


class Releases(msgspec.Struct, frozen=True, kw_only=True):
    """The history of a market's policy, the newest first."""

    market: str
    releases: list[ReleaseView]


class WordView(msgspec.Struct, frozen=True, kw_only=True):
    """A word of a list, what it is called, and its other columns."""

    word: str
    zh: str
    en: str
    traits: dict[str, Any]


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """A list of words."""

    name: str
    words: list[WordView]


class ProblemView(msgspec.Struct, frozen=True, kw_only=True):
    """A problem code: its status, and in both languages what it says and what to do next."""

    code: str
    status: int
    words: dict[str, str]
    next: dict[str, str]


class ProblemsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Only these codes, commas between them: a phone need not fetch all."""

    codes: Annotated[str, Meta(max_length=2000)] | None = None


class Problems(msgspec.Struct, frozen=True, kw_only=True):
    """Every problem code."""

    problems: list[ProblemView]


def release_view(release: Release) -> ReleaseView:
    """A release as callers see it."""
    return ReleaseView(hash=release.hash, published_at=release.published_at, takes_effect_at=release.takes_effect_at,
                       founding=release.founding, adopted_from=release.adopted_from,
                       adoption_reason=release.adoption_reason)  # fmt: skip


def rule_view(rule: Rule) -> RuleView:
    """A rule as callers see it."""
    return RuleView(id=rule.id, topic=rule.topic, pack=rule.pack, file=rule.file, line=rule.line, source=rule.source,
                    assumed=rule.assumed, from_=rule.from_, until=rule.until, overrides=rule.overrides,
                    requirements=rule.requirements, conditions=rule.conditions, outcome=rule.outcome,
                    says={"zh": rule.says.zh, "en": rule.says.en})  # fmt: skip


def _moment(text: str | None, zone: str, now: datetime) -> datetime | None:
    """The moment of `as_of`; a day is its beginning in the market's zone. None where it cannot be read."""
    if text is None:
        return now
    try:
        if len(text) == len("2026-11-22"):
            day = date.fromisoformat(text)
            return start_of_local_day(day, zone) if EARLIEST.date() <= day <= LATEST.date() else None
        read = datetime.fromisoformat(text.replace(" ", "+"))
        return in_utc(read) if read.tzinfo is not None and EARLIEST <= read <= LATEST else None
    except ValueError:
        return None


class Judging(NamedTuple):
    """The compiled book that judges a moment, and the release that it is of."""

    compiled: CompiledBook
    release: Release
    moment: datetime


async def judging(request: Request, as_of: str | None, named: str | None) -> Judging | Problem:
    """What judged the market of the path at a moment; or a release by its name, at that moment or the first one that it judges."""
    rulebooks, market = request.context.desk.rulebooks, request.params["market"]
    async with request.context.pool.acquire() as connection:
        await rulebooks.refresh(connection)
        releases = rulebooks.releases.get(market)
        if not releases:
            return Problem(code="market_unknown")
        newest = await rulebooks.book(connection, market, max(releases, key=lambda r: r.published_at).hash)
        now = await connection.fetchval(queries("domain_now"))
        moment = _moment(as_of, newest.book.zone, now)
        if moment is None:
            return Problem(code="bad_moment", errors=(FieldError("as_of", "bad_moment"),))
        release = next((r for r in releases if r.hash == named), None) if named else in_force(releases, moment)
        if release is None:
            return Problem(code="not_found", detail={"market": market, "as_of": moment})
        compiled = await rulebooks.book(connection, market, release.hash)
    return Judging(compiled, release, max(moment, release.begins) if named and as_of is None else moment)


async def get_policy(request: Request) -> Reply | Problem:
    """The rules in force in a market at a moment."""
    query = cast("PolicyQuery", request.query)
    found = await judging(request, query.as_of, query.release)
    if isinstance(found, Problem):
        return found
    compiled, release, moment = found
    book = compiled.book
    rules = [rule_view(rule) for topic in TOPICS for rule in compiled.topic(topic, moment).rules]
    return json_reply(PolicyView(market=book.market, supported=book.supported, currency=book.currency, zone=book.zone,
                                 packs=book.packs, as_of=moment, release=release_view(release), rules=rules))  # fmt: skip


async def list_releases(request: Request) -> Reply | Problem:
    """Every release of a market."""
    rulebooks, market = request.context.desk.rulebooks, request.params["market"]
    async with request.context.pool.acquire() as connection:
        await rulebooks.refresh(connection)
    found = sorted(rulebooks.releases.get(market, ()), key=lambda r: (r.takes_effect_at, r.published_at), reverse=True)
    if not found:
        return Problem(code="market_unknown")
    return json_reply(Releases(market=market, releases=[release_view(release) for release in found]))


async def list_problems(request: Request) -> Reply | Problem:
    """Every problem code that an answer can carry."""
    words = request.context.words
    known, asked = words.vocabulary.words("problems"), cast("ProblemsQuery", request.query).codes
    codes = known if asked is None else [code for code in dict.fromkeys(asked.split(",")) if code in known]
    return json_reply(Problems(problems=[ProblemView(code=code, **words.of(code)) for code in codes]))


def _word_view(term: Term) -> WordView:
    return WordView(word=term.word, zh=term.says.zh, en=term.says.en, traits=term.traits)


async def get_vocabulary(request: Request) -> Reply | Problem:
    """One list of words; `facts` are those that rules ask about."""
    name, known = request.params["name"], request.context.vocabulary
    found = [_word_view(term) for term in known.words(name).values()]
    if name == "facts":
        found = [WordView(word=each.name, zh=each.says.zh, en=each.says.en, traits={}) for each in known.facts.values()]
    return json_reply(Vocabulary(name=name, words=found)) if found else Problem(code="not_found")


OPERATIONS = (
    Operation(id="get_policy", method="GET", path="/v1/policies/{market}", summary="The rules in force, as of any moment",
              handler=get_policy, who=EVERYBODY, permission="policies.read", query=PolicyQuery, answer=PolicyView,
              problems=("market_unknown", "bad_moment", "not_found")),
    Operation(id="list_releases", method="GET", path="/v1/policies/{market}/releases", summary="What was published, and when",
              handler=list_releases, who=EVERYBODY, permission="policies.read", answer=Releases, problems=("market_unknown",)),
    Operation(id="list_problems", method="GET", path="/v1/problems", summary="Every problem code, in both languages",
              handler=list_problems, who=frozenset(), query=ProblemsQuery, answer=Problems),
    Operation(id="get_vocabulary", method="GET", path="/v1/vocabulary/{name}", summary="One list of words", who=frozenset(),
              handler=get_vocabulary, answer=Vocabulary, problems=("not_found",)),
)  # fmt: skip
