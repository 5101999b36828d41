"""Addresses that mail is held back from, why, and the port to lift that.

An address may be held for several reasons at once; mail flows only when all of them are lifted.
Addresses are compared in lower case.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.mail import Reason

# A spam complaint is the user's own wish: lifting it needs more than a caller who asks for it.
GUARDED = frozenset({Reason.COMPLAINT})


@dataclass(frozen=True, slots=True)
class SuppressionEntry:
    """One reason why an address is listed. `detail` is the remote server's answer, verbatim; `list_name` the provider's
    own name for the list.

    Where it is not `is_blocking`, later mail is tried all the same; what is not `is_removable` only the provider
    itself can take off.
    """

    address: str
    reason: Reason
    since: datetime | None = None
    detail: str | None = None
    is_blocking: bool = True
    is_removable: bool = True
    list_name: str = ""


@dataclass(frozen=True, slots=True)
class Removal:
    removed: tuple[SuppressionEntry, ...] = ()
    kept: tuple[SuppressionEntry, ...] = ()


class CannotRestore(Refused):
    """This provider has no way to put such an entry back."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            Text("{provider} has no way to put such an entry back.", provider=provider),
            Text("Mail to the address stays allowed; the provider lists it again when it bounces."),
        )


class SuppressionList(Protocol):
    """Its calls raise MailProviderError (helpdesk.mail.providers) where the provider cannot be asked."""

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        """Every entry of `address`, newest first, undated last; empty when not listed, which is never an error."""

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        """Take `address` off, but for entries whose reason is in `keeping`. An address not listed is no error.

        The same event is given the same Removal again, and takes nothing off that was listed since.
        """

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        """Put an entry back; gives it as it stands on the list now, where the provider may word it otherwise.

        Raises CannotRestore.
        """


def is_guarded(entry: SuppressionEntry) -> bool:
    return entry.reason in GUARDED


class HasSuppression(Protocol):
    """Whatever offers this service: a use case names what it needs."""

    @property
    def suppression(self) -> SuppressionList: ...
