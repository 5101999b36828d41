"""Sending mail: the words, and the port that a mail server is reached through."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from helpdesk.platform.errors import Unavailable
from helpdesk.platform.language import Text


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address that was checked (helpdesk.platform.text.address).

    By `token` it is known when something is told of it later; whoever notes the mail gives it one. `in_ascii` says that
    a server on the way did not take the domain in Unicode.
    """

    to: str
    subject: str
    text: str
    html: str
    token: str = ""
    in_ascii: bool = False


class Reports(StrEnum):
    """What will be told of a mail that a server took."""

    EVERYTHING = "everything"
    FAILURES = "failures"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the mail; `answer` is what it said, such as `250 OK queued as 7`.

    `is_certain` is False when it took all of the mail but its last word never came.
    """

    answer: str
    is_certain: bool = True
    reports: Reports = Reports.NOTHING


class Mailer(Protocol):
    async def send(self, mail: Mail) -> Accepted:
        """Raises MailError, and only when the mail was certainly not taken."""


class MailError(Unavailable):
    """The mail was certainly not taken."""


class MailRefused(MailError):
    """The server refused this mail, or already its recipient; `answer` is what it said, verbatim."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        super().__init__(
            Text("The mail server refused the mail: {answer}", answer=answer),
            Text("Check the address with the caller, or use another proof."),
        )


class MailUnavailable(MailError):
    """The server cannot be reached, is too slow, or refuses us; `cause` says which, without personal data."""

    def __init__(self, cause: Text) -> None:
        self.cause = cause
        super().__init__(
            Text("The mail server did not take the mail: {cause}.", cause=cause),
            Text("No mail was sent. Try again in a minute; tell your operator if it stays like this."),
        )


class MailUnsendable(MailError):
    """No server on the way could be told the address, so it was not tried."""

    def __init__(self) -> None:
        super().__init__(
            Text("The mail server cannot send to letters other than a to z before the @, so no mail was sent."),
            Text("Use another address of the user, or another proof. Your operator can let the server offer SMTPUTF8."),
        )


class NoMailer:
    """Stands where no mail server is configured."""

    async def send(self, mail: Mail) -> Accepted:
        raise MailError(
            Text("This desk has no mail server, so no mail was sent."),
            Text("The operator sets HELPDESK_SMTP_URL and HELPDESK_MAIL_FROM."),
        )


class HasMailer(Protocol):
    """Whatever offers this service: a use case names what it needs."""

    @property
    def mailer(self) -> Mailer: ...
