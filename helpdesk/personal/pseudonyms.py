"""What stands for a person who was forgotten: the same for the same address, and told by nobody without the key."""

import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """`secret` is HELPDESK_SECRET_KEY, `earlier` are those before: under another, the same person has another one.

    For an address it is the one that the audit has (helpdesk.audit.names).
    """

    secret: str = field(repr=False)
    earlier: tuple[str, ...] = field(default=(), repr=False)

    def of(self, identifier: str) -> str:
        """For an address, an id, a number or a name, in whatever case."""
        return _pseudonym(self.secret, identifier)

    def all_of(self, identifier: str) -> list[str]:
        """Those of earlier secrets, too."""
        return [_pseudonym(secret, identifier) for secret in (self.secret, *self.earlier)]


def _pseudonym(secret: str, identifier: str) -> str:
    key = hmac.digest(secret.encode(), b"helpdesk audit names", "sha256")
    return f"person-{hmac.digest(key, identifier.casefold().encode(), 'sha256').hex()[:20]}"
