"""How our processes write their logs: one JSON object a line, and nothing in it that names a person."""

import logging
from collections.abc import Iterator
from traceback import format_tb
from types import TracebackType
from typing import Any

import asyncpg
import structlog

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def log_as_json(level: str) -> None:
    """One JSON object a line; a traceback names places and never shows what stood in variables, for those hold tokens."""
    structlog.configure(
        processors=processors(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level.upper(), logging.INFO)),
        cache_logger_on_first_use=True,
    )


def processors() -> list[Any]:
    """What a line goes through, the writing last."""
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_told),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _told(exc_info: ExcInfo) -> str:
    return "\n".join(_lines(exc_info[1]))


def _lines(problem: BaseException) -> Iterator[str]:
    """Places and causes, the oldest first. The database says in its errors what stands in rows: of those only the kind and the constraint."""
    cause = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    if cause is not None and cause is not problem:
        yield from _lines(cause)
        yield "and then:"
    yield "".join(format_tb(problem.__traceback__)).rstrip()
    if isinstance(problem, asyncpg.PostgresError):
        constraint = getattr(problem, "constraint_name", None) or getattr(problem, "table_name", None)
        yield f"{type(problem).__name__}: {problem.sqlstate} {constraint or ''}".rstrip()
    else:
        yield f"{type(problem).__name__}: {problem}"
    if isinstance(problem, BaseExceptionGroup):
        for each in problem.exceptions:
            yield from _lines(each)
