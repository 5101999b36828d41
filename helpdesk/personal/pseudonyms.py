"""What stands for a person who was forgotten: the same for the same address, and told by nobody without the key."""

import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """`secret` is HELPDESK_SECRET_KEY: under another one, the same person has another pseudonym.

    For an address it is the one that the audit has (helpdesk.audit.names).
    """

    secret: str = field(repr=False)

    def of(self, identifier: str) -> str:
        """For an address, an id, a number or a name, in whatever case."""
        key = hmac.digest(self.secret.encode(), b"helpdesk audit names", "sha256")
        return f"person-{hmac.digest(key, identifier.casefold().encode(), 'sha256').hex()[:20]}"
