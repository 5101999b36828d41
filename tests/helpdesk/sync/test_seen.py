"""What came by is known again, however much it was, and what did not is not."""

from uuid import UUID

from helpdesk.sync.seen import Seen


def key(number: int) -> str:
    return str(UUID(int=number))


def test_what_came_by_is_known_and_nothing_else_is() -> None:
    seen = Seen()
    seen.add(map(key, range(0, 20_000, 2)))
    assert all(key(number) in seen for number in range(0, 20_000, 2))
    assert not any(key(number) in seen for number in range(1, 20_000, 2))


def test_what_came_by_twice_counts_once_also_when_it_comes_later() -> None:
    seen = Seen()
    seen.add([key(1), key(1), key(2)])
    assert seen.count() == 2
    seen.add([key(2), key(3)])
    assert seen.count() == 3
    assert key(3) in seen
