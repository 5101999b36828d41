"""Mail providers: what each must offer. How they fail is in `helpdesk.mail.provider_errors`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from helpdesk.mail.delivery import DeliveryLog, EventReader
from helpdesk.mail.suppression import SuppressionList


@dataclass(frozen=True, slots=True)
class Provider:
    """One mail provider, as it is configured.

    `events` reads what it posts to `/hooks/mail/<key>`; None where it posts nothing, or its key is not set. `check`
    is a harmless call that shows whether the configuration works; it raises MailProviderError. `headers` go with each
    mail that is sent, made from its token, so that what is told of it later can be matched.
    """

    key: str
    name: str
    suppression: SuppressionList
    delivery: DeliveryLog
    check: Callable[[], Awaitable[None]]
    events: EventReader | None = None
    headers: Callable[[str], dict[str, str]] = lambda token: {}


def checking(suppression: SuppressionList, delivery: DeliveryLog) -> Callable[[], Awaitable[None]]:
    """A check of a provider that is asked for both; of an address that RFC 2606 keeps free, so of nobody's mail."""

    async def check() -> None:
        await suppression.find("nobody@example.com")
        await delivery.last("nobody@example.com")

    return check
