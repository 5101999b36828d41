"""What the people of these tests type and press, as a command is given it."""

from typing import Any

from commands.command import Message, Submission
from helpdesk.people.access import Role, Sender
from helpdesk.platform.language import ENGLISH, Language

SPACE = "the desk space"
ANA = Sender("ana", "ana.ruiz@partner.example", Role.ADVANCED)
BO = Sender("bo", "bo.larsen@partner.example", Role.ADVANCED)
LEE = Sender("lee", "lee.novak@partner.example", Role.AGENT)
KIM = Sender("kim", "kim.stranger@elsewhere.example", None)


def typed(text: str, who: Sender = ANA, say: Language = ENGLISH) -> Message:
    return Message("an event", who, SPACE, False, text, say)


def pressed(
    about: dict[str, Any] | None = None,
    who: Sender = ANA,
    *,
    event: str = "an event",
    is_direct: bool = False,
    **inputs: str,
) -> Submission:
    return Submission(event, who, SPACE, is_direct, about or {}, inputs, ENGLISH)
