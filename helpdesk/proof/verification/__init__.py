"""Proving that the caller is the user: the words, the policy, and how a code gets to the user.

A code is bound to the user, the agent who asked, the space and the purpose. It proves control of a
mailbox (or of a Webex account), nothing more, and no text may claim more. docs/security.md lists
where each number is enforced.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from helpdesk.platform.errors import BadInput, Refused
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.directory import Organization, Person


class Proof(StrEnum):
    """What a live verification rests on."""

    MAILBOX = "mailbox"
    WEBEX = "webex"
    APPROVAL = "approval"


class Purpose(StrEnum):
    CALLER = "caller"


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers, with where each comes from."""

    code_life: timedelta = timedelta(minutes=10)  # NIST SP 800-63B-4 3.1.3, OWASP ASVS 6.5.5: never more
    tries: int = 3
    resend_after: timedelta = timedelta(seconds=30)
    codes_per_day: int = 5  # per user
    codes_per_agent_hour: int = 30
    failures_before_lock: int = 10  # per user, in 24 h, over all codes and agents
    lock: timedelta = timedelta(hours=1)
    wrong_per_agent_hour: int = 12  # over all users; then the agent goes without codes for as long as `lock`
    verified_window: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Asker:
    """The agent who asks, and where."""

    agent_id: str
    email: str
    space_id: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """A code on its way. `is_certain` is False when it is not known whether it went out."""

    id: str
    person_id: str
    proof: Proof
    expires_at: datetime
    tries_left: int
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Verified:
    """The right code, or an approval: good for this agent and this user until then."""

    person_id: str
    proof: Proof
    until: datetime


@dataclass(frozen=True, slots=True)
class Wrong:
    """Not the code. `locked_until` is set when the user has had too many wrong ones today.

    `agent_locked_until` is set when the agent has entered too many wrong ones within an hour, for whomever.
    """

    challenge: Challenge
    locked_until: datetime | None = None
    agent_locked_until: datetime | None = None


class Carrier(Protocol):
    """A way for a code to reach the user and nobody else."""

    async def carry(self, code: str, person: Person, organization: Organization, asker: Asker, life: timedelta) -> bool:
        """Says whether it certainly went out. Raises HelpdeskError when it certainly did not."""


class NotACode(BadInput):
    def __init__(self) -> None:
        super().__init__(
            Text("A code is six digits, such as 123 456."),
            Text("Nothing was counted. Ask the caller to read it again."),
        )


class CodeExpired(Refused):
    def __init__(self) -> None:
        super().__init__(Text("That code has expired."), Text("Send a new code."))


class CodeUsed(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("That code was used already."), Text("Look the user up to see whether the caller is verified.")
        )


class CodeReplaced(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("A newer code was sent; only the newest one counts."), Text("Use the newest card, or send a new code.")
        )


class NoTriesLeft(Refused):
    def __init__(self) -> None:
        super().__init__(Text("That code was entered wrongly too often."), Text("Send a new code."))


class NotYours(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("This code belongs to the agent who asked for it, in the space where they asked."),
            Text("Send a code of your own."),
        )


class NotProven(Refused):
    """No live verification of that user by that agent, or none that rests on enough."""

    def __init__(self) -> None:
        super().__init__(Text("First prove who the caller is."))


class TooSoon(Refused):
    def __init__(self, wait: timedelta) -> None:
        seconds = max(1, -(-int(wait.total_seconds() * 1000) // 1000))
        super().__init__(
            Text("A code was sent a moment ago."),
            Text(
                "The next one can be sent in {seconds} s. Ask the caller to look in the spam folder too.",
                seconds=seconds,
            ),
        )


class TooManyCodes(Refused):
    """As many codes as the policy allows were sent; the next may go out at `until`."""

    def __init__(self, text: Text, until: datetime) -> None:
        super().__init__(text, Text("The next code can be sent at {time}. Until then, use another proof.", time=until))


class Locked(Refused):
    def __init__(self, until: datetime) -> None:
        super().__init__(
            Text("Too many wrong codes were entered for this user."),
            Text("Codes are locked until {time}. Someone may be guessing: be careful.", time=until),
        )


class AgentLocked(Refused):
    def __init__(self, until: datetime) -> None:
        super().__init__(
            Text("You have entered as many wrong codes as one hour allows."),
            Text("You can send and enter codes again at {time}. Until then, use another proof.", time=until),
        )


class OwnApproval(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("Nobody approves their own request."), Text("Ask another advanced agent to press the button.")
        )
