"""Where what a card shows comes from, and how old it is."""

from datetime import datetime, timedelta

from cards.elements import Element, Tone, text
from helpdesk.platform.language import Language
from helpdesk.platform.store.tables.directory import RecordSource

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def origin(source: str, as_of: datetime | None, now: datetime, say: Language) -> Element:
    """`as_of` is when the source last said so."""
    if source == RecordSource.SYNC and as_of:
        return text(say("As of Webex {age} ago.", age=age(now - as_of, say)), Tone.SUBTLE)
    if as_of:
        return text(say("From the import of {date}.", date=say.date(as_of)), Tone.SUBTLE)
    return text(say("From an import."), Tone.SUBTLE)


def age(length: timedelta, say: Language) -> str:
    if length < _HOUR:
        return say.minutes(length)
    if length < 2 * _DAY:
        return say("{count} h", count=length // _HOUR)
    return say("{count} days", count=length // _DAY)
