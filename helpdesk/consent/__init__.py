"""A customer's consent to one agent's looking at their organization: standing, or asked for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Source(StrEnum):
    """`STANDING` is the customer's own setting; `ASKED` what an administrator of theirs answered."""

    STANDING = "standing"
    ASKED = "asked"


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


class Consent(Protocol):
    async def grant_of(self, agent_id: str, organization_id: str) -> Grant | None:
        """The agent's live grant; where the customer's setting stands for one, it is made by asking."""


class NoConsent:
    """Nobody gives any."""

    async def grant_of(self, agent_id: str, organization_id: str) -> Grant | None:
        return None
