"""What Webex remembers: accounts, spaces, who is in them, messages and card presses.

Only state and reading it; what may be written, and by whom, is `writing.py`. Objects are compared
by identity. Times are aware UTC with milliseconds, as Webex gives them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any, Literal

from playground.identifiers import identifier, new_uuid, uuid_in

Json = dict[str, Any]
AccountType = Literal["person", "bot", "appuser"]
SpaceType = Literal["direct", "group"]


def now() -> datetime:
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(eq=False)
class Account:
    """A person, a bot or a Service App; `nickname` is what a mention shows in a message's plain text."""

    uuid: str
    email: str
    display_name: str
    nickname: str
    token: str
    type: AccountType
    org_id: str
    about: str = ""  # shown beside the name on the chat page
    created: datetime = field(default_factory=now)

    @property
    def id(self) -> str:
        return identifier("PEOPLE", self.uuid)


@dataclass(eq=False)
class Space:
    """A direct (1:1) or a group space; a direct one has no title of its own. Locked is what clients call moderated."""

    type: SpaceType
    title: str
    creator: Account
    uuid: str = field(default_factory=new_uuid)
    is_locked: bool = False  # then moderators alone say who comes in
    created: datetime = field(default_factory=now)
    last_activity: datetime = field(default_factory=now)

    @property
    def id(self) -> str:
        return identifier("ROOM", self.uuid)


@dataclass(eq=False)
class Membership:
    person: Account
    space: Space
    is_moderator: bool = False
    created: datetime = field(default_factory=now)

    @property
    def uuid(self) -> str:
        return f"{self.person.uuid}:{self.space.uuid}"

    @property
    def id(self) -> str:
        return identifier("MEMBERSHIP", self.uuid)


@dataclass(eq=False)
class File:
    """Bytes that came with a message; read at `/v1/contents/<id>`."""

    name: str
    content_type: str
    content: bytes
    uuid: str = field(default_factory=new_uuid)

    @property
    def id(self) -> str:
        return identifier("CONTENT", self.uuid)


@dataclass(eq=False)
class Message:
    """`text` is always there; `markdown` and `html` only when it was written richly."""

    person: Account
    space: Space
    text: str
    markdown: str | None = None
    html: str | None = None
    attachments: list[Json] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    parent_id: str | None = None
    mentioned: list[Account] = field(default_factory=list)
    uuid: str = field(default_factory=new_uuid)
    created: datetime = field(default_factory=now)
    updated: datetime | None = None
    edits: int = 0
    number: int = 0  # of all messages and presses of this cloud, in order
    is_deleted: bool = False

    @property
    def id(self) -> str:
        return identifier("MESSAGE", self.uuid)

    @property
    def card(self) -> Json | None:
        """The Adaptive Card it carries, if any."""
        return self.attachments[0]["content"] if self.attachments else None


@dataclass(eq=False)
class Action:
    """One press of a card's button: who, on which message, with which inputs."""

    person: Account
    message: Message
    inputs: Json
    uuid: str = field(default_factory=new_uuid)
    created: datetime = field(default_factory=now)
    number: int = 0

    @property
    def id(self) -> str:
        return identifier("ATTACHMENT_ACTION", self.uuid)

    @property
    def space(self) -> Space:
        return self.message.space


@dataclass(frozen=True)
class Change:
    """Something that happened, in the words webhooks use."""

    resource: Literal["messages", "attachmentActions", "memberships"]
    event: Literal["created", "updated", "deleted"]
    subject: Message | Action | Membership
    actor: Account


@dataclass
class Rooms:
    """Everything this Webex knows. `listeners` hear of every change, in order, after it is stored."""

    accounts: list[Account] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)
    actions: dict[str, Action] = field(default_factory=dict)  # by uuid
    listeners: list[Callable[[Change], None]] = field(default_factory=list)
    by_uuid: dict[str, Message] = field(default_factory=dict)
    by_token: dict[str, Account] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)  # uuid of an edit -> uuid of the message
    blocked: set[tuple[Account, Account]] = field(default_factory=set)  # (who wants to hear nothing, of whom)
    _by_space: dict[Space, list[Message]] = field(default_factory=dict)
    _space_by_uuid: dict[str, Space] = field(default_factory=dict)
    _members: dict[Space, dict[Account, Membership]] = field(default_factory=dict)
    _account_by: dict[str, Account] = field(default_factory=dict)  # uuid and address in lower case
    _files: dict[str, tuple[File, Message]] = field(default_factory=dict)
    _direct: dict[frozenset[Account], Space] = field(default_factory=dict)
    _counter: int = 0

    def tell(self, change: Change) -> None:
        for listener in self.listeners:
            listener(change)

    def next_number(self) -> int:
        self._counter += 1
        return self._counter

    def add_account(self, account: Account) -> Account:
        self.accounts.append(account)
        self.by_token[account.token] = account
        self._account_by[account.uuid] = self._account_by[account.email.lower()] = account
        return account

    def free_address(self, account: Account) -> None:
        """Nobody is found by the address of this account any more."""
        self._account_by.pop(account.email.lower(), None)

    def forget_account(self, account: Account) -> None:
        """Nobody finds this account any more, by id or address; what it did stays."""
        self.free_address(account)
        self._account_by.pop(account.uuid, None)

    def add_space(self, space: Space, members: list[Account]) -> Space:
        self.spaces.append(space)
        self._space_by_uuid[space.uuid] = space
        self._by_space[space] = []
        if space.type == "direct":
            self._direct[frozenset(members)] = space
        self._members[space] = {person: Membership(person, space, person is space.creator) for person in members}
        return space

    def add_message(self, message: Message) -> Message:
        message.number = self.next_number()
        self.by_uuid[message.uuid] = message
        self._files.update({one.uuid: (one, message) for one in message.files})
        self._by_space[message.space].append(message)
        message.space.last_activity = message.created
        return message

    def account(self, wanted: str) -> Account | None:
        """The account with this id or address (any case)."""
        return self._account_by.get(wanted.lower()) or self._account_by.get(uuid_in(wanted))

    def space(self, wanted: str) -> Space | None:
        return self._space_by_uuid.get(uuid_in(wanted))

    def message(self, wanted: str) -> Message | None:
        """The message with this id; None when it never was or is deleted."""
        message = self.by_uuid.get(uuid_in(wanted))
        return None if message is None or message.is_deleted else message

    def file(self, wanted: str) -> tuple[File, Message] | None:
        """The file with this id, and the message it came with, which may be deleted."""
        return self._files.get(uuid_in(wanted))

    def action(self, wanted: str) -> Action | None:
        return self.actions.get(uuid_in(wanted))

    def messages(self, space: Space) -> list[Message]:
        """The messages of a space, oldest first."""
        return [one for one in self._by_space[space] if not one.is_deleted]

    def newest_first(self, space: Space) -> Iterator[Message]:
        """The messages of a space; cheap for who wants the first few."""
        return (one for one in reversed(self._by_space[space]) if not one.is_deleted)

    def since(self, space: Space, number: int) -> list[Message]:
        """The messages of a space with a higher number, oldest first; cheap however many came before."""
        newest_first = takewhile(lambda one: one.number > number, reversed(self._by_space[space]))
        return [one for one in newest_first if not one.is_deleted][::-1]

    def forget(self, space: Space) -> None:
        """Drop the messages of a space untold, as if they had never been: for who writes very many."""
        for message in self._by_space[space]:
            del self.by_uuid[message.uuid]
            for one in message.files:
                self._files.pop(one.uuid, None)
        self._by_space[space] = []

    def memberships(self, space: Space) -> list[Membership]:
        return list(self._members[space].values())

    def memberships_of(self, person: Account) -> list[Membership]:
        return [found for one in self._members.values() if (found := one.get(person))]

    def membership(self, wanted: str) -> Membership | None:
        person_uuid, _, space_uuid = uuid_in(wanted).partition(":")
        person, space = self._account_by.get(person_uuid), self._space_by_uuid.get(space_uuid)
        return self._members[space].get(person) if person and space else None

    def join(self, person: Account, space: Space, adder: Account, is_moderator: bool = False) -> Membership:
        made = self._members[space][person] = Membership(person, space, is_moderator)
        self.tell(Change("memberships", "created", made, adder))
        return made

    def leave(self, membership: Membership, remover: Account) -> None:
        # Told first: whoever is taken out still hears of it.
        self.tell(Change("memberships", "deleted", membership, remover))
        del self._members[membership.space][membership.person]

    def members(self, space: Space) -> list[Account]:
        return list(self._members[space])

    def is_member(self, person: Account, space: Space) -> bool:
        return person in self._members[space]

    def is_moderator(self, person: Account, space: Space) -> bool:
        found = self._members[space].get(person)
        return found is not None and found.is_moderator

    def direct(self, one: Account, other: Account) -> Space | None:
        """The 1:1 space of two accounts, if they ever wrote to each other."""
        return self._direct.get(frozenset((one, other)))

    def may_see(self, person: Account, message: Message) -> bool:
        """Bots see of a group space only what mentions them, and what they wrote themselves."""
        if not self.is_member(person, message.space):
            return False
        if person.type == "person" or message.space.type == "direct":
            return True
        return message.person is person or person in message.mentioned
