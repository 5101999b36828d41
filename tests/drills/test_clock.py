"""The clock is set back an hour, or differs between machines: everyone is answered once all the same."""

from bot.events.inbox import Inbox
from bot.webex.events import Arrival, EventKind
from helpdesk.platform.store import Store
from tests.chat import Clock
from tests.databases import Postgres
from tests.drills.crowd import Crowd


async def test_in_the_middle_of_the_work_the_clock_may_be_set_back(crowd: Crowd) -> None:
    await crowd.chat.start()
    crowd.cloud.faults.latency_seconds = 0.2  # so that much is in work
    await crowd.ask()
    await crowd.answers(10)
    crowd.chat.clock.passes(hours=-1)
    await crowd.ask()
    await crowd.answers()
    await crowd.chat.stop()
    assert await crowd.problems() == []


async def test_what_was_asked_while_the_bot_was_down_and_its_clock_was_set_back_is_answered(
    crowd_on_sqlite: Crowd,
) -> None:
    crowd = crowd_on_sqlite
    crowd.chat.clock.passes(hours=1)
    await crowd.chat.start()
    await crowd.ask()
    await crowd.answers()
    await crowd.chat.stop()
    crowd.chat.clock.passes(hours=-1)
    await crowd.ask()
    await crowd.chat.start()
    await crowd.answers()
    await crowd.chat.stop()
    assert await crowd.problems() == []


async def test_a_machine_whose_clock_is_ahead_or_behind_takes_nothing_from_the_others(postgres: Postgres) -> None:
    arrival = Arrival("message:one", EventKind.MESSAGE, "one", "ana", "ana@partner.example", True, "space")
    ahead, behind = Clock(), Clock()
    ahead.passes(hours=1)
    behind.passes(hours=-1)
    async with postgres.fresh("empty") as url:
        store = Store(url)
        await Inbox(store, "one").add([(arrival, True)])
        for clock in (ahead, behind):
            assert await Inbox(store, "another", clock).take(10, 10, frozenset()) == ([], False)
        await store.close()
