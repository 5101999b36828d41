"""Webex refuses, fails, and breaks off in the middle: everyone is answered once all the same."""

from tests.drills.crowd import Crowd

CUT = 499  # what the playground notes of a call whose connection it broke


async def test_a_storm_of_429_is_waited_out(crowd_on_sqlite: Crowd) -> None:
    crowd = crowd_on_sqlite
    await crowd.chat.start()
    crowd.cloud.faults.too_many_next = 200
    await crowd.ask()
    await crowd.answers()
    await crowd.chat.stop()
    assert crowd.cloud.faults.too_many_next == 0
    assert await crowd.problems() == []


async def test_with_every_third_call_failing_everyone_is_answered_once(crowd_on_postgres: Crowd) -> None:
    crowd = crowd_on_postgres
    await crowd.chat.start()
    crowd.cloud.faults.error_share = 0.3
    await crowd.ask()
    await crowd.answers()
    crowd.cloud.faults.clear()
    await crowd.chat.stop()
    assert await crowd.problems() == []


async def test_calls_broken_off_before_or_after_they_are_carried_out_answer_nobody_twice(crowd: Crowd) -> None:
    await crowd.chat.start()
    crowd.cloud.faults.latency_seconds = 0.1
    for fault in ("reset_next", "lose_answer_next"):
        await crowd.ask()
        # Once some are answered, what is under way is answers for the most part.
        await crowd.answers(crowd.told + 10)
        setattr(crowd.cloud.faults, fault, 30)
        await crowd.answers()
    await crowd.chat.stop()
    cut = [call.method for call in crowd.cloud.calls if call.status == CUT]
    assert len(cut) == 60
    assert cut[:30].count("POST") > 5
    assert cut[30:].count("POST") > 5
    assert await crowd.problems() == []
