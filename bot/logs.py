"""Structured logs on standard error: JSON, or lines for a terminal. No personal data, no codes, no tokens.

An exception is logged by its type and where it was raised, never by its text, which may hold an
address, a name or a parameter.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from bot.settings.misspelt import Misspelt

Event = MutableMapping[str, Any]


def configure() -> None:
    """For the whole process, libraries included: those speak at WARNING and above."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_exception_text,
    ]
    is_terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    # Libraries speak only of what is wrong: at INFO webex_bot writes messages and card inputs.
    root.setLevel(logging.WARNING)
    # Whoever turns all of them up to look for something else must not find the token.
    logging.getLogger("websockets").setLevel(logging.WARNING)
    for name in ("bot", "commands", "cards", "helpdesk"):
        logging.getLogger(name).setLevel(logging.INFO)


def without_exception_text(_: Any, __: str, event: Event) -> Event:
    """Replace `exc_info` by `exception`: the types and the frames of the whole chain."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = trace(error)
    return event


def trace(error: BaseException) -> list[str]:
    """`Type`, then `file:line function` for each frame, for `error` and what caused it."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        frames = traceback.extract_tb(current.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        current = current.__cause__ or current.__context__
    return lines


def warn_of_misspelt(each: "Misspelt") -> None:
    structlog.get_logger("bot").warning("setting_misspelt", variable=each.name[:100], nearest=each.nearest)
