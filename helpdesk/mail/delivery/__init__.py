"""What became of the mails to an address: the words, and the ports it is asked and heard through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.mail import DeliveryStatus, Reason

# Who told, where it was no provider: our own mail server when we handed the mail over, or a report that came back.
MAIL_SERVER = "mail server"
REPORT = "report"


@dataclass(frozen=True, slots=True)
class LastDelivery:
    """The newest mail to an address.

    `answer` is what the receiving mail server said, verbatim; None when it said nothing we know of. `code` is its
    enhanced status code (RFC 3463, such as `5.1.1`). `known_from` names who told, such as "SendGrid", MAIL_SERVER or
    REPORT, and `told_at` is when; empty when it is our own records. `problem` says why nobody could be asked, and then
    the status is UNKNOWN.
    """

    status: DeliveryStatus
    at: datetime | None = None
    subject: str | None = None
    answer: str | None = None
    code: str | None = None
    message_id: str | None = None
    known_from: str = ""
    problem: Text | None = None
    told_at: datetime | None = None


class DeliveryLog(Protocol):
    async def last(self, address: str) -> LastDelivery:
        """Of the newest mail to `address` (in lower case); DeliveryStatus.NONE when there is none.

        Raises MailProviderError (helpdesk.mail.providers) where the provider cannot be asked.
        """


@dataclass(frozen=True, slots=True)
class MailEvent:
    """What a provider, or a mail server, tells of one mail to one address.

    `event_id` is the teller's own, the same when it tells again. The mail is known by `token`, which we gave it, or
    by `message_id`, which the provider gave it. `suppress` says that the address is to be held back, and why.
    """

    event_id: str
    address: str
    status: DeliveryStatus
    at: datetime
    token: str | None = None
    message_id: str | None = None
    subject: str | None = None
    answer: str | None = None
    code: str | None = None
    suppress: Reason | None = None


class EventReader(Protocol):
    """Checks that a webhook's call is the provider's, then translates it."""

    async def read(self, headers: Mapping[str, str], body: bytes) -> Sequence[MailEvent]:
        """`body` as it was sent. Raises BadSignature; ValueError where it is signed and cannot be read."""


class BadSignature(Exception):
    """Not from the provider, or altered on its way."""


class HasDelivery(Protocol):
    """Whatever offers this service: a use case names what it needs."""

    @property
    def delivery(self) -> DeliveryLog: ...
