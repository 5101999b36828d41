"""What Webex tells comes twice, in the wrong order, or not at all: everyone is answered once all the same."""

from tests.drills.bots import Bots
from tests.drills.crowd import Crowd


async def test_what_was_asked_while_the_socket_was_away_is_answered(crowd: Crowd) -> None:
    await crowd.chat.start()
    await crowd.ask()
    await crowd.answers(10)
    crowd.cloud.faults.drop_socket(seconds=2)
    await crowd.cloud.sockets_until(lambda: not crowd.cloud.sockets)
    await crowd.ask()
    await crowd.answers()
    await crowd.chat.stop()
    assert await crowd.problems() == []


async def test_frames_that_come_twice_and_backwards_are_answered_once(crowd_on_sqlite: Crowd) -> None:
    crowd = crowd_on_sqlite
    await crowd.chat.start()
    crowd.cloud.faults.duplicate_events = True
    with crowd.told_backwards():
        await crowd.ask()
    await crowd.answers()
    await crowd.chat.stop()
    assert await crowd.problems() == []


async def test_deliveries_that_come_twice_and_backwards_are_answered_once(crowd_on_sqlite: Crowd, bots: Bots) -> None:
    crowd = crowd_on_sqlite
    crowd.cloud.webhooks.at_once = 8
    await bots.by_webhook(crowd.chat.settings)
    crowd.cloud.faults.duplicate_events = True
    with crowd.told_backwards():
        await crowd.ask()
    await crowd.answers()
    await bots.end_all()
    assert await crowd.problems() == []
