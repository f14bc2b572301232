"""What `make run` says once everything stands: the address, who may log in, one request to try, and where the logs are."""

import json
import shlex
from pathlib import Path
from typing import Any, Final

from amends.settings import Settings

TOKENS: Final = "demo-tokens.json"
REQUEST: Final = '{"kind":"return_refund","reason":"misbid"}'
RULE: Final = "─" * 78


def welcome(address: str, settings: Settings) -> str:
    """A page for the terminal. The tokens are those of the demo; without a demo it says how to make one."""
    known = _known(settings.home / TOKENS)
    said = ["", RULE, f"  Amends is running at  {address}", f"  The interface:        {address}/v1/openapi.json", ""]
    said += [*_people(known), *_tokens(known)] if known else _nobody()
    if known and known.get("auction_order"):
        said += _to_try(address, known)
    said += [f"  Logs are in {settings.home / 'logs'}", "  Ctrl-C stops everything, the database too.", RULE, ""]
    return "\n".join(said)


def _known(path: Path) -> dict[str, Any] | None:
    try:
        known: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return known


def _people(known: dict[str, Any]) -> list[str]:
    """Who has an account. The console offers each of them with one click while this runs."""
    people = [person for person in known["people"] if person.get("login")]
    if not people:
        return []
    said = ["  Open it and log in with one click, as:"]
    said += [f"    {person['login']:<18}{person['who']}" for person in people]
    return [*said, f"  By hand, the password of each is  {known['password']}", ""]


def _tokens(known: dict[str, Any]) -> list[str]:
    said = ["  For programs, each with a token:"]
    for person in known["people"]:
        if person.get("token"):
            said += [f"    {person['name']:<10}{person['who']}", f"{'':14}{person['token']}"]
    return [*said, ""]


def _nobody() -> list[str]:
    return [
        "  Nobody may log in yet. Make an account or a token, while this is stopped or with DATABASE_URL set:",
        "    .venv/bin/amends account add platform you",
        "    .venv/bin/amends token create platform you",
        "",
    ]


def _to_try(address: str, known: dict[str, Any]) -> list[str]:
    """One line that works as it stands: a buyer who changed their mind about an auction hears why not, and what would pass."""
    buyer = next(person["token"] for person in known["people"] if person["name"] == "buyer")
    page = f"{address}/buyer#order={known['auction_order']}&token={buyer}"
    url = f"{address}/v1/orders/{known['auction_order']}/cases:preview"
    parts = ["curl", "-s", url, "-H", f"Authorization: Bearer {buyer}", "-H", "Content-Type: application/json", "-d", REQUEST]
    return [
        "  Try it: the buyer of an auction item wants to give it back, bought by mistake.",
        "",
        " ".join(shlex.quote(part) for part in parts),
        "",
        "  The same as the buyer sees it, on a page that a marketplace links to:",
        "",
        f"    {page}",
        "",
    ]
