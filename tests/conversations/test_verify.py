"""Proving the caller: the code's whole life, and the other proofs when no code can arrive."""

import pytest
from pydantic import SecretStr
from sqlmodel import col, delete

from helpdesk.audit import Audit
from helpdesk.platform.store.tables.mail import Suppression
from tests.chat import PAT, SAM, Chat, another_code, code_in
from tests.sessions import writing


async def test_a_wrong_code_counts_and_the_third_voids_the_code(chat: Chat) -> None:
    sent = await chat.says(f"verify {SAM}")
    code = await chat.code_mailed_to(SAM)
    first = await chat.presses(sent, "Check", code=another_code(code))
    assert "2 tries left." in first.text
    second = await chat.presses(first, "Check", code=another_code(code))
    assert "1 try left." in second.text
    third = await chat.presses(second, "Check", code=another_code(code))
    assert "No tries left" in third.text
    too_late = await chat.presses(sent, "Check", code=code)
    assert too_late.heading == "That code was entered wrongly too often."
    assert "Not verified" in (await chat.says(SAM)).text


@pytest.mark.parametrize("entered", ["12345", "abcdef", "", "1234567", "12 34 5x"])
async def test_what_is_no_code_is_not_counted(chat: Chat, entered: str) -> None:
    sent = await chat.says(f"verify {SAM}")
    refused = await chat.presses(sent, "Check", code=entered)
    assert refused.heading == "A code is six digits, such as 123 456."
    proven = await chat.presses(sent, "Check", code=await chat.code_mailed_to(SAM))
    assert "Mailbox confirmed" in proven.text


async def test_an_expired_code_confirms_nothing(chat: Chat) -> None:
    sent = await chat.says(f"verify {SAM}")
    code = await chat.code_mailed_to(SAM)
    chat.clock.passes(minutes=10, seconds=1)
    assert (await chat.presses(sent, "Check", code=code)).heading == "That code has expired."


async def test_a_code_works_once(chat: Chat) -> None:
    sent = await chat.says(f"verify {SAM}")
    code = await chat.code_mailed_to(SAM)
    await chat.presses(sent, "Check", code=code)
    assert (await chat.presses(sent, "Check", code=code)).heading == "That code was used already."


async def test_only_the_newest_code_counts_and_a_resend_waits(chat: Chat) -> None:
    sent = await chat.says(f"verify {SAM}")
    old = await chat.mailbox.next_mail(to=SAM)
    assert (await chat.says(f"verify {SAM}")).heading == "A code was sent a moment ago."
    chat.clock.passes(seconds=31)
    newer = await chat.says(f"verify {SAM}")
    await chat.mailbox.next_mail(to=SAM, after=old)
    assert newer.heading == f"Code sent to {SAM}"
    refused = await chat.presses(sent, "Check", code=await chat.code_mailed_to(SAM))
    assert refused.heading == "A newer code was sent; only the newest one counts."


async def test_a_code_for_another_user_confirms_nobody(chat: Chat) -> None:
    await chat.says(f"verify {SAM}")
    code = await chat.code_mailed_to(SAM)
    async with writing(chat.store) as session:
        await session.exec(delete(Suppression).where(col(Suppression.address) == PAT))
    other = await chat.says(f"verify {PAT}")
    if code == await chat.code_mailed_to(PAT):  # one in a million
        return
    assert (await chat.presses(other, "Check", code=code)).heading == "That is not the code"


async def test_another_agents_press_on_the_code_is_refused(chat: Chat) -> None:
    sent = await chat.says(f"verify {SAM}")
    code = await chat.code_mailed_to(SAM)
    refused = await chat.presses(sent, "Check", who=chat.bo, code=code)
    assert refused.heading == "This card was made for someone else"
    assert "Not verified" in (await chat.says(SAM, who=chat.bo)).text


async def test_the_badge_counts_down_and_lapses(chat: Chat) -> None:
    sent = await chat.says(f"verify {SAM}")
    await chat.presses(sent, "Check", code=await chat.code_mailed_to(SAM))
    chat.clock.passes(minutes=3)
    assert "Mailbox confirmed, 12 min left" in (await chat.says(SAM)).text
    chat.clock.passes(minutes=12)
    assert "Not verified" in (await chat.says(SAM)).text


async def test_the_tenth_wrong_code_in_a_day_locks_the_user_for_an_hour(chat: Chat) -> None:
    sent, mail, wrong = await chat.says(f"verify {SAM}"), await chat.mailbox.next_mail(to=SAM), 0
    while True:
        refused = await chat.presses(sent, "Check", code=another_code(code_in(mail.text)))
        wrong += 1
        if "locked until" in refused.text:
            break
        if "No tries left" in refused.text:
            chat.clock.passes(seconds=31)
            sent, mail = await chat.says(f"verify {SAM}"), await chat.mailbox.next_mail(to=SAM, after=mail)
    assert wrong == 10
    chat.clock.passes(minutes=59)
    assert (await chat.says(f"verify {SAM}")).heading == "Too many wrong codes were entered for this user."
    chat.clock.passes(minutes=2)
    assert (await chat.says(f"verify {SAM}")).heading == f"Code sent to {SAM}"


async def test_an_address_nobody_has_gets_no_mail(chat: Chat) -> None:
    answer = await chat.says("verify nobody@acme.example")
    assert answer.heading == "There is nothing like that here, or it is gone."
    assert chat.mailbox.mails == []


async def test_typed_bare_it_shows_a_form_that_does_the_same(chat: Chat) -> None:
    form = await chat.says("verify")
    field = form.fields["address"]
    assert (field["isRequired"], bool(field["label"]), bool(field["errorMessage"]), bool(field["regex"])) == (True,) * 4
    assert (await chat.presses(form, "Send code", address=SAM)).heading == f"Code sent to {SAM}"


async def test_a_held_back_address_is_offered_a_code_in_webex(chat: Chat) -> None:
    pat = chat.cloud.add_person("Pat Lindqvist", PAT)
    held = await chat.says(f"verify {PAT}")
    sent = await chat.presses(held, "Send code in Webex")
    assert sent.heading == "Code sent to Pat Lindqvist in Webex"
    (told,) = chat.cloud.messages(chat.direct(pat))
    proven = await chat.presses(sent, "Check", code=code_in(told.text))
    assert "Webex account confirmed, 15 min left" in proven.text
    assert chat.mailbox.mails == []


async def test_a_second_agent_vouches_with_a_reason(chat: Chat) -> None:
    held = await chat.says(f"verify {PAT}")
    form = await chat.presses(held, "Ask a second agent")
    short = await chat.presses(form, "Ask an agent", reason="no")
    assert short.heading == "A reason takes 10 to 500 characters."
    asked = await chat.presses(form, "Ask an agent", reason="Known to me from the site visit today")
    own = await chat.presses(asked, "Approve")
    assert own.heading == "Nobody approves their own request."
    approved = await chat.presses(asked, "Approve", who=chat.bo)
    assert approved.heading == "Approved: Pat Lindqvist"
    assert "Vouched for by a second agent" in (await chat.says(PAT)).text
    assert "Not verified" in (await chat.says(PAT, who=chat.bo)).text
    (last,) = [row for row in await Audit(chat.store).about(PAT) if row.action == "verify.approve"]
    assert (last.actor, last.reason) == (chat.bo.email, "Known to me from the site visit today")


async def test_a_refused_mail_says_what_the_server_said_and_counts_as_not_sent(chat: Chat) -> None:
    chat.mailbox.refuse(SAM, "550 5.7.1 not from you, not today")
    refused = await chat.says(f"verify {SAM}")
    assert refused.heading == f"No code was sent to {SAM}"
    assert "550 5.7.1 not from you, not today" in refused.text
    chat.mailbox.accept(SAM)
    assert (await chat.presses(refused, "Send code")).heading == f"Code sent to {SAM}"
    status = await chat.says(f"email {SAM}")
    assert status.heading == "Last email: In progress"


async def test_a_mail_server_that_is_down_is_said_and_nothing_counts(chat: Chat) -> None:
    await chat.stop()
    chat.settings = chat.settings.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:9?tls=none")})
    await chat.start()
    refused = await chat.says(f"verify {SAM}")
    assert refused.heading == f"No code was sent to {SAM}"
    assert "it cannot be reached" in refused.text
    assert [row.outcome for row in await Audit(chat.store).about(SAM)] == ["not sent: MailUnavailable"]
