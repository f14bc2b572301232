# ruff: noqa: INP001 - a folder of programs, no package
"""The pictures of the documents: a row for each. A new one is a line here and `make screenshots`; then look at it."""

from typing import Any, Final

import msgspec


class Shot(msgspec.Struct, frozen=True, kw_only=True):
    """One screen.

    `person` logs in with one click (a person of `GET /v1/demo/people`); `buyer_of` opens the newest case in that state as its buyer, or
    with `auction` the order that the demo shows to newcomers.

    `path` is opened then, `click` are selectors that are clicked in turn, `wait` is there before the picture is taken. `{case}` and
    `{order}` in the path are those of the buyer's case.
    """

    path: str
    wait: str
    person: str | None = None
    buyer_of: str | None = None
    click: tuple[str, ...] = ()
    device: str = "desktop"
    language: str = "en"
    scheme: str = "light"


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A file of `docs/pictures/`: one screen, or several beside each other."""

    name: str
    shots: tuple[Shot, ...]


def phone(path: str, wait: str, state: str, language: str = "en", **more: Any) -> Shot:
    """A buyer's phone."""
    return Shot(path=path, wait=wait, buyer_of=state, device="phone", language=language, **more)


SELLER: Final = "us_cards"
TABLE: Final = (
    Picture(name="cases", shots=(Shot(person=SELLER, path="/cases", wait=".grid-line"),)),
    Picture(name="reviews", shots=(Shot(person="rita", path="/reviews", wait="main h1"),)),
    Picture(name="operations", shots=(Shot(person="omar", path="/operations", wait="main h1"),)),
    Picture(name="policies", shots=(Shot(person="dana", path="/policies/us/eligibility", wait="main h1"),)),
    Picture(name="buyer", shots=(
        phone("/buyer/orders/{order}", ".choice", "auction"),
        phone("/buyer/cases/{case}", "[data-offer]", "negotiating"),
        phone("/buyer/cases/{case}", ".next-up", "refuse_sign_agreed", "zh"),
        phone("/buyer/cases/{case}", ".next-up", "awaiting_buyer_ship", scheme="dark"),
    )),
)  # fmt: skip
