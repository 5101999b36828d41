"""Addresses that mail is held back from, why, and the port to lift that.

An address may be held for several reasons at once; mail flows only when all of them are lifted.
Addresses are compared in lower case.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import BeforeValidator

from helpdesk.store.tables import Reason, Suppression

# A spam complaint is the user's own wish: lifting it needs more than a caller who asks for it.
GUARDED = frozenset({Reason.COMPLAINT})
# Held for this, later mail is tried all the same.
NOT_BLOCKING = frozenset({Reason.BLOCK})

# Read back from JSON as part of something else, a row would take its times for texts.
Entry = Annotated[Suppression, BeforeValidator(Suppression.model_validate)]


@dataclass(frozen=True, slots=True)
class Removal:
    removed: tuple[Entry, ...] = ()
    kept: tuple[Entry, ...] = ()


class SuppressionList(Protocol):
    async def find(self, address: str) -> Sequence[Suppression]:
        """Every entry of `address`, newest first; empty when it is not listed, which is never an error."""

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        """Take `address` off, but for entries whose reason is in `keeping`. An address not listed is no error.

        The same event is given the same Removal again, and takes nothing off that was listed since.
        """


def is_blocking(suppression: Suppression) -> bool:
    return suppression.reason not in NOT_BLOCKING


def is_guarded(suppression: Suppression) -> bool:
    return suppression.reason in GUARDED
