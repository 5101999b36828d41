"""A bucket for each: full at first, filled by time, and bounded in number; and whose bucket it is."""

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.pages import pace
from bot.pages.pace import Pace, address_of


class Transport:
    """Of a connection, only whom it is with."""

    def __init__(self, peer: str) -> None:
        self.peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self.peer, 50_000) if name == "peername" else default


def asked(peer: str, *told: str) -> str:
    headers = [("X-Forwarded-For", each) for each in told]
    return address_of(make_mocked_request("GET", "/", headers, transport=Transport(peer)))  # type: ignore[arg-type]


def test_time_alone_fills_a_bucket() -> None:
    clock = [0.0]
    paced = Pace(2, 0.5, lambda: clock[0])
    assert [paced.wait("ana") for _ in range(3)] == [0, 0, 2]
    clock[0] = 1.0
    assert paced.wait("ana") == 1
    clock[0] = 2.0
    assert paced.wait("ana") == 0
    assert paced.wait("bo") == 0


def test_a_flood_of_addresses_takes_no_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST", 3)
    paced = Pace(1, 0.1, lambda: 0.0)
    assert [paced.wait(str(number)) for number in range(9)] == [0] * 9
    assert len(paced._left) == 3
    assert paced.wait("8") > 0


def test_a_proxy_beside_us_is_believed_in_what_it_added_last() -> None:
    assert asked("10.0.0.2", "6.6.6.6, 198.51.100.7") == "198.51.100.7"
    assert asked("127.0.0.1", "6.6.6.6", "198.51.100.7") == "198.51.100.7"
    assert asked("::ffff:10.0.0.2", "198.51.100.7") == "198.51.100.7"


@pytest.mark.parametrize("told", [(), ("",), ("unknown",), ("198.51.100.7, x",)])
def test_a_proxy_that_says_nothing_readable_is_taken_itself(told: tuple[str, ...]) -> None:
    assert asked("10.0.0.2", *told) == "10.0.0.2"


def test_who_calls_from_elsewhere_is_believed_nothing() -> None:
    assert asked("93.184.216.34", "10.0.0.9") == "93.184.216.34"


def test_a_network_of_ipv6_counts_as_one() -> None:
    assert asked("2606:4700::1:2:3:4") == asked("2606:4700::9") == "2606:4700::/64"
