"""Somebody pastes a notice of non-delivery into the space: it is explained, and leads to the user."""

import pytest

from tests.chat import PAT, Chat

NOTICE = (
    f"Mail delivery failed: returning message to sender\n\n{PAT}\n"
    f"    host mx.acme.example [192.0.2.25]: 550 5.1.1 <{PAT}>: Recipient address rejected: User unknown"
)


@pytest.mark.parametrize("words", ["", "find ", "email "])
async def test_a_pasted_notice_is_explained_and_leads_to_its_user(chat: Chat, words: str) -> None:
    answer = await chat.says(words + NOTICE)
    assert answer.heading == f"Mail to {PAT} came back"
    assert "There is no such mailbox." in answer.text
    assert "User unknown" in answer.text
    assert (await chat.presses(answer, "User")).heading == "Pat Lindqvist"
    assert (await chat.presses(answer, "Email status")).heading.startswith("Last email: ")


async def test_a_french_agent_reads_it_in_french(chat: Chat) -> None:
    await chat.says("langue fr")
    assert (await chat.says(NOTICE)).heading == f"Le message à {PAT} est revenu"
