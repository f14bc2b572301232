"""A situation in words, as one types it: `request.reason=better_price parcel.since_delivered=3`."""

from collections.abc import Iterable
from typing import Any

import yaml

from amends.domain.rulebook.examples import read_examples
from amends.domain.rulebook.shape import MarketBook, PolicyError
from amends.domain.rulebook.situations import declared_of


def situation(book: MarketBook, told: Iterable[str]) -> tuple[dict[str, Any], tuple[PolicyError, ...]]:
    """The sheet of `NAME=VALUE` facts, read as an example's are; what is not told is as usual. Numbers of days need no unit."""
    written: dict[str, str] = {}
    for each in told:
        name, _, value = each.partition("=")
        shape = book.vocabulary.facts.get(name)
        plain = shape is not None and shape.type == "days" and value.lstrip("-").isdecimal()
        written[name] = f"{value} days" if plain else value
    text = yaml.safe_dump([{"name": "asked", "facts": written}], allow_unicode=True)
    read = read_examples(file="asked", text=text, vocabulary=book.vocabulary, topic="eligibility")
    usual = {fact: each.usual for fact, each in declared_of(book.vocabulary, book.currency).items()}
    return usual | (read.examples[0].facts if read.examples else {}), read.errors
