"""docs/laws.md: every claim that the rules are held to, by market, with its source, and the findings that were accepted."""

from tools.pages import GENERATED, code, table

from amends.domain.rulebook.shape import Says, Vocabulary
from amends.exchange.policies import Policies
from amends.lab.laws import Law, every_law
from amends.lab.topic_proof import condition_in_words


def page(policies: Policies) -> str:
    """The whole page."""
    vocabulary = policies.vocabulary
    rows = [_row(law, vocabulary) for law in every_law(vocabulary)]
    accepted = [(code(term.word), term.says.en, term.says.zh) for term in vocabulary.words("accepted_findings").values()]
    return (
        f"# Claims\n\n{GENERATED}\n"
        "What must hold in every situation, whoever edits a rule. Each claim is proved for its markets by `amends policy check`, before every publish and in the tests\n"
        "([how](howto/prove-a-rule.md)). A claim decides nothing, and none of it is legal advice.\n\n"
        + table(("claim", "markets", "means", "含义", "where", "then", "source"), rows)
        + "\n## Found, and accepted with a reason\n\n"
        + table(("finding", "reason", "理由"), accepted)
    )


def _row(law: Law, vocabulary: Vocabulary) -> tuple[object, ...]:
    where = [condition_in_words(vocabulary, condition) for condition in law.when]
    return (
        code(law.code),
        " ".join(law.markets) or "all",
        law.says.en,
        law.says.zh,
        "; ".join(says.en for says in where),
        "; ".join(_must(law, vocabulary)),
        law.source,
    )


def _must(law: Law, vocabulary: Vocabulary) -> list[str]:
    """What must hold, a phrase for each key."""
    found = []
    for key, value in law.must.items():
        if key == "closed":
            found.append("closed: " + ", ".join(_named(vocabulary, "grounds", ground).en for ground in value))
        elif key == "deadline":
            found.append(f"clock: {_named(vocabulary, 'deadlines', str(value)).en}")
        else:
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            found.append(f"{key.replace('_', ' ')}: {text}")
    return found


def _named(vocabulary: Vocabulary, words: str, word: str) -> Says:
    return vocabulary.says(words, word)
