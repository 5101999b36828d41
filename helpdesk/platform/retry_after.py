"""How long a server asks to be left alone: the `Retry-After` header, in every form it is found in."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from helpdesk.platform.clock import utc_now

_UNITS = {"ms": 0.001, "": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"([0-9]+(?:[.,][0-9]+)?|\.[0-9]+)\s*(ms|s|m|h|)(?:ec(?:ond)?s?|in(?:ute)?s?|ours?)?")


def seconds_to_wait(header: str | None, date: str | None = None) -> float | None:
    """Seconds, 0 for a time that has passed; None where nothing is asked for, or nothing that makes sense.

    `header` is a number, whole or decimal, with or without a unit, or a date. `date` is the server's own clock
    (`Date`), so that a wrong one of ours does not count.
    """
    text = (header or "").strip()
    if duration := _DURATION.fullmatch(text.lower()):
        return float(duration[1].replace(",", ".")) * _UNITS[duration[2]]
    until = _moment(text)
    if until is None:
        return None
    return max(0.0, (until - (_moment(date or "") or utc_now())).total_seconds())


def _moment(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
