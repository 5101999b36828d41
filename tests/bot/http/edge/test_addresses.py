"""Whose request it is: only what a trusted proxy says counts, read from the right."""

import pytest

from bot.http.edge.addresses import TrustedProxies

BEHIND = TrustedProxies(["10.0.0.2", "10.1.0.0/16", "fd00::/8"])


def test_without_a_trusted_proxy_nothing_that_is_told_counts() -> None:
    for peer in ("93.184.216.34", "10.0.0.2", "127.0.0.1"):
        assert TrustedProxies().caller(peer, ["198.51.100.7"]) == peer


def test_who_calls_past_the_proxy_is_believed_nothing() -> None:
    assert BEHIND.caller("10.0.0.3", ["198.51.100.7"]) == "10.0.0.3"


@pytest.mark.parametrize("peer", ["10.0.0.2", "10.1.7.7", "::ffff:10.0.0.2", "fd00::5"])
def test_a_trusted_proxy_is_believed_in_what_it_added_last(peer: str) -> None:
    assert BEHIND.caller(peer, ["6.6.6.6, 198.51.100.7"]) == "198.51.100.7"
    assert BEHIND.caller(peer, ["6.6.6.6", "198.51.100.7"]) == "198.51.100.7"


def test_proxies_in_a_row_are_walked_past() -> None:
    assert BEHIND.caller("10.0.0.2", ["6.6.6.6, 198.51.100.7, 10.1.0.9, fd00::1"]) == "198.51.100.7"


@pytest.mark.parametrize("told", [(), ("",), ("unknown",), ("198.51.100.7, x",), ("198.51.100.7,",)])
def test_a_proxy_that_says_nothing_readable_is_taken_itself(told: tuple[str, ...]) -> None:
    assert BEHIND.caller("10.0.0.2", told) == "10.0.0.2"


def test_a_row_without_end_is_not_walked() -> None:
    assert BEHIND.caller("10.0.0.2", [",".join(["198.51.100.7"] + ["10.0.0.2"] * 1000)]) == "10.0.0.2"


def test_a_network_of_ipv6_counts_as_one() -> None:
    assert (
        TrustedProxies().caller("2606:4700::1:2:3:4", ())
        == TrustedProxies().caller("2606:4700::9", ())
        == "2606:4700::/64"
    )
    assert TrustedProxies().caller("fe80::1%eth0", ()) == "fe80::/64"
