"""The open connections: bounded in sum and per address, so that nobody takes the desk's descriptors.

At a bound, the connection that has kept us waiting for longest gives way to the newcomer. So whoever sends a request
at once is served, however many others hold connections and say nothing.
"""

import os
import resource
from collections import Counter, OrderedDict
from typing import Protocol

MOST = 256
# An office, or a load balancer that is not named as a trusted proxy.
PER_ADDRESS = 128
# Descriptors that the desk itself needs at most: database, Webex, mail, files.
OWN_DESCRIPTORS = 128
FEWEST = 16


class Peer(Protocol):
    """One connection. `address` is empty where it is not counted by address: a trusted proxy serves many people."""

    address: str

    def give_way(self) -> None:
        """Close now: a newcomer takes the place."""


class Connections:
    def __init__(self, most: int, per_address: int = PER_ADDRESS) -> None:
        self.most = most
        self.per_address = min(per_address, most)
        self._open: set[Peer] = set()
        # Those that wait for their peer, the longest waiting first; in all and by address.
        self._waiting: OrderedDict[Peer, None] = OrderedDict()
        self._waiting_of: dict[str, OrderedDict[Peer, None]] = {}
        self._open_of: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, peer: Peer) -> bool:
        """Count a new connection; False where there is no room, for all others are being worked on."""
        if peer.address and self._open_of[peer.address] >= self.per_address:
            if not self._made_room(self._waiting_of.get(peer.address)):
                return False
        elif len(self._open) >= self.most and not self._made_room(self._waiting):
            return False
        self._open.add(peer)
        self._open_of[peer.address] += 1
        return True

    def waits(self, peer: Peer) -> None:
        """We wait for this peer from now on: for a head, for a body, or for its next request."""
        if peer in self._open:
            for waiting in (self._waiting, self._waiting_of.setdefault(peer.address, OrderedDict())):
                waiting[peer] = None
                waiting.move_to_end(peer)

    def works(self, peer: Peer) -> None:
        """This peer waits for us from now on."""
        self._waiting.pop(peer, None)
        waiting = self._waiting_of.get(peer.address)
        if waiting is not None:
            waiting.pop(peer, None)
            if not waiting:
                del self._waiting_of[peer.address]

    def gone(self, peer: Peer) -> None:
        self.works(peer)
        if peer in self._open:
            self._open.discard(peer)
            self._open_of[peer.address] -= 1
            if not self._open_of[peer.address]:
                del self._open_of[peer.address]

    def _made_room(self, waiting: "OrderedDict[Peer, None] | None") -> bool:
        if not waiting:
            return False
        longest = next(iter(waiting))
        self.gone(longest)
        longest.give_way()
        return True


def most_connections() -> int:
    """Half of the descriptors that are left to this process once it has its own."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return MOST
    return max(FEWEST, min(MOST, (limit - _open_descriptors() - OWN_DESCRIPTORS) // 2))


def _open_descriptors() -> int:
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            return len(os.listdir(folder))
        except OSError:
            continue
    return 0
