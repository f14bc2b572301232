"""Paper for whoever asks, drawn by a process of its own."""

import asyncio
import sys
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from amends.api.door.context import Context
from amends.exchange.drawing import Drawn

PATIENCE_S: Final = 60


async def drawn(
    context: Context, kind: Literal["report", "case"], language: str, body: dict[str, Any], made_at: datetime
) -> bytes:
    """The PDF.

    Raises:
        RuntimeError: the process failed; what it said is in the log.
        TimeoutError: it took longer than a minute.
    """
    says = context.vocabulary
    words = {word: term.says.zh if language == "zh" else term.says.en for word, term in says.words("paper").items()}
    wanted = Drawn(kind=kind, language=language, words=words, exponents=dict(says.exponents()), made_at=made_at, body=body)
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "amends.exchange.drawing", stdin=pipe, stdout=pipe)
    try:
        pdf, _ = await asyncio.wait_for(child.communicate(msgspec.json.encode(wanted)), PATIENCE_S)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise RuntimeError("the page could not be drawn")
    return pdf
