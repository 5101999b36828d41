"""The processes that serve this desk, and which of them are gone: each keeps saying in the store that it lives.

Clocks are not compared, neither between machines nor with themselves: one may be wrong, or set back. A
process is gone when the time it last wrote did not change over several of our own looks.
"""

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.errors import Unavailable
from helpdesk.platform.store import Store, insert_once
from helpdesk.platform.store.tables.events import Process

log = structlog.get_logger()

BEAT_SECONDS = 10
# Looks in a row without a sign of life: 30 s after the first of them.
LOOKS = 4
# Who did not say for this many beats that it lives asks, before it acts, whether others hold it for dead.
DOUBT = 1.5

Alive = frozenset[str]


class Processes:
    """`name` tells this process apart from every other, before it and beside it."""

    def __init__(
        self, store: Store, name: str, transport: str, now: Clock = utc_now, every_seconds: float = BEAT_SECONDS
    ) -> None:
        self.name = name
        # How often this process came to be one of those that live: more than once when it was taken for dead.
        self.life = 0
        self._store = store
        self._now = now
        self._every_seconds = every_seconds
        self._row = Process(name=name, transport=transport, started_at=now(), seen_at=now())
        self._looks: dict[str, tuple[Any, int]] = {}
        self._sure_until = float("-inf")
        self._found: tuple[Alive, int] = (frozenset(), 0)
        self._changed = asyncio.Event()

    async def beat(self) -> None:
        """Say that we live, and look who else does. Raises StoreUnavailable."""
        began = asyncio.get_running_loop().time()
        try:
            was_known, rows = await self._store.write(_beat, self._row, self._now())
        except Unavailable:
            # What nobody could write, nobody may be blamed for.
            self._looks.clear()
            raise
        if not was_known or not self.life:
            self.life += 1
        self._sure_until = began + DOUBT * self._every_seconds
        self._looks = {name: (seen, self._looks_at(name, seen) + 1) for name, seen in rows.items() if name != self.name}

    async def confirm(self) -> int:
        """Our life by now; asks the store when it did not hear from us for a while. Raises StoreUnavailable."""
        if asyncio.get_running_loop().time() > self._sure_until:
            await self.beat()
        return self.life

    async def alive(self) -> Alive:
        """The names of those that live, ours among them."""
        dead = self._dead()
        return frozenset(name for name, seen in (await self._store.read(_signs)).items() if dead.get(name) != seen)

    async def take_dead(self) -> list[str]:
        """The names of those that are gone; each is given once, to one caller of all processes."""
        dead = self._dead()
        return await self._store.write(_take, dead) if dead else []

    async def leave(self) -> None:
        """The last thing of a clean stop: nobody need wait to find out that we are gone."""
        await self._store.write(_take, {self.name: None})

    async def keep_going(self, on_change: Callable[[Alive], Awaitable[None]]) -> None:
        """Beat until cancelled; tell, at first and whenever that changes, who lives.

        What `on_change` could not do, for something it needs was away, is asked of it again.
        """
        # Apart, so that however long `on_change` takes, we are not held for dead.
        async with asyncio.TaskGroup() as both:
            both.create_task(self._keep_beating())
            both.create_task(self._keep_telling(on_change))

    async def _keep_beating(self) -> None:
        while True:
            try:
                await self.beat()
                for name in await self.take_dead():
                    log.warning("process_gone", process=name)
                found = (await self.alive(), self.life)
            except Unavailable:
                log.warning("heartbeat_check_failed", again_in=self._every_seconds)
            else:
                if found != self._found:
                    self._found = found
                    self._changed.set()
            await asyncio.sleep(self._every_seconds)

    async def _keep_telling(self, on_change: Callable[[Alive], Awaitable[None]]) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await on_change(self._found[0])
            except Unavailable:
                log.warning("take_over_failed", again_in=self._every_seconds)
                await asyncio.sleep(self._every_seconds)
                self._changed.set()

    def _looks_at(self, name: str, seen: Any) -> int:
        last, looks = self._looks.get(name, (None, 0))
        return looks if last == seen else 0

    def _dead(self) -> dict[str, Any]:
        """Their names, and the sign of life by which they were judged."""
        return {name: seen for name, (seen, looks) in self._looks.items() if looks >= LOOKS or _has_ended(name)}


def this_process() -> str:
    """A name for this process: its host and number, and which kernel they belong to where that can be told."""
    return f"{os.uname().nodename}:{os.getpid()}:{_kernel()}"


@cache
def _kernel() -> str:
    """Equal for two processes exactly when one sees the other's process number; empty where that is not known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()
        # Each container counts its processes for itself.
        return hashlib.sha256(f"{boot} {os.readlink('/proc/self/ns/pid')}".encode()).hexdigest()[:8]
    except OSError:
        return ""


def _has_ended(name: str) -> bool:
    """Whether it ran here and certainly does no more, so that a restart need not wait for its own ghost."""
    _, _, place = name.partition(":")
    number, _, kernel = place.partition(":")
    if not kernel or kernel != _kernel() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def _beat(session: Session, row: Process, now: Any) -> tuple[bool, dict[str, Any]]:
    """Whether we were known, and everyone's last sign of life."""
    mine = update(Process).where(col(Process.name) == row.name)
    was_known = bool(session.exec(mine.values(transport=row.transport, seen_at=now)).rowcount)
    if not was_known:
        insert_once(session, Process, {**row.model_dump(), "seen_at": now})
    return was_known, _signs(session)


def _signs(session: Session) -> dict[str, Any]:
    """Everyone's last sign of life."""
    return {name: seen for name, seen in session.exec(select(Process.name, Process.seen_at))}  # noqa: C416


def _take(session: Session, dead: Mapping[str, Any]) -> list[str]:
    """Of `dead`, whom this call removed: one that gave a sign of life since, or was taken by another, is not."""
    taken = []
    for name, seen in dead.items():
        as_seen = [col(Process.name) == name] + ([col(Process.seen_at) == seen] if seen else [])
        if session.exec(delete(Process).where(*as_seen)).rowcount:
            taken.append(name)
    return taken
