"""What a command is, and what it is given."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from cards.elements import Card
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Language, Text
from helpdesk.proof.gate import Act
from helpdesk.services import Helpdesk


@dataclass(frozen=True, slots=True)
class Message:
    """A typed line for one command. `text` is what stood behind the keyword; `say` speaks the sender's language.

    `files` are the addresses of what was attached, at Webex.
    """

    event_id: str
    sender: Sender
    space_id: str
    is_direct: bool
    text: str
    say: Language
    thread_id: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A pressed button. `about` comes out of its signed token; `inputs` are what anyone can post: trust neither
    their presence nor their content.

    `began_in` is the space that what `about` tells of was begun in; `space_id` is where the answer is to go.
    """

    event_id: str
    sender: Sender
    space_id: str
    is_direct: bool
    about: Mapping[str, Any]
    inputs: Mapping[str, str]
    say: Language
    thread_id: str = ""
    began_in: str = ""


Event = Message | Submission


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A card for another space than the one that was asked in.

    Where not everyone in it may see the card, it goes 1:1 to the agent with the address `to`; with none, to nobody.
    """

    card: Card
    space_id: str
    to: str = ""


class Shows(Enum):
    """What the answers of a command hold: it decides where they may be read."""

    NOTHING_PRIVATE = auto()
    PRIVATE = auto()  # of customers and their people: for everyone who may see what the asker may
    FOR_ASKER_ALONE = auto()


Later = Callable[[], Awaitable[Card | None]]


@dataclass(frozen=True, slots=True)
class Renewable:
    """A card for now; once it is sent, `later` gives another, or None where there is nothing newer to say."""

    card: Card
    later: Later


Reply = Card | Renewable | Sequence[Card | Elsewhere]
OnMessage = Callable[[Message, Helpdesk], Awaitable[Reply]]
OnSubmit = Callable[[Submission, Helpdesk], Awaitable[Reply]]


class Owner(Enum):
    """Whose a button is: it decides who may press it."""

    ASKER = auto()  # of who asked for the card, alone
    ANYONE_IN_SCOPE = auto()  # of everyone who may; what it reads is what the presser may see when they press


@dataclass(frozen=True, slots=True)
class Gate:
    """An act that dispatch asks the gate about, and on whom it is, read from the signed token.

    `whom` gives an address, or a user's id.
    """

    act: Act
    whom: Callable[[Submission], str]


@dataclass(frozen=True, slots=True)
class AsksItself:
    """A gate that the act's own service asks, since its answer is not yes or no for one user; `by` says which."""

    by: str


@dataclass(frozen=True, slots=True)
class NotGated:
    """Why something is changed without asking the gate."""

    why: str


# What stands before a change. None: nothing is changed.
Guard = Gate | AsksItself | NotGated | None


@dataclass(frozen=True, slots=True)
class Action:
    """What a button does, whose it is, what stands before it; `permission` where the command's own is not enough."""

    handler: OnSubmit
    owner: Owner
    guard: Guard = None
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One keyword: how it is asked for, who may, and what answers.

    `on_submit` has an action for each button, `<keyword>.<verb>`. `guard` is what stands before what a typed line
    changes; dispatch asks no gate for it, since a line carries no subject that the desk has shown.
    """

    keyword: str
    usage: Text
    help: Text
    permission: Permission
    on_message: OnMessage
    on_submit: Mapping[str, Action] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    guard: AsksItself | NotGated | None = None
    shows: Shows = Shows.PRIVATE

    def permission_for(self, action: str) -> Permission:
        return self.on_submit[action].permission or self.permission


async def audit(
    event: Event,
    desk: Helpdesk,
    action: str,
    subject: str,
    outcome: str,
    *,
    organization_id: str | None,
    reason: str | None = None,
) -> None:
    """One audit row for what the sender of `event` did to `subject`, an address or a customer's name."""
    await desk.audit.record(
        actor=event.sender.email,
        action=action,
        subject=subject,
        organization_id=organization_id,
        outcome=outcome,
        event_id=event.event_id,
        reason=reason,
    )


SHORTEST_REASON = 10
LONGEST_REASON = 500


def parse_reason(text: str) -> str:
    """A reason a person gave, on one line. Raises BadInput: clients check the length, anyone can post without."""
    reason = " ".join(text.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise BadInput(
            Text("A reason takes {least} to {most} characters.", least=SHORTEST_REASON, most=LONGEST_REASON),
            Text("Nothing was changed. Fill in the reason and press again."),
        )
    return reason
