"""A watch goes on while the provider cannot be asked, ends on a certain word, and takes half an hour at most."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from bot.dispatch.buttons import Thread
from bot.jobs import watch
from bot.jobs.services import Services
from bot.outgoing.notifier import JobRequester
from cards.elements import Card
from commands.resend import WATCHED_FOR
from helpdesk.mail.delivery import LastDelivery
from helpdesk.mail.provider_errors import ProviderRateLimited
from helpdesk.people.access import Role, prefer_language
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus
from helpdesk.services import Helpdesk
from tests.chat import PAT
from tests.commands.asking import LEE
from tests.commands.desks import open_desk
from tests.commands.provider_away import ProviderAway

SINCE, SUBJECT = datetime(2026, 3, 1, 12, tzinfo=UTC), "a test mail"
ASKED = {
    "person_id": LEE.person_id,
    "email": LEE.email,
    "space_id": "the space",
    "thread_id": "the thread",
    "is_direct": True,
    "event_id": "a press",
}


@dataclass
class Provider:
    """A remote delivery log; without an answer it asks to wait."""

    answer: LastDelivery | None = None

    async def last(self, address: str) -> LastDelivery:
        if self.answer is None:
            raise ProviderRateLimited("SomeMail")
        return self.answer


@dataclass
class Posted:
    """Takes what is announced, in place of Webex."""

    said: list[tuple[Card, JobRequester]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def say(self, card: Card, to: JobRequester, key: str) -> None:
        self.said.append((card, to))
        self.keys.append(key)


@pytest.fixture
async def desk(demo_store: Store) -> AsyncIterator[Helpdesk]:
    await add_agent(demo_store, LEE.email, Role.AGENT, "a test")
    async with open_desk(demo_store) as desk:
        yield replace(desk, delivery=Provider())


def services(desk: Helpdesk, thread: Posted, status: DeliveryStatus | None = None) -> Services:
    answer = LastDelivery(status, SINCE, SUBJECT, "550 5.1.1 no such user") if status else None
    return Services(replace(desk, delivery=Provider(answer)), thread)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "is_known"),
    [
        (None, False),
        (DeliveryStatus.IN_PROGRESS, False),
        (DeliveryStatus.UNKNOWN, False),
        (DeliveryStatus.DELIVERED, True),
        (DeliveryStatus.ERROR, True),
    ],
)
async def test_only_a_certain_word_ends_it(desk: Helpdesk, status: DeliveryStatus | None, is_known: bool) -> None:
    found = await watch.is_known(services(desk, Posted(), status), PAT, SUBJECT, SINCE.isoformat())
    assert found is is_known


async def test_it_speaks_the_askers_language_in_the_thread(desk: Helpdesk) -> None:
    await prefer_language(desk.store, LEE.person_id, "fr")
    thread = Posted()
    to = services(desk, thread, DeliveryStatus.ERROR)
    await watch.tell_what_became_of_it(to, PAT, SUBJECT, SINCE.isoformat(), ASKED)
    ((card, to),) = thread.said
    assert card.plain.startswith(f"Non remis à {PAT}")
    assert (to.email, to.place) == (LEE.email, Thread("the space", "the thread", is_direct=True))


async def test_a_provider_that_cannot_be_asked_at_the_end_is_no_word_and_never_none(desk: Helpdesk) -> None:
    thread = Posted()
    await watch.tell_what_became_of_it(services(desk, thread), PAT, SUBJECT, SINCE.isoformat(), ASKED)
    assert thread.said[0][0].plain.startswith(f"No word yet about the mail to {PAT}")
    assert "Status: Unknown" in thread.said[0][0].plain
    assert "SomeMail is asked too much at the moment." in thread.said[0][0].plain


@pytest.mark.parametrize("status", [DeliveryStatus.DELIVERED, DeliveryStatus.ERROR])
async def test_what_became_of_the_mail_is_told_where_the_list_cannot_be_asked(
    desk: Helpdesk, status: DeliveryStatus
) -> None:
    thread = Posted()
    to = services(replace(desk, suppression=ProviderAway()), thread, status)
    await watch.tell_what_became_of_it(to, PAT, SUBJECT, SINCE.isoformat(), ASKED)
    assert f"Status: {status.capitalize()}" in thread.said[0][0].plain


async def test_told_again_after_a_crash_it_has_the_same_key(desk: Helpdesk) -> None:
    thread = Posted()
    for _ in range(2):
        to = services(desk, thread, DeliveryStatus.DELIVERED)
        await watch.tell_what_became_of_it(to, PAT, SUBJECT, SINCE.isoformat(), ASKED)
    assert len(set(thread.keys)) == 1


@pytest.mark.parametrize("is_limited", [False, True])
async def test_who_may_no_longer_see_the_user_is_told_nothing(desk: Helpdesk, is_limited: bool) -> None:
    thread = Posted()
    await remove_agent(desk.store, LEE.email)
    if is_limited:
        nordlys = (await desk.directory.find("Nordlys")).hits[0].id
        await add_agent(desk.store, LEE.email, Role.AGENT, "a test", [nordlys])
    to = services(desk, thread, DeliveryStatus.DELIVERED)
    await watch.tell_what_became_of_it(to, PAT, SUBJECT, SINCE.isoformat(), ASKED)
    assert thread.said == []


def test_it_takes_half_an_hour_with_growing_pauses() -> None:
    assert sum(watch.PAUSES) == WATCHED_FOR.total_seconds()
    assert list(watch.PAUSES) == sorted(watch.PAUSES)
    assert (watch.PAUSES[0], watch.PAUSES[-1]) == (1, 60)
