"""docs/problems.md: every code that a person can see."""

from tools.pages import GENERATED, code, table

from amends.api.door.problems import STATUS
from amends.domain.rulebook.shape import Vocabulary


def page(vocabulary: Vocabulary) -> str:
    """The whole page."""
    rows: list[tuple[object, ...]] = []
    for word, term in vocabulary.words("problems").items():
        following = term.traits.get("next", {})
        rows.append(
            (
                code(word),
                STATUS.get(word, "in a row"),
                term.says.en,
                following.get("en", ""),
                term.says.zh,
                following.get("zh", ""),
            )
        )
    return (
        f"# Problems\n\n{GENERATED}\n"
        "Codes never change their meaning; words may. Every refusal of the API carries its code, both languages and what to do next (RFC 9457).\n"
        "*In a row* marks codes that stand inside a report, a policy check or a verdict, and never for an answer as a whole.\n\n"
        + table(("code", "HTTP", "means", "next", "含义", "下一步"), rows)
    )
