"""Who is in a space, as Webex says: good for a minute, and asked anew behind the scenes before that is over.

Who is told of a change lets it be forgotten at once, also while Webex is being asked. While nobody can tell us of
changes, every answer is asked for anew.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from helpdesk.people.accounts import Account
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.identifiers import id_key
from helpdesk.platform.webex.client import WebexError

log = structlog.get_logger()

GOOD_SECONDS = 60
# From then on it is asked anew while the old answer still serves: a desk that is in use never waits.
RENEW_SECONDS = 30
# So often Webex is asked while people come and go; then nobody knows who is there.
MOST_ASKED = 4


@dataclass(frozen=True, slots=True)
class Members:
    """The addresses of the people in a space, in lower case; our own bot is left out.

    `has_others`: somebody else is there, another bot or who has no address that we are told. `accounts` says by
    address whose they are, as far as Webex tells it.
    """

    addresses: frozenset[str]
    has_others: bool = False
    accounts: Mapping[str, Account] = field(default_factory=dict, compare=False)


ListMembers = Callable[[str], Awaitable[Members]]


class Memberships:
    def __init__(self, ask: ListMembers) -> None:
        self._ask = ask
        self._known: dict[str, tuple[float, Members]] = {}  # key of the space -> (when asked, answer)
        self._asking: dict[str, asyncio.Task[Members]] = {}
        self._changes: Counter[str] = Counter()  # key of the space -> how many changes this process was told of
        self._shared: dict[str, int] = {}  # the same for all processes, as the store said last
        self._is_deaf = False

    async def of(self, space_id: str) -> Members:
        """Raises WebexError, also where people come and go faster than Webex answers."""
        space = id_key(space_id)
        for _ in range(MOST_ASKED):
            changes = self._changes[space]
            members = await self._of(space, space_id)
            if self._changes[space] == changes:
                return members
        raise WebexError(None)

    def is_newest(self, space_id: str, members: Members) -> bool:
        """Whether what is known last says the same as `members`, which `of` gave.

        While nobody tells us of changes, each of many askers brings an answer of their own: the same ones agree.
        """
        _, known = self._known.get(id_key(space_id), (0.0, None))
        return known is not None and (known, known.accounts) == (members, members.accounts)

    def forget(self, space_id: str) -> None:
        """Somebody came or went: what is being asked just now may be of before."""
        self._forget(id_key(space_id))

    def told_by_all(self, space_id: str, changes: int) -> bool:
        """Take over how many changes all processes were told of; says whether some are new to this one."""
        space = id_key(space_id)
        if self._shared.get(space, 0) == changes:
            return False
        self._shared[space] = changes
        self._forget(space)
        return True

    def deaf(self) -> None:
        """From now on nobody tells us of changes."""
        self._is_deaf = True

    def hearing(self) -> None:
        """We are told of changes again; what happened until now, nobody told us."""
        self._is_deaf = False
        for space in {*self._known, *self._asking}:
            self._forget(space)

    def _forget(self, space: str) -> None:
        self._changes[space] += 1
        self._known.pop(space, None)
        self._asking.pop(space, None)

    async def _of(self, space: str, space_id: str) -> Members:
        asked_at, members = self._known.get(space, (-float("inf"), None))
        age = float("inf") if self._is_deaf else time.monotonic() - asked_at
        if members is not None and age < RENEW_SECONDS:
            return members
        asking = self._asking.get(space) or self._begin(space, space_id)
        if members is not None and age < GOOD_SECONDS:
            return members
        return await asyncio.shield(asking)

    def known(self, space_id: str) -> Members | None:
        """The answer that is at hand, if it is still good; nobody is asked."""
        asked_at, members = self._known.get(id_key(space_id), (-float("inf"), None))
        return members if time.monotonic() - asked_at < GOOD_SECONDS else None

    def _begin(self, space: str, space_id: str) -> asyncio.Task[Members]:
        task = self._asking[space] = asyncio.create_task(self._find_out(space, space_id))
        task.add_done_callback(_noted)
        return task

    async def _find_out(self, space: str, space_id: str) -> Members:
        asked_at, me = time.monotonic(), asyncio.current_task()
        try:
            members = await self._ask(space_id)
            if self._asking.get(space) is me:
                self._known[space] = (asked_at, members)
            return members
        finally:
            if self._asking.get(space) is me:
                del self._asking[space]


def _noted(task: asyncio.Task[Members]) -> None:
    """Nobody may be waiting for it: then its failure is told here only."""
    if not task.cancelled() and (error := task.exception()):
        log.warning("space_members_unavailable", error=type(error).__name__)
        if not isinstance(error, HelpdeskError):
            log.error("space_members_failed", exc_info=error)
