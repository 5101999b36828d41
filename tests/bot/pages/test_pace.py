"""A bucket for each: full at first, filled by time, and bounded in number."""

import pytest

from bot.pages import pace
from bot.pages.pace import RequestPace


def test_time_alone_fills_a_bucket() -> None:
    clock = [0.0]
    paced = RequestPace(2, 0.5, lambda: clock[0])
    assert [paced.wait("ana") for _ in range(3)] == [0, 0, 2]
    clock[0] = 1.0
    assert paced.wait("ana") == 1
    clock[0] = 2.0
    assert paced.wait("ana") == 0
    assert paced.wait("bo") == 0


def test_a_flood_of_addresses_takes_no_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST", 3)
    paced = RequestPace(1, 0.1, lambda: 0.0)
    assert [paced.wait(str(number)) for number in range(9)] == [0] * 9
    assert len(paced._left) == 3
    assert paced.wait("8") > 0
