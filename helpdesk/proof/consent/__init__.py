"""A customer's consent to one agent's looking at their organization: standing, or asked for.

    asked ──> granted ──> revoked, ended, over, closed
      └─────> refused, lapsed, withdrawn, closed

The clock needs nobody who watches it: what has lapsed, or is over, is so at the moment it is looked at.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text

REQUEST_LIFE = timedelta(hours=1)
GRANT_LIFE = timedelta(hours=1)
# Requests to one customer in 24 hours, whoever asks.
A_DAY = 5
# A question to everybody is a question to nobody; and each of them can let the agent in.
MOST_ASKED = 10
# The customer's own setting, in the import file.
ACCESS_SETTING = "allowReadOnlyAccess"
FULL_ADMINISTRATOR = "Full Administrator"
# The job that goes with every request, started with its id for a key.
JOB = "consent"


class Source(StrEnum):
    """`STANDING` is the customer's own setting; `ASKED` what an administrator of theirs answered."""

    STANDING = "standing"
    ASKED = "asked"


class ConsentState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    ENDED = "ended"
    OVER = "over"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        """Whether anything can still become of it."""
        return self in (ConsentState.ASKED, ConsentState.GRANTED)


@dataclass(frozen=True, slots=True)
class Grant:
    """For this agent alone, until then."""

    id: str
    organization_id: str
    agent_id: str
    agent_email: str
    reason: str
    until: datetime
    source: Source


class NotGranted(Exception):
    """No administrator of the customer lets this agent in now."""


class NobodyToAsk(Refused):
    def __init__(self, organization: str) -> None:
        super().__init__(
            Text("The directory knows no full administrator of {organization}.", organization=organization),
            Text("Have the customer allow read-only access in their settings, or look them up again after a sync."),
        )


class AskedAlready(Refused):
    def __init__(self, until: datetime) -> None:
        super().__init__(
            Text("You have asked this customer already."),
            Text("Their administrators can answer until {time}. To ask anew, withdraw that question.", time=until),
        )


class AllowedAlready(Refused):
    def __init__(self, organization_id: str) -> None:
        super().__init__(
            Text("You may look at this customer already."),
            Text("Write to the bot directly: “view {id}”.", id=organization_id),
        )


class AskedTooOften(Refused):
    def __init__(self, until: datetime) -> None:
        super().__init__(
            Text("This customer was asked as often as one day allows."),
            Text("The next request can go out at {time}.", time=until),
        )


class NotYourConsent(Refused):
    def __init__(self) -> None:
        super().__init__(Text("Only the agent who asked can end this."))


class NotAskedOfYou(Refused):
    """Altered, of another desk, forgotten by now, or of somebody who is no administrator any more: told alike."""

    def __init__(self) -> None:
        super().__init__(
            Text("This link leads to no question of ours (any more)."),
            Text("Open the whole link from the mail. Questions are kept for 30 days."),
        )
