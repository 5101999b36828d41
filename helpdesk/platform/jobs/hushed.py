"""What DBOS may say in our logs: that something is wrong, and where; not what, and not every second."""

import logging
import time

REPEAT_SECONDS = 60


class Hushed(logging.Filter):
    """Its texts hold what an exception says, SQL and arguments of jobs, which may be personal data."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        place = f"{record.module}.{record.funcName}:{record.lineno}"
        now = time.monotonic()
        # With its database away, each of its threads complains in a loop.
        if now - self._said.get(place, float("-inf")) < REPEAT_SECONDS:
            return False
        self._said[place] = now
        record.msg, record.args = "DBOS, which runs the jobs, reports trouble at %s", (place,)
        return True


def hush() -> None:
    """Once, before DBOS is set up: a logger that has a handler gets none of DBOS's own, on standard error."""
    logger = logging.getLogger("dbos")
    if not any(isinstance(each, Hushed) for each in logger.filters):
        logger.addHandler(logging.NullHandler())
        logger.addFilter(Hushed())
    logger.propagate = True


def hold_back() -> None:
    """Before DBOS ends: that jobs are interrupted then is no trouble. Its next start speaks up again."""
    logging.getLogger("dbos").setLevel(logging.ERROR)
