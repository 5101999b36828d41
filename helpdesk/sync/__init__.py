"""What Webex's admin APIs tell of a partner's customers, brought into the store: all at times, one record at a look-up.

Organizations are read side by side, each page by page, and only what changed is written. What no API gives
(claimed domains, orders, most settings, consent) is left as the import file said it.
"""

from dataclasses import dataclass, field

from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import Text


@dataclass(frozen=True, slots=True)
class PartFailure:
    """A part that could not be read. `reason` is for operators.

    `is_bearable` where the token only lacks a right that the rest does without: no fault that time mends.
    """

    part: str
    reason: str
    is_bearable: bool = False


@dataclass(slots=True)
class SyncOutcome:
    """What became of one organization: counts of records; those left out could not be understood."""

    organization_id: str
    name: str
    read: int = 0
    written: int = 0
    removed: int = 0
    left_out: int = 0
    failures: list[PartFailure] = field(default_factory=list)

    @property
    def is_in_order(self) -> bool:
        return all(each.is_bearable for each in self.failures)


class AdminTokenRefused(HelpdeskError):
    """Webex takes neither the token that customers are read with, nor what another is made of."""

    def __init__(self) -> None:
        super().__init__(
            Text("Webex refused the token that customers are read with."),
            Text("Make a new one, and set WEBEX_REFRESH_TOKEN (or, for a trial, WEBEX_ADMIN_TOKEN) to it."),
        )


class SyncRunning(HelpdeskError):
    """Another process is at it, and lives."""

    def __init__(self) -> None:
        super().__init__(
            Text("Another process is syncing right now."), Text("Let it finish; two would only do the same work.")
        )
