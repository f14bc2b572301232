"""Options that several commands read alike."""

from datetime import datetime

import typer

from amends.kernel.moments import parse_moment
from amends.kernel.refusals import Unreadable


def a_moment(text: str | None) -> datetime | None:
    """The moment that an option names."""
    if text is None:
        return None
    moment = parse_moment(text)
    if isinstance(moment, Unreadable):
        raise typer.BadParameter(f"{moment.code}: {moment.wanted}")
    return moment
