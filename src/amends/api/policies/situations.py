"""Policy to read and to try: the markets, the facts that rules ask about, a rule with its examples, and a situation judged without a case."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, cast

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Strict
from amends.api.door.calls import Request
from amends.api.door.messages import FieldError, Problem, Reply, json_reply
from amends.api.door.operation import EVERYBODY, TRADE, Operation
from amends.api.policies.policies import Hash, Judging, PolicyQuery, ReleaseView, RuleView, judging, release_view, rule_view
from amends.domain.rulebook.compiled import CompiledBook
from amends.domain.rulebook.examples import Example, read_examples, sheet_of
from amends.domain.rulebook.releases import in_force
from amends.domain.rulebook.shape import TOPICS, FactShape, Rule, TopicName
from amends.exchange.situations import Answered, judge, read_facts
from amends.store.database import queries

MOST_FACTS: Final = 100


class MarketView(msgspec.Struct, frozen=True, kw_only=True):
    """A market with the release in force, and one that is still to come."""

    market: str
    words: dict[str, str]
    supported: bool
    currency: str
    zone: str
    packs: tuple[str, ...]
    release: ReleaseView | None
    next_release: ReleaseView | None


class Markets(msgspec.Struct, frozen=True, kw_only=True):
    """Every market that has a release."""

    markets: list[MarketView]


class OptionView(msgspec.Struct, frozen=True, kw_only=True):
    """A word that a fact can be."""

    word: str
    zh: str
    en: str


class FactView(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that rules ask about: its type, who can still change it, its words, and the topics whose rules in force ask about it."""

    name: str
    type: str
    changeable: str
    zh: str
    en: str
    options: list[OptionView]
    topics: list[str]


class FactsView(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a release."""

    market: str
    currency: str
    release: ReleaseView
    as_of: datetime
    facts: list[FactView]


class ExampleView(msgspec.Struct, frozen=True, kw_only=True):
    """A situation that belongs to a rule. `fires` says whether the rule must stand in it; `holds` that the release says so too, just now."""

    name: str
    file: str
    line: int
    facts: dict[str, Any]
    fires: bool
    holds: bool
    requirements: tuple[str, ...]


class RulePage(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, what it overrides and is overridden by, and its examples."""

    market: str
    release: ReleaseView
    as_of: datetime
    rule: RuleView
    overridden_by: tuple[str, ...]
    examples: list[ExampleView]


class SituationBody(Strict, frozen=True, kw_only=True):
    """A situation. Facts by name: a word, true or false, a whole number, a percent as text, money as {amount, currency}; `none` or `unknown`.

    What is not told does not apply. `topics` narrows the answer.
    """

    facts: Annotated[dict[str, Any], Meta(max_length=MOST_FACTS)]
    topics: Annotated[tuple[TopicName, ...], Meta(max_length=len(TOPICS))] = TOPICS
    as_of: Annotated[str, Meta(max_length=40)] | None = None
    release: Hash | None = None


class SituationView(msgspec.Struct, frozen=True, kw_only=True):
    """What the release says to a situation, topic by topic."""

    market: str
    as_of: datetime
    release: ReleaseView
    answers: list[Answered]


async def list_markets(request: Request) -> Reply | Problem:
    """Every market, with what judges it now."""
    rulebooks = request.context.desk.rulebooks
    found: list[MarketView] = []
    async with request.context.pool.acquire() as connection:
        await rulebooks.refresh(connection)
        now = await connection.fetchval(queries("domain_now"))
        for market, releases in sorted(rulebooks.releases.items()):
            current = in_force(releases, now)
            coming = min((r for r in releases if r.begins > now), key=lambda r: r.begins, default=None)
            shown = current or coming
            if shown is None:
                continue
            book = (await rulebooks.book(connection, market, shown.hash)).book
            found.append(
                MarketView(market=market, words={"zh": book.says.zh, "en": book.says.en}, supported=book.supported,
                           currency=book.currency, zone=book.zone, packs=book.packs,
                           release=release_view(current) if current else None,
                           next_release=release_view(coming) if coming else None)
            )  # fmt: skip
    return json_reply(Markets(markets=found))


async def list_facts(request: Request) -> Reply | Problem:
    """What rules may ask about, in the words of the release."""
    query = cast("PolicyQuery", request.query)
    found = await judging(request, query.as_of, query.release)
    if isinstance(found, Problem):
        return found
    book = found.compiled.book
    asked: dict[str, list[str]] = {}
    for topic in TOPICS:
        names = {condition.fact for rule in found.compiled.topic(topic, found.moment).rules for condition in rule.conditions}
        for name in names:
            asked.setdefault(name, []).append(topic)
    facts = [_fact_view(found.compiled, shape, asked.get(shape.name, [])) for shape in book.vocabulary.facts.values()]
    return json_reply(FactsView(market=book.market, currency=book.currency, release=release_view(found.release),
                                as_of=found.moment, facts=facts))  # fmt: skip


def _fact_view(compiled: CompiledBook, shape: FactShape, topics: list[str]) -> FactView:
    words = compiled.book.vocabulary.words(shape.words).values() if shape.words else ()
    options = [OptionView(word=term.word, zh=term.says.zh, en=term.says.en) for term in words]
    return FactView(name=shape.name, type=shape.type, changeable=shape.changeable, zh=shape.says.zh, en=shape.says.en,
                    options=options, topics=topics)  # fmt: skip


async def get_rule(request: Request) -> Reply | Problem:
    """A rule of the release with its examples, each judged again by it."""
    query = cast("PolicyQuery", request.query)
    found = await judging(request, query.as_of, query.release)
    if isinstance(found, Problem):
        return found
    rule = found.compiled.book.rule(request.params["rule"])
    if rule is None:
        return Problem(code="not_found")
    overriding = tuple(other.id for other in found.compiled.book.rules[rule.topic] if rule.id in other.overrides)
    examples = [_example_view(one, rule, found) for one in _examples(request.context.settings.policies, rule, found)]
    return json_reply(RulePage(market=found.compiled.book.market, release=release_view(found.release), as_of=found.moment,
                               rule=rule_view(rule), overridden_by=overriding, examples=examples))  # fmt: skip


def _examples(folder: Path, rule: Rule, found: Judging) -> list[Example]:
    """The examples of a rule, from beside the policy it was published from; only files that name it are read."""
    vocabulary, read = found.compiled.book.vocabulary, list[Example]()
    owner = rule.pack if rule.pack.startswith("markets/") else f"packs/{rule.pack}"
    for path in sorted((folder / owner / "examples").glob("*.yaml")):
        text = path.read_text("utf-8")
        if rule.id in text:
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            topic = path.stem if path.stem in TOPICS else None
            read += read_examples(file=name, text=text, vocabulary=vocabulary, topic=topic).examples
    return [one for one in read if rule.id in (*one.fires, *one.misses)]


def _example_view(example: Example, rule: Rule, found: Judging) -> ExampleView:
    topic = found.compiled.topic(rule.topic, example.at or found.moment)
    facts = sheet_of(example, found.compiled.book.vocabulary)
    stands = any(other.id == rule.id for other in topic.of(topic.match(facts).certain))
    fires = rule.id in example.fires
    return ExampleView(name=example.name, file=example.file, line=example.line, facts=dict(example.facts), fires=fires,
                       holds=stands is fires, requirements=example.requirements)  # fmt: skip


async def try_situation(request: Request) -> Reply | Problem:
    """Judge a situation that is told, by the release in force or another one. Nothing is kept."""
    body = cast("SituationBody", request.body)
    found = await judging(request, body.as_of, body.release)
    if isinstance(found, Problem):
        return found
    facts, unfit = read_facts(body.facts, found.compiled.book.vocabulary)
    if unfit:
        errors = tuple(FieldError(f"facts.{name}", code) for name, code in unfit)
        return Problem(code=unfit[0].code, errors=errors)
    answers = judge(found.compiled, facts, found.moment, tuple(dict.fromkeys(body.topics)))
    return json_reply(SituationView(market=found.compiled.book.market, as_of=found.moment, release=release_view(found.release),
                                    answers=answers))  # fmt: skip


_HERE: Final = "/v1/policies/{market}"
REFUSALS: Final = ("market_unknown", "bad_moment", "not_found")
OPERATIONS = (
    Operation(id="list_markets", method="GET", path="/v1/policies", summary="The markets, and what judges them now",
              handler=list_markets, who=EVERYBODY, permission="policies.read", answer=Markets),
    Operation(id="list_facts", method="GET", path=f"{_HERE}/facts", summary="What the rules of a market ask about", handler=list_facts,
              who=EVERYBODY, permission="policies.read", query=PolicyQuery, answer=FactsView, problems=REFUSALS),
    Operation(id="get_rule", method="GET", path=f"{_HERE}/rules/{{rule}}", summary="A rule with its examples", handler=get_rule,
              who=TRADE, permission="policies.read", query=PolicyQuery, answer=RulePage, problems=REFUSALS),
    Operation(id="try_situation", method="POST", path=f"{_HERE}/try", summary="Judge a situation without a case; nothing is kept",
              handler=try_situation, who=TRADE, permission="policies.read", body=SituationBody, answer=SituationView,
              problems=(*REFUSALS, "unknown_word", "wrong_type")),
)  # fmt: skip
