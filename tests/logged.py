"""All that a process would write to standard error, at a level of the test's choice."""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import structlog

from bot import logs

OURS = ("bot", "commands", "cards", "helpdesk")


@contextmanager
def everything_logged(level: int = logging.INFO) -> Iterator[io.StringIO]:
    """Logging as `helpdesk run` sets it up, with all of it turned up to `level`; put back as it was afterwards."""
    written = io.StringIO()
    with put_back(), redirect_stderr(written):
        logs.configure()
        for name in ("", *OURS):
            logging.getLogger(name).setLevel(level)
        # The mailbox of the tests is the other side.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        yield written


@contextmanager
def put_back() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, [logging.getLogger(name).level for name in OURS])
    try:
        yield
    finally:
        root.handlers, root.level = before[0], before[1]
        for name, level in zip(OURS, before[2], strict=True):
            logging.getLogger(name).setLevel(level)
        structlog.reset_defaults()
        # Loggers that were used meanwhile remember how they were configured.
        for module in [module for name, module in sys.modules.items() if name.startswith(("bot.", "helpdesk."))]:
            vars(getattr(module, "log", None) or Nothing()).pop("bind", None)


class Nothing:
    pass
