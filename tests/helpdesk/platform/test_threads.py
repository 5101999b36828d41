"""One call in a thread of its own gives what it gives, and is not waited for any longer than told."""

import threading

import pytest

from helpdesk.platform.threads import in_thread


async def test_work_gives_its_result_from_a_thread_of_that_name_that_no_end_waits_for() -> None:
    thread = await in_thread("a name", threading.current_thread)
    assert (thread.name, thread.daemon) == ("a name", True)


async def test_what_work_raises_is_raised_where_it_is_awaited() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_thread("a name", lambda: 1 // 0)


async def test_work_that_hangs_is_given_up_and_may_end_unheard() -> None:
    let_go = threading.Event()
    with pytest.raises(TimeoutError):
        await in_thread("hanging", let_go.wait, seconds=0.01)
    let_go.set()
    for thread in threading.enumerate():
        if thread.name == "hanging":
            thread.join(5)
    assert "hanging" not in {thread.name for thread in threading.enumerate()}
