"""Times as providers and mails write them; None where what is written is none."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def epoch_time(value: object) -> datetime | None:
    """Of whole seconds since 1970."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def iso_time(value: object) -> datetime | None:
    """Of ISO 8601; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def mail_time(text: str | None) -> datetime | None:
    """Of a mail's `Date` (RFC 5322); without a zone it is UTC."""
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
