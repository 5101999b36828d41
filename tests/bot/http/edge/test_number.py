"""However many come, whoever asks at once is served; and no address takes what all others need."""

import asyncio

from bot.http.edge.connections import FEWEST, MOST, Connections, most_connections
from tests.bot.http.edge.peers import Served, serving

ASK = b"GET /alive HTTP/1.1\r\nHost: desk\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: desk\r\n\r\n"


async def settled(served: Served, count: int) -> None:
    async with asyncio.timeout(5):
        while len(served.server.connections) != count:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)


async def test_silent_connections_shut_nobody_out() -> None:
    async with serving(most=8) as served:
        silent = [await served.connects() for _ in range(30)]
        assert await (await served.asks(ASK)).status() == 200
        await settled(served, 8)
        closed = await asyncio.gather(*(each.is_closed(0.5) for each in silent))
        # The oldest went first.
        assert closed == [True] * 23 + [False] * 7
        assert served.refused("crowded") == 23


async def test_slow_bodies_shut_nobody_out() -> None:
    head = b"POST /hook HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n\r\n"
    async with serving(most=8) as served:
        slow = [await served.asks(head) for _ in range(30)]
        assert await (await served.asks(ASK)).status() == 200
        assert sum(await asyncio.gather(*(each.is_closed(0.5) for each in slow))) >= 22


async def test_kept_connections_shut_nobody_out() -> None:
    async with serving(most=8) as served:
        kept = []
        for _ in range(30):
            kept.append(await served.asks(ASK))
            assert await kept[-1].status() == 200
        await settled(served, 8)


async def test_what_is_being_worked_on_gives_way_to_nobody() -> None:
    async with serving(most=4) as served:
        working = [await served.asks(SLOW) for _ in range(4)]
        await asyncio.sleep(0.2)
        assert await (await served.asks(ASK)).is_closed()
        served.may_answer.set()
        assert [await each.status() for each in working] == [200] * 4


async def test_one_address_takes_its_share_and_no_more() -> None:
    async with serving(most=20, per_address=4) as served:
        [await served.asks(SLOW, "127.0.0.9") for _ in range(10)]
        await settled(served, 4)
        other = [await served.asks(SLOW, "127.0.0.10") for _ in range(4)]
        served.may_answer.set()
        assert [await each.status() for each in other] == [200] * 4


async def test_behind_a_trusted_proxy_each_caller_has_a_share() -> None:
    def told(address: str) -> bytes:
        return SLOW.replace(b"\r\n\r\n", f"\r\nX-Forwarded-For: {address}\r\n\r\n".encode())

    async with serving(most=20, per_address=3, proxies=("127.0.0.1",)) as served:
        one = [await served.asks(told("198.51.100.7, 203.0.113.1")) for _ in range(5)]
        another = [await served.asks(told("203.0.113.2")) for _ in range(3)]
        await asyncio.sleep(0.2)
        served.may_answer.set()
        statuses = sorted([await each.status() for each in one])
        assert statuses == [200, 200, 200, 503, 503]
        assert [await each.status() for each in another] == [200] * 3


async def test_whose_request_it_is_is_not_for_strangers_to_say() -> None:
    lied = ASK.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: 198.51.100.7\r\n\r\n")
    async with serving() as served:
        assert b"alive 127.0.0.1" in (await (await served.asks(lied.replace(b"1.1\r\n", b"1.0\r\n"))).rest())


def test_most_connections_leave_the_desk_its_own_descriptors(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    limits = {1024: (200, MOST), 256: (FEWEST, 64), 65_536: (MOST, MOST), 64: (FEWEST, FEWEST)}
    for limit, (least, most) in limits.items():
        monkeypatch.setattr("resource.getrlimit", lambda _, limit=limit: (limit, limit))
        assert least <= most_connections() <= most, limit


class Waiter:
    def __init__(self, address: str) -> None:
        self.address = address
        self.gave_way = False

    def give_way(self) -> None:
        self.gave_way = True


def test_what_is_gone_leaves_nothing_behind() -> None:
    connections = Connections(10, 5)
    peers = [Waiter(f"2001:db8:{n}::/64") for n in range(100)]
    for peer in peers:
        assert connections.admit(peer)
        connections.waits(peer)
    assert [peer.gave_way for peer in peers] == [True] * 90 + [False] * 10
    for peer in peers:
        connections.gone(peer)
        connections.gone(peer)
    assert not len(connections)
    assert not connections._open_of
    assert not connections._waiting_of
    assert not connections._waiting
