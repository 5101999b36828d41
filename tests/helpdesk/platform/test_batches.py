"""Items are written in order, one batch at a time, and each caller gets what became of theirs."""

import asyncio

import pytest

from helpdesk.platform.batches import MOST, Batches


class Book:
    """Writes numbers, ten times as large; `open` lets it, and -1 cannot be written."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def write(self, numbers: list[int]) -> list[int]:
        self.batches.append(numbers)
        await self.open.wait()
        if -1 in numbers:
            raise ValueError("unlucky")
        return [number * 10 for number in numbers]


async def test_each_gets_the_result_of_their_own() -> None:
    batches = Batches(Book().write)
    assert await asyncio.gather(*map(batches.add, range(5))) == [0, 10, 20, 30, 40]


async def test_what_comes_while_a_batch_is_written_goes_into_the_next_in_order() -> None:
    book = Book()
    book.open.clear()
    batches = Batches(book.write)
    first = batches.add(1)
    await asyncio.sleep(0)
    others = [batches.add(number) for number in (2, 3, 4)]
    book.open.set()
    assert await asyncio.gather(first, *others) == [10, 20, 30, 40]
    assert book.batches == [[1], [2, 3, 4]]


async def test_no_batch_is_larger_than_the_most() -> None:
    book = Book()
    batches = Batches(book.write)
    await asyncio.gather(*map(batches.add, range(MOST + 1)))
    assert [len(batch) for batch in book.batches] == [MOST, 1]


async def test_what_goes_wrong_is_told_to_those_of_the_batch_and_to_nobody_else() -> None:
    batches = Batches(Book().write)
    unlucky = [batches.add(number) for number in (12, -1)]
    await asyncio.wait(unlucky)
    assert await batches.add(14) == 140
    for each in unlucky:
        with pytest.raises(ValueError, match="unlucky"):
            each.result()


async def test_who_stops_waiting_does_not_keep_others_from_their_result() -> None:
    book = Book()
    book.open.clear()
    batches = Batches(book.write)
    impatient, patient = batches.add(1), batches.add(2)
    await asyncio.sleep(0)
    impatient.cancel()
    book.open.set()
    assert await patient == 20


async def test_what_is_being_written_can_be_waited_for() -> None:
    book = Book()
    batches = Batches(book.write)
    result = batches.add(1)
    await asyncio.wait(batches.tasks)
    assert result.done()
    assert batches.tasks == ()
