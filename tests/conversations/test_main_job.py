"""The whole job in one thread: who is it, why does no mail arrive, prove the caller, clear it."""

from helpdesk.audit import Audit
from tests.chat import PAT, Chat, code_in


async def test_a_pasted_address_leads_to_a_proven_caller_and_flowing_mail(chat: Chat) -> None:
    pat = chat.cloud.add_person("Pat Lindqvist", PAT)
    user = await chat.says(PAT)
    assert user.heading == "Pat Lindqvist"
    assert "Not verified" in user.text
    assert "Last email: Error" in user.text
    assert "Suppression list: bounce" in user.text

    held = await chat.presses(user, "Send code")
    assert held.heading == f"No code was sent: mail to {PAT} is held back"

    why = await chat.presses(held, "Clear suppression")
    assert why.heading == f"{PAT} is on the suppression list"
    assert "Reason: bounce" in why.text

    unproven = await chat.presses(why, "Clear it")
    assert unproven.heading == "First prove that the caller is Pat Lindqvist"
    assert "a code by mail would not arrive" in unproven.text
    assert list(unproven.buttons) == ["Send code in Webex", "Ask a second agent"]

    told = await chat.presses(unproven, "Send code in Webex")
    (message,) = chat.cloud.messages(chat.direct(pat))
    known = await chat.presses(told, "Check", code=code_in(message.text))
    assert "Webex account confirmed, 15 min left" in known.text

    cleared = await chat.presses(await chat.presses(known, "Clear suppression"), "Clear it")
    assert cleared.heading == f"{PAT} is off the suppression list"

    chat.clock.passes(seconds=31)
    sent = await chat.presses(user, "Send code")
    assert sent.heading == f"Code sent to {PAT}"

    code = await chat.code_mailed_to(PAT)
    proven = await chat.presses(sent, "Check", code=f"{code[:3]} {code[3:]}")
    assert proven.heading == "Pat Lindqvist"
    assert "Mailbox confirmed, 15 min left" in proven.text
    assert "Suppression list: not listed" in proven.text

    status = await chat.says(f"email {PAT}")
    assert status.heading == "Last email: In progress"
    assert "Suppression list: not listed" in status.text

    acts = [(row.actor, row.action, row.outcome) for row in await Audit(chat.store).about(PAT)]
    assert acts == [
        (chat.ana.email, "find", "shown"),
        (chat.ana.email, "verify.send", "not sent: suppressed"),
        (chat.ana.email, "gate", "clear a suppression: refused, needs a proven caller"),
        (chat.ana.email, "verify.send", "sent"),
        (chat.ana.email, "verify.confirmed", "webex confirmed"),
        (chat.ana.email, "unsuppress", "cleared: bounce"),
        (chat.ana.email, "verify.send", "sent"),
        (chat.ana.email, "verify.confirmed", "mailbox confirmed"),
        (chat.ana.email, "email", "shown: in progress"),
    ]


async def test_every_answer_stands_in_the_thread_of_what_was_asked(chat: Chat) -> None:
    asked = await chat.cloud.post(chat.ana, chat.space, PAT, mention=chat.bot)
    user = await chat.answer_to(asked)
    pressed = await chat.presses(user, "Email status")
    inside = await chat.says(f"email {PAT}", reply_to=user)
    assert {seen.message.parent_id for seen in (user, pressed, inside)} == {asked.id}


async def test_the_text_beside_a_card_answers_as_well(chat: Chat) -> None:
    user = await chat.says(PAT)
    assert user.fallback.startswith("Pat Lindqvist\nNot verified")
