"""Several processes on one PostgreSQL: they share the work, and one that ends or dies leaves nothing undone."""

import asyncio

from tests.drills.bots import Bots
from tests.drills.crowd import Crowd

# Said where a process died with the code on its way: it is not sent again.
CODE_UNSURE = "The code may have been sent to "


async def test_processes_of_both_transports_answer_everyone_once(crowd_on_postgres: Crowd, bots: Bots) -> None:
    crowd, settings = crowd_on_postgres, crowd_on_postgres.chat.settings
    starting = (bots.by_websocket, bots.by_websocket, bots.by_webhook, bots.by_webhook)
    listening, _, serving, _ = await asyncio.gather(*(start(settings) for start in starting))
    await crowd.ask()
    await crowd.answers(10)
    # Told to end in the middle of it, as when a new release is rolled out.
    ending = asyncio.gather(bots.end(listening), bots.end(serving))
    await crowd.ask()
    assert await ending == [0, 0]
    await crowd.answers()
    await bots.end_all()
    assert await crowd.problems() == []


async def test_of_two_listening_processes_one_is_killed_and_everyone_is_answered_once(
    crowd_on_postgres: Crowd, bots: Bots
) -> None:
    crowd, settings = crowd_on_postgres, crowd_on_postgres.chat.settings
    await asyncio.gather(bots.by_websocket(settings), bots.by_websocket(settings))
    crowd.cloud.faults.latency_seconds = 0.3  # much is in work at any time
    await crowd.ask()
    await crowd.answers(10)
    await bots.kill(await crowd.busiest())
    await crowd.ask()
    await crowd.answers()
    await bots.end_all()
    assert await crowd.retaken()
    crowd.excuse(CODE_UNSURE)
    assert await crowd.problems() == []


async def test_of_two_serving_processes_one_is_killed_and_everyone_is_answered_at_least_once(
    crowd_on_postgres: Crowd, bots: Bots
) -> None:
    crowd, settings = crowd_on_postgres, crowd_on_postgres.chat.settings
    crowd.cloud.webhooks.at_once = 8
    await asyncio.gather(bots.by_webhook(settings), bots.by_webhook(settings))
    crowd.cloud.faults.latency_seconds = 0.3
    await crowd.ask()
    await crowd.answers(10)
    await bots.kill(await crowd.busiest())
    # What it was being told then was told to nobody: the one that takes its place asks for it.
    await crowd.ask()
    await bots.by_webhook(settings)
    await crowd.answers()
    await bots.end_all()
    assert await crowd.retaken()
    crowd.excuse(CODE_UNSURE)
    # A bot may not list what it wrote in a space: an answer that was out, with only the dead process told of
    # it, is sent again (docs/decisions.md).
    crowd.pardon([each for each in await crowd.retaken() if each.root.space.type == "group"])
    assert await crowd.problems() == []
