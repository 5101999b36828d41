"""A process that stops giving signs of life is found once, whatever the clocks say; one that lives is not."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from helpdesk.platform.heartbeats import LOOKS, Processes, this_process
from helpdesk.platform.store import Store, StoreUnavailable
from helpdesk.platform.store.tables.events import Process

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class WrongClock:
    """Goes on by a second each time it is looked at, from wherever it was set."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def process(store: Store) -> Callable[..., Processes]:
    return lambda name, now=None: Processes(store, name, "websocket", now or WrongClock())


async def rounds(*those: Processes, times: int = LOOKS) -> None:
    for _ in range(times):
        for each in those:
            await each.beat()


async def test_processes_that_beat_live(process: Callable[..., Processes]) -> None:
    one, two = process("one"), process("two")
    await rounds(one, two, times=2 * LOOKS)
    assert await one.alive() == await two.alive() == {"one", "two"}
    assert await one.take_dead() == []


async def test_a_silent_process_is_given_to_one_caller(process: Callable[..., Processes]) -> None:
    one, two, silent = process("one"), process("two"), process("silent")
    await silent.beat()
    await rounds(one, two)
    assert await one.alive() == {"one", "two"}
    assert sorted(await asyncio.gather(one.take_dead(), two.take_dead())) == [[], ["silent"]]
    assert await two.take_dead() == []


async def test_one_look_less_is_not_enough(process: Callable[..., Processes]) -> None:
    one, silent = process("one"), process("silent")
    await silent.beat()
    await rounds(one, times=LOOKS - 1)
    assert await one.take_dead() == []
    assert await one.alive() == {"one", "silent"}


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
async def test_a_clock_that_is_set_makes_nobody_dead(process: Callable[..., Processes], jump: timedelta) -> None:
    clock = WrongClock()
    one, two = process("one", clock), process("two")
    await rounds(one, two, times=2)
    clock.time += jump
    await rounds(one, two)
    assert await one.alive() == await two.alive() == {"one", "two"}


async def test_a_dead_process_from_the_future_does_not_live_for_ever(process: Callable[..., Processes]) -> None:
    clock = WrongClock()
    clock.time += timedelta(days=400)
    await process("silent", clock).beat()
    one = process("one")
    await rounds(one)
    assert await one.take_dead() == ["silent"]


async def test_one_taken_for_dead_learns_of_it_and_lives_again(process: Callable[..., Processes]) -> None:
    one, frozen = process("one"), process("frozen")
    await frozen.beat()
    await rounds(one)
    await one.take_dead()
    await frozen.beat()
    assert frozen.life == 2
    assert await one.alive() == {"one", "frozen"}


async def test_one_that_was_just_heard_need_not_ask_who_it_is(process: Callable[..., Processes]) -> None:
    one, other = process("one"), process("other")
    await one.beat()
    await rounds(other)
    await other.take_dead()
    assert await one.confirm() == 1


async def test_one_that_stood_still_asks_before_it_acts(store: Store) -> None:
    stood_still = Processes(store, "one", "websocket", WrongClock(), every_seconds=0)
    await stood_still.beat()
    other = Processes(store, "other", "websocket", WrongClock())
    await rounds(other)
    await other.take_dead()
    assert await stood_still.confirm() == 2


async def test_a_clean_stop_is_known_at_once(process: Callable[..., Processes]) -> None:
    one, two = process("one"), process("two")
    await rounds(one, two, times=1)
    await one.leave()
    assert await two.alive() == {"two"}
    assert await two.take_dead() == []


async def test_a_killed_process_of_this_machine_is_found_at_once(process: Callable[..., Processes]) -> None:
    host, _, kernel = this_process().split(":")
    if not kernel:
        pytest.skip("this system does not tell which kernel a process belongs to")
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await ended.wait()
    await process(f"{host}:{ended.pid}:{kernel}").beat()
    await process(f"{host}:{ended.pid}:other").beat()
    one = process(this_process())
    await one.beat()
    assert await one.take_dead() == [f"{host}:{ended.pid}:{kernel}"]


async def test_nobody_is_dead_for_a_database_that_was_away(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (Processes(store, name, "websocket", WrongClock()) for name in ("one", "other"))
    await other.beat()
    await rounds(one, times=LOOKS - 1)
    away = Store("sqlite+aiosqlite:////nowhere/at/all.db")
    with monkeypatch.context() as gone:
        gone.setattr(store, "database", away.database)
        with pytest.raises(StoreUnavailable):
            await one.beat()
    await away.close()
    await one.beat()
    assert await one.take_dead() == []


@asynccontextmanager
async def going(store: Store, on_change: Callable[[frozenset[str]], Awaitable[None]]) -> AsyncIterator[None]:
    one = Processes(store, "one", "websocket", every_seconds=0.01)
    task = asyncio.create_task(one.keep_going(on_change))
    async with asyncio.timeout(10):
        yield
    task.cancel()
    await asyncio.wait([task])


async def test_who_lives_is_told_at_first_and_when_it_changes(store: Store) -> None:
    told: asyncio.Queue[frozenset[str]] = asyncio.Queue()
    async with going(store, told.put):
        assert await told.get() == {"one"}
        await Processes(store, "two", "websocket").beat()
        assert await told.get() == {"one", "two"}
        assert await told.get() == {"one"}


async def test_what_could_not_be_done_about_it_is_asked_again(store: Store) -> None:
    asked: list[frozenset[str]] = []
    done = asyncio.Event()

    async def fail_once(alive: frozenset[str]) -> None:
        asked.append(alive)
        if len(asked) == 1:
            raise StoreUnavailable
        done.set()

    async with going(store, fail_once):
        await done.wait()
    assert asked == [{"one"}, {"one"}]


async def test_a_long_time_over_what_changed_holds_up_no_sign_of_life(store: Store) -> None:
    busy = asyncio.Event()

    async def never_done(_: frozenset[str]) -> None:
        busy.set()
        await asyncio.Event().wait()

    signs = set()
    async with going(store, never_done):
        await busy.wait()
        while len(signs) < LOOKS:
            signs.add(await store.read(lambda session: session.exec(select(Process.seen_at)).one()))
