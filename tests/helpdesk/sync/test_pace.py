"""Calls go out evenly, in the order they were asked for, and none while Webex wants to be left alone."""

import pytest

from helpdesk.sync.pace import EvenPace


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The loop's time, which passes by sleeping."""
    now = [100.0]
    monkeypatch.setattr("helpdesk.sync.pace.asyncio", Asleep(now))
    return now


class Asleep:
    """What the pace knows of asyncio: a clock, and sleeping, which sets it forward."""

    def __init__(self, now: list[float]) -> None:
        self._now = now

    def get_running_loop(self) -> "Asleep":
        return self

    def time(self) -> float:
        return self._now[0]

    async def sleep(self, seconds: float) -> None:
        self._now[0] += seconds


async def test_calls_are_spread_evenly(clock: list[float]) -> None:
    pace = EvenPace(10)
    moments = []
    for _ in range(3):
        await pace.turn()
        moments.append(clock[0])
    assert moments == pytest.approx([100.0, 100.1, 100.2])


async def test_after_a_rest_nothing_is_made_up_for(clock: list[float]) -> None:
    pace = EvenPace(10)
    await pace.turn()
    clock[0] += 60
    await pace.turn()
    assert clock[0] == pytest.approx(160.0)


async def test_told_to_wait_everyone_waits_and_no_shorter_wait_cuts_it(clock: list[float]) -> None:
    pace = EvenPace(10)
    await pace.turn()
    pace.hold(7)
    pace.hold(1)
    await pace.turn()
    assert clock[0] == pytest.approx(107.0)
