"""What an ending means, and how long it makes us wait."""

import socket
from datetime import timedelta
from email.utils import format_datetime

import pytest
import requests

from bot.transports.websocket.devices import DeviceServiceError
from bot.transports.websocket.disconnects import LONGEST_OBEYED_SECONDS, TOKEN_REFUSED, Ending, ReconnectPace, ending
from helpdesk.platform.clock import utc_now

PACE = ReconnectPace()
BROKEN = Ending("the link broke")


def test_the_first_try_comes_at_once_and_later_ones_ever_later_up_to_half_a_minute() -> None:
    for failures, longest in ((0, 0.5), (1, 1), (2, 2), (6, 30), (10**6, 30)):
        pauses = [PACE.pause(BROKEN, failures) for _ in range(50)]
        assert longest / 2 <= min(pauses) < max(pauses) <= longest


def test_what_trying_often_would_not_help_is_tried_once_a_minute() -> None:
    pauses = [PACE.pause(TOKEN_REFUSED, failures) for failures in range(50)]
    assert 60 <= min(pauses) < max(pauses) <= 75


def test_a_planned_ending_costs_no_time_unless_it_comes_again_and_again() -> None:
    planned = Ending("Webex asked for a new link", is_planned=True)
    assert PACE.pause(planned, 0) == 0
    assert PACE.pause(planned, 3) >= 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("Mon, 01 Jan 2035 00:00:00 GMT", LONGEST_OBEYED_SECONDS),
        ("Mon, 01 Jan 2024 00:00:00 GMT", 0),
        ("86400", LONGEST_OBEYED_SECONDS),
        ("9" * 5000, LONGEST_OBEYED_SECONDS),
        ("-5", 0),
        ("soon", 0),
        ("Mon, 01 Jan 2035 00:00:00", LONGEST_OBEYED_SECONDS),
        ("194", 194),
        ("7.5", 7.5),
        (None, 0),
    ],
)
def test_webex_says_how_long_to_wait(header: str | None, seconds: float) -> None:
    assert ending(DeviceServiceError(503, header)).retry_after == seconds


def test_it_may_say_so_by_a_date() -> None:
    header = format_datetime(utc_now() + timedelta(seconds=90), usegmt=True)
    assert 80 <= ending(DeviceServiceError(503, header)).retry_after <= 90


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (socket.gaierror(-2, "Name or service not known"), "the name of Webex's server was not found"),
        (ConnectionRefusedError("secret"), "Webex was not reached"),
        (requests.exceptions.ConnectTimeout("secret"), "Webex did not answer in time"),
        (requests.exceptions.ConnectionError("secret"), "Webex was not reached"),
        (RuntimeError("secret"), "unexpected RuntimeError"),
    ],
)
def test_problems_are_told_in_words_of_ours(error: Exception, problem: str) -> None:
    assert ending(error).problem == problem
