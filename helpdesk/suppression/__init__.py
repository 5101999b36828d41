"""Addresses that mail is held back from, why, and the port to lift that.

An address may be held for several reasons at once; mail flows only when all of them are lifted.
Addresses are compared in lower case.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from helpdesk.store.tables import Reason, Suppression

# A spam complaint is the user's own wish: lifting it needs more than a caller who asks for it.
GUARDED = frozenset({Reason.COMPLAINT})
# Held for this, later mail is tried all the same.
NOT_BLOCKING = frozenset({Reason.BLOCK})


@dataclass(frozen=True, slots=True)
class Removal:
    removed: tuple[Suppression, ...] = ()
    kept: tuple[Suppression, ...] = ()


class SuppressionList(Protocol):
    async def find(self, address: str) -> Sequence[Suppression]:
        """Every entry of `address`, newest first; empty when it is not listed, which is never an error."""

    async def remove(self, address: str, keeping: Collection[Reason] = ()) -> Removal:
        """Take `address` off, but for entries whose reason is in `keeping`. An address not listed is no error."""


def is_blocking(suppression: Suppression) -> bool:
    return suppression.reason not in NOT_BLOCKING


def is_guarded(suppression: Suppression) -> bool:
    return suppression.reason in GUARDED
