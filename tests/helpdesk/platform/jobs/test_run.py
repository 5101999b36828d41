"""Steps are done where the process is sure to have the job still."""

import asyncio

import pytest

from helpdesk.platform.heartbeats import LOOKS, Processes
from helpdesk.platform.jobs.run import Bridge
from helpdesk.platform.store import Store
from tests.helpdesk.platform.jobs.small_jobs import Desk, note


async def test_one_that_was_taken_for_dead_meanwhile_begins_no_step(store: Store) -> None:
    stood_still, other = Processes(store, "one", "websocket", every_seconds=0), Processes(store, "other", "websocket")
    await stood_still.beat()
    desk = Desk()
    bridge = Bridge(desk, stood_still)
    began_in = bridge.life
    await bridge.do(began_in, lambda desk: note(desk, "before"))
    for _ in range(LOOKS + 1):
        await other.beat()
    assert await other.take_dead() == ["one"]
    with pytest.raises(asyncio.CancelledError):
        await bridge.do(began_in, lambda desk: note(desk, "after"))
    assert desk.done == {"before": 1}
