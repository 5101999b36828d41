"""Somebody pastes a notice of non-delivery into the space: it is explained, and leads to the user."""

import pytest

from tests.chat import PAT, SAM, Chat

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


SEVERAL = "\n".join(
    (
        "Mail delivery failed: returning message to sender",
        *(
            f"\n{address}\n    host mx.acme.example [192.0.2.25]: 550 5.1.1 <{address}>: User unknown"
            for address in (PAT, SAM)
        ),
    )
)


async def test_of_several_in_one_notice_each_button_names_its_address(chat: Chat) -> None:
    answer = await chat.says(SEVERAL)
    for address, name in ((PAT, "Pat Lindqvist"), (SAM, "Sam")):
        assert (await chat.presses(answer, f"User: {address}")).heading.startswith(name)
        assert address in (await chat.presses(answer, f"Email: {address}")).text
    assert len(answer.buttons) == 4
