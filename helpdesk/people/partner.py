"""Who belongs to the partner: by their Webex organization or, where that is not told, by their address's domain."""

from collections.abc import Awaitable, Callable, Collection

from helpdesk.platform.identifiers import id_key
from helpdesk.platform.text.address import domain_of
from helpdesk.platform.text.domains import canonical_domain


async def nothing_told() -> str:
    return ""


class Partner:
    """`organizations` are ids in either form; `own` gives the key of the bot's organization, empty where not told."""

    def __init__(
        self,
        organizations: Collection[str] = (),
        domains: Collection[str] = (),
        own: Callable[[], Awaitable[str]] = nothing_told,
    ) -> None:
        self._named = frozenset(map(id_key, organizations))
        self._domains = frozenset(canonical_domain(domain) or domain.lower() for domain in domains)
        self._own = own

    async def has(self, organization: str, email: str) -> bool:
        """Whether this is one of the partner's own people. Where nothing is known to tell it by, nobody is."""
        if organization and (ours := await self.organizations()):
            return organization in ours
        return domain_of(email) in self._domains

    async def is_foreign(self, organization: str) -> bool:
        """Whether Webex tells that this organization is another's."""
        if not organization:
            return False
        ours = await self.organizations()
        return bool(ours) and organization not in ours

    async def organizations(self) -> frozenset[str]:
        """Keys of those that are the partner's, as far as they are known."""
        own = await self._own()
        return self._named | {own} if own else self._named
