"""Who is in a space: the newest that is known, also while somebody comes and while nobody tells us of it."""

import asyncio

import pytest

from helpdesk.people.access import Access, Role, Sender
from helpdesk.people.agents import add_agent
from helpdesk.people.members import Members, Memberships
from helpdesk.people.partner import Partner
from helpdesk.people.space_changes import note_change
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.webex.client import WebexError
from tests.sessions import writing

ANA, LEE = "ana.ruiz@partner.example", "lee.novak@partner.example"


def access_by(store: Store, memberships: Memberships) -> Access:
    return Access(store, (), ("desk",), memberships, Partner(domains=["partner.example"]))


SENDER = Sender("ana", ANA, Role.PARTNER_ADMINISTRATOR)


class Slow:
    """A Webex that answers each question when told to, with who was there when it was asked."""

    def __init__(self) -> None:
        self.there = {ANA}
        self.has_others = False
        self.questions: list[asyncio.Event] = []

    async def __call__(self, space_id: str) -> Members:
        members, may_answer = Members(frozenset(self.there), self.has_others), asyncio.Event()
        self.questions.append(may_answer)
        await may_answer.wait()
        return members

    async def asked(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.questions) < count:  # noqa: ASYNC110
                await asyncio.sleep(0)


async def test_what_was_asked_before_somebody_came_is_not_believed_by_who_waits_for_it() -> None:
    memberships = Memberships(slow := Slow())
    waiting = asyncio.create_task(memberships.of("desk"))
    await slow.asked(1)
    slow.there |= {LEE}
    memberships.forget("desk")
    slow.questions[0].set()
    await slow.asked(2)
    slow.questions[1].set()
    assert (await waiting).addresses == {ANA, LEE}


async def test_where_people_come_faster_than_webex_answers_nobody_knows_who_is_there() -> None:
    memberships = Memberships(slow := Slow())
    waiting = asyncio.create_task(memberships.of("desk"))
    for number in range(1, 5):
        await slow.asked(number)
        memberships.forget("desk")
        slow.questions[-1].set()
    with pytest.raises(WebexError):
        await waiting


async def test_who_comes_while_the_limits_are_read_is_seen(store: Store) -> None:
    """The limits of those who were there are no answer any more."""
    memberships = Memberships(slow := Slow())
    access = access_by(store, memberships)
    read, came = store.read, asyncio.Event()

    async def reading(work: object, *args: object) -> object:
        found = await read(work, *args)  # type: ignore[arg-type]
        if not came.is_set():
            came.set()
            slow.has_others = True
            memberships.forget("desk")
        return found

    store.read = reading  # type: ignore[method-assign,assignment]
    asking = asyncio.create_task(access.may_all_see("desk", SENDER))
    for number in (1, 2):
        await slow.asked(number)
        slow.questions[-1].set()
    assert await asking is False


async def test_a_limit_set_by_another_process_counts_at_once(store: Store) -> None:
    async def there(space_id: str) -> Members:
        return Members(frozenset({ANA, LEE}))

    access = access_by(store, Memberships(there))
    await add_agent(store, LEE, Role.AGENT, "a test")
    assert await access.may_all_see("desk", SENDER)
    async with writing(store) as session:
        session.add(Organization(id="acme", webex_id="acme", display_name="Acme", search_name="acme"))
    await add_agent(store, LEE, Role.AGENT, "a test", ["Acme"])
    assert not await access.may_all_see("desk", SENDER)


async def test_while_nobody_tells_of_changes_each_answer_is_asked_for_anew() -> None:
    asked: list[str] = []

    async def there(space_id: str) -> Members:
        asked.append(space_id)
        return Members(frozenset({ANA}))

    memberships = Memberships(there)
    for _ in range(2):
        await memberships.of("desk")
    assert len(asked) == 1
    memberships.deaf()
    for _ in range(2):
        await memberships.of("desk")
    assert len(asked) == 3
    memberships.hearing()
    for _ in range(2):
        await memberships.of("desk")
    assert len(asked) == 4


async def test_while_nobody_tells_of_changes_anothers_answer_that_says_the_same_changes_nothing(store: Store) -> None:
    """Each of many askers brings an answer of their own while the limits are read for one of them."""
    webex = Known()
    access = access_by(store, memberships := Memberships(webex))
    memberships.deaf()
    read = store.read

    async def reading(work: object, *args: object) -> object:
        found = await read(work, *args)  # type: ignore[arg-type]
        await memberships.of("desk")
        return found

    store.read = reading  # type: ignore[method-assign,assignment]
    assert await access.may_all_see("desk", SENDER)
    assert webex.asked == 2
    webex.has_others = True
    assert not await access.may_all_see("desk", SENDER)


class Known:
    """A Webex that answers at once."""

    def __init__(self) -> None:
        self.has_others = False
        self.asked = 0

    async def __call__(self, space_id: str) -> Members:
        self.asked += 1
        return Members(frozenset({ANA, LEE}), self.has_others)


async def test_what_one_process_is_told_by_a_webhook_the_others_know_at_their_next_answer(store: Store) -> None:
    webex = Known()
    told, other = (access_by(store, Memberships(webex)) for _ in range(2))
    for access in (told, other):
        assert await access.may_all_see("desk", SENDER)
    webex.has_others = True
    told.members_changed_for_all("desk")
    async with asyncio.timeout(20):
        while await other.may_all_see("desk", SENDER):  # noqa: ASYNC110 - until it is written
            await asyncio.sleep(0.01)
    assert not await told.may_all_see("desk", SENDER)


async def test_what_is_known_to_all_is_asked_for_once_more_and_then_believed(store: Store) -> None:
    webex = Known()
    for _ in range(2):
        await store.write(note_change, "desk")
    access = access_by(store, Memberships(webex))
    for _ in range(3):
        assert await access.may_all_see("desk", SENDER)
    assert webex.asked == 2
    await store.write(note_change, "another space")
    assert await access.may_all_see("desk", SENDER)
    assert webex.asked == 2
