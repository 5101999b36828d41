"""A thing is new once; when its time has passed, it is new again."""

import pytest

from helpdesk.platform.recently import Recently


@pytest.fixture
def clock() -> list[float]:
    """The time is its last entry."""
    return [0.0]


@pytest.fixture
def recently(clock: list[float]) -> Recently:
    return Recently(60, lambda: clock[-1])


def test_the_first_of_each_is_told_from_those_that_follow(recently: Recently) -> None:
    assert [recently.is_first(key) for key in ("ana", "bo", "ana", "bo")] == [True, True, False, False]


def test_asking_again_does_not_make_it_last_longer(recently: Recently, clock: list[float]) -> None:
    assert recently.is_first("ana")
    clock.append(59)
    assert not recently.is_first("ana")
    clock.append(60)
    assert recently.is_first("ana")


def test_only_what_is_old_is_forgotten(recently: Recently, clock: list[float]) -> None:
    assert recently.is_first("ana")
    clock.append(30)
    assert recently.is_first("bo")
    clock.append(60)
    assert (recently.is_first("bo"), recently.is_first("ana")) == (False, True)
