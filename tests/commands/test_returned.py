"""A pasted notice of non-delivery: plain words first, then the next step, then the user."""

import pytest
from sqlmodel import select

from commands import email, find
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.services import Helpdesk
from tests.chat import PAT
from tests.commands.asking import LEE, typed
from tests.sessions import rows

NOT_FOUND = (
    f"Delivery has failed to these recipients:\n\n{PAT}\n\nRemote Server returned '550 5.1.10 Recipient not found'"
)


def titles(card: object) -> list[str]:
    return [each.model.title for each in card.buttons]  # type: ignore[attr-defined]


@pytest.mark.parametrize("handler", [find.look_up, email.show])
async def test_it_says_what_happened_what_to_do_and_whose_mailbox_it_is(desk: Helpdesk, handler: object) -> None:
    card = await handler(typed(NOT_FOUND), desk)  # type: ignore[operator]
    lines = card.plain.splitlines()
    assert lines[:2] == [f"Mail to {PAT} came back", "There is no such mailbox."]
    assert lines[2].startswith("Check the address with the caller")
    assert "User: Pat Lindqvist" in card.plain
    assert "Customer: Acme Corporation" in card.plain
    assert "550 5.1.10 Recipient not found" in card.plain
    assert titles(card) == ["User", "Email status"]


async def test_a_look_up_of_a_user_is_audited_as_one(desk: Helpdesk) -> None:
    await find.look_up(typed(NOT_FOUND, LEE), desk)
    (row,) = await rows(desk.store, select(AuditRow))
    assert (row.action, row.subject, row.outcome) == ("find", PAT, "shown")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("552 5.2.2 <nobody@acme.example> Over quota, sorry", "Ask the user to make room in the mailbox."),
        ("550 5.7.1 <nobody@acme.example> blocked using rbl.example", "administrator can allow the sender"),
        ("450 4.2.0 <nobody@acme.example> Greylisted, try later", "for now: a later mail may arrive"),
        ("Your mail came back, it could not be delivered.\nAsk nobody@acme.example", "reason not understood"),
    ],
)
async def test_each_reason_has_a_next_step_and_an_unknown_user_is_said_to_be_unknown(
    desk: Helpdesk, text: str, words: str
) -> None:
    card = await find.look_up(typed(text), desk)
    assert words in card.plain
    assert "no user with this address" in card.plain
    assert titles(card) == ["Email status"]
