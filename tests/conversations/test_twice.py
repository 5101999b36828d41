"""A process that dies after the act and before its answer: the next one answers, and does nothing twice."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from helpdesk.audit import Audit
from helpdesk.platform.clock import utc_now
from helpdesk.platform.store.tables.events import ClaimedEvent
from tests.chat import PAT, SAM, Chat, Seen, another_code
from tests.sessions import writing


async def as_if_unanswered(chat: Chat, answer: Seen) -> Seen:
    """What is seen once the process that wrote `answer` has died just before that, and another one is started."""
    await chat.stop()
    await chat.cloud.delete(chat.bot, answer.message)
    newest = select(ClaimedEvent).order_by(col(ClaimedEvent.received_at).desc()).limit(1)
    async with writing(chat.store) as session:
        event = (await session.exec(newest)).one()
        event.done_at, event.outcome, event.claimed_by = None, None, "a process that died"
        event.lease_until = utc_now() - timedelta(seconds=1)
        session.add(event)
    await chat.start()
    return await chat.answer_to(answer.message)


def looks(seen: Seen) -> tuple[Any, ...]:
    """All but the tokens of its buttons, which are new on every card."""
    return seen.text, seen.fallback, list(seen.buttons), list(seen.fields), seen.message.parent_id


async def test_a_code_is_mailed_once_and_works(chat: Chat) -> None:
    sent = await chat.says(f"verify {SAM}")
    again = await as_if_unanswered(chat, sent)
    assert looks(again) == looks(sent)
    assert len(chat.mailbox.mails) == 1
    assert [row.outcome for row in await Audit(chat.store).about(SAM)] == ["sent"]
    proven = await chat.presses(again, "Check", code=await chat.code_mailed_to(SAM))
    assert "Mailbox confirmed" in proven.text


async def test_a_suppression_is_cleared_once_and_said_to_be(chat: Chat) -> None:
    await chat.vouched(PAT)
    held = await chat.says(f"unsuppress {PAT}")
    cleared = await chat.presses(held, "Clear it")
    again = await as_if_unanswered(chat, cleared)
    assert again.heading == f"{PAT} is off the suppression list"
    assert looks(again) == looks(cleared)
    assert [row.outcome for row in await Audit(chat.store).about(PAT)] == ["cleared: bounce"]


async def test_a_wrong_code_is_one_try(chat: Chat) -> None:
    sent = await chat.says(f"verify {SAM}")
    wrong = await chat.presses(sent, "Check", code=another_code(await chat.code_mailed_to(SAM)))
    again = await as_if_unanswered(chat, wrong)
    assert "2 tries left." in again.text
    assert looks(again) == looks(wrong)
    assert [row.outcome for row in await Audit(chat.store).about(SAM)] == ["sent", "wrong code"]
