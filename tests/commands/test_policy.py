"""The partner administrator, and nobody else, decides what each act needs; only what the form offers is taken."""

from typing import Any

import pytest

from commands import policy
from commands.policy import COMMAND, NoChoice
from helpdesk.people.access import Permission, Role, Sender
from helpdesk.proof.gate import DEFAULTS, Act, Need, Rule
from helpdesk.proof.gate.policy import rules
from helpdesk.services import Helpdesk
from tests.commands.asking import pressed, typed

CHIEF = Sender("chief", "chief@partner.example", Role.PARTNER_ADMINISTRATOR)


async def decide(desk: Helpdesk, act: Act, **inputs: Any) -> str:
    card = await policy.change(pressed({"act": act.value}, CHIEF, **inputs), desk)
    return card.plain


def test_partner_administrators_alone_see_and_set_it() -> None:
    assert {COMMAND.permission_for(action) for action in COMMAND.on_submit} == {Permission.SET_POLICY}
    assert [role for role in Role if Sender("x", "x", role).may(COMMAND.permission)] == [Role.PARTNER_ADMINISTRATOR]


async def test_it_shows_every_act_with_what_it_needs_and_whether_the_user_is_told(desk: Helpdesk) -> None:
    shown = (await policy.show(typed("", CHIEF), desk)).plain.splitlines()
    clear = "It needs: a code, or a second agent. The user is not told by mail."
    assert f"- Clear an address from the suppression list, {clear}" in shown
    assert "- Vouch for a caller, The user is told by mail afterwards." in shown
    assert len([line for line in shown if line.startswith("- ")]) == len(Act)


async def test_a_decision_is_kept_shown_and_audited_with_what_was_before(desk: Helpdesk) -> None:
    shown = await decide(desk, Act.CLEAR, need="a second agent", told="yes")
    assert shown.startswith("Decided: Clear an address from the suppression list")
    assert "It needs: a second agent. The user is told by mail afterwards." in shown
    assert (await rules(desk.store))[Act.CLEAR] == Rule(Need.SECOND_AGENT, is_told=True)
    (row,) = await desk.audit.about(Act.CLEAR.value)
    assert (row.actor, row.outcome) == (
        CHIEF.email,
        "needs a second agent, user told; until now a proven caller, not told",
    )


@pytest.mark.parametrize(
    ("act", "inputs"),
    [
        (Act.CLEAR, {}),
        (Act.CLEAR, {"need": "a favour", "told": "no"}),
        (Act.CLEAR, {"need": "nothing", "told": "perhaps"}),
        (Act.VOUCH, {"need": "a second agent", "told": "no"}),
        (Act.RESTORE, {"need": "nothing", "told": "yes"}),
    ],
)
async def test_what_the_form_does_not_offer_changes_nothing(desk: Helpdesk, act: Act, inputs: dict[str, str]) -> None:
    with pytest.raises(NoChoice):
        await decide(desk, act, **inputs)
    assert await rules(desk.store) == DEFAULTS


@pytest.mark.parametrize("act", Act)
async def test_the_form_offers_what_can_be_decided_and_what_it_offers_is_taken(desk: Helpdesk, act: Act) -> None:
    form = await policy.form(pressed({"act": act.value}, CHIEF), desk)
    fields = {node["id"]: node for node in form.json["body"] if node["type"] == "Input.ChoiceSet"}
    assert {name: field["value"] for name, field in fields.items()}
    for name, field in fields.items():
        for each in field["choices"]:
            await decide(desk, act, **{**{other: one["value"] for other, one in fields.items()}, name: each["value"]})
